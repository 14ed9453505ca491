"""The calls for one paper: counted, kept as soon as they are paid for, forgotten where they came to nothing."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from digest.adapters.store import Cache
from digest.errors import SummaryError
from digest.model import Usage
from digest.stages.summarize.calls import CallRunner
from digest.stages.summarize.client.completions import Answer, NoCompletion, TooLong, Unsupported
from digest.stages.summarize.prompt import Message

CALLS = 4
"""The most answered calls that one paper may cost, refusals to be asked like that included."""


class Conversation:
    """A conversation about one paper."""

    def __init__(self, caller: CallRunner, cache: Cache, now: Callable[[], datetime], usage: Usage) -> None:
        self._caller = caller
        self._cache = cache
        self._now = now
        self._keys: list[str] = []
        self.usage = usage
        """What the paper took so far, in this run and in those whose replies were kept."""

    def say(self, messages: list[Message]) -> Answer:
        """Return the answer, from the cache where it was paid for. Raises TooLong, SummaryError or RunStopped."""
        key = key_of(self._caller.server.name, self._caller.server.model, messages)
        self._keys.append(key)
        if known := self._cache.reply(key):
            self.usage = self.usage + known[1]
            finish, _, raw = known[0].partition("\n")
            return Answer(raw, finish, known[1])
        last: SummaryError | None = None
        while self.usage.calls < CALLS:
            try:
                answer, usage = self._caller.call(messages)
            except Unsupported as refusal:
                self._refused()
                last = refusal
            except NoCompletion as refusal:
                # A gateway's hiccup and a real refusal look the same; the second time it is a refusal.
                self._refused()
                if isinstance(last, NoCompletion) or self._caller.attempts == 1:
                    raise
                last = refusal
            except TooLong:
                self._refused()
                raise
            else:
                self._cache.keep_reply(key, kept(answer), usage, self._now())
                self.usage = self.usage + usage
                return answer
        raise SummaryError(f"no answer within {CALLS} calls{f'; {last}' if last else ''}") from last

    def forget(self) -> None:
        """Let the next run ask all of this anew."""
        for key in self._keys:
            self._cache.forget_reply(key)

    def _refused(self) -> None:
        self.usage = self.usage + Usage(1)


def key_of(server: str, model: str, messages: list[Message]) -> str:
    """Name a question: the same server, model and messages are the same question, whichever way it is asked."""
    asked = [server, model, messages]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def kept(answer: Answer) -> str:
    """Write an answer as it is kept under the key of its question."""
    return f"{answer.finish}\n{answer.raw}"
