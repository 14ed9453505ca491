"""Many days at once: which are missing, which of them owns a paper, and the days themselves, several at a time.

A paper that two days list belongs to the earlier one, as in daily runs. That is settled for all missing days before
the first one is built, oldest first, whatever the order in which they are built afterwards: so neither order nor
number of jobs nor a crash in between changes a byte of what is made.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from digest.adapters.process.interruption import Interrupted
from digest.adapters.store import Archive, sha256_hex
from digest.errors import ArchiveError, DigestError, EditedByHand, FetchError, NothingPublished, OutOfTime, RunStopped
from digest.model import ArxivId, Edition, Event, Listing, Paper, Selection
from digest.model.text import counted
from digest.pipeline import day as pipeline
from digest.pipeline.day import DayDependencies, DayOutcome
from digest.pipeline.plan import Order, Plan, decide, needs_list

_END_OF_TIME = "9999-12-31"  # later than the name of any post


@dataclass(frozen=True)
class MissingDay:
    """A day that is to be built, and what is left to do for it."""

    order: Order
    plan: Plan


@dataclass(frozen=True)
class Survey:
    """What a range of days lacks."""

    days: tuple[MissingDay, ...]
    """Days without an edition or with an unfinished one, oldest first."""
    known: int
    """Days that are finished, empty ones included."""
    failed: tuple[tuple[str, DigestError], ...] = ()
    """Days that could not be listed or looked at, and why."""

    @property
    def papers(self) -> tuple[Paper, ...]:
        """All papers that are to be read."""
        return tuple(paper for day in self.days for paper in day.plan.todo)


@dataclass(frozen=True)
class DayResult:
    """How the building of one day ended: with an outcome, or with an error that cost this day alone."""

    name: str
    outcome: DayOutcome | None = None
    error: DigestError | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing of the day is left to do."""
        return self.outcome is not None and not self.outcome.edition.skips and not self.outcome.stopped


def survey(orders: Iterable[Order], stages: DayDependencies, archive: Archive) -> Survey:
    """List the days that are missing, and part their papers among them. Asks the services for lists, no model.

    A finished day is not asked for again, nor is one whose list was found empty after it had ended.
    """
    wanted, failed, known = [], [], 0
    claims: dict[ArxivId, str] = {}
    for order in sorted(orders, key=lambda order: order.day):
        claims = claims or archive.published(f"{_END_OF_TIME}{order.file[10:]}")
        try:
            old = archive.load(order.name)
            if _finished(order, old, archive):
                known += 1
                continue
            wanted.append((order, old, stages.list_day(order.day) if needs_list(old, order) else None))
        except (ArchiveError, FetchError) as error:
            failed.append((order.name, error))
        for skip in old.skips if old else ():
            _claim(claims, skip.paper.id, order)
    days = []
    for (order, old, listing), papers in zip(wanted, _enriched(wanted, stages), strict=True):
        try:
            listed = None if listing is None else _select(papers, order, claims, stages.select)
            plan = decide(listed, old, order)
        except FetchError as error:
            failed.append((order.name, error))
            continue
        for paper in plan.todo:
            _claim(claims, paper.id, order)
        days.append(MissingDay(order, plan))
    return Survey(tuple(days), known, tuple(failed))


def _finished(order: Order, old: Edition | None, archive: Archive) -> bool:
    """Return whether nothing is left to do for a day. A post that another program wrote counts: it is not ours."""
    post = archive.post(order.file)
    if old is None:
        return post is not None
    if old.skips or old.listing == "partial":
        return False
    died_before_the_post = post is None or (old.written is not None and sha256_hex(post) == old.written.before)
    return not (old.entries and died_before_the_post)


def _claim(claims: dict[ArxivId, str], paper_id: ArxivId, order: Order) -> None:
    claims[paper_id] = min(str(order.day), claims.get(paper_id, str(order.day)))


def _enriched(
    wanted: Sequence[tuple[Order, Edition | None, Listing | None]], stages: DayDependencies
) -> list[tuple[Paper, ...]]:
    """Add what arXiv knows to the papers of all days at once: its pause is long, and an answer holds a hundred."""
    listings = [listing or Listing() for _, _, listing in wanted]
    papers = tuple(paper for listing in listings for paper in listing.papers)
    whole = stages.enrich(papers) if papers else Listing()
    problems = (problem for listing in listings for problem in dict.fromkeys(listing.problems))
    for problem in (*whole.problems, *problems):
        stages.report(Event(kind="problem", text=problem))
    rest = iter(whole.papers)
    return [tuple(next(rest) for _ in listing.papers) for listing in listings]


def _select(
    papers: tuple[Paper, ...],
    order: Order,
    claims: Mapping[ArxivId, str],
    select: Callable[[Iterable[Paper], Mapping[ArxivId, str]], Selection],
) -> Selection:
    """Choose a day's papers among those that no earlier day has.

    A later day that is published already keeps what it has: a paper stands in the archive once.
    """
    day = str(order.day)
    published = {paper_id: owner for paper_id, owner in claims.items() if owner < day}
    while True:
        selection = select(papers, published)
        later = {paper.id: claims[paper.id] for paper in selection.chosen if claims.get(paper.id, day) > day}
        if not later:
            return selection
        published |= later


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

    `begin` is called when a day's turn comes and returns what tells the seconds it has left; `exhausted` tells that the
    run's money is. A day's own trouble costs that day. Trouble that would cost every day (`RunStopped`, a full disk,
    no money) begins no further one; the days that were begun end as they would alone.
    """
    halt, interrupted = threading.Event(), threading.Event()
    stages.report(Event(kind="listed", text=_total(days), total=sum(len(day.plan.todo) for day in days)))
    with stages.pool() as pool, ThreadPoolExecutor(jobs, thread_name_prefix="day") as turns:
        work: list[Future[Any]] = []
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
            for waiting in work:  # an executor told to cancel would leave those who wait for its futures waiting
                waiting.cancel()
            raise


def _build(day: MissingDay, stages: DayDependencies, archive: Archive, halt: threading.Event) -> DayResult:
    name = day.order.name
    try:
        outcome = pipeline.build(day.order, stages, archive, day.plan)
    except (EditedByHand, FetchError, NothingPublished, OutOfTime) as error:
        stages.report(Event(kind="problem", text=f"{name}: {error}"))
        return DayResult(name, error=error)
    except (ArchiveError, RunStopped) as error:
        halt.set()
        return DayResult(name, error=error)
    if outcome.stopped:
        halt.set()
    return DayResult(name, outcome, outcome.stopped)


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
    """One day's share of the workers that all days use. Ending it ends what that day asked for, and no more."""

    def __init__(self, pool: Executor, work: list[Future[Any]]) -> None:
        self._pool = pool
        self._work = work
        self._futures: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Pass work on."""
        future = self._pool.submit(fn, *args, **kwargs)
        self._futures.append(future)
        self._work.append(future)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for this day's work, or cancel what of it has not begun."""
        if cancel_futures:
            for future in self._futures:
                future.cancel()
        if wait:
            wait_for(self._futures)
