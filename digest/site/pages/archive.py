"""The archive as a calendar: a page a year, how much each day holds, and the days that hold nothing."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from digest.site import urls
from digest.site.pages.context import Desk, Unit
from digest.site.records import PostSummary

_LEAST = 10
"""So many papers fill a bar at least; more where a day of the year holds more."""


class Cell(NamedTuple):
    """A day of the calendar."""

    day: int
    href: str = ""
    shown: str = ""
    bar: int = 0
    title: str = ""


def units(desk: Desk) -> Iterator[Unit]:
    """Plan a page for each year, and one for the newest under the archive's own address."""
    years: dict[str, dict[str, list[PostSummary]]] = {}
    for bone in sorted([*desk.library.bones, *desk.library.empty], key=lambda bone: (bone.date, bone.file)):
        years.setdefault(bone.date[:4], {}).setdefault(bone.date, []).append(bone)
    names_of_years = sorted(years, reverse=True)
    for year in names_of_years:
        yield Unit(
            f"year {year}",
            [_key(years[year]), names_of_years],
            partial(_year, desk, year, years[year], names_of_years, f"archive/{year}/"),
        )
    newest = names_of_years[0] if names_of_years else ""
    days = years.get(newest, {})
    yield Unit("archive", [_key(days), names_of_years], partial(_year, desk, newest, days, names_of_years, "archive/"))


def _key(days: Mapping[str, Sequence[PostSummary]]) -> list[object]:
    return [
        [date, [[bone.kind, bone.url, bone.title, len(bone.papers), bone.seen] for bone in bones]]
        for date, bones in days.items()
    ]


def _year(
    desk: Desk, year: str, days: Mapping[str, Sequence[PostSummary]], years: Sequence[str], folder: str
) -> Iterable[tuple[str, bytes]]:
    words, speech = desk.press.words["archive"], desk.speech
    path = f"{folder}index.html"
    heading = speech.date(f"{year}-01-01", "year") if year else str(desk.press.words["nav"]["archive"])
    published = {date: sum(len(bone.papers) for bone in bones) for date, bones in days.items()}
    held = [number for number in published.values() if number]
    total = speech.count("archive.sub", len(held), days=f"{len(held):,}", papers=speech.count("papers", sum(held)))
    yield (
        path,
        desk.press.page(
            "archive",
            path,
            title=heading if folder != "archive/" else str(desk.press.words["nav"]["archive"]),
            nav="archive",
            heading=heading,
            year=year,
            years=years,
            sub=total if days else str(words["empty"]),
            months=list(_months(desk, year, days, max(_LEAST, *held, 0))) if days else [],
            others=[
                (bone.url, bone.date, bone.title)
                for bones in reversed(list(days.values()))
                for bone in bones
                if bone.url and bone is not _first(bones)
            ],
        ),
    )


def _months(desk: Desk, year: str, days: Mapping[str, Sequence[PostSummary]], full: int) -> Iterator[dict[str, Any]]:
    """Yield the months that hold a day, newest first."""
    by_month: dict[int, dict[int, Sequence[PostSummary]]] = defaultdict(dict)
    for date, bones in days.items():
        by_month[int(date[5:7])][int(date[8:])] = bones
    words, speech = desk.press.words, desk.speech
    for month in sorted(by_month, reverse=True):
        held = [number for bones in by_month[month].values() if (number := sum(len(bone.papers) for bone in bones))]
        yield {
            "number": month,
            "name": words["months"][month - 1],
            "sub": speech.count("archive.month", len(held), days=len(held), papers=speech.count("papers", sum(held)))
            if held
            else "",
            "weeks": [
                [_cell(day, by_month[month].get(day, ()), words["archive"], full) for day in week]
                for week in calendar.monthcalendar(int(year), month)
            ],
        }


def _first(bones: Sequence[PostSummary]) -> PostSummary:
    """The post that a day's cell leads to: the one with the most papers."""
    return max(bones, key=lambda bone: (bone.kind != "none", len(bone.papers)))


def _cell(day: int, bones: Sequence[PostSummary], words: Mapping[str, Any], full: int) -> Cell:
    if not day or not bones:
        return Cell(day)
    first = _first(bones)
    if first.kind == "none":
        state = "nothing" if first.seen else "no_list"
        return Cell(day, shown=str(words[f"{state}_mark"]), title=str(words[state]))
    number = sum(len(bone.papers) for bone in bones)
    shown = str(words["count"]).format(n=number) if number else str(words["post"])
    return Cell(day, urls.href(first.url), shown, 1 + number * 10 // full if number else 0)
