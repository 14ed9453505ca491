"""What the commands that read papers and ask models do, from settings to the lines they say. Prints nothing."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial

from digest.adapters import installation
from digest.commands import progress
from digest.commands.result import DONE, SOME_FAILED, Said
from digest.errors import Busy, ConfigError
from digest.model import Event, Usage
from digest.model.text import counted
from digest.pipeline import assembly, backfill
from digest.pipeline import day as pipeline
from digest.pipeline import estimate as filling
from digest.pipeline.backfill import Survey
from digest.stages.summarize import batch_log
from digest.upkeep import Upkeep


@dataclass(frozen=True)
class Session(Upkeep):
    """An invocation that may spend money."""

    def build(self, order: pipeline.Order) -> Said:
        """Build a day, or what is left of it. Where that fails or stops early, `alarms` are told; the error goes on."""
        try:
            said = self._build(order)
        except Busy:
            raise
        except Exception as error:
            self._alarm(order.name, str(error) or type(error).__name__)
            raise
        if said.stopped:
            self._alarm(order.name, said.stopped)
        return said

    def _build(self, order: pipeline.Order) -> Said:
        begun = time.monotonic()
        with self.sink() as sink, ExitStack() as tools:
            workshop = self._workshop(tools, sink, self.config.run.time_limit)
            tools.enter_context(self._only_run())
            outcome = pipeline.build(order, workshop.stages, workshop.reading.archive)
        line = _ended(outcome, progress.tally(workshop.purse.spent), time.monotonic() - begun)
        complaints = [f"digest: stopped early: {outcome.stopped}"] if outcome.stopped else []
        if outcome.edition.skips:
            complaints.append(
                f"digest: {counted(len(outcome.edition.skips), 'paper')} failed; the next run tries again"
            )
        return Said(
            (line,), SOME_FAILED if outcome.edition.skips else DONE, tuple(complaints), str(outcome.stopped or "")
        )

    def dry_run(self, order: pipeline.Order) -> Said:
        """Say what a build would read and, at most, spend. Asks no model, publishes nothing."""
        with self.sink() as sink, ExitStack() as tools:
            workshop = self._workshop(tools, sink, self.config.run.time_limit)
            archive = workshop.reading.archive
            plan = pipeline.make_plan(order, archive.load(order.name), workshop.stages, archive)
        reads = [f"would read {paper.id}  {paper.title}" for paper in plan.todo]
        leaves = [f"left out   {one.paper.id}  {one.rule} {one.detail}".rstrip() for one in plan.exclusions]
        total = f"{order.file}: {counted(len(plan.todo), 'paper')} to read"
        if self.config.summarize.backend == "openai" and plan.todo:
            calls = 2 * len(plan.todo)  # a summary, and one revision
            most = Usage(calls, calls * (self.config.llm.input_tokens + 1500), 0, calls * 1500)
            total += f"; at most about {progress.tally(workshop.purse.priced(most))}"
        return Said((*reads, *leaves, total), wanted=True)

    def backfill(
        self,
        orders: Sequence[pipeline.Order],
        *,
        jobs: int,
        newest: bool,
        confirm: Callable[[str], bool],
        scheduler: str | None = None,
    ) -> Said:
        """Build the missing days, once their price is confirmed. One day's failure does not stop the others."""
        with self._long_run(orders) as (workshop, lacking, sink):
            archive, paid = workshop.reading.archive, batch_log.paid(workshop.reading.cache)
            estimate = filling.estimate(lacking, self.config, archive, workshop.purse.priced, paid)
            asks = bool(estimate.papers) and not estimate.free
            with self._engine(workshop, scheduler if lacking.papers else None) as (stages, begin):
                if asks and not confirm(f"{counted(len(lacking.days), 'day')}, {estimate}"):
                    return Said(("nothing was asked, nothing was spent",))
                begun = time.monotonic()
                with sink():
                    ended = backfill.run(
                        sorted(lacking.days, key=lambda day: day.order.day, reverse=newest),
                        stages,
                        archive,
                        jobs=jobs,
                        begin=begin,
                        exhausted=lambda: workshop.purse.exhausted,
                    )
        tally, seconds = progress.tally(workshop.purse.spent), time.monotonic() - begun
        lines, whole = filling.lines(lacking, ended, tally, seconds)
        return Said(lines, DONE if whole else SOME_FAILED, filling.complaints(lacking, ended))

    def hand_in(self, orders: Sequence[pipeline.Order], *, confirm: Callable[[str], bool]) -> Said:
        """Hand the questions of all missing days in, at half the price. What was handed in before is left alone."""
        with self._long_run(orders) as (workshop, lacking, sink), ExitStack() as tools:
            reading = workshop.reading
            batches = assembly.open_batches(self.config, tools, self.key, workshop, self.now)
            paid = batch_log.paid(reading.cache)
            price = filling.estimate(lacking, self.config, reading.archive, workshop.purse.priced, paid)
            if not lacking.papers:
                return Said(("nothing to ask",), complaints=filling.complaints(lacking, ()))
            if not confirm(
                f"{counted(len(lacking.days), 'day')}, {price.at(batches.share)} (half the price, within a day)"
            ):
                return Said(("nothing was asked, nothing was spent",))
            with sink() as report:
                report(Event(kind="listed", text=f"{counted(len(lacking.papers), 'paper')} to read"))
                asked = filling.questions(lacking.papers, reading.read, batches.question, reading.pool, report)
            waiting = batches.under_way()
            fresh = [question for question in asked if question.key not in waiting]
            names = batches.submit(fresh, (lacking.days[0].order.name, lacking.days[-1].order.name))
        there = f"; {len(asked) - len(fresh)} were handed in before" if len(asked) > len(fresh) else ""
        handed = f"{counted(len(fresh), 'question')} handed in as {', '.join(names) or 'nothing new'}{there}"
        return Said((handed, "collect the replies with `digest backfill --collect`, within 30 days"))

    def collect(self) -> tuple[Said, tuple[date, date] | None]:
        """Fetch the replies of what was handed in; return also its days, where all replies are there."""
        with self.sink() as sink, ExitStack() as tools:
            workshop = self._workshop(tools, sink, self.config.run.time_limit)
            tools.enter_context(self._only_run())
            batches = assembly.open_batches(self.config, tools, self.key, workshop, self.now)
            found, days = batches.collect(), batch_log.days(workshop.reading.cache)
        failed = f", {found.failed} failed" if found.failed else ""
        line = f"{counted(found.replies, 'answer')} collected{failed}; {progress.tally(found.usage)}"
        troubles = tuple(f"digest: {trouble}" for trouble in found.troubles)
        if found.waiting:
            return Said((line, f"{counted(found.waiting, 'question')} still wait; collect again"), DONE, troubles), None
        span = (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None
        return Said((line,), DONE, troubles), span

    def _workshop(
        self, tools: ExitStack, report: Callable[[Event], None], seconds: float = math.inf
    ) -> assembly.Workshop:
        deadline = self.deadline(seconds)
        return assembly.open_workshop(self.config, tools, key=self.key, now=self.now, report=report, deadline=deadline)

    @contextmanager
    def _long_run(
        self, orders: Sequence[pipeline.Order]
    ) -> Iterator[tuple[assembly.Workshop, Survey, Callable[[], progress.Sink]]]:
        """Open a workshop for many days and survey them; a terminal shows a bar for that, and one for what follows."""
        ears = [self.sink()]

        def report(event: Event) -> None:
            ears[-1](event)

        def listen() -> progress.Sink:
            ears.append(self.sink())
            return ears[-1]

        with ExitStack() as tools:
            workshop = self._workshop(tools, report)
            tools.enter_context(self._only_run())
            with ears[-1]:
                lacking = backfill.survey(orders, workshop.stages, workshop.reading.archive)
            yield workshop, lacking, listen

    @contextmanager
    def _engine(
        self, workshop: assembly.Workshop, scheduler: str | None
    ) -> Iterator[tuple[pipeline.Stages, Callable[[], Callable[[], float]]]]:
        """Choose where papers are worked on: threads of this process, or the workers of a cluster."""
        if scheduler is None:
            yield workshop.stages, self._deadline
            return
        try:
            from digest.pipeline.cluster import executor, worker  # noqa: PLC0415 - distributed takes most of a second
        except ImportError as cause:
            raise ConfigError("Dask is not installed", hint=installation.way_to_add("dask")) from cause
        with executor.engine(scheduler, workshop, self.config) as stages:
            yield stages, partial(worker.until, self.config.run.time_limit)

    def _deadline(self) -> Callable[[], float]:
        """Begin a day's time; return what tells how much of it is left."""
        return self.deadline(self.config.run.time_limit).left


def _ended(outcome: pipeline.Outcome, tally: str, seconds: float) -> str:
    """Return the last line of a build."""
    edition = outcome.edition
    papers = counted(len(edition.entries), "paper")
    if outcome.status == "no list":
        return f"{edition.name}: no papers were listed that day (weekends and holidays have none); no post"
    if outcome.status == "all left out":
        listed = counted(len(edition.exclusions), "paper")
        return f"{edition.name}: {listed} listed, all left out by the configuration; no post"
    if outcome.status == "unchanged":
        return f"{edition.name}: {papers}, nothing to do"
    failed = f", {len(edition.skips)} failed" if edition.skips else ""
    return f"{edition.name}: {papers} ({outcome.made} new{failed}); {tally}; {seconds:.1f} s"
