"""Which weights of a taste would have found a reader's examples on the days that listed them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from digest.adapters.store import Archive
from digest.config import TasteConfig
from digest.model import Edition, Example, Paper
from digest.stages import selection
from digest.stages.selection import score
from digest.stages.selection.likeness import TermLikeness

VOTES = (1.0, 0.5, 2.0, 0.0)
SIMILARITY = (8.0, 4.0, 10.0, 2.0, 0.0)
"""What is tried, the defaults first: of weights that find as much the earlier one is proposed."""


@dataclass(frozen=True)
class Trial:
    """One pair of weights, and how many of the examples they would have chosen."""

    votes: float
    similarity: float
    found: int


@dataclass(frozen=True)
class Tuning:
    """What was tried on past days, the best first."""

    trials: tuple[Trial, ...]
    examples: int
    """How many examples stand in the lists of past days."""
    days: Mapping[date, tuple[Paper, ...]]
    """What the best weights would have chosen on the newest of those days."""


def tune(taste: TasteConfig, examples: Sequence[Example], archive: Archive, limit: int, shown: int) -> Tuning:
    """Try weights on past days; each example is left out while its own day is ranked. Reads editions, asks nothing."""
    liked = {name for example in examples for name in _names(example)}
    days = [edition for edition in _editions(archive) if len(edition.papers) > limit]
    found = [(edition, [one for one in edition.papers if liked & _names(one)]) for edition in days]
    past = [(edition, there) for edition, there in found if there]
    counts = dict.fromkeys(product(VOTES, SIMILARITY), 0)
    for edition, there in past:
        for left_out in there:
            others = [one for one in examples if not _names(one) & _names(left_out)]
            compare = _once(TermLikeness(others, taste.examples.half_life), edition.papers)
            for votes, similarity in counts:
                first = _first(edition.papers, _weighing(taste, votes, similarity), compare, limit)
                counts[votes, similarity] += any(one.id == left_out.id for one in first)
    trials = sorted((Trial(*pair, found) for pair, found in counts.items()), key=lambda one: -one.found)
    best = _weighing(taste, trials[0].votes, trials[0].similarity)
    whole = TermLikeness(examples, taste.examples.half_life)
    newest = {edition.day: _first(edition.papers, best, whole, limit) for edition, _ in past[len(past) - shown :]}
    return Tuning(tuple(trials), sum(len(there) for _, there in past), newest)


def _editions(archive: Archive) -> Iterator[Edition]:
    for name in archive.names():
        edition = archive.load(name)
        if edition and edition.listing in ("complete", "partial"):
            yield edition


def _names(one: Example | Paper) -> set[str]:
    """Return what an example and a paper have in common where they are one: the id, or the title."""
    return {str(one.id), one.title.casefold()} - {""}


def _weighing(taste: TasteConfig, votes: float, similarity: float) -> TasteConfig:
    return taste.model_copy(update={"votes": votes, "similarity": similarity})


def _once(compare: score.Compare, papers: Sequence[Paper]) -> score.Compare:
    """Compare papers once, whatever weights they are ranked by."""
    known = compare(papers)
    return lambda _: known


def _first(papers: Sequence[Paper], taste: TasteConfig, compare: score.Compare, limit: int) -> tuple[Paper, ...]:
    why = score.reasons(papers, taste, compare)
    return tuple(sorted(papers, key=lambda paper: selection.rank(paper, why[paper.id]))[:limit])
