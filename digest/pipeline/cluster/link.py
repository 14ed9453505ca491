"""The worker's side of a run: its questions to the coordinator.

Messages travel as events of the scheduler, the one place that coordinator and workers can reach: neither polls.
"""

import asyncio
import itertools
import pickle
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from distributed import Client, Worker
from distributed.comm.core import CommClosedError

from digest.adapters.http.deadline import SLICE
from digest.errors import ClusterError

BEAT = 5.0  # seconds between two signs of life from the coordinator
_SILENCE = 30.0  # seconds without one after which the coordinator counts as gone
_TOGETHER = 0.02  # seconds in which statements are gathered to be sent as one message


class Link:
    """What a worker says to the coordinator and hears from it. `ask` and `send` are safe to use from any thread."""

    def __init__(self, worker: Worker, coordinator: str, told: Callable[[str, Any, Any], None]) -> None:
        """`told` is called with what the coordinator tells all workers; with `over` once it is gone."""
        self._worker, self._coordinator, self._told = worker, coordinator, told
        self._client: Client | None = None
        self._loop = worker.loop.asyncio_loop  # type: ignore[attr-defined]
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[Any]] = {}
        self._outbox: deque[tuple[int, str, tuple[Any, ...]]] = deque()
        self._soon = False
        self._heard_until = time.monotonic() + _SILENCE
        self._over, self._listening, self._ready = threading.Event(), asyncio.Event(), False

    async def open(self) -> None:
        """Begin to listen; return once the scheduler passes on what is said here, for nothing is said twice."""
        worker = self._worker
        self._client = await Client(
            worker.scheduler.address, asynchronous=True, security=worker.security, set_as_default=False, name="digest"
        )
        self._client.subscribe_topic("all", self._scheduler_said)
        self._client.subscribe_topic(self._client.id, self._hear)
        while not self._listening.is_set():
            await self._client.log_event(self._client.id, b"")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._listening.wait(), SLICE)
        self._ready = True
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
        """Say something that needs no answer; what is said at about the same time is one message."""
        self._outbox.append((0, name, words))
        if not self._soon:
            self._soon = True
            self._loop.call_soon_threadsafe(self._loop.call_later, _TOGETHER, self._flush)

    def flush(self) -> None:
        """Have everything passed on before anything that this thread does next."""
        self._loop.call_soon_threadsafe(self._flush)

    def begin(self, name: str, *words: Any) -> int:
        """Ask, and return the number under which `wait` gets the answer."""
        number = next(self._numbers)
        self._waiting[number] = Future()
        self._outbox.append((number, name, words))
        self.flush()
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

    def _flush(self) -> None:
        self._soon = False
        if self._client is None or not self._ready:  # what is said while it opens follows then
            return
        said = [self._outbox.popleft() for _ in range(len(self._outbox))]
        if self._over.is_set() or not said:
            return
        try:
            self._worker.log_event(self._coordinator, pickle.dumps((self._client.id, self._worker.address, said)))
        except CommClosedError:  # the scheduler is gone, and this worker ends as well
            self._over.set()

    def _hear(self, event: tuple[float, Any]) -> None:
        if not isinstance(event[1], bytes):  # the scheduler notes what it does for a client under the same name
            return
        if not event[1]:
            self._listening.set()
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
