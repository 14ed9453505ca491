"""What was learnt of a server: the way that works, remembered for the next runs and forgotten in time.

A way counts once it has worked. Until then each question finds its own, so that a single paper that a server
stumbles over changes nothing for the others.
"""

import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from digest.adapters.store import Cache
from digest.stages.summarize.client.capabilities import LIMIT_NAMES, MODES, Capabilities, first

_EXPIRES = timedelta(days=30)
"""How long a fact holds: servers learn, too."""


class Facts(msgspec.Struct, frozen=True):
    """What is kept of a server and model."""

    since: date
    ways: dict[str, Capabilities]
    """The way to ask, by kind of question: a server may take the schema of one and refuse another's."""


class CapabilityStore:
    """What was learnt of one server and model: kept in the cache, shared by all threads."""

    def __init__(
        self,
        base_url: str,
        model: str,
        cache: Cache,
        now: Callable[[], datetime],
        mode: Literal["auto", "schema", "json", "text"] = "auto",
    ) -> None:
        self._key = f"capabilities {base_url} {model}{'' if mode == 'auto' else f' {mode}'}"
        self._cache = cache
        self._now = now
        self._lock = threading.Lock()
        self._first = first(base_url, mode)
        facts = _read(cache.fact(self._key), now().date())
        self._ways = dict(facts.ways) if facts else {}
        self._remembered = frozenset((way.form, kind) for kind, way in self._ways.items())
        self._worked: set[tuple[object, str]] = set()

    def best(self, kind: str) -> Capabilities:
        """Return the way that worked for this kind of question, else for another, else the first to try."""
        with self._lock:
            return self._ways.get(kind) or next(iter(self._ways.values()), self._first)

    def works(self, way: Capabilities, kind: str) -> bool:
        """Return whether a way has worked in this run."""
        return (way.form, kind) in self._worked

    def remembers(self, way: Capabilities, kind: str) -> bool:
        """Return whether a way worked in an earlier run."""
        return (way.form, kind) in self._remembered

    def learn(self, way: Capabilities, kind: str) -> None:
        """Remember that a way worked, unless another one does: one paper's troubles say nothing of all others."""
        with self._lock:
            known = self._ways.get(kind)
            self._worked.add((way.form, kind))
            if known is None and way == self._first and not self._ways:
                return
            if known and known.form != way.form and (known.form, kind) in self._worked:
                way = replace(way, **{name: getattr(known, name) for name in _FORM})
            if known:
                way = replace(
                    way,
                    limit=way.limit or known.limit,
                    window=way.window or known.window,
                    density=max(way.density, known.density),
                    question=way.question or known.question,
                )
            if way != known:
                self._ways[kind] = way
                facts = {"since": self._now().date(), "ways": {name: asdict(one) for name, one in self._ways.items()}}
                self._cache.keep_fact(self._key, msgspec.json.encode(facts).decode())


_FORM = ("mode", "limit_name", "lengths", "system", "stream")


def _read(fact: str | None, today: date) -> Facts | None:
    try:
        facts = msgspec.json.decode(fact or "", type=Facts)
    except msgspec.DecodeError:
        return None
    sound = all(way.mode in MODES and way.limit_name in LIMIT_NAMES and way.density > 0 for way in facts.ways.values())
    return facts if sound and facts.since <= today < facts.since + _EXPIRES else None
