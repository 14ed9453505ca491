"""The smallest things a build makes: a unit is some files and the key of everything they depend on."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from digest.config import SiteConfig
from digest.site import urls
from digest.site.library import Library, PaperRef
from digest.site.output.cache import Manifest
from digest.site.pages import bibtex
from digest.site.pages.views import View, view
from digest.site.records import Card, Day, PostSummary
from digest.site.related import Related
from digest.site.rendering.locales import Locale
from digest.site.rendering.renderer import Renderer

_AT_HAND = 100
"""So many posts' extracts are kept in memory."""


class Extract(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What other pages show of a post."""

    entry: str
    """Its row in a list of days."""
    rows: tuple[str, ...]
    """Its papers' rows in lists of papers, and at the end its own."""
    bibtex: tuple[str, ...]


_extracts = msgspec.msgpack.Decoder(Extract)


class Unit(NamedTuple):
    """Files that are made together, or not at all where the key is what it was."""

    name: str
    key: Any
    """Plain values: everything that the files depend on beside templates, settings and code."""
    make: Callable[[], Iterable[tuple[str, bytes]]]
    """Makes the files: path below the site's folder, content."""


@dataclass(frozen=True)
class Desk:
    """What every maker of pages is handed."""

    library: Library
    related: Related
    press: Renderer
    config: SiteConfig
    timezone: str
    language: str
    templates_key: bytes
    manifest: Manifest
    papers: bool = True
    """Whether papers have pages and BibTeX; only bench/site.py builds days without them."""
    _views: list[Any] = field(default_factory=lambda: [-1, []])
    _extracts: dict[int, Extract] = field(default_factory=dict)

    @property
    def speech(self) -> Locale:
        """The words of the interface."""
        return self.press.speech

    def day(self, position: int) -> Day:
        """A post in full."""
        return self.manifest.day(self.library.bones[position].file)

    def card(self, place: PaperRef) -> Card:
        """A paper in full."""
        return self.day(place[0]).cards[place[1]]

    def views(self, position: int) -> list[View]:
        """The papers of a post as templates see them. The last post's are kept at hand: two pages are made of each."""
        if self._views[0] != position:
            self._views[:] = [position, [view(card, self.speech) for card in self.day(position).cards]]
        found: list[View] = self._views[1]
        return found

    def key_of(self, key: object) -> bytes:
        """Shorten the key of a unit or a piece."""
        return hashlib.blake2b(msgspec.msgpack.encode(key), digest_size=16).digest()

    def mark(self, place: PaperRef) -> list[object]:
        """Stand for what a list shows of a paper or a post."""
        return [self.library.bones[place[0]].mark, place[1]]

    def bone(self, position: int) -> PostSummary | None:
        """A post's bones; None where there is no such post."""
        return self.library.bones[position] if 0 <= position < len(self.library.bones) else None

    def items(self, places: Sequence[PaperRef]) -> list[str]:
        """The rows of papers or posts for a list; each is made once and kept."""
        return [self.extract(position).rows[number] for position, number in places]

    def extract(self, position: int) -> Extract:
        """What lists and files show of a post, made once and kept. The way to the site's top is left open."""
        known = self._extracts.get(position)
        if known is None:
            bone = self.library.bones[position]
            name, key = f"extract {bone.file}", self.templates_key + bone.mark
            kept = self.manifest.piece(name, key)
            if kept is None:
                known = self._extract(position)
                self.manifest.put_fragment(name, key, msgspec.msgpack.encode(known))
            else:
                known = _extracts.decode(kept)
            if len(self._extracts) >= _AT_HAND:
                self._extracts.clear()
            self._extracts[position] = known
        return known

    def _extract(self, position: int) -> Extract:
        day, views = self.day(position), self.views(position)
        dated = self.speech.date(day.date, "dated")
        # Without pages for papers only topics and authors list them.
        rows = [
            self.press.macro("item", view, day.date, dated) if self.papers or view.topics or view.authors else ""
            for view in views
        ]
        return Extract(
            self.press.macro("entry", day, views, urls.href(day.url)),
            # The last row, at -1, is the post itself.
            (*rows, self.press.macro("posted", day, dated)),
            tuple(map(bibtex.entry, day.cards)) if self.papers else (),
        )
