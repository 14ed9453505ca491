"""Lists in pages: home and the days before, topics, authors. Pages are numbered from the oldest, so that they stay."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from digest.site import charts, names
from digest.site.days import origins_line
from digest.site.library import Place, Topic
from digest.site.units import Desk, Unit

PAPERS = 3
"""So many times as many papers as days stand on a page."""


def units(desk: Desk) -> Iterator[Unit]:
    """Plan home, its older pages, and the pages of topics and authors."""
    library, size = desk.library, desk.config.per_page
    marks = [bone.mark for bone in library.bones]
    full = len(marks) // size
    digests = library.digests
    newest = digests[-1] if digests else -1
    start = max(0, full - 1) * size
    yield Unit("home", [marks[start:], newest, full], partial(_home, desk, newest, start, full))
    for number in range(1, full + 1):
        key = [marks[(number - 1) * size : number * size], number < full]
        yield Unit(f"page {number}", key, partial(_page, desk, number, full))
    yield Unit(
        "topics",
        [[t.name, t.slug, t.tag, len(t.places), _latest(desk, t)] for t in _ranked(desk)],
        partial(_topics, desk),
    )
    for topic in library.topics.values():
        yield from _topic_units(desk, topic, size * PAPERS)
    for author, places in library.authors.items():
        yield Unit(f"author {author}", [desk.mark(place) for place in places], partial(_author, desk, author, places))


def _home(desk: Desk, newest: int, start: int, full: int) -> Iterable[tuple[str, bytes]]:
    shown = [at for at in range(len(desk.library.bones) - 1, start - 1, -1) if at != newest]
    day = desk.day(newest) if newest >= 0 else None
    count = Counter(topic for card in day.cards for topic in card.topics) if day else Counter[str]()
    ranked = sorted(count.items(), key=lambda pair: -pair[1])
    yield (
        "index.html",
        desk.press.page(
            "home",
            "index.html",
            title=desk.config.title,
            nav="home",
            newest=day,
            cards=desk.views(newest) if day else [],
            heading=desk.speech.title(day.date) if day else "",
            sub=origins_line(desk, day) if day else "",
            days=desk.press.at("\n".join(desk.extract(at).entry for at in shown), "./"),
            topics=[(topic, names.slug(topic), number) for topic, number in ranked[:10]],
            older=f"page/{full - 1}/" if full > 1 else "",
        ),
    )


def _page(desk: Desk, number: int, full: int) -> Iterable[tuple[str, bytes]]:
    size, path = desk.config.per_page, f"page/{number}/index.html"
    shown = range(number * size - 1, (number - 1) * size - 1, -1)
    bones = desk.library.bones
    span = str(desk.press.words["pages"]["days"]).format(
        first=desk.speech.date(bones[shown[-1]].date, "day"), last=desk.speech.date(bones[shown[0]].date, "day")
    )
    yield (
        path,
        desk.press.page(
            "page",
            path,
            title=span,
            heading=span,
            sub=str(desk.press.words["pages"]["part"]).format(n=number),
            days=desk.press.at("\n".join(desk.extract(at).entry for at in shown), "../../"),
            newer=f"page/{number + 1}/" if number < full else "",
            older=f"page/{number - 1}/" if number > 1 else "",
        ),
    )


def _latest(desk: Desk, topic: Topic) -> str:
    return desk.library.bones[topic.places[-1][0]].date


def _ranked(desk: Desk) -> list[Topic]:
    return sorted(desk.library.topics.values(), key=lambda topic: (topic.tag, -len(topic.places), topic.slug))


def _topics(desk: Desk) -> Iterable[tuple[str, bytes]]:
    ranked = _ranked(desk)
    rows: dict[bool, list[Any]] = {False: [], True: []}
    for topic in ranked:
        row = {
            "name": topic.name,
            "slug": topic.slug,
            "count": f"{len(topic.places):,}",
            "latest": _latest(desk, topic),
        }
        rows[topic.tag].append(row)
    yield (
        "topics/index.html",
        desk.press.page(
            "topics",
            "topics/index.html",
            title=str(desk.press.words["nav"]["topics"]),
            nav="topics",
            sub=desk.speech.count("topics.sub", len(ranked)),
            groups=[
                (title, part)
                for title, part in (("", rows[False]), (desk.press.words["topics"]["tags"], rows[True]))
                if part
            ],
        ),
    )


def _topic_units(desk: Desk, topic: Topic, size: int) -> Iterator[Unit]:
    """The newest page holds what no full page holds yet and the last full page; the full pages never move."""
    marks = [desk.mark(place) for place in topic.places]
    full = len(marks) // size
    start = max(0, full - 1) * size
    months = _months(desk, topic.places)
    yield Unit(
        f"topic {topic.slug}",
        [topic.name, topic.tag, marks[start:], len(marks), months],
        partial(_topic, desk, topic, topic.places[start:], full, months),
    )
    for number in range(1, full + 1):
        places = topic.places[(number - 1) * size : number * size]
        key = [topic.name, marks[(number - 1) * size : number * size], number < full]
        yield Unit(f"topic {topic.slug} {number}", key, partial(_topic_page, desk, topic, places, number, full))


def _months(desk: Desk, places: Sequence[Place]) -> list[tuple[str, int]]:
    """Count the papers of the last twelve months of the archive, up to the newest post."""
    last = desk.library.bones[-1].date
    year, month = int(last[:4]), int(last[5:7])
    wanted = []
    for _ in range(12):
        wanted.append(f"{year:04d}-{month:02d}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    oldest = wanted[-1]
    count: Counter[str] = Counter()
    for place in reversed(places):
        date = desk.library.bones[place[0]].date
        if date[:7] < oldest:
            break
        count[date[:7]] += 1
    return [(name, count[name]) for name in reversed(wanted)]


def _topic(
    desk: Desk, topic: Topic, places: Sequence[Place], full: int, months: Sequence[tuple[str, int]]
) -> Iterable[tuple[str, bytes]]:
    path = f"topics/{topic.slug}/index.html"
    speech = desk.speech
    labels = [(speech.date(f"{month}-01", "month"), str(int(month[5:])), number) for month, number in months]
    yield (
        path,
        desk.press.page(
            "topic",
            path,
            title=topic.name,
            nav="topics",
            heading=topic.name,
            part="",
            up=("topics/", desk.press.words["topics"]["all"]),
            sub="" if topic.tag else speech.count("papers", len(topic.places)),
            feed="" if topic.tag else "./",
            chart=charts.bars(labels, str(desk.press.words["topics"]["chart"]))
            if len(topic.places) > 1 and not topic.tag
            else "",
            items=desk.press.at("\n".join(desk.items(_newest_first(places))), "../../"),
            newer="",
            older=f"topics/{topic.slug}/{full - 1}/" if full > 1 else "",
        ),
    )


def _topic_page(
    desk: Desk, topic: Topic, places: Sequence[Place], number: int, full: int
) -> Iterable[tuple[str, bytes]]:
    path, speech, words = f"topics/{topic.slug}/{number}/index.html", desk.speech, desk.press.words["pages"]
    first, last = (desk.library.bones[place[0]].date for place in (places[0], places[-1]))
    part = str(words["part"]).format(n=number)
    yield (
        path,
        desk.press.page(
            "topic",
            path,
            title=f"{topic.name} {part}",
            nav="topics",
            heading=topic.name,
            part=part,
            up=(f"topics/{topic.slug}/", topic.name),
            sub=str(words["days"]).format(first=speech.date(first, "day"), last=speech.date(last, "day")),
            feed="",
            chart="",
            items=desk.press.at("\n".join(desk.items(_newest_first(places))), "../../../"),
            newer=f"topics/{topic.slug}/{number + 1}/" if number < full else f"topics/{topic.slug}/",
            older=f"topics/{topic.slug}/{number - 1}/" if number > 1 else "",
        ),
    )


def _newest_first(places: Sequence[Place]) -> list[Place]:
    """Newest day first; within a day as the day itself has them."""
    return sorted(places, key=lambda place: (-place[0], place[1]))


def _author(desk: Desk, author: str, places: Sequence[Place]) -> Iterable[tuple[str, bytes]]:
    path = f"authors/{author}/index.html"
    name = next(name for name in desk.card(places[0]).authors if names.slug(name) == author)
    yield (
        path,
        desk.press.page(
            "topic",
            path,
            title=name,
            heading=name,
            part="",
            up=("", desk.press.words["nav"]["home"]),
            sub=desk.speech.count("authors.sub", len(places)),
            feed="",
            chart="",
            items=desk.press.at("\n".join(desk.items(_newest_first(places))), "../../"),
            newer="",
            older="",
        ),
    )
