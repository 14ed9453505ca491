"""Which weights of a taste would have found a reader's examples on the days that listed them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from digest.adapters.store import Archive
from digest.config import TasteConfig
from digest.model import Edition, Example, Paper, PaperId
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
    liked = {example.id for example in examples if example.id}
    days = [(edition, tuple(one.id for one in edition.papers if one.id in liked)) for edition in _editions(archive)]
    days = [(edition, there) for edition, there in days if there and len(edition.papers) > limit]
    compared = [
        (edition, left_out, _without(examples, left_out, taste)) for edition, there in days for left_out in there
    ]
    trials = []
    for votes in VOTES:
        for similarity in SIMILARITY:
            tried = taste.model_copy(update={"votes": votes, "similarity": similarity})
            found = sum(
                left_out in {paper.id for paper in _first(edition.papers, tried, likeness, limit)}
                for edition, left_out, likeness in compared
            )
            trials.append(Trial(votes, similarity, found))
    trials.sort(key=lambda one: -one.found)
    best = taste.model_copy(update={"votes": trials[0].votes, "similarity": trials[0].similarity})
    whole = TermLikeness(examples, taste.examples.half_life)
    newest = {edition.day: _first(edition.papers, best, whole, limit) for edition, _ in days[-shown:]}
    return Tuning(tuple(trials), len(compared), newest)


def _editions(archive: Archive) -> Iterator[Edition]:
    for name in archive.names():
        edition = archive.load(name)
        if edition and edition.listing in ("complete", "partial"):
            yield edition


def _without(examples: Sequence[Example], left_out: PaperId, taste: TasteConfig) -> TermLikeness:
    return TermLikeness([one for one in examples if one.id != left_out], taste.examples.half_life)


def _first(papers: Sequence[Paper], taste: TasteConfig, likeness: TermLikeness, limit: int) -> tuple[Paper, ...]:
    why = score.reasons(papers, taste, likeness)
    return tuple(sorted(papers, key=lambda paper: selection.rank(paper, why[paper.id]))[:limit])
