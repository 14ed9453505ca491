"""Pages of what papers share: topics, tags and authors. Numbered from the oldest, so that full pages never move."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from digest.site import urls
from digest.site.library import PaperRef, Topic
from digest.site.pages.context import PageView, Unit
from digest.site.rendering import charts

PAPERS = 3
"""So many times as many papers as days stand on a page."""
_MONTHS = 12


class TopicList(NamedTuple):
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


def units(view: PageView) -> Iterator[Unit]:
    """Plan the list of topics, and the pages of topics, tags and authors."""
    ranked = _ranked(view)
    rows = [[t.name, t.slug, t.tag, len(t.places), _latest(view, t)] for t in ranked]
    yield Unit("topics", rows or _nothing(view), partial(_topics, view))
    for topic in view.library.topics.values():
        months = _months(view, topic.places)
        yield from _pages(
            view,
            TopicList(
                name=f"topic {topic.slug}",
                folder=f"topics/{topic.slug}/",
                places=topic.places,
                key=[topic.name, topic.tag],
                above=months,
                heading=partial(str, topic.name),
                head=partial(_topic_head, view, topic, months),
            ),
        )
    for author, places in view.library.authors.items():
        yield from _pages(
            view,
            TopicList(
                name=f"author {author}",
                folder=f"authors/{author}/",
                places=places,
                key=view.content_hashes(places[:1]),
                above=view.library.has_feed(author),
                heading=partial(author_name, view, author, places[0]),
                head=partial(_author_head, view, author, len(places)),
            ),
        )


def _pages(view: PageView, group: TopicList) -> Iterator[Unit]:
    """The newest page holds what no full page holds yet and the last full page."""
    hashes, size = view.content_hashes(group.places), view.config.per_page * PAPERS
    full = len(hashes) // size
    start = max(0, full - 1) * size
    newest = [group.key, group.above, hashes[start:], len(hashes)]
    yield Unit(group.name, newest, partial(_newest, view, group, group.places[start:], full))
    for number in range(1, full + 1):
        part = slice((number - 1) * size, number * size)
        key = [group.key, hashes[part], number < full]
        yield Unit(f"{group.name} {number}", key, partial(_older, view, group, group.places[part], number, full))


def _newest(view: PageView, group: TopicList, places: Sequence[PaperRef], full: int) -> Iterable[tuple[str, bytes]]:
    heading = group.heading()
    older = f"{group.folder}{full - 1}/" if full > 1 else ""
    yield _page(
        view,
        group.folder,
        places,
        title=heading,
        heading=heading,
        part="",
        newer="",
        older=older,
        **group.head(),
    )


def _older(
    view: PageView, group: TopicList, places: Sequence[PaperRef], number: int, full: int
) -> Iterable[tuple[str, bytes]]:
    words, heading = view.renderer.words["pages"], group.heading()
    first, last = (view.library.posts[place[0]].date for place in (places[0], places[-1]))
    part = str(words["part"]).format(n=number)
    yield _page(
        view,
        f"{group.folder}{number}/",
        places,
        title=f"{heading} {part}",
        heading=heading,
        part=part,
        up=(group.folder, heading),
        nav="topics" if group.folder.startswith("topics/") else "",
        sub=view.locale.span(first, last, "day"),
        newer=f"{group.folder}{number + 1}/" if number < full else group.folder,
        older=f"{group.folder}{number - 1}/" if number > 1 else "",
    )


def _page(view: PageView, folder: str, places: Sequence[PaperRef], **values: Any) -> tuple[str, bytes]:
    path = f"{folder}index.html"
    # Newest day first; within a day as the day itself has them.
    rows = view.items(sorted(places, key=lambda place: (-place[0], place[1])))
    items = view.renderer.with_root("\n".join(rows), urls.root_of(path))
    return path, view.renderer.page("topic", path, items=items, **{"feed": "", "json": True, "chart": "", **values})


def _topic_head(view: PageView, topic: Topic, months: Sequence[tuple[str, int]]) -> Mapping[str, Any]:
    locale, words = view.locale, view.renderer.words["topics"]
    labels = [(locale.date(f"{month}-01", "month"), str(int(month[5:])), number) for month, number in months]
    years = [month[:4] if not at or month.endswith("-01") else "" for at, (month, _) in enumerate(months)]
    head = {"nav": "topics", "up": ("topics/", words["all"])}
    if topic.tag:
        return {**head, "sub": ""}
    chart = charts.bars(labels, years, str(words["chart"])) if len(topic.places) > 1 and len(labels) > 1 else ""
    return {**head, "sub": locale.count("papers", len(topic.places)), "feed": "./", "chart": chart}


def author_name(view: PageView, author: str, place: PaperRef) -> str:
    """Return the name as the oldest paper writes it."""
    return next(name for name in view.card(place).authors if urls.slug(name) == author)


def _author_head(view: PageView, author: str, number: int) -> Mapping[str, Any]:
    feed, words = "./" if view.library.has_feed(author) else "", view.renderer.words
    head = {"up": ("", words["nav"]["home"]), "here": words["authors"]["title"], "feed": feed, "json": False}
    return {**head, "sub": view.locale.count("authors.sub", number)}


def _latest(view: PageView, topic: Topic) -> str:
    return view.library.posts[topic.places[-1][0]].date


def _ranked(view: PageView) -> list[Topic]:
    return sorted(view.library.topics.values(), key=lambda topic: (topic.tag, -len(topic.places), topic.slug))


def _topics(view: PageView) -> Iterable[tuple[str, bytes]]:
    ranked = _ranked(view)
    rows: dict[bool, list[Any]] = {False: [], True: []}
    for topic in ranked:
        row = {
            "name": topic.name,
            "slug": topic.slug,
            "count": f"{len(topic.places):,}",
            "latest": _latest(view, topic),
        }
        rows[topic.tag].append(row)
    yield (
        "topics/index.html",
        view.renderer.page(
            "topics",
            "topics/index.html",
            title=str(view.renderer.words["nav"]["topics"]),
            nav="topics",
            sub=view.locale.count("topics.sub", len(ranked)) if ranked else _nothing(view),
            groups=[one for one in (("", rows[False]), (view.renderer.words["topics"]["tags"], rows[True])) if one[1]],
        ),
    )


def _nothing(view: PageView) -> str:
    """Say that there are no papers yet; nothing where there are some, but without topics."""
    return "" if view.library.owners else str(view.renderer.words["home"]["empty"])


def _months(view: PageView, places: Sequence[PaperRef]) -> list[tuple[str, int]]:
    """Count the papers of the last twelve months of the archive, up to the newest post and from the oldest one."""
    first, last = (view.library.posts[at].date for at in (0, -1))
    year, month = int(last[:4]), int(last[5:7])
    wanted: list[str] = []
    while len(wanted) < _MONTHS and (not wanted or wanted[-1] > first[:7]):
        wanted.append(f"{year:04d}-{month:02d}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    oldest = wanted[-1]
    count: Counter[str] = Counter()
    for place in reversed(places):
        date = view.library.posts[place[0]].date
        if date[:7] < oldest:
            break
        count[date[:7]] += 1
    return [(name, count[name]) for name in reversed(wanted)]
