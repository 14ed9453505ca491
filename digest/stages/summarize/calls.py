"""One answered call, whatever it takes: waits for a place and for a busy server, within the budget, until a stop."""

import threading
import time
import zlib
from typing import Any

from digest.adapters.http.deadline import SLICE
from digest.adapters.store import Cache
from digest.config import LLMConfig
from digest.errors import RunStopped, SummaryError
from digest.model import Usage
from digest.model.text import estimate_tokens
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.capabilities import CapabilityStore
from digest.stages.summarize.client.chat import ChatServer
from digest.stages.summarize.client.completions import Answer, Overloaded, Unsupported
from digest.stages.summarize.concurrency import ConcurrencyLimit
from digest.stages.summarize.prompt import Message, reply_schema

_MARGIN = 1.5
"""How many more tokens than estimated a question may have: tables and formulas hold fewer letters per token."""


class CallRunner:
    """Makes the calls of all threads of a run to one server."""

    def __init__(self, server: ChatServer, topics: tuple[str, ...], config: LLMConfig, budget: Budget, cache: Cache):
        self.server = server
        self.attempts = config.attempts
        self._config = config
        self._purse = budget
        self._gate = ConcurrencyLimit(config.max_concurrency, check=server.deadline.check)
        self._ways = CapabilityStore(server.name, server.model, cache)
        self._schemas: dict[bool, dict[str, Any]] = {on: reply_schema(topics, lengths=on) for on in (True, False)}
        self._answered = 0
        self._stop = threading.Event()
        self._why: RunStopped | None = None

    def call(self, messages: list[Message]) -> tuple[Answer, Usage]:
        """Ask until there is an answer; return it with what it took.

        Waits as the server asks or, where it does not say, twice as long each time, up to `max_wait`. Gives up after
        `attempts` in a row, but never on a server that is only throttling and meanwhile answers other calls.
        Raises what `ChatServer.ask` raises but Overloaded, which ends as SummaryError; BudgetReached; RunStopped;
        OutOfTime.
        """
        asked = fruitless = 0
        while True:
            answered = self._answered
            try:
                return self._once(messages)
            except Overloaded as busy:
                asked += 1
                fruitless = 0 if busy.throttled and self._answered > answered else fruitless + 1
                if fruitless >= self.attempts:
                    raise SummaryError(f"{busy}, asked {asked} times") from busy
                self._pause(pause(busy.after, fruitless, messages, self._config.max_wait))
            except RunStopped as stopped:
                self._why = self._why or stopped
                self._stop.set()
                self._gate.open()
                raise

    def _pause(self, seconds: float) -> None:
        """Wait before asking again, no longer than anybody may ask. Raises OutOfTime."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0 and not self._stop.wait(min(rest, SLICE)):
            self.server.deadline.check()

    def _once(self, messages: list[Message]) -> tuple[Answer, Usage]:
        sent = sum(estimate_tokens(message["content"]) for message in messages)
        most = Usage(1, int(_MARGIN * sent), 0, self._config.output_tokens)
        with self._gate.enter() as entered, self._purse.reserve(most) as taken:
            if self._why:
                raise self._why
            way = self._ways.best
            try:
                answer = self.server.ask(messages, self._schemas[way.lengths], way)
            except Overloaded as busy:
                if busy.throttled:
                    self._gate.lower(entered, min(busy.after or 0.0, self._config.max_wait))
                raise
            except Unsupported as refusal:
                self._ways.learn(way, refusal.instead)
                raise
            self._gate.widen()
            self._answered += 1
            usage = self._purse.priced(answer.usage or Usage(1, sent, 0, estimate_tokens(answer.raw)))
            taken.append(usage)
        return answer, usage


def pause(after: float | None, fruitless: int, messages: list[Message], most: float) -> float:
    """Return how long to wait, in seconds: as asked, else 1, 2, 4, …; at most `most`.

    Up to a quarter more, at most a second, is added by the question's own words, so that calls which were refused
    together do not come back together, and yet every run waits alike.
    """
    wanted = 2.0 ** max(0, fruitless - 1) if after is None else after
    spread = zlib.crc32(messages[-1]["content"].encode("utf-8", "replace")) / 2**32
    return min(wanted + spread * min(1.0, wanted / 4), most)
