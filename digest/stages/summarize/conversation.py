"""A conversation with the model about one paper: from the messages to an answer that is paid for once.

It counts what its paper took, keeps each answer, and finds the way in which the server wants to be asked.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from digest.adapters.store import Cache
from digest.errors import SummaryError
from digest.model import Usage
from digest.stages.summarize.client.calls import CallRunner, Schemas
from digest.stages.summarize.client.capabilities import Capabilities
from digest.stages.summarize.client.chat import Answer
from digest.stages.summarize.client.errors import NoCompletion, TooLong, Unsupported
from digest.stages.summarize.client.truncation import refuse_truncation
from digest.stages.summarize.prompt import Message, tokens_in

CALLS = 4
"""The most answered calls that one paper may cost."""
TRIES = 3
"""The runs in which a question may be paid for without a usable answer."""
_REFUSALS = 5
"""The most ways to ask that are given up for one question; refusals cost nothing."""


class Conversation:
    """The calls for one paper: counted, kept as soon as they are paid for, forgotten where they came to nothing."""

    def __init__(
        self,
        calls: CallRunner,
        kind: str,
        schemas: Schemas,
        cache: Cache,
        now: Callable[[], datetime],
        usage: Usage,
    ) -> None:
        self._calls = calls
        self._kind = kind
        self._schemas = schemas
        self._cache = cache
        self._now = now
        self._keys: list[str] = []
        self._way: Capabilities | None = None
        self._shortened = False
        self._paid = False
        self.usage = usage
        """What the paper took so far, in this run and in those whose replies were kept."""

    def ask(self, messages: list[Message]) -> Answer:
        """Return the answer, from the cache where it was paid for. Raises TooLong, SummaryError or RunStopped."""
        key = self.key(messages)
        self._keys.append(key)
        if known := self._cache.reply(key):
            self.usage = self.usage + known[1]
            finish, _, raw = known[0].partition("\n")
            return Answer(raw, finish, known[1])
        way = self._way or self._calls.capabilities.best(self._kind)
        last: SummaryError | None = None
        refusals = 0
        while self.usage.calls < CALLS and refusals <= _REFUSALS:
            if not way.fits(tokens_in(messages), self._calls.server.output_tokens):
                raise self._too_long(way, TooLong(f"{self._calls.server.host}: the text is too long for it"))
            try:
                answer, usage = self._calls.run(messages, self._schemas, self._kind, way, doubt=not refusals)
            except Unsupported as refusal:
                refusals += 1
                way, last = refusal.instead, refusal
            except NoCompletion as refusal:
                self.usage = self.usage + Usage(1)
                if isinstance(last, NoCompletion) or refusals or self._calls.attempts == 1:
                    raise
                # A gateway's hiccup and a real refusal look the same; the second time it is a refusal.
                last = refusal
            except TooLong as long:
                refusals += 1
                way, last = self._narrowed(way, long, messages), long
            else:
                self._paid = True
                self._cache.keep_reply(key, cached_form(answer), usage, self._now())
                self.usage = self.usage + usage
                if self._shortened:
                    way = replace(way, question=tokens_in(messages))
                    self._calls.capabilities.learn(way, self._kind)
                self._way = None
                return answer
        after = f" after {CALLS} calls" if self.usage.calls >= CALLS else ""
        raise SummaryError(f"no usable answer{after}{f'; {last}' if last else ''}") from last

    def knows(self, messages: list[Message]) -> bool:
        """Return whether the answer was paid for."""
        return self._cache.reply(self.key(messages)) is not None

    def key(self, messages: list[Message]) -> str:
        """Return the key of a question."""
        return cache_key(self._calls.server.name, self._calls.server.model, messages)

    def refuse_truncation(self, messages: list[Message], answer: Answer) -> None:
        """Raise PromptTruncated where the server read only a part of a question."""
        refuse_truncation(messages, answer, self._calls.most)

    def forget(self) -> bool:
        """Let the next run ask all of this anew, as long as that was not done often enough.

        Return whether it is given up: its replies are kept then, so that no further run pays for the like of them.
        """
        if self._calls.keeps_all or not self._keys:
            return False
        count = f"unusable {self._keys[0]}"
        tries = int(self._cache.fact(count) or 0) + self._paid
        self._cache.keep_fact(count, str(tries))
        if tries >= TRIES:
            return True
        for key in self._keys:
            self._cache.forget_reply(key)
        return False

    def _narrowed(self, way: Capabilities, long: TooLong, messages: list[Message]) -> Capabilities:
        """Return the way with a lower limit where that is enough. Raises TooLong where the text must be shorter."""
        asked, most = tokens_in(messages), self._calls.server.output_tokens
        counted = long.question / asked if long.question else way.density
        narrower = replace(way, window=long.window or 0, density=max(0.1, min(counted, 10.0)))
        fitting = narrower.fitting(most)
        if not long.window or fitting is None or fitting <= tokens_in(messages[:1]):
            # No number, or one that means something else: the instructions alone have more.
            self._shortened = True
            raise self._too_long(replace(way, window=0, question=0), long)
        if narrower == way or not narrower.fits(asked, most):
            raise self._too_long(narrower, long)
        return narrower

    def _too_long(self, way: Capabilities, long: TooLong) -> TooLong:
        self._way = way
        long.fitting = way.fitting(self._calls.server.output_tokens)
        return long


def cache_key(server: str, model: str, messages: list[Message]) -> str:
    """Name a question: the same server, model and messages are the same question, whichever way it is asked."""
    asked = [server, model, messages]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def cached_form(answer: Answer) -> str:
    """Write an answer as it is kept under the key of its question."""
    return f"{answer.finish}\n{answer.raw}"


class FirstReplies:
    """Remembers by paper under which key its first reply is kept, for one server, model, prompt and length of text."""

    def __init__(self, cache: Cache, server: str, model: str, prompt: str, input_tokens: int) -> None:
        asked = "\0".join((server, model, prompt, str(input_tokens)))
        self._cache, self._asked = cache, hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()[:16]

    def keep(self, paper: str, key: str) -> None:
        """Remember the key of a paper's first question."""
        self._cache.keep_fact(self._name(paper), key)

    def has(self, paper: str) -> bool:
        """Return whether the first reply about a paper is still there."""
        key = self._cache.fact(self._name(paper))
        return key is not None and self._cache.reply(key) is not None

    def _name(self, paper: str) -> str:
        return f"first {self._asked} {paper}"
