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
from digest.commands.backfill.report import last_line, warnings
from digest.commands.context import Context
from digest.commands.progress import Sink
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.commands.runs import priced
from digest.config import Config
from digest.errors import ConfigError
from digest.model.text import counted
from digest.pipeline import assembly
from digest.pipeline.assembly import RunContext
from digest.pipeline.day import DayDependencies
from digest.pipeline.days import backfill, estimate
from digest.pipeline.days.survey import Survey, take_survey
from digest.pipeline.plan import Order
from digest.stages.summarize.batch.log import BatchLog
from digest.stages.summarize.batch.records import paper_name

if TYPE_CHECKING:
    from digest.pipeline.days.batching import Batching

CANCELLED = Result(("cancelled; nothing was spent",))


@dataclass(frozen=True)
class Backfill:
    """The settings of one invocation, and the three modes it may run in."""

    context: Context
    config: Config
    log_format: str
    yes: bool

    def build(self, orders: Sequence[Order], *, jobs: int, newest: bool, scheduler: str | None) -> Result:
        """Build the missing days, once their price is confirmed. One day's failure does not stop the others."""
        with self.survey(orders, local=scheduler is None) as (run, survey, sink):
            archive, price = run.tools.archive, self.estimate(run, survey)
            with self.engine(run, scheduler if survey.papers else None) as (dependencies, start):
                text = f"{counted(len(survey.days), 'day')}, {price}{_waiting(run, survey)}"
                if price.papers and not price.free and not self.confirm(text):
                    return CANCELLED
                started = time.monotonic()
                with sink():
                    results = backfill.run(
                        sorted(survey.days, key=lambda day: day.order.day, reverse=newest),
                        dependencies,
                        archive,
                        jobs=jobs,
                        begin=start,
                        exhausted=lambda: run.budget.exhausted,
                    )
        line, complete = last_line(survey, results, estimate.tally(run.budget.spent), time.monotonic() - started)
        return Result((line,), DONE if complete else SOME_FAILED, warnings(survey, results))

    def estimate(self, run: RunContext, survey: Survey) -> estimate.Estimate:
        """Estimate what surveyed days will take."""
        return priced(run, survey)

    @contextmanager
    def survey(
        self, orders: Sequence[Order], *, local: bool = True
    ) -> Iterator[tuple[RunContext, Survey, Callable[[], Sink]]]:
        """Open a run for many days and survey them; a terminal shows a bar for that, and one for what follows.

        The run has no end of its own: each day has one, see `engine`. Where the papers are not worked on in this
        process, nothing is made here that would ask a model.
        """
        context = self.context
        sinks = [context.progress(self.log_format, long=True)]

        def next_sink() -> Sink:
            sinks.append(context.progress(self.log_format, long=True))
            return sinks[-1]

        with ExitStack() as stack:
            report = lambda event: sinks[-1](event)  # noqa: E731, PLW0108 - the last one at that moment
            deadline = context.deadline(math.inf)
            run = assembly.assemble(
                self.config, stack, **context.keys(), now=context.now, report=report, deadline=deadline, preload=local
            )
            stack.enter_context(context.lock(self.config))
            with sinks[-1]:
                survey = take_survey(orders, run.stages, run.tools.archive)
            yield run, survey, next_sink

    @contextmanager
    def engine(
        self, run: RunContext, scheduler: str | None
    ) -> Iterator[tuple[DayDependencies, Callable[[], Callable[[], float]]]]:
        """Choose where papers are worked on: threads of this process, or the workers of a cluster."""
        limit = self.config.run.time_limit
        if scheduler is None:
            yield run.stages, lambda: self.context.deadline(limit).left
            return
        try:
            from digest.pipeline.cluster import executor, worker  # noqa: PLC0415 - Dask is an extra
        except ImportError as cause:
            raise ConfigError("Dask is not installed", hint=installation.way_to_add("dask")) from cause
        with executor.engine(scheduler, run, self.config) as dependencies:
            yield dependencies, partial(worker.until, limit)

    def batching(self, run: RunContext, stack: ExitStack) -> "Batching":
        """Open the service of batches. Raises ConfigError where no model is used at all."""
        from digest.pipeline.days.batching import open_batching  # noqa: PLC0415 - openai takes most of a second

        return open_batching(self.config, stack, self.context.api_key(), run)

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


def _waiting(run: RunContext, survey: Survey) -> str:
    """Say how many papers wait for a batch already: asking about them here pays for them once more."""
    waiting = BatchLog(run.tools.cache).waiting() & {paper_name(paper.id) for paper in survey.papers}
    return f"; {len(waiting)} of them wait for a batch, see --collect" if waiting else ""
