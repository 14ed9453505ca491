"""Pages of what papers share: topics, tags and authors. Numbered from the oldest, so that full pages never move."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from digest.site import urls
from digest.site.library import PaperRef, Topic
from digest.site.pages import charts
from digest.site.pages.context import Desk, Unit

PAPERS = 3
"""So many times as many papers as days stand on a page."""


@dataclass(frozen=True, slots=True)
class TopicList:
    """Papers or posts that stand together, oldest first."""

    name: str
    folder: str
    """Of its pages, below the site's: `topics/llm/`."""
    places: Sequence[PaperRef]
    key: Any
    """What its pages depend on beside the places."""
    above: Any
    """What only the head of the newest page depends on."""
    heading: Callable[[], str]
    head: Callable[[], Mapping[str, Any]]
    """What stands below the heading of the newest page: sub, up, and where there is one feed and chart."""


def units(desk: Desk) -> Iterator[Unit]:
    """Plan the list of topics, and the pages of topics, tags and authors."""
    ranked = _ranked(desk)
    rows = [[t.name, t.slug, t.tag, len(t.places), _latest(desk, t)] for t in ranked]
    yield Unit("topics", rows, partial(_topics, desk))
    for topic in desk.library.topics.values():
        months = _months(desk, topic.places)
        yield from _pages(
            desk,
            TopicList(
                name=f"topic {topic.slug}",
                folder=f"topics/{topic.slug}/",
                places=topic.places,
                key=[topic.name, topic.tag],
                above=months,
                heading=partial(str, topic.name),
                head=partial(_topic_head, desk, topic, months),
            ),
        )
    for author, places in desk.library.authors.items():
        yield from _pages(
            desk,
            TopicList(
                name=f"author {author}",
                folder=f"authors/{author}/",
                places=places,
                key=desk.mark(places[0]),
                above=[],
                heading=partial(_author_name, desk, author, places[0]),
                head=partial(_author_head, desk, len(places)),
            ),
        )


def _pages(desk: Desk, shelf: TopicList) -> Iterator[Unit]:
    """The newest page holds what no full page holds yet and the last full page."""
    marks, size = [desk.mark(place) for place in shelf.places], desk.config.per_page * PAPERS
    full = len(marks) // size
    start = max(0, full - 1) * size
    newest = [shelf.key, shelf.above, marks[start:], len(marks)]
    yield Unit(shelf.name, newest, partial(_newest, desk, shelf, shelf.places[start:], full))
    for number in range(1, full + 1):
        part = slice((number - 1) * size, number * size)
        key = [shelf.key, marks[part], number < full]
        yield Unit(f"{shelf.name} {number}", key, partial(_older, desk, shelf, shelf.places[part], number, full))


def _newest(desk: Desk, shelf: TopicList, places: Sequence[PaperRef], full: int) -> Iterable[tuple[str, bytes]]:
    heading = shelf.heading()
    older = f"{shelf.folder}{full - 1}/" if full > 1 else ""
    yield _page(
        desk, shelf.folder, places, title=heading, heading=heading, part="", newer="", older=older, **shelf.head()
    )


def _older(
    desk: Desk, shelf: TopicList, places: Sequence[PaperRef], number: int, full: int
) -> Iterable[tuple[str, bytes]]:
    speech, words, heading = desk.speech, desk.press.words["pages"], shelf.heading()
    first, last = (desk.library.bones[place[0]].date for place in (places[0], places[-1]))
    part = str(words["part"]).format(n=number)
    yield _page(
        desk,
        f"{shelf.folder}{number}/",
        places,
        title=f"{heading} {part}",
        heading=heading,
        part=part,
        up=(shelf.folder, heading),
        nav="topics" if shelf.folder.startswith("topics/") else "",
        sub=str(words["days"]).format(first=speech.date(first, "day"), last=speech.date(last, "day")),
        newer=f"{shelf.folder}{number + 1}/" if number < full else shelf.folder,
        older=f"{shelf.folder}{number - 1}/" if number > 1 else "",
    )


def _page(desk: Desk, folder: str, places: Sequence[PaperRef], **values: Any) -> tuple[str, bytes]:
    path = f"{folder}index.html"
    # Newest day first; within a day as the day itself has them.
    rows = desk.items(sorted(places, key=lambda place: (-place[0], place[1])))
    items = desk.press.with_root("\n".join(rows), urls.root_of(path))
    return path, desk.press.page("topic", path, items=items, **{"feed": "", "chart": "", **values})


def _topic_head(desk: Desk, topic: Topic, months: Sequence[tuple[str, int]]) -> Mapping[str, Any]:
    speech, words = desk.speech, desk.press.words["topics"]
    labels = [(speech.date(f"{month}-01", "month"), str(int(month[5:])), number) for month, number in months]
    head = {"nav": "topics", "up": ("topics/", words["all"])}
    if topic.tag:
        return {**head, "sub": ""}
    chart = charts.bars(labels, str(words["chart"])) if len(topic.places) > 1 else ""
    return {**head, "sub": speech.count("papers", len(topic.places)), "feed": "./", "chart": chart}


def _author_name(desk: Desk, author: str, place: PaperRef) -> str:
    """Return the name as the oldest paper writes it."""
    return next(name for name in desk.card(place).authors if urls.slug(name) == author)


def _author_head(desk: Desk, number: int) -> Mapping[str, Any]:
    return {"up": ("", desk.press.words["nav"]["home"]), "sub": desk.speech.count("authors.sub", number)}


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


def _months(desk: Desk, places: Sequence[PaperRef]) -> list[tuple[str, int]]:
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
