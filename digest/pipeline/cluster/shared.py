"""What a worker shares with all others through the coordinator: replies, places at the model, money, turns, pauses."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from digest.adapters.http import Pacer
from digest.adapters.store import Cache
from digest.config import LLMConfig
from digest.errors import RunStopped
from digest.model import PaperId, Usage
from digest.pipeline.cluster.link import Link
from digest.stages.summarize.budget import Admission, Budget, Call

_LARGEST = 2**20
"""Bytes of a packed document that is sent; most have thirty thousand. The scheduler keeps its latest messages."""


class SharedCache(Cache):
    """Pages in a folder of the worker; replies and facts with the coordinator, so that what one paid all have."""

    def __init__(self, folder: Path, link: Link) -> None:
        super().__init__(folder)
        self._link = link

    def reply(self, key: str) -> tuple[str, Usage] | None:
        """Return a reply that anybody of the run has paid for."""
        known: tuple[str, Usage] | None = self._link.ask("reply", key)
        return known

    def keep_reply(self, key: str, raw: str, usage: Usage, now: datetime) -> None:
        """Send a reply to the coordinator, as soon as it is there."""
        self._link.send("keep_reply", key, raw, usage, now)

    def forget_reply(self, key: str) -> None:
        """Have a reply dropped."""
        self._link.send("forget_reply", key)

    def fact(self, key: str) -> str | None:
        """Return what anybody learnt about a service."""
        known: str | None = self._link.ask("fact", key)
        return known

    def keep_fact(self, key: str, value: str) -> None:
        """Let everybody know what was learnt."""
        self._link.send("keep_fact", key, value)


class SharedDocuments:
    """What any worker has read for an earlier series of the run, with the coordinator."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def document(self, paper_id: PaperId, version: int | None) -> bytes | None:
        """Return a document that anybody of the run has read."""
        known: bytes | None = self._link.ask("document", paper_id, version)
        return known

    def keep_document(self, paper_id: PaperId, version: int | None, packed: bytes) -> None:
        """Send a document to the coordinator, unless it is too large for a message."""
        if len(packed) <= _LARGEST:
            self._link.send("keep_document", paper_id, version, packed)


class SharedBudget(Budget):
    """The prices; places at the model and money are those of the run, which all workers share."""

    def __init__(self, llm: LLMConfig, link: Link) -> None:
        super().__init__(llm.model, llm.prices)
        self._link = link

    def admission(self, server: str, width: int, check: Callable[[], None]) -> Admission:
        """Make what lets calls to one server begin, `width` of all workers at once."""
        return SharedAdmission(self._link, server, check)


class SharedAdmission(Admission):
    """Lets calls to one server begin when the coordinator does."""

    def __init__(self, link: Link, server: str, check: Callable[[], None]) -> None:
        self._link, self._server, self._check = link, server, check
        self._open = False

    @contextmanager
    def enter(self, most: Usage) -> Iterator[Call]:
        """Wait until a call that can take `most` may begin. Raises BudgetReached, and what `check` raises."""
        number = self._link.begin("admit", self._server, most)
        call = Call(0.0, most)
        try:
            call.entered = self._link.wait(number, self._may_wait)
            yield call
        finally:
            self._link.send("over", number, call)

    def open(self) -> None:
        """Let nobody of this worker wait any more."""
        self._open = True

    def _may_wait(self) -> None:
        self._check()
        if self._open:
            raise RunStopped("the model server declined an earlier call")


class SharedPacer(Pacer):
    """The turns of all workers at one service: who has started keeps the others waiting for the pace."""

    def __init__(self, link: Link, service: str, pace: float) -> None:
        super().__init__(0.0)
        self._link, self._service, self._seconds = link, service, pace

    def acquire(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Wait for the next turn and take it; without a pace there are no turns, just pauses."""
        if self._seconds:
            number = self._link.begin("turn", self._service, self._seconds)
            try:
                self._link.wait(number, lambda: sleep(0.0))
            finally:
                self._link.send("started", self._service, number)
        super().acquire(sleep)

    def pause(self, seconds: float) -> None:
        """Start nothing for a while, on any worker."""
        self._link.send("pause", self._service, seconds)
