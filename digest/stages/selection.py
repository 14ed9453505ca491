"""Which of a day's papers are read: ranked, filtered, cut. Pure; every paper ends as chosen or as an exclusion."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from digest.config import SelectionConfig, SourceConfig
from digest.model import Exclusion, Paper, PaperId, Selection


def rank(paper: Paper) -> tuple[int, str]:
    """Order papers by upvotes, most first, ties by id. An unknown number of upvotes counts as none."""
    return (-(paper.upvotes or 0), paper.id)


def select(
    papers: Iterable[Paper],
    published: Mapping[PaperId, str],
    config: SelectionConfig,
    removed: Mapping[PaperId, str] = MappingProxyType({}),
    sources: Sequence[SourceConfig] = (),
) -> Selection:
    """Choose papers. `published` tells on which other day a paper was published, `removed` why one was taken off.

    `sources` are those of the settings: each may have a limit of its own, and what a standing list has beyond a limit
    or had on earlier days is no exclusion of this day.
    """
    chosen: list[Paper] = []
    taken: Counter[str] = Counter()
    exclusions: list[Exclusion] = []
    for paper in sorted(papers, key=rank):
        left_out = _taken_off(paper, removed) or _rule(paper, published, config)
        if left_out is None and len(chosen) >= config.limit:
            left_out = Exclusion(paper=paper, rule="limit", detail=str(config.limit))
        if left_out is None:
            left_out = _over(paper, taken, sources)
        if left_out is None:
            chosen.append(paper)
            taken.update(source.label for source in _listing(paper, sources))
        elif not (left_out.rule in ("limit", "published") and _waits(paper, sources)):
            exclusions.append(left_out)
    return Selection(chosen=tuple(chosen), exclusions=tuple(exclusions))


def _listing(paper: Paper, sources: Sequence[SourceConfig]) -> tuple[SourceConfig, ...]:
    """Return the sources that list a paper; where there is only one, it is that."""
    return tuple(source for source in sources if source.label in paper.sources or len(sources) == 1)


def _over(paper: Paper, taken: Mapping[str, int], sources: Sequence[SourceConfig]) -> Exclusion | None:
    """Leave a paper out where every source that lists it has as many as its limit."""
    listing = _listing(paper, sources)
    full = [source for source in listing if source.limit and taken.get(source.label, 0) >= source.limit]
    if not full or len(full) < len(listing):
        return None
    return Exclusion(paper=paper, rule="limit", detail=", ".join(f"{one.limit} of {one.label}" for one in full))


def _waits(paper: Paper, sources: Sequence[SourceConfig]) -> bool:
    """Return whether only lists that are no day's own have a paper: then it may be chosen on another day."""
    listing = _listing(paper, sources)
    return bool(listing) and all(source.standing for source in listing)


def _taken_off(paper: Paper, removed: Mapping[PaperId, str]) -> Exclusion | None:
    return Exclusion(paper=paper, rule="removed", detail=removed[paper.id]) if paper.id in removed else None


def _rule(paper: Paper, published: Mapping[PaperId, str], config: SelectionConfig) -> Exclusion | None:
    """Return why a paper is left out, whatever its rank."""
    text = f"{paper.title}\n{paper.abstract}"
    if paper.id in published:
        return Exclusion(paper=paper, rule="published", detail=published[paper.id])
    if paper.withdrawn:
        return Exclusion(paper=paper, rule="withdrawn", detail=paper.comment or "")
    if word := _first_in(config.exclude, text):
        return Exclusion(paper=paper, rule="exclude", detail=word)
    if config.include and not _first_in(config.include, text):
        return Exclusion(paper=paper, rule="include")
    if (paper.upvotes or 0) < config.min_upvotes:
        return Exclusion(paper=paper, rule="min_upvotes", detail=str(config.min_upvotes))
    return None


def _first_in(keywords: Iterable[str], text: str) -> str | None:
    """Return the first keyword that stands in the text as whole words, in whatever case."""
    for keyword in keywords:
        words = r"\s+".join(re.escape(word) for word in keyword.split())
        if re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE):
            return keyword
    return None
