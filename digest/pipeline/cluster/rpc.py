"""What one run keeps for the workers of a cluster, and how they ask for it: replies, facts, budget, pauses, events.

Workers reach nothing but the scheduler, so questions go through a queue of it, answers through a queue of the thread
that asked. Nothing here reads papers or asks models.
"""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import msgspec
from distributed import Client, Queue, get_client

from digest.adapters.store import Cache
from digest.errors import BudgetReached, ClusterError, DigestError
from digest.model import Event, Usage
from digest.stages.summarize.budget import Budget

_PATIENCE = 120  # seconds that a worker waits for an answer of the one that asked for the run


class StateServer:
    """The side of the one that asked: answers with its own cache, budget and report."""

    def __init__(
        self,
        client: Client,
        name: str,
        *,
        cache: Cache,
        budget: Budget,
        report: Callable[[Event], None],
        now: Callable[[], datetime],
    ) -> None:
        self._client, self._cache, self._budget, self._on_event, self._now = client, cache, budget, report, now
        self._questions = Queue(name, client=client)
        self._answers: dict[str, Queue] = {}
        self._reserved: dict[str, tuple[str, AbstractContextManager[list[Usage]], list[Usage]]] = {}
        self._paused_until: dict[str, float] = {}
        self._lock = threading.Lock()
        self._waiting = ThreadPoolExecutor(64, thread_name_prefix="budget")
        self._thread = threading.Thread(target=self._serve, name="state server", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer what was asked before now, then stop."""
        self._questions.put(["stop", "", [], ""])
        self._thread.join(timeout=30)
        self._waiting.shutdown(wait=False, cancel_futures=True)

    def release(self, worker: str) -> None:
        """Give back the money that was set aside for the calls of a worker that died."""
        with self._lock:
            lost = [token for token, (owner, _, _) in self._reserved.items() if owner == worker]
        for token in lost:
            self._settle(token, [])

    def _serve(self) -> None:
        while True:
            try:
                name, worker, words, back = self._questions.get()
            except (OSError, RuntimeError):  # the scheduler is gone; the run finds out by itself
                return
            if name == "stop":
                return
            if name == "reserve":
                self._waiting.submit(self._reserve, worker, words, back)
            else:
                self._answer(back, *self._handled(name, words))

    def _handled(self, name: str, words: list[Any]) -> tuple[Any, str]:
        """Do what a worker asks for; return the answer, or why there is none."""
        try:
            return getattr(self, f"_{name}")(*words), ""
        except DigestError as error:
            return None, str(error)

    def _answer(self, back: str, answer: Any, error: str = "") -> None:
        if error:
            self._on_event(Event(kind="problem", text=error))
        if not back:
            return
        try:
            if back not in self._answers:
                self._answers[back] = Queue(back, client=self._client)
            self._answers[back].put([answer, error])
        except (OSError, RuntimeError):
            return

    def _reply(self, key: str) -> Any:
        known = self._cache.reply(key)
        return [known[0], msgspec.to_builtins(known[1])] if known else None

    def _keep_reply(self, key: str, raw: str, usage: Any) -> None:
        self._cache.keep_reply(key, raw, msgspec.convert(usage, Usage), self._now())

    def _forget_reply(self, key: str) -> None:
        self._cache.forget_reply(key)

    def _fact(self, key: str) -> str | None:
        return self._cache.fact(key)

    def _keep_fact(self, key: str, value: str) -> None:
        self._cache.keep_fact(key, value)

    def _report(self, event: Any) -> None:
        self._on_event(msgspec.convert(event, Event, dec_hook=lambda kind, raw: kind(raw)))

    def _delay(self, service: str) -> float:
        return max(0.0, self._paused_until.get(service, 0.0) - time.monotonic())

    def _pause(self, service: str, seconds: float) -> None:
        self._paused_until[service] = max(self._paused_until.get(service, 0.0), time.monotonic() + seconds)

    def _reserve(self, worker: str, words: list[Any], back: str) -> None:
        token, most = words
        place = self._budget.reserve(msgspec.convert(most, Usage))
        try:
            actual = place.__enter__()
        except BudgetReached as reached:
            self._answer(back, str(reached))
            return
        with self._lock:
            self._reserved[token] = (worker, place, actual)
        self._answer(back, "")

    def _settle(self, token: str, actual: list[Any]) -> None:
        with self._lock:
            _, place, spent = self._reserved.pop(token, ("", None, []))
        if place is not None:
            spent += [msgspec.convert(one, Usage) for one in actual]
            place.__exit__(None, None, None)


class StateClient:
    """The side of a worker. Safe to share between its threads."""

    def __init__(self, server: str, worker: str) -> None:
        self.worker = worker
        self._questions = Queue(server, client=get_client())
        self._own = threading.local()

    def ask(self, name: str, *words: Any) -> Any:
        """Ask and wait for the answer. Raises ClusterError where nobody answers any more."""
        if not hasattr(self._own, "back"):
            self._own.back = Queue(f"digest-answers-{uuid.uuid4().hex}", client=get_client())
        self._questions.put([name, self.worker, list(words), self._own.back.name])
        try:
            answer, error = self._own.back.get(timeout=_PATIENCE)
        except TimeoutError as cause:
            del self._own.back  # a late answer must not be actual for the next one
            raise ClusterError("lost contact with the coordinator") from cause
        if error:
            raise ClusterError(f"coordinator: {error}")
        return answer

    def send(self, name: str, *words: Any) -> None:
        """Say something that needs no answer."""
        self._questions.put([name, self.worker, list(words), ""])
