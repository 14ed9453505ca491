"""The results of a batch → replies in the cache, each under the key of its question; a bad line costs its question."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from digest.adapters.store import Cache
from digest.errors import DigestError, NotThere, SummaryError
from digest.model import Usage
from digest.model.text import counted, estimate_tokens
from digest.stages.summarize.batch.deferred import at_half
from digest.stages.summarize.batch.log import BatchLog
from digest.stages.summarize.batch.records import Batch, Collected, RequestName
from digest.stages.summarize.batch.service import BatchService
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.chat import Answer, ChatServer
from digest.stages.summarize.client.learnt import CapabilityStore
from digest.stages.summarize.conversation import cached_form

_KEPT = 31 * 86_400
_PROBLEMS = 5


class Results:
    """Reads the results of batches that ended, and keeps their replies."""

    def __init__(
        self,
        service: BatchService,
        server: ChatServer,
        capabilities: CapabilityStore,
        cache: Cache,
        budget: Budget,
        now: Callable[[], datetime],
    ) -> None:
        self._service, self._server, self._capabilities, self._cache = service, server, capabilities, cache
        self._budget, self._now, self._log = budget, now, BatchLog(cache)

    def keep(self, batch: Batch, keys: set[str]) -> Collected:
        """Keep the replies of a batch that ended. Raises SummaryError where it has to be read once more."""
        usage, seen, reasons, replies, failed, foreign = Usage(), set[str](), [], 0, 0, 0
        if batch.problem:
            reasons.append(batch.problem)
        for file in batch.outputs:
            try:
                for line in self._service.lines(file):
                    request = RequestName.parse(name_of(line))
                    if request is not None and request.key not in keys:
                        foreign += 1
                        continue
                    if request is not None and request.key in seen:
                        continue
                    try:
                        took = self._keep_one(batch, request, line)
                    except SummaryError as error:
                        failed += 1
                        reasons.append(str(error))
                    else:
                        replies += 1
                        usage = usage + took
                    if request is not None:
                        seen.add(request.key)
            except NotThere:
                if not self._is_old(batch):
                    reasons.append(f"{batch.id}: its file {file} is gone (files are kept for 30 days)")
        if foreign:
            reasons.append(f"{batch.id}: {counted(foreign, 'result')} of other requests ignored")
        if (lacking := len(keys - seen)) and not self._is_old(batch):
            reasons.append(f"{batch.id}: {lacking} of {counted(len(keys), 'request')} not answered")
        return Collected(replies, failed, 0, usage, _shortened(reasons), 1)

    def _is_old(self, batch: Batch) -> bool:
        return batch.created > 0 and self._now().timestamp() - batch.created > _KEPT

    def _keep_one(self, batch: Batch, request: RequestName | None, line: bytes) -> Usage:
        """Keep one reply under the key of its question. Raises SummaryError where it is none."""
        row = _row(line)
        if request is None or row is None:
            raise SummaryError(f"{self._server.host}: a batch result cannot be read")
        answered = response if isinstance(response := row.get("response"), dict) else {}
        status, body, error = answered.get("status_code"), answered.get("body"), row.get("error")
        if error or status != 200:
            reason = self._server.shown(json.dumps(error or body, ensure_ascii=False))
            if not _passing(status, error):
                self._log.fail(batch.id, request.key, reason)
            raise SummaryError(f"{self._server.host}: a batch request failed: {reason}")
        try:
            answer = self._server.read(body, self._capabilities.best("summary"))
        except DigestError as cause:
            self._log.fail(batch.id, request.key, str(cause))
            raise SummaryError(f"{self._server.host}: a batch request failed: {cause}") from cause
        usage = self._usage(batch, answer)
        if not self._cache.reply(request.key):
            self._cache.keep_reply(request.key, cached_form(answer), usage, self._now())
        return usage

    def _usage(self, batch: Batch, answer: Answer) -> Usage:
        """Return what an answer took; where the server does not count, the most that was expected of it."""
        if answer.usage:
            return at_half(self._budget.priced(answer.usage, batch.model))
        cost = round(batch.cost / batch.total, 6) if batch.cost and batch.total else None
        return Usage(1, 0, 0, estimate_tokens(answer.raw), cost)


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line, strict=False)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def name_of(line: bytes) -> str:
    """Return the name of the request that a line is about; empty where it has none."""
    name = (_row(line) or {}).get("custom_id")
    return name if isinstance(name, str) else ""


def _passing(status: object, error: object) -> bool:
    """Return whether a request failed by no fault of its own: its batch ended early, or the service was busy."""
    code = error.get("code") if isinstance(error, dict) else ""
    busy = isinstance(status, int) and (status in {401, 403, 408, 409, 425, 429} or status >= 500)
    return busy or str(code).startswith("batch_")


def _shortened(reasons: list[str]) -> tuple[str, ...]:
    several = tuple(dict.fromkeys(reasons))
    more = (f"and {counted(len(several) - _PROBLEMS, 'more problem')}",) if len(several) > _PROBLEMS else ()
    return (*several[:_PROBLEMS], *more)
