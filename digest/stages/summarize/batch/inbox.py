"""Batches → replies in the cache, each under the key of its question. What one batch lacks costs that batch alone."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from digest.errors import NotThere, OutOfTime, SummaryError
from digest.model.text import counted
from digest.stages.summarize.batch.log import BatchLog, SubmittedBatch
from digest.stages.summarize.batch.records import Batch, Collected, RequestName, Terms
from digest.stages.summarize.batch.results import Results, name_of
from digest.stages.summarize.batch.service import BatchService

_TOO_MUCH = re.compile(r"enqueued token limit|token_limit_exceeded", re.IGNORECASE)
_STUCK = 3 * 86_400
"""Seconds after which nothing is hoped for from a batch that should have taken a day."""


class Inbox:
    """Fetches what came of the batches of one site. Batches of other sites under the same key are left alone."""

    def __init__(
        self,
        service: BatchService,
        results: Results,
        log: BatchLog,
        *,
        site: str,
        is_built: Callable[[Terms], bool],
        book: Callable[[float, float], None],
        now: Callable[[], datetime],
    ) -> None:
        """`book` corrects what a batch was expected to cost, by an amount and the moment it was submitted."""
        self._service, self._results, self._log = service, results, log
        self._site, self._is_built, self._book, self._now = site, is_built, book, now
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
            found = self._results.keep(batch, keys)
        except (SummaryError, OutOfTime) as error:  # a later run reads it again
            self.pending |= keys
            return Collected(waiting=len(keys), problems=(f"{batch.id}: {error}",), ended=1)
        self._log.collected(batch.id)
        if _TOO_MUCH.search(batch.problem) and keys:
            self._log.narrow(len(keys))
            smaller = f"{batch.id}: from now on {counted(self._log.most_requests, 'request')} a batch at most"
            found += Collected(problems=(smaller,))
        expected = known if (known := self._log.submitted(batch.id)) else SubmittedBatch()
        self._book((found.usage.cost or 0.0) - expected.cost, expected.at)
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
                names.update(name for line in self._service.lines(file) if (name := name_of(line)))
            except NotThere:
                continue
            if file == batch.input:
                break
        if names:
            submitted = SubmittedBatch(tuple(sorted(names)), batch.terms, batch.created, batch.cost)
            self._log.remember(batch.id, submitted)
            self._book(batch.cost, batch.created)
        return tuple(filter(None, map(RequestName.parse, sorted(names))))
