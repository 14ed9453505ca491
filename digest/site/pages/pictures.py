"""The pictures that links show where they are shared: of the site, of days, weeks and months, by choice of papers."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from digest.model.corpus.periods import KINDS
from digest.site.content import markup
from digest.site.library.periods import Period, periods
from digest.site.pages.context import PageView, Unit
from digest.site.pages.posts import listed_line
from digest.site.pages.views import name_before
from digest.site.records import Card
from digest.site.rendering import fonts
from digest.site.rendering.locales import Locale
from digest.site.rendering.picture_text import PictureText

if TYPE_CHECKING:
    from digest.site.rendering.pictures import Painter

LINES = 4
"""So many papers are named at most."""
SITE = "assets/card.png"
"""The picture of the site, which a file of the user's templates may take the place of."""


def painter_for(setting: str, locale: Locale) -> "tuple[Painter | None, bytes, str]":
    """Return what draws the pictures, what stands for it, and why there are none though they are wanted."""
    if setting == "off":
        return None, b"", ""
    try:
        from digest.site.rendering.pictures import Painter  # noqa: PLC0415 - Pillow is an extra, and takes its time
    except ImportError:
        return None, b"", "site.cards: no pictures were made: Pillow is missing; install 'daily-paper-digest[cards]'"
    probe = locale.date("2024-01-01", "long") + str(locale.words["tagline"])
    found = Painter.of(fonts.installed(), probe)
    if found is None:
        return None, b"", (
            "site.cards: no pictures were made: no font with an open licence has the letters of the language; install "
            "'daily-paper-digest[cards]' or Noto Sans CJK"
        )  # fmt: skip
    painter, font = found
    return painter, painter.key + fonts.content_hash(font), ""


def units(view: PageView, assets: Iterable[str]) -> Iterator[Unit]:
    """Plan them all; none without a painter."""
    if view.painter is None:
        return
    one = partial(_one, view.painter)
    if SITE not in assets:
        yield Unit("picture", [], partial(one, SITE, partial(_site, view)))
    for position in view.library.digests:
        post = view.library.posts[position]
        path = view.picture_of(post.url)
        yield Unit(f"picture {post.file}", post.content_hash, partial(one, path, partial(_day, view, position)))
    for folder in KINDS:
        for period in periods(view.library, folder):
            key = [view.library.posts[position].content_hash for position in period.positions]
            made = partial(one, period_path(period.name), partial(_period, view, period))
            yield Unit(f"picture {period.name}", key, made)
    if view.config.cards == "papers":
        for slug, (position, number) in view.library.owners.items():
            made = partial(one, f"papers/{slug}/card.png", partial(_paper, view, position, number))
            yield Unit(f"picture of {slug}", view.content_hashes([(position, number)]), made)


def period_path(name: str) -> str:
    """Return where the picture of a week, 2025-W47, or of a month, 2025-11, is."""
    return f"weeks/{name}/card.png" if "W" in name else f"archive/{name[:4]}/{name[5:]}.png"


def _one(painter: "Painter", path: str, text: Callable[[], PictureText]) -> Iterable[tuple[str, bytes]]:
    yield path, painter.draw(text())


def _site(view: PageView) -> PictureText:
    return _text(str(view.renderer.words["tagline"]), view.config.title, view.renderer.description, ())


def _day(view: PageView, position: int) -> PictureText:
    day = view.post_page(position)
    return _text(view.config.title, view.locale.date(day.date, "long"), listed_line(view, day), day.cards[:LINES])


def _period(view: PageView, period: Period) -> PictureText:
    cards = {card.slug: card for position in period.positions for card in view.post_page(position).cards}
    best = sorted(cards.values(), key=lambda card: (-(card.upvotes or 0), card.slug))
    sub = view.locale.held("archive.month", len(period.days), period.papers)
    return _text(view.config.title, view.locale.period(period.name), sub, best[:LINES])


def _paper(view: PageView, position: int, number: int) -> PictureText:
    card = view.post_page(position).cards[number]
    authors = ", ".join(card.authors[:3]) + (" …" if len(card.authors) > 3 else "")
    shown = _text(view.config.title, markup.bare(card.title_html), authors, ())
    return shown._replace(lines=(("", markup.bare(card.tldr_html)),)) if card.tldr else shown


def _text(site: str, title: str, sub: str, cards: Iterable[Card]) -> PictureText:
    return PictureText(site, title, sub, tuple(map(_line, cards)))


def _line(card: Card) -> tuple[str, str]:
    name = name_before(card)
    return markup.bare(markup.line(name)), markup.bare(card.tldr_html or card.title_html)
