"""The summarizer that asks a model: what is asked, what is made of the reply, and when to ask again."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import msgspec

from digest.adapters.store import Cache
from digest.config import LLMConfig
from digest.errors import DigestError, SummaryError
from digest.model import Document, Draft, Entry, Finding, Overview, Paper, SourcedClaim, Span, Usage, Verification
from digest.model.text import estimate_tokens
from digest.stages.summarize import reply
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.calls import CallRunner
from digest.stages.summarize.client.chat import Answer, ChatServer
from digest.stages.summarize.client.errors import TooLong
from digest.stages.summarize.client.truncation import PromptTruncated
from digest.stages.summarize.conversation import CALLS, TRIES, Conversation, FirstReplies
from digest.stages.summarize.prompt import Message, Prompt, reply_schema, tokens_in
from digest.stages.summarize.questions.overview import OverviewWriter
from digest.stages.summarize.questions.overview import reply_schema as overview_schema
from digest.stages.summarize.questions.verifier import Verifier
from digest.stages.summarize.questions.verifier import reply_schema as verifier_schema

_SHORTENED = 2
"""How often a text is shortened for a server."""
_LEAST = 300  # tokens of a text that are worth a question


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
        runner: type[CallRunner] = CallRunner,
    ) -> None:
        """Ask `server`; `second`, where it is another model, for the second reading."""
        self._prompt = prompt
        self._replies = FirstReplies(cache, server.name, server.model, prompt.question_version, config.input_tokens)
        self._input_tokens = config.input_tokens
        self._trim = trim
        self.model = server.model
        calls = runner(server, config, budget, cache, now)
        summary = {lengths: reply_schema(prompt.topics, lengths=lengths) for lengths in (True, False)}
        verdict = {lengths: verifier_schema(lengths=lengths) for lengths in (True, False)}
        self._conversation: Callable[[Usage], Conversation] = partial(
            Conversation, calls, "summary", summary, cache, now
        )
        sentences = {lengths: overview_schema(lengths=lengths) for lengths in (True, False)}
        ask = partial(Conversation, calls, "overview", sentences, cache, now)
        self._overviews = OverviewWriter(prompt, config.input_tokens, ask)
        # Where it is the same server, both kinds of call take turns.
        others = runner(second, config, budget, cache, now) if second else calls
        self._verifier = Verifier(prompt, partial(Conversation, others, "verdict", verdict, cache, now))

    def summarize(self, paper: Paper, document: Document) -> Draft:
        """Write a draft: from less text where the whole is too long, asked again where the reply is unusable."""
        conversation = self._conversation(Usage())
        try:
            return self._summarize(paper, document, conversation)
        except DigestError as error:
            error.usage = conversation.usage
            raise

    def _summarize(self, paper: Paper, document: Document, conversation: Conversation) -> Draft:
        document = self._trim(document, self._input_tokens)
        document, messages, answer = self._asked(paper, document, conversation)
        self._replies.keep(paper.id, conversation.key(messages))
        try:
            conversation.refuse_truncation(messages, answer)
            try:
                return self._draft(document, answer, conversation)
            except reply.InvalidReply as unusable:
                answer = conversation.ask(self._prompt.ask_again(messages, answer.raw, unusable.complaints))
                return self._draft(document, answer, conversation)
        except (reply.InvalidReply, PromptTruncated) as error:
            if conversation.forget():
                error.hint = f"given up after {TRIES} runs; set another `llm.model`, or change the prompt"
            raise

    def knows(self, paper: Paper, document: Document) -> bool:
        """Return whether the first reply about a paper was paid for."""
        messages = self._prompt.ask(paper, self._trim(document, self._input_tokens))
        return self._conversation(Usage()).knows(messages)

    def _asked(
        self, paper: Paper, document: Document, conversation: Conversation
    ) -> tuple[Document, list[Message], Answer]:
        """Ask about as much of a text as the server takes: what it says, else half of it."""
        shortened = 0
        while True:
            messages = self._prompt.ask(paper, document)
            try:
                return document, messages, conversation.ask(messages)
            except TooLong as long:
                shortened += 1
                size = estimate_tokens(document.text)
                fitting = size // 2
                if long.fitting is not None:
                    fitting = min(size - 1, long.fitting - (tokens_in(messages) - size))
                if shortened > _SHORTENED or fitting < min(_LEAST, size // 4):
                    raise
                document = self._trim(document, fitting)

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

    def overview(self, entries: Sequence[Entry], span: Span = "day") -> Overview:
        """Write a paragraph about the entries of a day, a week or a month."""
        return self._overviews.write(entries, self.model, span)

    def _draft(self, document: Document, answer: Answer, conversation: Conversation) -> Draft:
        summary, claims = reply.parse(answer.raw, self._prompt.topics, answer.finish)
        return Draft(
            summary=summary,
            document=document,
            claims=claims,
            usage=conversation.usage,
            reply=answer.raw,
            model=self.model,
        )
