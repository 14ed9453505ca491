"""The summarizer that asks a model: what is asked, what is made of the reply, and when to ask again."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import msgspec

from digest.adapters.store import Cache
from digest.config import LLMConfig
from digest.errors import SummaryError
from digest.model import Document, Draft, Finding, Paper, SourcedClaim, Usage, Verification
from digest.model.text import estimate_tokens
from digest.stages.summarize import reply
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.chat import Answer, ChatServer
from digest.stages.summarize.client.errors import TooLong
from digest.stages.summarize.conversation import (
    CALLS,
    CallRunner,
    Conversation,
    PromptTruncated,
    refuse_truncation,
)
from digest.stages.summarize.prompt import Prompt, reply_schema
from digest.stages.summarize.verifier import Verifier
from digest.stages.summarize.verifier import reply_schema as verifier_schema


class ModelSummarizer:
    """Asks a chat server for drafts. One object serves all threads of a run."""

    def __init__(
        self,
        server: ChatServer,
        prompt: Prompt,
        config: LLMConfig,
        budget: Budget,
        *,
        trim: Callable[[Document, int], Document],
        cache: Cache,
        now: Callable[[], datetime],
        second: ChatServer | None = None,
    ) -> None:
        """Ask `server`; `second`, where it is another model, for the second reading."""
        self._prompt = prompt
        self._input_tokens = config.input_tokens
        self._trim = trim
        calls = CallRunner(server, config, budget, cache)
        summary = {lengths: reply_schema(prompt.topics, lengths=lengths) for lengths in (True, False)}
        verdict = {lengths: verifier_schema(lengths=lengths) for lengths in (True, False)}
        self._conversation: Callable[[Usage], Conversation] = partial(Conversation, calls, summary, cache, now)
        # Where it is the same server, both kinds of call take turns.
        others = CallRunner(second, config, budget, cache) if second else calls
        self._verifier = Verifier(prompt, partial(Conversation, others, verdict, cache, now))

    def summarize(self, paper: Paper, document: Document) -> Draft:
        """Write a draft: from half the text where the whole is too long, asked again where the reply is unusable."""
        conversation = self._conversation(Usage())
        document = self._trim(document, self._input_tokens)
        try:
            messages = self._prompt.ask(paper, document)
            answer = conversation.ask(messages)
        except TooLong:
            document = self._trim(document, estimate_tokens(document.text) // 2)
            messages = self._prompt.ask(paper, document)
            answer = conversation.ask(messages)
        try:
            refuse_truncation(messages, answer)
            try:
                return self._draft(document, answer, conversation)
            except reply.InvalidReply as unusable:
                answer = conversation.ask(self._prompt.ask_again(messages, answer.raw, unusable.complaints))
                return self._draft(document, answer, conversation)
        except (reply.InvalidReply, PromptTruncated):
            conversation.forget()
            raise

    def revise(self, paper: Paper, draft: Draft, findings: Sequence[Finding]) -> Draft | None:
        """Ask once more with the exact complaints. Where that gives nothing usable, the draft stays as it was."""
        if draft.usage.calls >= CALLS:
            return None
        conversation = self._conversation(draft.usage)
        complaints = [f"`{finding.field}`: {finding.what}" for finding in findings]
        messages = self._prompt.ask_again(self._prompt.ask(paper, draft.document), draft.reply, complaints)
        try:
            return self._draft(draft.document, conversation.ask(messages), conversation)
        except SummaryError:
            return msgspec.structs.replace(draft, usage=conversation.usage)

    def verify(self, claims: Sequence[SourcedClaim], usage: Usage) -> Verification:
        """Read some claims a second time beside pieces of their paper."""
        return self._verifier.verify(claims, usage)

    def _draft(self, document: Document, answer: Answer, conversation: Conversation) -> Draft:
        summary, claims = reply.parse(answer.raw, self._prompt.topics, answer.finish)
        return Draft(summary=summary, document=document, claims=claims, usage=conversation.usage, reply=answer.raw)
