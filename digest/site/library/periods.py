"""The weeks and months of an archive, and those that each is compared with."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

from digest.model.corpus.movement import ANY, moved
from digest.model.corpus.periods import Kind, compared_with, name_of
from digest.site.library import Library, PaperRef, distinct

_PAIRS = 5


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
    days: tuple[str, ...]
    """Their dates, each once, oldest first."""
    papers: int
    """How many papers they hold, each counted once."""


def periods(library: Library, folder: Kind) -> Iterator[Period]:
    """Yield the weeks or months that have papers, oldest first."""
    found: dict[str, list[int]] = {}
    for position in library.digests:
        found.setdefault(name_of(folder, date.fromisoformat(library.posts[position].date)), []).append(position)
    names = sorted(found)
    for name in names:
        before = [place for one in compared_with(name) for place in found.get(one, ())]
        posts = [library.posts[position] for position in found[name]]
        days = tuple(dict.fromkeys(post.date for post in posts))
        yield Period(folder, name, tuple(found[name]), tuple(before), days, distinct(posts))


Pairs = list[tuple[PaperRef, PaperRef]]


def close_papers(library: Library, close: Mapping[str, Sequence[str]], period: Period) -> Pairs:
    """Return pairs of the period's papers that are close to each other: the later paper, then the earlier one."""
    places = {
        paper.slug: (position, number)
        for position in period.positions
        for number, paper in enumerate(library.posts[position].papers)
    }
    ranked = sorted(
        (rank, -places[slug][0], places[slug][1], slug, other)
        for slug in places
        for rank, other in enumerate(close.get(slug, ()))
        if other in places
    )
    pairs: dict[frozenset[str], tuple[PaperRef, PaperRef]] = {}
    for _, _, _, slug, other in ranked:
        pairs.setdefault(frozenset({slug, other}), (places[slug], places[other]))
    return list(pairs.values())[:_PAIRS]


class TopicMovement(NamedTuple):
    """A topic in a period: its share of the papers, and that before."""

    name: str
    slug: str
    number: int
    now: int
    then: int


TopicMovements = tuple[list[TopicMovement], list[TopicMovement]]
"""Those that rose and those that fell, the most first."""


class PostTopics(NamedTuple):
    """The topics of a post's papers that have a page, and ANY for each paper with one."""

    once: list[str]
    """Those of the papers that no other post has."""
    again: dict[str, list[str]]
    """Those of the others, by slug."""


def moved_topics(library: Library, period: Period, topics: Sequence[PostTopics]) -> TopicMovements:
    """Return the topics whose share of the papers rose and fell most; none where there is nothing to compare with.

    `topics` are those of `topics_of_posts`.
    """
    now, then = (
        _counted([topics[position] for position in sorted(positions)])
        for positions in (period.positions, period.before)
    )
    rising, falling = (
        [TopicMovement(library.topics[one.topic].name, *one) for one in moves] for moves in moved(now, then)
    )
    return rising, falling


def _counted(posts: Sequence[PostTopics]) -> Counter[str]:
    """Count the topics of papers, each once and as the last of the posts has it."""
    again = {slug: topics for post in posts for slug, topics in post.again.items()}
    return Counter(chain.from_iterable([*(post.once for post in posts), *again.values()]))


def topics_of_posts(library: Library) -> list[PostTopics]:
    """Return the topics of each post."""
    found = []
    for post in library.posts:
        one = PostTopics([], {})
        for paper in post.papers:
            slugs = library.topics_of(paper)
            topics = [*slugs, *([ANY] if slugs else [])]
            if paper.slug in library.repeats:
                one.again[paper.slug] = topics
            else:
                one.once.extend(topics)
        found.append(one)
    return found
