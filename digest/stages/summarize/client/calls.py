"""The calls of all threads of a run to one server: within the budget, as many at once as it bears, again while it is
busy, until the run stops.
"""

import threading
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from digest.adapters.http.deadline import SLICE
from digest.adapters.store import Cache
from digest.config import LLMConfig
from digest.errors import RunStopped, SummaryError
from digest.model import Usage
from digest.model.text import estimate_tokens
from digest.stages.summarize.budget import Budget, Call
from digest.stages.summarize.client.capabilities import Capabilities
from digest.stages.summarize.client.chat import Answer, ChatServer
from digest.stages.summarize.client.errors import Overloaded, Unsupported
from digest.stages.summarize.client.http import was_dropped
from digest.stages.summarize.client.learnt import CapabilityStore
from digest.stages.summarize.prompt import Message, tokens_in

Schemas = Mapping[bool, dict[str, Any]]
"""The JSON schema of a reply, with and without the least and the most of each part."""
MARGIN = 1.5
"""How many more tokens than estimated a question may have: tables and formulas hold fewer letters per token."""

_ALONE = 0.3
"""Seconds that the first call of a run is alone, so that a wrong key is refused once."""


class CallRunner:
    """Makes the calls of all threads of a run to one server."""

    keeps_all = False
    """Whether replies that came to nothing are kept, because their paper is looked at again before it is done."""

    def __init__(
        self, server: ChatServer, config: LLMConfig, budget: Budget, cache: Cache, now: Callable[[], datetime]
    ) -> None:
        self.server = server
        self.attempts = config.attempts
        self.capabilities = CapabilityStore(server.name, server.model, cache, now, config.mode)
        self.most = 0
        """The most tokens that the server counted in one question."""
        self._config = config
        self._budget = budget
        self._admission = budget.admission(server.name, config.max_concurrency, server.deadline.check)
        self._answered = 0
        self._stop = threading.Event()
        self._why: RunStopped | None = None
        self._begun = threading.Lock()
        self._open = threading.Event()

    def run(
        self, messages: list[Message], schemas: Schemas, kind: str, way: Capabilities, *, doubt: bool = True
    ) -> tuple[Answer, Usage]:
        """Ask until there is an answer; return it with what it took.

        Waits as the server asks or, where it does not say, twice as long each time, up to `max_wait`. Gives up after
        `attempts` in a row, but never on a server that is only throttling and meanwhile answers other calls. With
        `doubt`, a refusal that may be a hiccup is asked about once more.
        Raises what `ChatServer.ask` raises but Overloaded, which ends as SummaryError; BudgetReached; RunStopped;
        OutOfTime.
        """
        if not self._begun.acquire(blocking=False):
            self._open.wait(_ALONE)
        try:
            return self._run(messages, schemas, kind, way, doubt)
        finally:
            self._open.set()

    def _run(
        self, messages: list[Message], schemas: Schemas, kind: str, way: Capabilities, doubt: bool
    ) -> tuple[Answer, Usage]:
        asked = fruitless = 0
        while True:
            answered = self._answered
            try:
                answer, usage = self._once(messages, schemas, kind, way)
            except Overloaded as busy:
                asked += 1
                fruitless = 0 if busy.throttled and self._answered > answered else fruitless + 1
                if fruitless >= self.attempts:
                    raise SummaryError(f"{busy}, tried {asked} times") from busy
                self._wait(retry_delay(busy.after, fruitless, messages, self._config.max_wait))
            except Unsupported as refusal:
                # A hiccup and a refusal look the same; the second time it is a refusal.
                fault = isinstance(refusal.otherwise, Overloaded)
                if not doubt or refusal.certain or not (fault or self.capabilities.remembers(way, kind)):
                    raise
                doubt = False
                if fault:
                    self._wait(retry_delay(None, 1, messages, self._config.max_wait))
            except RunStopped as stopped:
                self._why = self._why or stopped
                self._stop.set()
                self._admission.open()
                raise
            else:
                self.capabilities.learn(way, kind)
                return answer, usage

    def _wait(self, seconds: float) -> None:
        """Wait before asking again, no longer than anybody may ask. Raises OutOfTime."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0 and not self._stop.wait(min(rest, SLICE)):
            self.server.deadline.check()

    def _once(self, messages: list[Message], schemas: Schemas, kind: str, way: Capabilities) -> tuple[Answer, Usage]:
        sent = tokens_in(messages)
        price = partial(self._budget.priced, model=self.server.model)
        most = price(Usage(1, int(MARGIN * sent), 0, self._config.output_tokens))
        with self._admission.enter(most) as call:
            if self._why:
                raise self._why
            best = self.capabilities.best(kind)
            if self.capabilities.works(best, kind) and not self.capabilities.works(way, kind):
                raise Unsupported("another question has found the way", best)
            try:
                answer = self._asked(call, messages, schemas[way.lengths], way)
            except Unsupported as refusal:
                if self.capabilities.works(way, kind) and refusal.instead.form != way.form:
                    raise refusal.otherwise from refusal
                raise
            call.answered = True
            self._answered += 1
            usage = price(answer.usage or Usage(1, sent, 0, estimate_tokens(answer.raw)))
            self.most = max(self.most, answer.usage.input_tokens if answer.usage else 0)
            call.usage.append(usage)
        return answer, usage

    def _asked(self, call: Call, messages: list[Message], schema: dict[str, Any], way: Capabilities) -> Answer:
        """Ask once. A call that is dropped on the way counts as what it could take: the server may charge for it."""
        try:
            return self.server.ask(messages, schema, way)
        except BaseException as error:
            if isinstance(error, Overloaded) and error.throttled:
                call.refused = min(error.after or 0.0, self._config.max_wait)
            if was_dropped(error):
                call.usage.append(call.most)
            raise


def retry_delay(after: float | None, fruitless: int, messages: list[Message], most: float) -> float:
    """Return how long to wait, in seconds: as asked, else 1, 2, 4, …; at most `most`.

    Up to a quarter more, at most a second, is added by the question's own words, so that calls which were refused
    together do not come back together, and yet every run waits alike.
    """
    wanted = 2.0 ** max(0, fruitless - 1) if after is None else after
    spread = zlib.crc32(messages[-1]["content"].encode("utf-8", "replace")) / 2**32
    return min(wanted + spread * min(1.0, wanted / 4), most)
