"""An address that is notified: a secret, named by its place and scheme, and remembered by a salted hash."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl, urlsplit

_WHO = frozenset({"to", "cc", "bcc", "from", "channel", "channels", "tag", "tags", "name"})
"""Parameters of an address that say who is notified; the others say how."""


@dataclass(frozen=True)
class Target:
    """One address that is notified."""

    url: str = field(repr=False)
    place: int
    """Its place among the addresses of the environment, from 1: what people see instead of the address."""

    @property
    def name(self) -> str:
        """What messages call it."""
        scheme = self.url.partition("://")[0]
        return f"target {self.place} ({scheme if re.fullmatch(r'[a-z0-9]{2,20}', scheme) else 'unknown'})"

    @cached_property
    def mark(self) -> str:
        """What an edition remembers: a short hash of who is notified, without passwords, slow to guess from.

        Editions are published, and an address may be short: hence scrypt, and not one round of SHA.
        """
        try:
            parts = urlsplit(self.url)
            who = [(key, value) for key, value in parse_qsl(parts.query) if key.lower() in _WHO]
            user = parts.netloc.rpartition("@")[0].partition(":")[0]
            named = repr((parts.scheme, user, parts.netloc.rpartition("@")[2], parts.path, sorted(who)))
        except ValueError:
            named = self.url
        return hashlib.scrypt(named.encode(), salt=b"digest notify", n=2**14, r=8, p=1, dklen=6).hex()

    def is_notified(self, marks: Collection[str]) -> bool:
        """Return whether an edition with these marks was sent to it, all of it."""
        return self.mark in marks

    def known(self, marks: Collection[str]) -> frozenset[str]:
        """Return the papers that a message told it of before the rest of the day could not be sent."""
        begun = f"{self.mark}:"
        return frozenset(paper for mark in marks if mark.startswith(begun) for paper in mark[len(begun) :].split(","))

    def marked(self, marks: Collection[str], papers: Collection[str] = ()) -> tuple[str, ...]:
        """Return the marks of an edition that was sent to it; with `papers`, of which it knows only these so far."""
        others = {mark for mark in marks if not mark.startswith(self.mark)}
        mark = f"{self.mark}:{','.join(sorted({*self.known(marks), *papers}))}" if papers else self.mark
        return tuple(sorted({*others, mark}))


def targets(raw: str) -> tuple[Target, ...]:
    """Read addresses separated by white space; one that stands twice counts once."""
    return tuple(Target(url, place) for place, url in enumerate(dict.fromkeys(raw.split()), 1))
