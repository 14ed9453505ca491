"""Batches → replies in the cache, each under the key of its question. What one batch lacks costs that batch alone."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from digest.adapters.store import Cache
from digest.errors import DigestError, NotThere, OutOfTime, SummaryError
from digest.model import Usage
from digest.model.text import counted, estimate_tokens
from digest.stages.summarize.batch.deferred import at_half
from digest.stages.summarize.batch.log import BatchLog, SubmittedBatch
from digest.stages.summarize.batch.records import Batch, Collected, RequestName, Terms
from digest.stages.summarize.batch.service import BatchService
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.chat import Answer, ChatServer
from digest.stages.summarize.client.learnt import CapabilityStore
from digest.stages.summarize.conversation import cached_form

_STUCK = 3 * 86_400
"""Seconds after which nothing is hoped for from a batch that should have taken a day."""
_KEPT = 31 * 86_400
_PROBLEMS = 5


class Inbox:
    """Fetches what came of the batches of one site. Batches of other sites under the same key are left alone."""

    def __init__(
        self,
        service: BatchService,
        server: ChatServer,
        capabilities: CapabilityStore,
        cache: Cache,
        budget: Budget,
        *,
        site: str,
        is_built: Callable[[Terms], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._service, self._server, self._capabilities, self._cache = service, server, capabilities, cache
        self._budget, self._site, self._is_built, self._now = budget, site, is_built, now
        self._log = BatchLog(cache)
        self.pending: set[str] = set()
        """The keys of all questions that may still be answered, known once `collect` has run."""
        self.others = 0
        """How many batches of other sites there are."""

    def collect(self) -> Collected:
        """Put the replies of all batches that ended into the cache, each once."""
        found = Collected()
        for batch in self._ours():
            found += self._one(batch)
        return found

    def forget_built(self) -> None:
        """Drop from memory the batches that were fetched and whose days are built."""
        known = ((batch, self._log.submitted(batch)) for batch in self._log.batches() if self._log.is_collected(batch))
        self._log.forget([batch for batch, one in known if one and one.terms and self._is_built(one.terms)])

    def _ours(self) -> Iterator[Batch]:
        """List our batches with which something is left to do, oldest first, also those that the server lacks."""
        known, listed = self._log.batches(), self._service.list()
        seen = {batch.id for batch in listed}
        self.others = sum(batch.site != self._site and batch.id not in known for batch in listed)
        yield from (Batch(one) for one in known if one not in seen and not self._log.is_collected(one))
        for batch in reversed(listed):
            ours = batch.id in known or batch.site == self._site
            if not ours or self._log.is_collected(batch.id):
                continue
            if batch.id not in known and batch.terms and self._is_built(batch.terms):
                self._log.collected(batch.id)
            else:
                yield batch

    def _one(self, batch: Batch) -> Collected:
        try:
            requests = self._requests(batch)
        except SummaryError as error:
            return Collected(waiting=0 if batch.ended else batch.total, problems=(f"{batch.id}: {error}",), ended=1)
        keys = {request.key for request in requests}
        if not keys and batch.status:
            return self._unknown(batch)
        if not batch.status:
            return self._missing(batch, keys)
        if not batch.ended:
            if not self._is_stuck(batch.created):
                self.pending |= keys
                return Collected(waiting=batch.total or len(keys))
            stuck = f"{batch.id}: still {batch.status} after {_STUCK // 86_400} days, not waited for any longer"
            return Collected(problems=(stuck,), ended=1)
        try:
            found = self._answers(batch, keys)
        except (SummaryError, OutOfTime) as error:  # a later run reads it again
            self.pending |= keys
            return Collected(waiting=len(keys), problems=(f"{batch.id}: {error}",), ended=1)
        self._log.collected(batch.id)
        return found

    def _unknown(self, batch: Batch) -> Collected:
        """Say that nothing is known of a batch but the days that it was submitted for."""
        if batch.ended:
            self._log.collected(batch.id)
        days = f"`digest backfill --from {batch.terms.first} --to {batch.terms.last}`" if batch.terms else ""
        what = f"{batch.id}: neither its requests nor its results are there any more; {days} builds what is missing"
        return Collected(waiting=0 if batch.ended else batch.total, problems=(what,), ended=1)

    def _missing(self, batch: Batch, keys: set[str]) -> Collected:
        """Say that the server does not list a batch: its questions wait, until nothing is hoped for."""
        submitted = self._log.submitted(batch.id)
        if self._is_stuck(submitted.at if submitted else 0.0):
            self._log.collected(batch.id)
            return Collected(problems=(f"{batch.id}: not listed by {self._service.host} any more, given up",), ended=1)
        self.pending |= keys
        what = f"{batch.id}: not listed by {self._service.host}; is the key that of the project that submitted it?"
        return Collected(waiting=len(keys), problems=(what,))

    def _is_stuck(self, since: float) -> bool:
        return since > 0 and self._now().timestamp() - since > _STUCK

    def _requests(self, batch: Batch) -> tuple[RequestName, ...]:
        """Return the requests of a batch: from memory, else from the file that was submitted, or from the results."""
        if known := self._log.requests(batch.id):
            return known
        names: set[str] = set()
        for file in filter(None, (batch.input, *batch.outputs)):
            try:
                names.update(name for line in self._service.lines(file) if (name := _name(line)))
            except NotThere:
                continue
            if file == batch.input:
                break
        if names:
            submitted = SubmittedBatch(tuple(sorted(names)), batch.terms, batch.created, batch.cost)
            self._log.remember(batch.id, submitted)
        return tuple(filter(None, map(RequestName.parse, sorted(names))))

    def _answers(self, batch: Batch, keys: set[str]) -> Collected:
        """Keep the replies of a batch that ended. Raises SummaryError where it has to be read once more."""
        usage, seen, reasons, replies, failed, foreign = Usage(), set[str](), [], 0, 0, 0
        if batch.problem:
            reasons.append(batch.problem)
        for file in batch.outputs:
            try:
                for line in self._service.lines(file):
                    request = RequestName.parse(_name(line))
                    if request is not None and request.key not in keys:
                        foreign += 1
                        continue
                    if request is not None and request.key in seen:
                        continue
                    try:
                        took = self._keep(batch, request, line)
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

    def _keep(self, batch: Batch, request: RequestName | None, line: bytes) -> Usage:
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


def _name(line: bytes) -> str:
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
