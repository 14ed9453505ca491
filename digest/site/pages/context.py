"""The smallest things a build makes: a unit is some files and the key of everything they depend on."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from digest.config import SiteConfig
from digest.model import Overview
from digest.model.references.citations import bibtex
from digest.site import urls
from digest.site.cache import Manifest
from digest.site.library import Library, PaperRef
from digest.site.library.related import Related
from digest.site.pages.data.papers import row
from digest.site.pages.data.places import citation
from digest.site.pages.views import CardView, card_view
from digest.site.records import Card, Content, PostPage, PostSummary, StoredValue
from digest.site.rendering.locales import Locale
from digest.site.rendering.renderer import Renderer
from digest.site.rendering.reports import ReportLinks

if TYPE_CHECKING:
    from digest.site.rendering.pictures import Painter

_AT_HAND = 100
"""So many posts' extracts are kept in memory."""
_RELATED_AT_HAND = 4000
"""So many posts' rows of related papers, 2 kB each: they are asked for in no order."""


class ListRows(StoredValue, frozen=True, array_like=True, gc=False):
    """A post's rows in lists of papers, as UTF-8: of most posts that a list needs, it needs one row."""

    items: tuple[bytes, ...]
    """Those of its papers, and at the end its own."""
    related: bytes
    """Those of its papers in lists of related papers, packed."""


class Extract(StoredValue, frozen=True, array_like=True, gc=False):
    """What else other pages show of a post."""

    entry: str
    """Its row in a list of days."""
    bibtex: tuple[str, ...]
    data: tuple[str, ...]
    """Its papers' rows in the index of their month."""


_Kept = TypeVar("_Kept")
_extracts = msgspec.msgpack.Decoder(Extract)
_lists = msgspec.msgpack.Decoder(ListRows)
_related = msgspec.msgpack.Decoder(tuple[bytes, ...])


class Unit(NamedTuple):
    """Files that are made together, or not at all where the key is what it was."""

    name: str
    key: Any
    """Plain values: everything that the files depend on beside templates, settings and code."""
    make: Callable[[], Iterable[tuple[str, Content]]]
    """Makes the files: path below the site's folder, content."""


def key_hash(key: object) -> bytes:
    """Shorten the key of a unit or a fragment."""
    return hashlib.blake2b(msgspec.msgpack.encode(key), digest_size=16).digest()


@dataclass(frozen=True)
class PageView:
    """What every maker of pages is handed."""

    library: Library
    related: Related
    renderer: Renderer
    config: SiteConfig
    timezone: str
    language: str
    templates_key: bytes
    manifest: Manifest
    reviews: Mapping[str, Overview] = field(default_factory=dict)
    """The overviews of weeks and months, by their names."""
    further: tuple[str, ...] = ()
    """The addresses of sites below this one: other languages, other profiles."""
    painter: "Painter | None" = None
    """What draws the pictures of shared links, where they are wanted and can be made."""
    _views: list[Any] = field(default_factory=lambda: [-1, []])
    _extracts: dict[int, Extract] = field(default_factory=dict)
    _lists: dict[int, ListRows] = field(default_factory=dict)
    _related_rows: dict[int, bytes] = field(default_factory=dict)

    @property
    def locale(self) -> Locale:
        """The words of the interface."""
        return self.renderer.locale

    def post_page(self, position: int) -> PostPage:
        """A post in full."""
        return self.manifest.post_page(self.library.posts[position].file)

    def picture_of(self, url: str) -> str:
        """Return where the picture of a post is; empty where there are no pictures."""
        return f"{urls.beside(url)}card.png" if self.painter is not None else ""

    def card(self, place: PaperRef) -> Card:
        """A paper in full."""
        return self.post_page(place[0]).cards[place[1]]

    def card_views(self, position: int) -> list[CardView]:
        """The papers of a post as templates see them. The last post's are kept at hand: two pages are made of each."""
        if self._views[0] != position:
            day = self.post_page(position)
            reports = ReportLinks(self.config.report, self.renderer.words["report"], self.config.url, day.date)
            others = self.renderer.unchecked != "all", self.library.posts[position].origins[0] > 0
            self._views[:] = [position, [card_view(card, self.locale, reports, others) for card in day.cards]]
        found: list[CardView] = self._views[1]
        return found

    def content_hashes(self, places: Iterable[PaperRef]) -> list[tuple[bytes, int]]:
        """Stand for what a list shows of some papers or posts."""
        posts = self.library.posts
        return [(posts[position].content_hash, number) for position, number in places]

    def post(self, position: int) -> PostSummary | None:
        """What other pages know of a post; None where there is no such post."""
        return self.library.posts[position] if 0 <= position < len(self.library.posts) else None

    def items(self, places: Sequence[PaperRef]) -> list[str]:
        """The rows of papers or posts for a list, made once and kept. The way to the site's top is left open."""
        return [self._rows(position).items[number].decode() for position, number in places]

    def related_rows(self, places: Sequence[PaperRef]) -> list[str]:
        """The rows of papers for a list of related ones."""
        found = []
        for position, number in places:
            rows = self._related_rows.get(position)
            if rows is None:
                if len(self._related_rows) >= _RELATED_AT_HAND:
                    self._related_rows.clear()
                rows = self._related_rows[position] = self._rows(position).related
            found.append(_related.decode(rows)[number].decode())
        return found

    def extract(self, position: int) -> Extract:
        """What home, bibliographies and data show of a post, made once and kept."""
        return self._made_once("extract", position, self._extracts, _extracts, self._extract)

    def _rows(self, position: int) -> ListRows:
        return self._made_once("rows", position, self._lists, _lists, self._list_rows)

    def keep(self, position: int) -> None:
        """Make what others show of a post now, while it is at hand."""
        self.extract(position)
        self._rows(position)

    def _made_once(
        self, kind: str, position: int, known: dict[int, _Kept], decoder: msgspec.msgpack.Decoder[_Kept],
        make: Callable[[int], _Kept],
    ) -> _Kept:  # fmt: skip
        found = known.get(position)
        if found is None:
            post = self.library.posts[position]
            name, key = f"{kind} {post.file}", self.templates_key + post.content_hash
            kept = self.manifest.fragment(name, key)
            if kept is None:
                found = make(position)
                self.manifest.put_fragment(name, key, msgspec.msgpack.encode(found))
            else:
                found = decoder.decode(kept)
            if len(known) >= _AT_HAND:
                known.clear()
            known[position] = found
        return found

    def prune(self, others: Collection[str]) -> None:
        """Drop the fragments of posts that are gone; `others` stay."""
        ours = (f"{kind} {post.file}" for kind in ("extract", "rows") for post in self.library.posts)
        self.manifest.keep_fragments({*ours, *others})

    def _list_rows(self, position: int) -> ListRows:
        day, cards, macro = self.post_page(position), self.card_views(position), self.renderer.macro
        dated = self.locale.date(day.date, "dated")
        items = (*(macro("item", card, day.date, dated) for card in cards), macro("posted", day, dated))
        related = [macro("related", card, day.date, dated).encode() for card in cards]
        return ListRows(tuple(map(str.encode, items)), msgspec.msgpack.encode(related))

    def _extract(self, position: int) -> Extract:
        day = self.post_page(position)
        return Extract(
            self.renderer.macro("entry", day, self.card_views(position), urls.href(day.url)),
            tuple(bibtex.entry(citation(card)) for card in day.cards),
            tuple(row(card, number, day.date, day.url, self.config.url) for number, card in enumerate(day.cards, 1)),
        )
