"""What the sources of a paper say of its place: limits of their own, and lists that are no day's own."""

from collections.abc import Mapping, Sequence

from digest.config import SourceConfig
from digest.model import Exclusion, Paper


def listing(paper: Paper, sources: Sequence[SourceConfig]) -> tuple[SourceConfig, ...]:
    """Return the sources that list a paper; where there is only one, it is that."""
    return tuple(source for source in sources if source.label in paper.sources or len(sources) == 1)


def over(paper: Paper, taken: Mapping[str, int], sources: Sequence[SourceConfig]) -> Exclusion | None:
    """Leave a paper out where every source that lists it has as many as its limit."""
    listed = listing(paper, sources)
    full = [source for source in listed if source.limit and taken.get(source.label, 0) >= source.limit]
    if not full or len(full) < len(listed):
        return None
    return Exclusion(paper=paper, rule="limit", detail=", ".join(f"{one.limit} of {one.label}" for one in full))


def waits(paper: Paper, sources: Sequence[SourceConfig]) -> bool:
    """Return whether only lists that are no day's own have a paper: then it may be chosen on another day."""
    listed = listing(paper, sources)
    return bool(listed) and all(source.standing for source in listed)
