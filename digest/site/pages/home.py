"""Home and the days before, in pages. Pages are numbered from the oldest, so that they stay."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial

from digest.site import urls
from digest.site.pages.context import Desk, Unit
from digest.site.pages.posts import origins_line


def units(desk: Desk) -> Iterator[Unit]:
    """Plan home and its older pages."""
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
            days=desk.press.with_root("\n".join(desk.extract(at).entry for at in shown), "./"),
            topics=[(topic, urls.slug(topic), number) for topic, number in ranked[:10]],
            later=bool(shown) and shown[0] > newest >= 0,
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
            days=desk.press.with_root("\n".join(desk.extract(at).entry for at in shown), "../../"),
            newer=f"page/{number + 1}/" if number < full else "",
            older=f"page/{number - 1}/" if number > 1 else "",
        ),
    )
