"""The weeks and months of an archive, and those that each is compared with."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

from digest.model.corpus.periods import Kind, name_before, name_of
from digest.site.library import Library, PaperRef

BEFORE: dict[Kind, int] = {"weeks": 4, "months": 1}
"""With how many periods before it one is compared."""
_PAIRS = 5
_MOVED = 4  # topics that rise, and that fall
_LEAST = 2  # papers that a topic needs in one of the two periods


class Period(NamedTuple):
    """A week or a month of the archive."""

    folder: Kind
    """weeks or months"""
    name: str
    """2025-W47, 2025-11"""
    positions: tuple[int, ...]
    """Its digests, oldest first."""
    before: tuple[int, ...]
    """Those of the periods that it is compared with."""


def periods(library: Library, folder: Kind) -> Iterator[Period]:
    """Yield the weeks or months that have papers, oldest first."""
    found: dict[str, list[int]] = {}
    for position in library.digests:
        found.setdefault(name_of(folder, date.fromisoformat(library.posts[position].date)), []).append(position)
    names = sorted(found)
    for name in names:
        before = [place for one in _earlier(folder, name) for place in found.get(one, ())]
        yield Period(folder, name, tuple(found[name]), tuple(before))


def _earlier(folder: Kind, name: str) -> Iterator[str]:
    for _ in range(BEFORE[folder]):
        name = name_before(name)
        yield name


Pairs = list[tuple[PaperRef, PaperRef]]


def close_papers(library: Library, related: Mapping[str, Sequence[str]], period: Period) -> Pairs:
    """Return pairs of the period's papers that name each other first: the later paper, then the earlier one."""
    places = {
        paper.slug: (position, number)
        for position in period.positions
        for number, paper in enumerate(library.posts[position].papers)
    }
    ranked = sorted(
        (rank, -places[slug][0], places[slug][1], slug, other)
        for slug in places
        for rank, other in enumerate(related.get(slug, ()))
        if other in places
    )
    pairs: dict[frozenset[str], tuple[PaperRef, PaperRef]] = {}
    for _, _, _, slug, other in ranked:
        pairs.setdefault(frozenset({slug, other}), (places[slug], places[other]))
    return list(pairs.values())[:_PAIRS]


class Movement(NamedTuple):
    """A topic in a period: its share of the papers, and that before."""

    name: str
    slug: str
    number: int
    now: int
    then: int


Movements = tuple[list[Movement], list[Movement]]
"""Those that rose and those that fell, the most first."""


def moved_topics(library: Library, period: Period, topics: Sequence[Sequence[str]]) -> Movements:
    """Return the topics whose share of the papers rose and fell most; none where there is nothing to compare with.

    `topics` are those of `topics_of_posts`.
    """
    now, then = (
        Counter(chain.from_iterable(map(topics.__getitem__, positions)))
        for positions in (period.positions, period.before)
    )
    if not then:
        return [], []
    totals = [max(1, count.pop("", 0)) for count in (now, then)]
    moved = [
        Movement(
            library.topics[slug].name, slug, now[slug],
            round(100 * now[slug] / totals[0]), round(100 * then[slug] / totals[1]),
        )
        for slug in now.keys() | then.keys()
        if max(now[slug], then[slug]) >= _LEAST
    ]  # fmt: skip
    ranked = sorted(moved, key=lambda one: (one.then - one.now, one.slug))
    rising = [one for one in ranked if one.now > one.then]
    falling = [one for one in reversed(ranked) if one.now < one.then]
    return rising[:_MOVED], falling[:_MOVED]


def topics_of_posts(library: Library) -> list[list[str]]:
    """Return for each post the topics of its papers that have a page, and an empty name for each paper with any."""
    found = []
    for post in library.posts:
        topics: list[str] = []
        for paper in post.papers:
            slugs = library.topics_of(paper)
            topics += slugs
            if slugs:
                topics.append("")
        found.append(topics)
    return found
