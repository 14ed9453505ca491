"""What takes the place of calls where a batch is to answer: a question without a reply is put off, with its paper."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import msgspec

from digest.adapters.store import Cache
from digest.config import LLMConfig
from digest.errors import SummaryError
from digest.model import Document, Draft, Entry, Finding, Overview, Paper, SourcedClaim, Span, Usage, Verification
from digest.stages.summarize import Summarizer
from digest.stages.summarize.batch.log import TRIES, BatchLog
from digest.stages.summarize.batch.records import SHARE, Deferred, Question
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.calls import MARGIN, CallRunner, Schemas
from digest.stages.summarize.client.capabilities import Capabilities
from digest.stages.summarize.client.chat import Answer, ChatServer
from digest.stages.summarize.conversation import cache_key
from digest.stages.summarize.prompt import Message, tokens_in


class DeferredCalls(CallRunner):
    """Makes no call: raises the question that would be asked, or what came of it when it was asked in batches."""

    keeps_all = True

    def __init__(
        self, server: ChatServer, config: LLMConfig, budget: Budget, cache: Cache, now: Callable[[], datetime]
    ) -> None:
        super().__init__(server, config, budget, cache, now)
        self._priced, self._log = budget.priced, BatchLog(cache)

    def run(
        self, messages: list[Message], schemas: Schemas, kind: str, way: Capabilities, *, doubt: bool = True
    ) -> tuple[Answer, Usage]:
        """Raise Deferred, or SummaryError where the question failed in batches as often as it may."""
        key = cache_key(self.server.name, self.server.model, messages)
        failure = self._log.failure(key)
        if failure.times >= TRIES:
            raise SummaryError(f"failed in {failure.times} batches: {failure.reason}")
        body = json.dumps(self.server.request(messages, schemas[way.lengths], way), ensure_ascii=False)
        most = Usage(1, int(MARGIN * tokens_in(messages)), 0, self.server.output_tokens)
        first = kind == "summary" and len(messages) == 2
        raise Deferred(
            Question(
                key,
                self.server.model,
                body.encode("utf-8", "replace"),
                at_half(self._priced(most, self.server.model)),
                first,
            )
        )


class SubmittedOnly:
    """A summarizer for the papers that were submitted, and no other: nobody agreed to pay for those."""

    def __init__(self, summarizer: Summarizer, submitted: Collection[str]) -> None:
        self._summarizer, self._submitted = summarizer, submitted

    def summarize(self, paper: Paper, document: Document) -> Draft:
        """Write a draft. Raises SummaryError for a paper that was not submitted."""
        if paper.id not in self._submitted:
            raise SummaryError("not submitted with its day", hint="`digest backfill` without --collect asks about it")
        return self._summarizer.summarize(paper, document)

    def revise(self, paper: Paper, draft: Draft, findings: Sequence[Finding]) -> Draft | None:
        """Write a better draft."""
        return self._summarizer.revise(paper, draft, findings)

    def verify(self, claims: Sequence[SourcedClaim], usage: Usage) -> Verification:
        """Read claims a second time."""
        return self._summarizer.verify(claims, usage)

    def overview(self, entries: Sequence[Entry], span: Span = "day") -> Overview:
        """Write the overview of a day, a week or a month."""
        return self._summarizer.overview(entries, span)


def at_half(usage: Usage) -> Usage:
    """Return what a call takes in a batch."""
    return msgspec.structs.replace(usage, cost=None if usage.cost is None else round(usage.cost * SHARE, 6))
