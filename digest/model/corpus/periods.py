"""Weeks and months by their names, `2025-W47` and `2025-11`: which one a day is in, its days, which are over. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

Kind = Literal["weeks", "months"]
KINDS: tuple[Kind, ...] = ("weeks", "months")
_COMPARED: dict[Kind, int] = {"weeks": 4, "months": 1}
_NAME = re.compile(r"(?P<year>[1-9]\d{3})-(?:W(?P<week>\d\d)|(?P<month>\d\d))", re.ASCII)


def name_of(kind: Kind, day: date) -> str:
    """Return the name of the week or month that a day is in."""
    if kind == "months":
        return f"{day:%Y-%m}"
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def kind_of(name: str) -> Kind | None:
    """Return what a name is one of; None where there is no such week or month."""
    try:
        span(name)
    except ValueError:
        return None
    return "weeks" if "W" in name else "months"


def span(name: str) -> tuple[date, date]:
    """Return the first and the last day of a week or month. Raises ValueError where there is none of that name."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"{name[:40]!r} is not a week like 2025-W47 or a month like 2025-11")
    year = int(found["year"])
    if found["week"]:
        first = date.fromisocalendar(year, int(found["week"]), 1)
        return first, first + timedelta(days=6)
    first = date(year, int(found["month"]), 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def name_before(name: str) -> str:
    """Return the name of the week or month before one. Raises ValueError where there is none of that name."""
    return name_of("weeks" if "W" in name else "months", span(name)[0] - timedelta(days=1))


def compared_with(name: str) -> Iterator[str]:
    """Yield the periods that a week or month is compared with, the newest first. Raises ValueError like `span`."""
    for _ in range(_COMPARED["weeks" if "W" in name else "months"]):
        name = name_before(name)
        yield name


def over(today: date, look_back: int) -> Iterator[str]:
    """Yield the weeks and months whose last day is before today, at most `look_back` days before yesterday."""
    for ago in range(look_back + 1, 0, -1):
        day = today - timedelta(days=ago)
        for kind in KINDS:
            if name_of(kind, day) != name_of(kind, day + timedelta(days=1)):
                yield name_of(kind, day)
