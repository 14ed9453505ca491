"""A day's papers → the reasons of their scores: votes, weights, likeness to examples."""

import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from digest.config import TasteConfig
from digest.model import Paper, PaperId, Reason
from digest.stages.selection.keywords import is_in

Compare = Callable[[Sequence[Paper]], Sequence[tuple[float, str, float]]]
"""Papers → of each how much it is like the examples, the title of the nearest one, and how much it is like that."""


def reasons(
    papers: Sequence[Paper], taste: TasteConfig, compare: Compare | None = None
) -> Mapping[PaperId, tuple[Reason, ...]]:
    """Return why each paper stands where it does, the weightiest reason first. Pure; the same papers, the same reasons.

    Votes count by their logarithm beside the most that a paper of this day has: days and sources differ too much for
    any fixed measure.
    """
    most = math.log1p(max((paper.upvotes or 0 for paper in papers if (paper.upvotes or 0) > 0), default=0))
    likeness = compare(papers) if compare else [(0.0, "", 0.0)] * len(papers)
    found = {}
    for paper, (alike, nearest, amount) in zip(papers, likeness, strict=True):
        parts = [*_similar(alike, nearest, amount, taste), *_weighed(paper, taste), *_votes(paper, most, taste)]
        found[paper.id] = tuple(sorted(parts, key=lambda one: -abs(one.points)))
    return found


def _votes(paper: Paper, most: float, taste: TasteConfig) -> Iterator[Reason]:
    if paper.upvotes and paper.upvotes > 0:
        points = round(taste.votes * math.log1p(paper.upvotes) / most, 4)
        yield Reason(kind="votes", points=points, amount=paper.upvotes)


def _similar(alike: float, nearest: str, amount: float, taste: TasteConfig) -> Iterator[Reason]:
    if points := round(taste.similarity * alike, 4):
        yield Reason(kind="similar", points=points, name=nearest, amount=round(amount, 2))


def _weighed(paper: Paper, taste: TasteConfig) -> Iterator[Reason]:
    text = f"{paper.title}\n{paper.abstract}"
    for word, points in taste.words.items():
        if is_in(word, text):
            yield Reason(kind="words", points=points, name=word)
    if taste.authors:
        names = {_name(author) for author in paper.authors}
        for author, points in taste.authors.items():
            if _name(author) in names:
                yield Reason(kind="authors", points=points, name=author)
    for place, points in taste.organizations.items():
        if is_in(place, paper.organization or ""):
            yield Reason(kind="organizations", points=points, name=place)
    for category, points in taste.categories.items():
        if any(one == category or one.startswith(f"{category}.") for one in paper.categories):
            yield Reason(kind="categories", points=points, name=category)
    for venue, points in taste.venues.items():
        if is_in(venue, paper.comment or ""):
            yield Reason(kind="venues", points=points, name=venue)


def _name(raw: str) -> str:
    """Return a name without case, accents and full stops, the given names first."""
    family, comma, given = raw.partition(",")
    plain = unicodedata.normalize("NFKD", f"{given} {family}" if comma else raw)
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(letters.casefold().replace(".", " ").split())


def total(why: Iterable[Reason]) -> float:
    """Return the sum of the points."""
    return round(sum(reason.points for reason in why), 4)
