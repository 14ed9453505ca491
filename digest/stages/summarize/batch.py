"""OpenAI's Batch API: questions handed in together, answered within a day at half the price.

A question is the very one that would be asked online, and its reply is kept under the same key: an ordinary build
finds it paid for. Summaries are asked for first; the second readings of those that came are a batch of their own. What
was handed in is read from the server's own list, so that a run which died after it, or a cache that was deleted, makes
nobody pay twice. Source: https://platform.openai.com/docs/guides/batch
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import Any, Literal

import httpx2
import msgspec
import openai

from digest.adapters.store import Cache
from digest.config import LLMConfig
from digest.errors import DigestError, ModelRefused, SummaryError
from digest.model import Document, Draft, Paper, SourcedClaim, Usage
from digest.model.text import estimate_tokens
from digest.stages.summarize import batch_log, reply, verifier
from digest.stages.summarize.batch_log import Batch, Collected, Question
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.calls import Schemas
from digest.stages.summarize.client.chat import ChatServer
from digest.stages.summarize.client.learnt import CapabilityStore
from digest.stages.summarize.conversation import cache_key, cached_form
from digest.stages.summarize.prompt import Message, Prompt, reply_schema

ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"
SHARE = 0.5
"""What a token costs in a batch, as a share of its price online: https://openai.com/api/pricing/"""
_MADE_BY = {"summary": "digest", "verdict": "digest: second reading"}
"""By what is asked, the mark of our batches."""
_LONGEST_LINE = 4 * 2**20
_NEWEST = 2000  # batches that are looked through; results are kept for 30 days


class Batches:
    """Hands in questions of one kind and collects the replies. Does not wait: an answer takes up to a day."""

    share = SHARE

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
        kind: Literal["summary", "verdict"] = "summary",
    ) -> None:
        self._kind: Literal["summary", "verdict"] = kind
        self._server, self._prompt, self._config, self._budget = server, prompt, config, budget
        self._trim, self._cache, self._now = trim, cache, now
        self._capabilities = CapabilityStore(server.name, server.model, cache, now, config.mode)

    def question(self, paper: Paper, document: Document) -> Question | None:
        """Return the first question about a paper; None where its reply is paid for already."""
        messages = self._prompt.ask(paper, self._trim(document, self._config.input_tokens))
        schema = {lengths: reply_schema(self._prompt.topics, lengths=lengths) for lengths in (True, False)}
        return self._question(paper, messages, schema)

    def draft(self, paper: Paper, document: Document) -> Draft | None:
        """Return what the reply to the first question says; None where there is none, or an invalid one."""
        document = self._trim(document, self._config.input_tokens)
        known = self._cache.reply(cache_key(self._server.name, self._server.model, self._prompt.ask(paper, document)))
        finish, _, raw = known[0].partition("\n") if known else ("", "", "")
        try:
            summary, claims = reply.parse(raw, self._prompt.topics, finish)
        except reply.InvalidReply:
            return None
        return Draft(summary=summary, document=document, claims=claims, reply=raw)

    def reading(self, paper: Paper, claims: Sequence[SourcedClaim]) -> Question | None:
        """Return the second reading of a draft's claims; None where it is paid for already."""
        schema = {lengths: verifier.reply_schema(lengths=lengths) for lengths in (True, False)}
        return self._question(paper, verifier.questions(self._prompt, claims), schema) if claims else None

    def _question(self, paper: Paper, messages: list[Message], schemas: Schemas) -> Question | None:
        key = cache_key(self._server.name, self._server.model, messages)
        if self._cache.reply(key):
            return None
        capabilities = self._capabilities.best(self._kind)
        body = self._server.request(messages, schemas[capabilities.lengths], capabilities)
        line = {"custom_id": key, "method": "POST", "url": ENDPOINT, "body": body}
        sent = sum(estimate_tokens(message["content"]) for message in messages)
        most = self._budget.priced(Usage(1, sent, 0, self._config.output_tokens), self._server.model)
        return Question(paper.id, key, json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n", most)

    def pending(self) -> dict[str, str]:
        """Return the key of every question that was submitted and not collected, with its batch."""
        return {
            key: batch.id for batch in self._ours() if batch.status != "failed" for key in self._keys(batch).values()
        }

    def submit(self, questions: list[Question], days: tuple[str, str]) -> list[str]:
        """Hand questions in, and return the ids of their batches. `days` are remembered for the one who collects.

        Raises BudgetReached where all of them could pass a limit of the run, at the price online.
        """
        ids = []
        whole = sum((question.most for question in questions), Usage())
        with self._budget.reserve(whole):
            for part in batch_log.parts(questions):
                with _errors_explained(self._server):
                    file = self._server.client.files.create(
                        file=("digest.jsonl", b"".join(question.line for question in part)), purpose="batch"
                    )
                    made = self._server.client.batches.create(
                        input_file_id=file.id,
                        endpoint=ENDPOINT,
                        completion_window="24h",
                        metadata={"made_by": _MADE_BY[self._kind], "first": days[0], "last": days[1]},
                    )
                keys = {question.paper: question.key for question in part}
                batch_log.remember(self._cache, made.id, keys, days, self._kind)
                ids.append(made.id)
        return ids

    def collect(self) -> Collected:
        """Put the replies of all batches that ended into the cache, each once."""
        found = Collected()
        for batch in self._ours():
            if batch.ended:
                one = self._collected(batch)
                batch_log.collected(self._cache, batch.id)
                batch_log.remember_days(self._cache, batch)
            else:
                one = Collected(waiting=batch.total)
            found += one
        return found

    def _collected(self, batch: Batch) -> Collected:
        replies, usage, reasons = 0, Usage(), [batch.problem] if batch.problem else []
        failed = 0
        for file in batch.outputs:
            for line in self._lines(file):
                try:
                    took = self._keep(line)
                except DigestError as error:
                    failed += 1
                    reasons.append(str(error))
                else:
                    replies += 1
                    usage = usage + took
        return Collected(replies, failed, 0, usage, tuple(dict.fromkeys(reasons))[:5])

    def _keep(self, line: bytes) -> Usage:
        """Keep one reply under the key of its question. Raises DigestError where it is none."""
        try:
            row = json.loads(line, strict=False)
            key, error, answered = row["custom_id"], row.get("error"), row.get("response") or {}
            status, body = answered.get("status_code"), answered.get("body")
        except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as cause:
            raise SummaryError(f"{self._server.host}: a batch result cannot be read") from cause
        if error or status != 200:
            said = json.dumps(error or body, ensure_ascii=False)
            raise SummaryError(f"{self._server.host}: a batch request failed: {self._server.shown(said)}")
        answer = self._server.read(body, self._capabilities.best(self._kind))
        counted = self._budget.priced(answer.usage or Usage(1, 0, 0, estimate_tokens(answer.raw)), self._server.model)
        usage = msgspec.structs.replace(counted, cost=None if counted.cost is None else round(counted.cost * SHARE, 6))
        if not self._cache.reply(str(key)):
            self._cache.keep_reply(str(key), cached_form(answer), usage, self._now())
        return usage

    def _ours(self) -> list[Batch]:
        """List our batches that were not collected yet, as the server knows them."""
        with _errors_explained(self._server):
            rows: list[dict[str, Any]] = [
                row.to_dict() for row in islice(self._server.client.batches.list(limit=100), _NEWEST)
            ]
        ours = [_batch(row) for row in rows if (row.get("metadata") or {}).get("made_by") == _MADE_BY[self._kind]]
        return [batch for batch in ours if not batch_log.is_collected(self._cache, batch.id)]

    def _keys(self, batch: Batch) -> dict[str, str]:
        """Return the keys of a batch's questions: from the cache, else from the file that was handed in."""
        if known := batch_log.keys(self._cache, batch.id):
            return known
        try:
            return {str(n): str(json.loads(line)["custom_id"]) for n, line in enumerate(self._lines(batch.input))}
        except (ValueError, LookupError, TypeError) as cause:
            raise SummaryError(f"{self._server.host}: the requests of {batch.id} cannot be read") from cause

    def _lines(self, file: str) -> Iterator[bytes]:
        """Read a file of the server line by line: whole files can be large."""
        rest = b""
        with (
            _errors_explained(self._server),
            self._server.client.files.with_streaming_response.content(file) as response,
        ):
            for chunk in response.iter_bytes():
                *whole, rest = (rest + chunk).split(b"\n")
                yield from (line for line in whole if line.strip())
                if len(rest) > _LONGEST_LINE:
                    raise SummaryError(f"{self._server.host}: a line of {file} is larger than {_LONGEST_LINE >> 20} MB")
        if rest.strip():
            yield rest


def _batch(row: Mapping[str, Any]) -> Batch:
    errors = (row.get("errors") or {}).get("data") or []
    outputs = tuple(file for name in ("output_file_id", "error_file_id") if (file := row.get(name)))
    total = (row.get("request_counts") or {}).get("total") or 0
    problem = str(errors[0].get("message") or "") if errors else ""
    ended = f"batch {row['id']} ended as {row['status']}" if row["status"] in {"failed", "expired", "cancelled"} else ""
    message = ": ".join(part for part in (ended, problem) if part)
    made = row.get("metadata") or {}
    days = _day(made.get("first")), _day(made.get("last"))
    return Batch(
        str(row["id"]), str(row["status"]), str(row.get("input_file_id") or ""), outputs, int(total), days, message
    )


def _day(written: object) -> str:
    try:
        return str(date.fromisoformat(str(written)))
    except ValueError:
        return ""


@contextmanager
def _errors_explained(server: ChatServer) -> Iterator[None]:
    """Explain what went wrong between us and the server. Nothing is asked again here: a batch costs money."""
    try:
        yield
    except openai.APIStatusError as cause:
        what = f"{server.host}: answered {cause.status_code}: {server.shown(cause.response.text)}"
        if cause.status_code in {401, 402, 403}:
            raise ModelRefused(what, hint="check OPENAI_API_KEY and the account's credit") from cause
        if cause.status_code in {404, 405, 501}:
            raise SummaryError(what, hint="this server may not support batches; retry without --batch") from cause
        raise SummaryError(what, hint="rerun the command") from cause
    except (openai.APIConnectionError, httpx2.HTTPError) as cause:
        server.deadline.check()
        raise SummaryError(
            f"{server.host}: {server.shown(str(cause.__cause__ or cause) or 'connection lost')}",
            hint="rerun the command; submitted batches are picked up",
        ) from cause
