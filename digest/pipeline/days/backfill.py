"""Surveyed days → how each ended: several at a time, with one pool of workers for the papers of all."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from digest.adapters.process.interruption import Interrupted
from digest.adapters.store import Archive
from digest.errors import ArchiveError, DigestError, EditedByHand, FetchError, NothingPublished, OutOfTime, RunStopped
from digest.model import Edition, Event
from digest.model.text import counted
from digest.pipeline import day as pipeline
from digest.pipeline.day import DayDependencies
from digest.pipeline.days.outcome import DayCounts
from digest.pipeline.days.survey import MissingDay
from digest.stages.summarize.batch.records import Deferred


@dataclass(frozen=True)
class DayResult:
    """How the building of one day ended: with an outcome, or with an error that cost this day alone."""

    name: str
    outcome: DayCounts | None = None
    error: DigestError | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing of the day is left to do."""
        return self.outcome is not None and not self.outcome.skips and not self.outcome.stopped

    @property
    def problem(self) -> str:
        """The error in a line that begins with the day; empty where there is none."""
        return named(self.name, self.error) if self.error else ""


def named(day: str, error: DigestError) -> str:
    """Return an error in a line that begins with its day, once."""
    said = str(error)
    return said if said.startswith(day) else f"{day}: {said}"


def run(
    days: Sequence[MissingDay],
    stages: DayDependencies,
    archive: Archive,
    *,
    jobs: int,
    begin: Callable[[], Callable[[], float]],
    exhausted: Callable[[], bool] = lambda: False,
) -> list[DayResult]:
    """Build the days in the order given, `jobs` at a time, with one pool of workers for the papers of all.

    `begin` is called when a day's turn comes and returns a function for the seconds it has left; `exhausted` returns
    whether the budget is. A day's own error costs that day. After an error that would cost every day (`RunStopped`, a
    full disk, no budget) no further one begins; the days that were begun end as they would alone.
    """
    halt, interrupted = threading.Event(), threading.Event()
    stages.report(Event(kind="listed", text=_total(days), total=sum(len(day.plan.todo) for day in days)))
    with stages.pool() as pool, ThreadPoolExecutor(jobs, thread_name_prefix="day") as turns:
        work: set[Future[Any]] = set()
        shared = replace(
            stages, pool=partial(SharedExecutor, pool, work), report=partial(_without_totals, stages.report)
        )
        held = InterruptibleArchive(archive, interrupted)

        def build(day: MissingDay) -> DayResult | None:
            if halt.is_set():
                return None
            mine = replace(shared, paper=replace(stages.paper, left=begin()))
            ended = _build(day, mine, held, halt)
            if exhausted():
                halt.set()
            return ended

        futures = [turns.submit(build, day) for day in days]
        try:
            return [ended for future in as_completed(futures) if (ended := future.result())]
        except BaseException:
            halt.set()
            interrupted.set()
            turns.shutdown(wait=False, cancel_futures=True)
            for waiting in tuple(
                work
            ):  # an executor that is asked to cancel leaves those who wait for its futures waiting
                waiting.cancel()
            raise


def _build(day: MissingDay, stages: DayDependencies, archive: Archive, halt: threading.Event) -> DayResult:
    name = day.order.name
    try:
        outcome = pipeline.build(day.order, stages, archive, day.plan)
    except (EditedByHand, FetchError, NothingPublished, OutOfTime) as error:
        stages.report(Event(kind="problem", text=named(name, error)))
        return DayResult(name, error=error)
    except Deferred as waiting:
        return DayResult(name, error=waiting)
    except (ArchiveError, RunStopped) as error:
        halt.set()
        return DayResult(name, error=error)
    if outcome.stopped:
        halt.set()
    return DayResult(name, outcome.counts, outcome.stopped)


def _total(days: Sequence[MissingDay]) -> str:
    papers = sum(len(day.plan.todo) for day in days)
    return f"{counted(len(days), 'day')}, {counted(papers, 'paper')} to read"


def _without_totals(report: Callable[[Event], None], event: Event) -> None:
    """Pass on what a day reports, but for the size of its list: the bar counts the papers of all days."""
    if event.kind != "listed":
        report(event)


class InterruptibleArchive(Archive):
    """An archive that takes nothing more once the run is interrupted: half a day is no day."""

    def __init__(self, archive: Archive, interrupted: threading.Event) -> None:
        super().__init__(archive.posts, archive.data)
        self._interrupted = interrupted

    def save(self, edition: Edition) -> None:
        """Save an edition, as long as the run goes on."""
        if self._interrupted.is_set():
            raise Interrupted
        super().save(edition)


class SharedExecutor(Executor):
    """One day's share of the workers that all days use. Ending it ends what that day asked for, and no more.

    `work` is what is left to do of all days: what is done would keep its result as long as the run goes on.
    """

    def __init__(self, pool: Executor, work: set[Future[Any]]) -> None:
        self._pool = pool
        self._work = work
        self._futures: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Pass work on."""
        future = self._pool.submit(fn, *args, **kwargs)
        self._futures.append(future)
        self._work.add(future)
        future.add_done_callback(self._work.discard)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for this day's work, or cancel what of it has not begun."""
        if cancel_futures:
            for future in self._futures:
                future.cancel()
        if wait:
            wait_for(self._futures)
