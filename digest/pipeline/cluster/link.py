"""The worker's side of a run: its questions to the coordinator, and what it shares with all other workers through them.

Messages travel as events of the scheduler, the one place that coordinator and workers can reach: neither polls.
"""

import asyncio
import itertools
import pickle
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from distributed import Client, Worker
from distributed.comm.core import CommClosedError

from digest.adapters.http import Pacer
from digest.adapters.http.deadline import SLICE
from digest.adapters.store import Cache
from digest.config import LLMConfig
from digest.errors import ClusterError, RunStopped
from digest.model import Usage
from digest.stages.summarize.budget import Admission, Budget, Call

BEAT = 5.0  # seconds between two signs of life from the coordinator
_FIRST, _SILENCE = 10.0, 30.0  # seconds to wait for the first one, and for a further one


class Link:
    """What a worker says to the coordinator and hears from it. `ask` and `send` are safe to use from any thread."""

    def __init__(self, worker: Worker, coordinator: str, told: Callable[[str, Any, Any], None]) -> None:
        """`told` is called with what the coordinator tells all workers; with `over` once it is gone."""
        self._worker, self._coordinator, self._told = worker, coordinator, told
        self._client: Client | None = None
        self._loop = worker.loop.asyncio_loop  # type: ignore[attr-defined]
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[Any]] = {}
        self._outbox: list[tuple[int, str, tuple[Any, ...]]] = []
        self._heard_until = time.monotonic() + _FIRST
        self._over = threading.Event()

    async def open(self) -> None:
        """Begin to listen."""
        worker = self._worker
        self._client = await Client(
            worker.scheduler.address, asynchronous=True, security=worker.security, set_as_default=False, name="digest"
        )
        self._client.subscribe_topic(self._client.id, self._hear)
        self._client.subscribe_topic("all", self._scheduler_said)
        self._flush()

    async def close(self) -> None:
        """Stop listening; whoever waits for an answer gets ClusterError."""
        self._over.set()
        if self._client is not None:
            if self._client.status == "running":
                for topic in (self._client.id, "all"):
                    self._client.unsubscribe_topic(topic)
            await self._client.close()

    def call(self, work: Coroutine[Any, Any, Any], seconds: float) -> Any:
        """Have something done in the worker's loop, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def send(self, name: str, *words: Any) -> None:
        """Say something that needs no answer."""
        self._loop.call_soon_threadsafe(self._post, 0, name, words)

    def begin(self, name: str, *words: Any) -> int:
        """Ask, and return the number under which `wait` gets the answer."""
        number = next(self._numbers)
        self._waiting[number] = Future()
        self._loop.call_soon_threadsafe(self._post, number, name, words)
        return number

    def wait(self, number: int, check: Callable[[], None] = lambda: None) -> Any:
        """Wait for an answer. Raises the error that was the answer, what `check` raises, or ClusterError."""
        try:
            while True:
                try:
                    answer = self._waiting[number].result(SLICE)
                except TimeoutError:
                    check()
                    if self._over.is_set() or time.monotonic() > self._heard_until:
                        self._loop.call_soon_threadsafe(self._told, "over", None, None)
                        raise ClusterError("lost contact with the coordinator") from None
                else:
                    break
        finally:
            del self._waiting[number]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def ask(self, name: str, *words: Any) -> Any:
        """Ask and wait for the answer."""
        return self.wait(self.begin(name, *words))

    def _post(self, number: int, name: str, words: tuple[Any, ...]) -> None:
        if not self._outbox:
            self._loop.call_soon(self._flush)
        self._outbox.append((number, name, words))

    def _flush(self) -> None:
        if self._client is None:  # what is said while it opens follows then
            return
        said, self._outbox = self._outbox, []
        if self._over.is_set() or not said:
            return
        try:
            self._worker.log_event(self._coordinator, pickle.dumps((self._client.id, self._worker.address, said)))
        except CommClosedError:  # the scheduler is gone, and this worker ends as well
            self._over.set()

    def _hear(self, event: tuple[float, Any]) -> None:
        if not isinstance(event[1], bytes):  # the scheduler notes what it does for a client under the same name
            return
        self._heard_until = time.monotonic() + _SILENCE
        for number, name, *words in pickle.loads(event[1]):  # noqa: S301 - who reaches the scheduler runs code anyway
            if not number:
                self._told(name, *words)
            elif (waiting := self._waiting.get(number)) is not None and not waiting.done():
                waiting.set_result(name)

    def _scheduler_said(self, event: tuple[float, Any]) -> None:
        if isinstance(event[1], dict) and event[1].get("client") == self._coordinator:
            self._over.set()
            self._told("over", None, None)


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
        self._link.send("keep_reply", key, raw, usage)

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
        self._notes: dict[int, tuple[float | None, bool]] = {}

    @contextmanager
    def enter(self, most: Usage) -> Iterator[Call]:
        """Wait until a call that can take `most` may begin. Raises BudgetReached, and what `check` raises."""
        number = self._link.begin("admit", self._server, most)
        call = Call(0.0, most)
        try:
            call.entered = self._link.wait(number, self._may_wait)
            yield call
        finally:
            refused, answered = self._notes.pop(id(call), (None, False))
            self._link.send("over", number, call.usage, refused, answered)

    def refused(self, call: Call, seconds: float) -> None:
        """Let all workers know that the server is throttling."""
        self._notes[id(call)] = (seconds, False)

    def answered(self, call: Call) -> None:
        """Let all workers know that the server answered."""
        self._notes[id(call)] = (None, True)

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
            self._link.wait(self._link.begin("turn", self._service, self._seconds), lambda: sleep(0.0))
            self._link.send("started", self._service)
        super().acquire(sleep)

    def pause(self, seconds: float) -> None:
        """Start nothing for a while, on any worker."""
        self._link.send("pause", self._service, seconds)
