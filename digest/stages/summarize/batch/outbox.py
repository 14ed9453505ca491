"""Questions → batches: lines gather in a file, and are handed in as soon as it is full, whatever is still to come."""

import json
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import IO

from digest.errors import BudgetReached, DigestError, OutOfTime, RunStopped, SummaryError
from digest.model import PaperId, Usage
from digest.stages.summarize.batch.log import BatchLog, SubmittedBatch
from digest.stages.summarize.batch.records import Question, RequestName, Terms, paper_name
from digest.stages.summarize.batch.service import ENDPOINT, BatchService, FileTooLarge
from digest.stages.summarize.budget import Budget

_MOST_BYTES = 190 * 2**20  # the service takes 200 MB


@dataclass
class BatchPart:
    """The requests of one batch, in a file that nobody sees and that ends with the process."""

    model: str
    names: list[str] = field(default_factory=list)
    lines: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    most: Usage = field(default_factory=Usage)
    """The most that all requests can take."""

    def add(self, name: str, line: bytes, most: Usage) -> None:
        """Add a request and the most that it can take."""
        self.names.append(name)
        self.most = self.most + most
        self.lines.write(line)

    def takes(self, line: bytes, most: int) -> bool:
        """Return whether one more line is a batch that the service takes."""
        return not self.names or (len(self.names) < most and self.lines.tell() + len(line) <= _MOST_BYTES)

    def halves(self) -> Iterator["BatchPart"]:
        """Return two parts with half of the requests each."""
        self.lines.seek(0)
        middle = len(self.names) // 2
        share = _share(self.most, len(self.names))
        for names in (self.names[:middle], self.names[middle:]):
            half = BatchPart(self.model)
            for name in names:
                half.add(name, self.lines.readline(), share)
            yield half


class Outbox:
    """Takes questions and hands them in as batches. Safe to share between threads. Does not wait for answers."""

    def __init__(
        self,
        service: BatchService,
        log: BatchLog,
        budget: Budget,
        *,
        terms: Terms,
        site: str,
        pending: Collection[str],
        now: Callable[[], float],
        hold: bool = False,
    ) -> None:
        """`pending` are the keys of what waits already."""
        self._service, self._log, self._budget, self._now, self._hold = service, log, budget, now, hold
        self._terms, self._site = terms, site
        self._seen, self._most = set(pending), log.most_requests
        self._parts: dict[str, BatchPart] = {}
        self._held: list[BatchPart] = []
        self._ready = Usage()
        """The most that what is not submitted yet can take."""
        self._lock = threading.Lock()
        self.batches: list[str] = []
        """The ids of what was submitted."""
        self.asked = self.new = self.again = 0
        """How many questions there were, how many of them were submitted, and how many beside them had been before."""
        self.most = Usage()
        """The most that all of them can take."""
        self.error: DigestError | None = None
        """Why not all was submitted: a limit of the budget, or what the service says. Nothing after it was."""

    def add(self, day: str, paper: PaperId, question: Question) -> None:
        """Take a question, and hand in what fills a batch with it."""
        with self._lock:
            if question.key in self._seen:
                self.again += 1
                return
            self.asked += 1
            if self.error:
                return
            try:
                with self._budget.reserve(self._ready + question.most):
                    self._ready = self._ready + question.most
            except BudgetReached as reached:
                self.error = reached
                return
            self._seen.add(question.key)
            self.most = self.most + question.most
            name = str(RequestName(day, paper_name(paper), question.key))
            head = json.dumps({"custom_id": name, "method": "POST", "url": ENDPOINT}).encode()
            line = head[:-1] + b', "body": ' + question.body + b"}\n"
            part = self._parts.setdefault(
                question.model, BatchPart(question.model)
            )  # the service takes one model a batch
            if not part.takes(line, self._most):
                self._held.append(part)
                if not self._hold:
                    self._submit()
                part = self._parts[question.model] = BatchPart(question.model)
            part.add(name, line, question.most)

    def flush(self) -> None:
        """Hand in what is left."""
        with self._lock:
            self._held += self._parts.values()
            self._parts = {}
            self._submit()

    def close(self) -> None:
        """Drop what was not handed in."""
        for part in (*self._held, *self._parts.values()):
            part.lines.close()

    def _submit(self) -> None:
        """Hand in all parts that are ready; where one fails, it is left and so is all that follows."""
        while self._held and (self.error is None or isinstance(self.error, BudgetReached)):
            with (part := self._held.pop(0)).lines:
                self._ready = _minus(self._ready, part.most)
                try:
                    self._hand_in(part)
                except (SummaryError, RunStopped, OutOfTime) as error:
                    self.error = error

    def _hand_in(self, part: BatchPart) -> None:
        part.lines.seek(0)
        try:
            file = self._service.upload(part.lines)
        except FileTooLarge:
            if len(part.names) < 2:
                raise
            for half in part.halves():
                with half.lines:
                    self._hand_in(half)
            return
        most = part.most
        with self._budget.reserve(most) as spent:  # counted as spent until its results say what it really took
            cost = most.cost or 0.0
            batch = self._service.create(file, self._terms, self._site, part.model, cost)
            spent.append(most)
        self._log.remember(batch, SubmittedBatch(tuple(part.names), self._terms, self._now(), cost))
        self.batches.append(batch)
        self.new += len(part.names)


def _minus(usage: Usage, less: Usage) -> Usage:
    """Return what is left of a usage."""
    cost = None if usage.cost is None else round(usage.cost - (less.cost or 0.0), 6)
    tokens = usage.input_tokens - less.input_tokens, usage.output_tokens - less.output_tokens
    return Usage(usage.calls - less.calls, tokens[0], 0, tokens[1], cost)


def _share(usage: Usage, n: int) -> Usage:
    """Return a usage parted among `n` requests."""
    cost = None if usage.cost is None else round(usage.cost / n, 6)
    return Usage(1, usage.input_tokens // n, 0, usage.output_tokens // n, cost)
