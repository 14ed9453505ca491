"""The archive as a calendar: a page a year, how much each day holds, and the days that hold nothing."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from digest.site import urls
from digest.site.library import distinct
from digest.site.pages.context import PageView, Unit
from digest.site.pages.pictures import period_path
from digest.site.records import PostSummary

_LEAST = 10
"""So many papers fill a bar at least; more where a day of the year holds more."""


class CalendarDay(NamedTuple):
    """A day of the calendar."""

    day: int
    href: str = ""
    shown: str = ""
    bar: int = 0
    title: str = ""


def units(view: PageView) -> Iterator[Unit]:
    """Plan a page for each year, and one for the newest under the archive's own address."""
    years: dict[str, dict[str, list[PostSummary]]] = {}
    for post in sorted([*view.library.posts, *view.library.empty], key=lambda post: (post.date, post.file)):
        years.setdefault(post.date[:4], {}).setdefault(post.date, []).append(post)
    names_of_years = sorted(years, reverse=True)
    for year in names_of_years:
        yield Unit(
            f"year {year}",
            [_key(years[year]), names_of_years],
            partial(_year, view, year, years[year], names_of_years, f"archive/{year}/"),
        )
    newest = names_of_years[0] if names_of_years else ""
    days = years.get(newest, {})
    yield Unit("archive", [_key(days), names_of_years], partial(_year, view, newest, days, names_of_years, "archive/"))


def _key(days: Mapping[str, Sequence[PostSummary]]) -> list[object]:
    shown: list[object] = [
        [date, [[post.kind, post.url, post.title, len(post.papers), post.seen] for post in posts], distinct(posts)]
        for date, posts in days.items()
    ]
    times = [days.values(), *(month.values() for month in _by_month(days).values())]
    return [*shown, [distinct(chain.from_iterable(posts)) for posts in times]]


def _year(
    view: PageView, year: str, days: Mapping[str, Sequence[PostSummary]], years: Sequence[str], folder: str
) -> Iterable[tuple[str, bytes]]:
    words, locale = view.renderer.words["archive"], view.locale
    path = f"{folder}index.html"
    heading = locale.date(f"{year}-01-01", "year") if year else str(view.renderer.words["nav"]["archive"])
    held = [number for posts in days.values() if (number := distinct(posts))]
    total = locale.held("archive.sub", len(held), distinct(chain.from_iterable(days.values())))
    yield (
        path,
        view.renderer.page(
            "archive",
            path,
            title=heading if folder != "archive/" else str(view.renderer.words["nav"]["archive"]),
            nav="archive",
            picture=_picture(view, days),
            heading=heading,
            year=year,
            years=years,
            sub=total if days else str(words["empty"]),
            months=list(_months(view, year, days, max(_LEAST, *held, 0))) if days else [],
            others=[
                (post.url, post.date, post.title)
                for posts in reversed(list(days.values()))
                for post in posts
                if post.url and post is not _first(posts)
            ],
        ),
    )


def _picture(view: PageView, days: Mapping[str, Sequence[PostSummary]]) -> str:
    """Return the picture of the newest month that has one."""
    months = (date[:7] for date in reversed(list(days)) if any(post.kind == "digest" for post in days[date]))
    newest = next(months, "") if view.painter else ""
    return period_path(newest) if newest else ""


def _months(
    view: PageView, year: str, days: Mapping[str, Sequence[PostSummary]], full: int
) -> Iterator[dict[str, Any]]:
    """Yield the months that hold a day, newest first."""
    by_month = _by_month(days)
    words, locale = view.renderer.words, view.locale
    for month in sorted(by_month, reverse=True):
        posts = list(by_month[month].values())
        held = sum(bool(distinct(day)) for day in posts)
        yield {
            "number": month,
            "name": words["months"][month - 1],
            "sub": locale.held("archive.month", held, distinct(chain.from_iterable(posts))) if held else "",
            "weeks": [
                [_cell(day, by_month[month].get(day, ()), words["archive"], full) for day in week]
                for week in calendar.monthcalendar(int(year), month)
            ],
        }


def _by_month(days: Mapping[str, Sequence[PostSummary]]) -> Mapping[int, Mapping[int, Sequence[PostSummary]]]:
    by_month: dict[int, dict[int, Sequence[PostSummary]]] = defaultdict(dict)
    for date, posts in days.items():
        by_month[int(date[5:7])][int(date[8:])] = posts
    return by_month


def _first(posts: Sequence[PostSummary]) -> PostSummary:
    """The post that a day's cell leads to: the one with the most papers."""
    return max(posts, key=lambda post: (post.kind != "none", len(post.papers)))


def _cell(day: int, posts: Sequence[PostSummary], words: Mapping[str, Any], full: int) -> CalendarDay:
    if not day or not posts:
        return CalendarDay(day)
    first = _first(posts)
    if first.kind == "none":
        state = "nothing" if first.seen else "no_list"
        return CalendarDay(day, shown=str(words[f"{state}_mark"]), title=str(words[state]))
    number = distinct(posts)
    shown = str(words["count"]).format(n=number) if number else str(words["post"])
    return CalendarDay(day, urls.href(first.url), shown, 1 + number * 10 // full if number else 0)
