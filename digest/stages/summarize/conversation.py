"""A conversation with the model about one paper: from the messages to an answer that is paid for once.

A `Conversation` counts what its paper took and keeps each answer. The `CallRunner` that all conversations of a run
share makes the calls: within the budget, as many at once as the server bears, again while it is busy, until the run
stops.
"""

import hashlib
import json
import threading
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from digest.adapters.http.deadline import SLICE
from digest.adapters.store import Cache
from digest.config import LLMConfig
from digest.errors import RunStopped, SummaryError
from digest.model import Usage
from digest.model.text import estimate_tokens
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.capabilities import CapabilityStore
from digest.stages.summarize.client.chat import Answer, ChatServer
from digest.stages.summarize.client.errors import NoCompletion, Overloaded, TooLong, Unsupported
from digest.stages.summarize.concurrency import ConcurrencyLimit
from digest.stages.summarize.prompt import Message

Schemas = Mapping[bool, dict[str, Any]]
"""The JSON schema of a reply, with and without the least and the most of each part."""

CALLS = 4
"""The most answered calls that one paper may cost, refusals to be asked like that included."""
_MARGIN = 1.5
"""How many more tokens than estimated a question may have: tables and formulas hold fewer letters per token."""


class CallRunner:
    """Makes the calls of all threads of a run to one server."""

    def __init__(self, server: ChatServer, config: LLMConfig, budget: Budget, cache: Cache) -> None:
        self.server = server
        self.attempts = config.attempts
        self._config = config
        self._budget = budget
        self._limit = ConcurrencyLimit(config.max_concurrency, check=server.deadline.check)
        self._capabilities = CapabilityStore(server.name, server.model, cache)
        self._answered = 0
        self._stop = threading.Event()
        self._why: RunStopped | None = None

    def run(self, messages: list[Message], schemas: Schemas) -> tuple[Answer, Usage]:
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
                return self._once(messages, schemas)
            except Overloaded as busy:
                asked += 1
                fruitless = 0 if busy.throttled and self._answered > answered else fruitless + 1
                if fruitless >= self.attempts:
                    raise SummaryError(f"{busy}, tried {asked} times") from busy
                self._wait(retry_delay(busy.after, fruitless, messages, self._config.max_wait))
            except RunStopped as stopped:
                self._why = self._why or stopped
                self._stop.set()
                self._limit.open()
                raise

    def _wait(self, seconds: float) -> None:
        """Wait before asking again, no longer than anybody may ask. Raises OutOfTime."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0 and not self._stop.wait(min(rest, SLICE)):
            self.server.deadline.check()

    def _once(self, messages: list[Message], schemas: Schemas) -> tuple[Answer, Usage]:
        sent = sum(estimate_tokens(message["content"]) for message in messages)
        price = partial(self._budget.priced, model=self.server.model)
        most = price(Usage(1, int(_MARGIN * sent), 0, self._config.output_tokens))
        with self._limit.enter() as entered, self._budget.reserve(most) as actual:
            if self._why:
                raise self._why
            capabilities = self._capabilities.best
            try:
                answer = self.server.ask(messages, schemas[capabilities.lengths], capabilities)
            except Overloaded as busy:
                if busy.throttled:
                    self._limit.lower(entered, min(busy.after or 0.0, self._config.max_wait))
                raise
            except Unsupported as refusal:
                self._capabilities.learn(capabilities, refusal.instead)
                raise
            self._limit.widen()
            self._answered += 1
            usage = price(answer.usage or Usage(1, sent, 0, estimate_tokens(answer.raw)))
            actual.append(usage)
        return answer, usage


class Conversation:
    """The calls for one paper: counted, kept as soon as they are paid for, forgotten where they came to nothing."""

    def __init__(
        self, calls: CallRunner, schemas: Schemas, cache: Cache, now: Callable[[], datetime], usage: Usage
    ) -> None:
        self._calls = calls
        self._schemas = schemas
        self._cache = cache
        self._now = now
        self._keys: list[str] = []
        self.usage = usage
        """What the paper took so far, in this run and in those whose replies were kept."""

    def ask(self, messages: list[Message]) -> Answer:
        """Return the answer, from the cache where it was paid for. Raises TooLong, SummaryError or RunStopped."""
        key = cache_key(self._calls.server.name, self._calls.server.model, messages)
        self._keys.append(key)
        if known := self._cache.reply(key):
            self.usage = self.usage + known[1]
            finish, _, raw = known[0].partition("\n")
            return Answer(raw, finish, known[1])
        last: SummaryError | None = None
        while self.usage.calls < CALLS:
            try:
                answer, usage = self._calls.run(messages, self._schemas)
            except Unsupported as refusal:
                self._refused()
                last = refusal
            except NoCompletion as refusal:
                # A gateway's hiccup and a real refusal look the same; the second time it is a refusal.
                self._refused()
                if isinstance(last, NoCompletion) or self._calls.attempts == 1:
                    raise
                last = refusal
            except TooLong:
                self._refused()
                raise
            else:
                self._cache.keep_reply(key, cached_form(answer), usage, self._now())
                self.usage = self.usage + usage
                return answer
        raise SummaryError(f"no usable answer after {CALLS} calls{f'; {last}' if last else ''}") from last

    def forget(self) -> None:
        """Let the next run ask all of this anew."""
        for key in self._keys:
            self._cache.forget_reply(key)

    def _refused(self) -> None:
        self.usage = self.usage + Usage(1)


def cache_key(server: str, model: str, messages: list[Message]) -> str:
    """Name a question: the same server, model and messages are the same question, whichever way it is asked."""
    asked = [server, model, messages]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def cached_form(answer: Answer) -> str:
    """Write an answer as it is kept under the key of its question."""
    return f"{answer.finish}\n{answer.raw}"


def retry_delay(after: float | None, fruitless: int, messages: list[Message], most: float) -> float:
    """Return how long to wait, in seconds: as asked, else 1, 2, 4, …; at most `most`.

    Up to a quarter more, at most a second, is added by the question's own words, so that calls which were refused
    together do not come back together, and yet every run waits alike.
    """
    wanted = 2.0 ** max(0, fruitless - 1) if after is None else after
    spread = zlib.crc32(messages[-1]["content"].encode("utf-8", "replace")) / 2**32
    return min(wanted + spread * min(1.0, wanted / 4), most)


class PromptTruncated(SummaryError):
    """The server dropped most of the text without a word, so that the summary would lean on what was left."""


def refuse_truncation(messages: Sequence[Message], answer: Answer) -> None:
    """Raise PromptTruncated where the server counts less than a third of the paper's tokens.

    Ollama cuts a long prompt to its context length and answers as if nothing had happened:
    https://github.com/ollama/ollama/issues/7661
    """
    sent = estimate_tokens(messages[-1]["content"])  # some servers leave out of the count what they had cached before
    read = answer.usage.input_tokens if answer.usage else 0
    if 0 < read < sent / 3:
        raise PromptTruncated(
            f"the server truncated the prompt (read {read:,} of about {sent:,} tokens)",
            hint="raise its context length (Ollama: OLLAMA_CONTEXT_LENGTH), or lower llm.input_tokens",
        )
