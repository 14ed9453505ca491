"""Many days in one invocation: surveyed, their price confirmed, built here or on a cluster."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import click

from digest.adapters import installation
from digest.commands.backfill.report import last_line, waiting, warnings
from digest.commands.context import Context
from digest.commands.progress import Sink
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.commands.runs import foreseen, joined, labelled, priced, warn_of_languages, warned
from digest.config import Config, Series
from digest.errors import ConfigError
from digest.model import PaperId
from digest.model.text import counted
from digest.pipeline import assembly
from digest.pipeline.assembly import RunContext
from digest.pipeline.day import DayDependencies
from digest.pipeline.days import backfill, estimate
from digest.pipeline.days.survey import Survey, take_survey
from digest.pipeline.plan import Order

if TYPE_CHECKING:
    from digest.pipeline.days.batching import Batching

Wanted = Callable[[Config], Sequence[Order]]
"""Names the days that are asked for, of a series."""
Engine = tuple[DayDependencies, Callable[[], Callable[[], float]]]
"""The stages of a day, and what is called when a day's turn comes: it returns the seconds that are left."""
CANCELLED = Result(("cancelled; nothing was spent",))


@dataclass(frozen=True)
class Surveyed:
    """The run of a series, and what its range of days lacks."""

    run: RunContext
    survey: Survey

    @property
    def series(self) -> Series:
        """Whose run it is."""
        return self.run.config.series


@dataclass(frozen=True)
class Backfill:
    """The settings of one invocation, and the three modes it may run in."""

    context: Context
    config: Config
    log_format: str
    yes: bool
    further: tuple[Config, ...] = ()
    """The settings of other series."""

    @property
    def several(self) -> tuple[Config, ...]:
        """The settings of all series."""
        return (self.config, *self.further)

    def build(self, wanted: Wanted, *, jobs: int, newest: bool, scheduler: str | None) -> Result:
        """Build the missing days, once their price is confirmed. One day's failure does not stop the others."""
        results: list[Result] = []
        with self.survey(wanted, local=scheduler is None) as (found, sink):
            price = self.total(found)
            elsewhere = scheduler if price.papers else None
            with self.engine(found[0].run, elsewhere) as first:
                days = sum(len(one.survey.days) for one in found)
                text = f"{counted(days, 'day')}, {price}{''.join(map(waiting, found))}"
                if price.asks and not self.confirm(text):
                    return CANCELLED
                again = self.agreed(found[0].run)
                results.append(self._built(self.now(found[0], wanted, again=again), first, sink, jobs, newest=newest))
            for one in found[1:]:
                now = self.now(one, wanted, again=again or one.run.followed is not None)
                with self.engine(one.run, elsewhere) as engine:
                    results.append(self._built(now, engine, sink, jobs, newest=newest))
        return joined(results)

    def agreed(self, run: RunContext) -> bool:
        """Let vectors be asked for; return whether days have to be surveyed again, whose papers they rank."""
        if run.embeddings is None:
            return False
        run.embeddings.release()
        return any(config.taste.has_examples for config in self.several)

    def now(self, one: "Surveyed", wanted: Wanted, *, again: bool) -> "Surveyed":
        """Return what a series lacks now: by what the one that it follows has, and by vectors."""
        run = one.run
        return Surveyed(run, take_survey(self.orders(run, wanted), run.stages, run.tools.archive)) if again else one

    def _built(self, one: "Surveyed", engine: "Engine", sink: Callable[[], Sink], jobs: int, *, newest: bool) -> Result:
        run, survey = one.run, one.survey
        dependencies, start = engine
        started, before = time.monotonic(), run.budget.spent
        with sink():
            results = backfill.run(
                sorted(survey.days, key=lambda day: day.order.day, reverse=newest),
                dependencies,
                run.tools.archive,
                jobs=jobs,
                begin=start,
                exhausted=lambda: run.budget.exhausted,
            )
        tally = estimate.tally(run.budget.spent.since(before))
        line, complete = last_line(survey, results, tally, time.monotonic() - started)
        series = run.config.series
        said = warned(series, warnings(survey, results))
        return Result((labelled(series, line),), DONE if complete else SOME_FAILED, said)

    def total(self, found: Sequence["Surveyed"]) -> estimate.Estimate:
        """Estimate what the surveyed days of all series will take."""
        asked: set[tuple[str, PaperId]] = set()
        first, *others = (priced(one.run, one.survey, asked) for one in found)
        for other in others:
            first = first + other
        return first

    def orders(self, run: RunContext, wanted: Wanted) -> list[Order]:
        """Name the days of one series; of one that follows, only those that there is something to follow of."""
        return [order for order in wanted(run.config) if run.followed is None or run.followed.has(order.name)]

    @contextmanager
    def survey(
        self, wanted: Wanted, *, local: bool = True, agreed: bool = False
    ) -> Iterator[tuple[list["Surveyed"], Callable[[], Sink]]]:
        """Open a run for many days and survey them; a terminal shows a bar for that, and one for what follows.

        The run has no end of its own: each day has one, see `engine`. Where the papers are not worked on in this
        process, nothing is made here that would ask a model. Before a price was `agreed` to, no vectors are asked for.
        """
        context = self.context
        sinks = [context.progress(self.log_format, long=True)]

        def next_sink() -> Sink:
            sinks.append(context.progress(self.log_format, long=True))
            return sinks[-1]

        with ExitStack() as stack:
            report = lambda event: sinks[-1](event)  # noqa: E731, PLW0108 - the last one at that moment
            deadline = context.deadline(math.inf)
            runs = assembly.assemble(
                self.several, stack, **context.keys(), now=context.now, report=report, deadline=deadline, preload=local
            )
            if not agreed and (embeddings := runs[0].embeddings):
                embeddings.hold()
            stack.enter_context(context.lock(self.config))
            warn_of_languages(context, runs)

            def look(run: RunContext) -> Survey:
                return take_survey(self.orders(run, wanted), run.stages, run.tools.archive)

            with sinks[-1]:
                surveys = [survey for _, survey in foreseen(runs, look)]
                found = [Surveyed(run, survey) for run, survey in zip(runs, surveys, strict=True)]
            yield found, next_sink

    @contextmanager
    def engine(self, run: RunContext, scheduler: str | None) -> Iterator["Engine"]:
        """Choose where papers are worked on: threads of this process, or the workers of a cluster."""
        limit = self.config.run.time_limit
        if scheduler is None:
            yield run.stages, lambda: self.context.deadline(limit).left
            return
        try:
            from digest.pipeline.cluster import executor, worker  # noqa: PLC0415 - Dask is an extra
        except ImportError as cause:
            raise ConfigError("Dask is not installed", hint=installation.way_to_add("dask")) from cause
        with executor.engine(scheduler, run, run.config) as dependencies:
            yield dependencies, partial(worker.until, limit)

    def batching(self, run: RunContext, stack: ExitStack) -> "Batching":
        """Open the service of batches. Raises ConfigError where no model is used at all."""
        from digest.pipeline.days.batching import open_batching  # noqa: PLC0415 - openai takes most of a second

        return open_batching(run.config, stack, self.context.api_key(), run)

    def agrees(self, price: str) -> bool:
        """Return whether to spend where nobody needs to be there: False without --yes and without a terminal."""
        return (self.yes or self.context.is_interactive()) and self.confirm(price)

    def confirm(self, price: str) -> bool:
        """Return whether to spend: yes with --yes, else what the person at the terminal says."""
        self.context.print_warnings(self.context.notices)
        self.context.print(price)
        if self.yes:
            return True
        if not self.context.is_interactive():
            raise click.UsageError("not a terminal, cannot ask for confirmation; pass --yes to accept the cost")
        return click.confirm("Continue?")
