"""The smallest things a build makes: a unit is some files and the key of everything they depend on."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from digest.config import SiteConfig
from digest.site.library import Library, Place
from digest.site.manifest import Manifest
from digest.site.nouns import Bone, Card, Day
from digest.site.press import Press
from digest.site.related import Related
from digest.site.words import Speech


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
    press: Press
    config: SiteConfig
    timezone: str
    language: str
    templates_key: bytes
    manifest: Manifest

    @property
    def speech(self) -> Speech:
        """The words of the interface."""
        return self.press.speech

    def day(self, position: int) -> Day:
        """A post in full."""
        return self.manifest.day(self.library.bones[position].file)

    def card(self, place: Place) -> Card:
        """A paper in full."""
        return self.day(place[0]).cards[place[1]]

    def key_of(self, key: object) -> bytes:
        """Shorten the key of a unit or a piece."""
        return hashlib.blake2b(msgspec.msgpack.encode(key), digest_size=16).digest()

    def mark(self, place: Place) -> list[object]:
        """Stand for what a list shows of a paper or a post."""
        return [self.library.bones[place[0]].mark, place[1]]

    def bone(self, position: int) -> Bone | None:
        """A post's bones; None where there is no such post."""
        return self.library.bones[position] if 0 <= position < len(self.library.bones) else None

    def items(self, places: Sequence[Place]) -> list[str]:
        """The rows of papers or posts for a list; each is made once and kept."""
        return [self._item(place) for place in places]

    def _item(self, place: Place) -> str:
        position, number = place
        bone = self.library.bones[position]
        name, key = f"item {bone.file}", self.templates_key + bone.mark
        kept = self.manifest.piece(name, key)
        if kept is None:
            day = self.day(position)
            rows = [self.press.piece("posted", day=day), *(self.press.piece("item", day=day, card=card) for card in day.cards)]
            kept = "\0".join(rows).encode()
            self.manifest.keep_piece(name, key, kept)
        return kept.decode().split("\0")[number + 1]
