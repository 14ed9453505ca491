"""The summarizer that asks a model: policy around `openai_chat`, which makes the single calls.

At most four answered calls a paper, whatever happens; waits for a busy server; pays for nothing twice.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from digest.config import LLMConfig
from digest.errors import RunStopped, SummaryError
from digest.model import Document, Draft, Finding, Paper, Usage
from digest.store import Cache
from digest.summarize import reply
from digest.summarize.gate import Gate
from digest.summarize.openai_chat import MODES, Answer, ChatServer, Declined, Dialect, Overloaded, TooLong, Unsupported
from digest.summarize.prompt import Message, Prompt, reply_schema
from digest.summarize.purse import Purse
from digest.text import estimate_tokens

CALLS = 4
"""The most answered calls that one paper may cost in a run."""
_USUAL_OUTPUT = 1500  # tokens of a whole reply with evidence; what a call is expected to take before it is made


class AskingSummarizer:
    """Asks a chat server for drafts. One object serves all threads of a run."""

    def __init__(
        self,
        server: ChatServer,
        prompt: Prompt,
        config: LLMConfig,
        purse: Purse,
        *,
        trim: Callable[[Document, int], Document],
        cache: Cache,
        now: Callable[[], datetime],
    ) -> None:
        self._server = server
        self._prompt = prompt
        self._config = config
        self._purse = purse
        self._trim = trim
        self._cache = cache
        self._now = now
        self._gate = Gate(config.max_concurrency)
        self._schema = reply_schema(prompt.topics, limits=not server.openai_itself)
        self._ways = _Ways(server, cache)
        self._stopped: RunStopped | None = None

    def summarize(self, paper: Paper, document: Document) -> Draft:
        """Write a draft: from half the text where the whole is too long, asked again where the reply is unusable."""
        talk = _Talk(self)
        document = self._trim(document, self._config.input_tokens)
        try:
            messages = self._prompt.ask(paper, document)
            raw = talk.say(messages)
        except TooLong:
            document = self._trim(document, estimate_tokens(document.text) // 2)
            messages = self._prompt.ask(paper, document)
            raw = talk.say(messages)
        try:
            try:
                summary, evidence = reply.parse(raw, self._prompt.topics)
            except reply.Unusable as unusable:
                raw = talk.say(self._prompt.ask_again(messages, raw, unusable.complaints))
                summary, evidence = reply.parse(raw, self._prompt.topics)
        except reply.Unusable:
            talk.forget()
            raise
        return Draft(summary=summary, document=document, evidence=evidence, usage=talk.usage, reply=raw)

    def revise(self, paper: Paper, draft: Draft, findings: Sequence[Finding]) -> Draft | None:
        """Ask once more with the exact complaints."""
        talk = _Talk(self, draft.usage)
        if draft.usage.calls >= CALLS:
            return None
        complaints = [f"`{finding.field}`: {finding.what}" for finding in findings]
        messages = self._prompt.ask_again(self._prompt.ask(paper, draft.document), draft.reply, complaints)
        try:
            raw = talk.say(messages)
            summary, evidence = reply.parse(raw, self._prompt.topics)
        except SummaryError:
            return None
        return Draft(summary=summary, document=draft.document, evidence=evidence, usage=talk.usage, reply=raw)

    def call(self, messages: list[Message]) -> tuple[Answer, Dialect]:
        """Make one answered call, waiting as long as the settings allow. Raises what `ChatServer.ask` raises."""
        for attempt in range(1, self._config.attempts + 1):
            if self._stopped:
                raise self._stopped
            try:
                return self._call_once(messages)
            except Overloaded as busy:
                if attempt == self._config.attempts:
                    raise SummaryError(f"{busy}, asked {attempt} times") from busy
                time.sleep(min(2 ** (attempt - 1) if busy.after is None else busy.after, self._config.max_wait))
            except RunStopped as stopped:
                self._stopped = stopped
                raise
        raise AssertionError("at least one attempt is made")  # pragma: no cover

    def _call_once(self, messages: list[Message]) -> tuple[Answer, Dialect]:
        dialect = self._ways.best()
        sent = sum(estimate_tokens(message["content"]) for message in messages)
        with self._gate.enter() as entered, self._purse.reserve(Usage(1, sent, 0, _USUAL_OUTPUT)) as taken:
            try:
                answer = self._server.ask(messages, self._schema, dialect)
            except Overloaded as busy:
                if busy.throttled:
                    self._gate.lower(entered, min(busy.after or 0.0, self._config.max_wait))
                raise
            except Unsupported as unsupported:
                self._ways.learn(dialect, limit_name=unsupported.limit_name)
                raise
            self._gate.widen()
            taken.append(self._purse.priced(answer.usage))
        return answer, dialect

    def key(self, messages: list[Message]) -> str:
        """Name a question: the same server, model and messages are the same question."""
        asked = [self._server.name, self._server.model, messages]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()

    def answer(self, messages: list[Message]) -> tuple[str, Usage] | None:
        """Return what was already paid for."""
        return self._cache.reply(self.key(messages))

    def keep(self, messages: list[Message], answer: Answer) -> Usage:
        """Keep an answer and return what it took."""
        usage = self._purse.priced(answer.usage)
        self._cache.keep_reply(self.key(messages), answer.raw, usage, self._now())
        return usage

    def forget(self, messages: list[Message]) -> None:
        """Let the next run ask anew."""
        self._cache.forget_reply(self.key(messages))


class _Talk:
    """The calls for one paper: counted, limited, remembered."""

    def __init__(self, summarizer: AskingSummarizer, usage: Usage = Usage()) -> None:  # noqa: B008 - frozen
        self._summarizer = summarizer
        self._asked: list[list[Message]] = []
        self._refused = 0
        self.usage = usage

    def say(self, messages: list[Message]) -> str:
        """Return the reply to `messages`, from the cache where it was paid for. Raises SummaryError or RunStopped."""
        self._asked.append(messages)
        if known := self._summarizer.answer(messages):
            self.usage = self.usage + known[1]
            return known[0]
        declined = 0
        while self.usage.calls + self._refused < CALLS:
            try:
                answer, _ = self._summarizer.call(messages)
            except Unsupported:
                self._refused += 1
            except Declined:
                # A gateway's hiccup and a real refusal look the same; the second time it is a refusal.
                self._refused += 1
                declined += 1
                if declined > 1:
                    raise
            else:
                self.usage = self.usage + self._summarizer.keep(messages, answer)
                return answer.raw
        raise SummaryError(f"no answer within {CALLS} calls")

    def forget(self) -> None:
        """Let the next run ask all of this anew."""
        for messages in self._asked:
            self._summarizer.forget(messages)


class _Ways:
    """What was learnt about a server: how it wants to be asked. Kept in the cache, shared by all threads."""

    def __init__(self, server: ChatServer, cache: Cache) -> None:
        self._key = f"dialect {server.name} {server.model}"
        self._cache = cache
        self._lock = threading.Lock()
        mode, _, limit_name = (cache.fact(self._key) or "").partition("|")
        self._best = Dialect(mode, limit_name) if mode in MODES and limit_name else server.first

    def best(self) -> Dialect:
        """Return the most binding way that the server is not known to refuse."""
        return self._best

    def learn(self, refused: Dialect, *, limit_name: str = "") -> None:
        """Step down from a way that was refused, unless another thread has done so."""
        with self._lock:
            if self._best != refused:
                return
            if limit_name:
                other = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}[limit_name]
                self._best = Dialect(refused.mode, other)
            else:
                self._best = refused.weaker or refused
            self._cache.keep_fact(self._key, f"{self._best.mode}|{self._best.limit_name}")
