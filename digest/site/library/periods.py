"""The weeks and months of an archive, and those that each is compared with."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from digest.site.library import Library

BEFORE = {"weeks": 4, "months": 1}
"""With how many periods before it one is compared."""


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
