"""Home and the days before, in pages. Pages are numbered from the oldest, so that they stay."""

from collections.abc import Iterable, Iterator
from functools import partial

from digest.site.library.addresses import PART
from digest.site.pages.context import PageView, Unit
from digest.site.pages.posts import AT_A_GLANCE, description, origins_line, spot, topics, unpublished


def units(view: PageView) -> Iterator[Unit]:
    """Plan home and its older pages."""
    library, size = view.library, view.config.per_page
    hashes = [post.content_hash for post in library.posts]
    full = len(hashes) // size
    digests = library.digests
    newest = digests[-1] if digests else -1
    start = max(0, full - 1) * size
    yield Unit("home", [hashes[start:], newest, full], partial(_home, view, newest, start, full))
    for number in range(1, full + 1):
        key = [hashes[(number - 1) * size : number * size], number < full]
        yield Unit(f"page {number}", key, partial(_page, view, number, full))


def _home(view: PageView, newest: int, start: int, full: int) -> Iterable[tuple[str, bytes]]:
    shown = [at for at in range(len(view.library.posts) - 1, start - 1, -1) if at != newest]
    day = view.post_page(newest) if newest >= 0 else None
    cards = view.card_views(newest) if day else []
    spots = [(card, spot(day.url, at)) for at, card in enumerate(cards[:PART], 1)] if day else []
    yield (
        "index.html",
        view.renderer.page(
            "home",
            "index.html",
            title=view.config.title,
            nav="home",
            description=description(view, day) if day else "",
            picture=view.picture_of(day.url) if day else "",
            newest=day,
            cards=cards[:AT_A_GLANCE],
            rest=spots[AT_A_GLANCE:],
            more=len(cards[PART:]),
            left_out=unpublished(day) if day else (),
            heading=view.locale.title(day.date) if day else "",
            sub=origins_line(view, day) if day else "",
            days=view.renderer.with_root("\n".join(view.extract(at).entry for at in shown), "./"),
            topics=topics(day.cards) if day else [],
            later=bool(shown) and shown[0] > newest >= 0,
            older=f"page/{full - 1}/" if full > 1 else "",
        ),
    )


def _page(view: PageView, number: int, full: int) -> Iterable[tuple[str, bytes]]:
    size, path = view.config.per_page, f"page/{number}/index.html"
    shown = range(number * size - 1, (number - 1) * size - 1, -1)
    posts = view.library.posts
    span = view.locale.span(posts[shown[-1]].date, posts[shown[0]].date, "day")
    yield (
        path,
        view.renderer.page(
            "page",
            path,
            title=span,
            heading=span,
            sub=str(view.renderer.words["pages"]["part"]).format(n=number),
            days=view.renderer.with_root("\n".join(view.extract(at).entry for at in shown), "../../"),
            newer=f"page/{number + 1}/" if number < full else "",
            older=f"page/{number - 1}/" if number > 1 else "",
        ),
    )
