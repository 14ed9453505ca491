"""What the cache remembers of batches. Only a memory: the server's own list decides."""

import json
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from digest.adapters.store import Cache
from digest.stages.summarize.batch.records import RequestName, Terms

_Kind = TypeVar("_Kind")
MOST_REQUESTS = 50_000
"""The most requests of a batch that the service takes."""
TRIES = 2
"""How often a question may fail in a batch by a fault of its own before its paper is skipped."""


class SubmittedBatch(msgspec.Struct, frozen=True):
    """A batch as it was submitted."""

    names: tuple[str, ...] = ()
    """The names of its requests."""
    terms: Terms | None = None
    at: float = 0.0
    """Seconds since 1970."""
    cost: float = 0.0
    """The most it was expected to cost."""


class Failure(msgspec.Struct, frozen=True):
    """How often a question failed, and why it did at last."""

    times: int = 0
    reason: str = ""


class BatchLog:
    """The memory of one site: its batches, the requests of each, whether they were fetched, and what failed in them."""

    def __init__(self, cache: Cache, series: str = "") -> None:
        """Open the memory of one series; what failed is remembered for all."""
        self._cache, self._batches = cache, " ".join(filter(None, ("batches", series)))

    def remember(self, batch: str, submitted: SubmittedBatch) -> None:
        """Remember a batch that was submitted, or that another cache knew."""
        self._cache.keep_fact(f"batch {batch}", msgspec.json.encode(submitted).decode())
        if batch not in (known := self.batches()):
            self._cache.keep_fact(self._batches, json.dumps([*known, batch]))

    def batches(self) -> list[str]:
        """Return the ids of all batches, oldest first."""
        return _decoded(self._cache.fact(self._batches), list[str]) or []

    def submitted(self, batch: str) -> SubmittedBatch | None:
        """Return a batch as it was submitted; None where it is not known."""
        return _decoded(self._cache.fact(f"batch {batch}"), SubmittedBatch)

    def requests(self, batch: str) -> tuple[RequestName, ...]:
        """Return the requests of a batch; none where it is not known."""
        known = self.submitted(batch)
        return tuple(filter(None, map(RequestName.parse, known.names))) if known else ()

    def forget(self, batches: Sequence[str]) -> None:
        """Drop batches with which nothing is left to do."""
        gone = set(batches)
        self._cache.keep_fact(self._batches, json.dumps([one for one in self.batches() if one not in gone]))
        for batch in batches:
            self._cache.keep_fact(f"batch {batch}", "null")

    def is_collected(self, batch: str) -> bool:
        """Return whether nothing more can be fetched of a batch."""
        return self._cache.fact(f"batch collected {batch}") is not None

    def collected(self, batch: str) -> None:
        """Remember that nothing more can be fetched of a batch."""
        self._cache.keep_fact(f"batch collected {batch}", "yes")

    def waiting(self) -> set[str]:
        """Return the papers of all requests that were submitted and not fetched."""
        return {one.paper for batch in self.batches() if not self.is_collected(batch) for one in self.requests(batch)}

    @property
    def most_requests(self) -> int:
        """The most requests that a batch may have."""
        return _decoded(self._cache.fact("batch size"), int) or MOST_REQUESTS

    def narrow(self, requests: int) -> None:
        """Remember that a batch of so many requests was too much at once: the next ones have half as many at most."""
        self._cache.keep_fact("batch size", str(max(1, min(self.most_requests, requests // 2))))

    def fail(self, batch: str, key: str, reason: str) -> None:
        """Count a failure of a question by its own fault, once per batch."""
        if self._cache.fact(f"batch failure {batch} {key}") is None:
            failure = Failure(self.failure(key).times + 1, reason)
            self._cache.keep_fact(f"batch failure {batch} {key}", "yes")
            self._cache.keep_fact(f"batch failure {key}", msgspec.json.encode(failure).decode())

    def failure(self, key: str) -> Failure:
        """Return how often a question failed, and why."""
        return _decoded(self._cache.fact(f"batch failure {key}"), Failure) or Failure()


def _decoded(fact: str | None, kind: type[_Kind]) -> _Kind | None:
    """Return what is remembered; None where there is nothing, or something else."""
    try:
        return msgspec.json.decode(fact or "null", type=kind)
    except msgspec.DecodeError:
        return None
