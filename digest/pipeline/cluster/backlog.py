"""The work of a run on a cluster: what was asked for and is not done, who does it, and who died of it."""

from collections.abc import Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from digest.errors import OutOfTime, WorkerLost
from digest.pipeline.cluster.state import LATER

DEATHS = 3
"""How many workers may die of one paper."""


@dataclass(eq=False)
class Work:
    """Some work on the cluster."""

    number: int
    packed: bytes
    outer: Future[Any] = field(default_factory=Future)
    """What becomes of it, as an executor tells it."""
    worker: str = ""
    """Which worker does it; empty as long as none has begun."""
    deaths: int = 0
    failures: int = 0
    finished: bool = False
    taken_back: bool = False
    """Whether it was taken from a worker that does not answer, for another one."""
    result: Any = None
    """What a worker has made of it. Comes beside the cluster's own future, which would have to be asked for it."""
    inner: Any = None
    """The cluster's own future of it."""

    def settle(self, error: BaseException | None = None) -> None:
        """Tell how it ended, to whoever still wants to know."""
        with suppress(InvalidStateError):
            if error is None:
                self.outer.set_result(self.result)
            else:
                self.outer.set_exception(error)


class Backlog:
    """Work by its number. Added by any thread, used by one."""

    def __init__(self) -> None:
        self._work: dict[int, Work] = {}

    def __iter__(self) -> Iterator[Work]:
        return iter(list(self._work.values()))

    def add(self, work: Work) -> None:
        """Take note of some work."""
        self._work[work.number] = work

    def drop(self, work: Work) -> bool:
        """Forget work that is over, or that nobody wants any more; return whether it was known."""
        if self._work.pop(work.number, None) is None:
            return False
        if work.outer.cancelled():
            with suppress(InvalidStateError, RuntimeError):  # wakes those who wait for it
                work.outer.set_running_or_notify_cancel()
        return True

    def begin(self, worker: str, number: int) -> Any:
        """Let a worker begin; papers that a worker died of one after the other, so that the deadly one shows.

        Raises OutOfTime where nobody wants it any more.
        """
        work = self._work.get(number)
        if work is None or not (work.outer.running() or work.outer.set_running_or_notify_cancel()):
            raise OutOfTime("the run is out of time")
        if work.deaths and any(other.deaths and other.worker for other in self if other is not work):
            return LATER
        work.worker = worker
        return None

    def finish(self, number: int, result: Any) -> None:
        """Keep the result of some work."""
        if work := self._work.get(number):
            work.finished, work.result = True, result

    def died(self, worker: str, *, expected: bool) -> bool:
        """Part a dead worker from what it had begun; return whether it died of something.

        A paper that three died of is over.
        """
        begun = [work for work in self if work.worker == worker]
        for work in begun:
            work.worker, work.deaths = "", work.deaths + (not expected)
            if work.deaths >= DEATHS:
                work.settle(WorkerLost("every worker that processed this paper crashed"))
        return bool(begun) and not expected
