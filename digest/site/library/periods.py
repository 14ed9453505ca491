"""The weeks and months of an archive, and those that each is compared with."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from digest.site.library import Library

BEFORE = {"weeks": 4, "months": 1}
"""With how many periods before it one is compared."""
_MOVED = 4  # topics that rise, and that fall
_LEAST = 2  # papers that a topic needs in one of the two periods


class Period(NamedTuple):
    """A week or a month of the archive."""

    folder: str
    """weeks or months"""
    name: str
    """2025-W47, 2025-11"""
    positions: tuple[int, ...]
    """Its digests, oldest first."""
    before: tuple[int, ...]
    """Those of the periods that it is compared with."""


def periods(library: Library, folder: str) -> Iterator[Period]:
    """Yield the weeks or months that have papers, oldest first."""
    found: dict[str, list[int]] = {}
    for position in library.digests:
        found.setdefault(_name(folder, library.posts[position].date), []).append(position)
    names = sorted(found)
    for name in names:
        first = library.posts[found[name][0]].date
        before = [place for one in _earlier(folder, first) for place in found.get(one, ())]
        yield Period(folder, name, tuple(found[name]), tuple(before))


def _name(folder: str, day: str) -> str:
    if folder == "months":
        return day[:7]
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02d}"


def _earlier(folder: str, day: str) -> Iterator[str]:
    moment = date.fromisoformat(day)
    for _ in range(BEFORE[folder]):
        moment = moment.replace(day=1) - timedelta(days=1) if folder == "months" else moment - timedelta(weeks=1)
        yield _name(folder, moment.isoformat())


class Movement(NamedTuple):
    """A topic in a period: its share of the papers, and that before."""

    name: str
    slug: str
    number: int
    now: int
    then: int


Movements = tuple[list[Movement], list[Movement]]
"""Those that rose and those that fell, the most first."""


def moved_topics(library: Library, period: Period, counts: Sequence[Counter[str]]) -> Movements:
    """Return the topics whose share of the papers rose and fell most; none where there is nothing to compare with.

    `counts` are those of `topics_of_posts`.
    """
    now, then = (_sum(counts, positions) for positions in (period.positions, period.before))
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


def topics_of_posts(library: Library) -> list[Counter[str]]:
    """Count for each post the papers of each topic that has a page, and under an empty name all that have any."""
    found = []
    for post in library.posts:
        count: Counter[str] = Counter()
        for paper in post.papers:
            slugs = library.topics_of(paper)
            count.update(slugs)
            count[""] += bool(slugs)
        found.append(count)
    return found


def _sum(counts: Sequence[Counter[str]], positions: Iterable[int]) -> Counter[str]:
    whole: Counter[str] = Counter()
    for position in positions:
        whole.update(counts[position])
    return whole
