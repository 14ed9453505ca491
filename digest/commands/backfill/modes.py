"""What one invocation may do with many days: build them, submit their requests as a batch, collect the replies."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial

import click

from digest.adapters import installation
from digest.commands.backfill.report import last_line, warnings
from digest.commands.context import Context
from digest.commands.progress import Sink
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.config import Config
from digest.errors import ConfigError
from digest.model import Event
from digest.model.text import counted
from digest.pipeline import assembly
from digest.pipeline.assembly import RunContext
from digest.pipeline.day import DayDependencies
from digest.pipeline.days import backfill, estimate
from digest.pipeline.days.survey import Survey, take_survey
from digest.pipeline.plan import Order
from digest.stages.summarize import batch_log

_CANCELLED = Result(("cancelled; nothing was spent",))


@dataclass(frozen=True)
class Backfill:
    """The settings of one invocation, and the three modes it may run in."""

    context: Context
    config: Config
    log_format: str
    yes: bool

    def build(
        self, orders: Sequence[Order], *, jobs: int, newest: bool, scheduler: str | None, collected: bool = False
    ) -> Result:
        """Build the missing days, once their price is confirmed. One day's failure does not stop the others.

        Where summaries were `collected`, their second readings are submitted first, and that is all.
        """
        with self._survey(orders) as (run, survey, sink):
            if collected and (submitted := self._submit_readings(run, survey, sink)):
                return submitted
            archive, price = run.tools.archive, self._estimate(run, survey)
            with self._engine(run, scheduler if survey.papers else None) as (dependencies, start):
                if price.papers and not price.free and not self._confirm(survey, str(price)):
                    return _CANCELLED
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

    def submit(self, orders: Sequence[Order]) -> Result:
        """Submit the requests of all missing days at half the price. What was submitted before is left alone."""
        with self._survey(orders) as (run, survey, sink), ExitStack() as stack:
            tools = run.tools
            batches, _ = assembly.open_batches(self.config, stack, self.context.api_key(), run, self.context.now)
            price = self._estimate(run, survey)
            if not survey.papers:
                return Result(("nothing to submit",), warnings=warnings(survey, ()))
            again = ", and as long for second readings" if price.second.calls else ""
            if not self._confirm(survey, f"{price.at(batches.share)} (half price, within 24 h{again})"):
                return _CANCELLED
            with sink() as report:
                report(Event(kind="listed", text=f"{counted(len(survey.papers), 'paper')} to read"))
                asked = estimate.questions(survey.papers, tools.read, batches.question, tools.pool, report)
            pending = batches.pending()
            new = [question for question in asked if question.key not in pending]
            names = batches.submit(new, _span(survey))
        there = f"; {len(asked) - len(new)} were submitted before" if len(asked) > len(new) else ""
        submitted = f"submitted {counted(len(new), 'request')} ({', '.join(names)})" if new else "nothing new to submit"
        return Result((f"{submitted}{there}", "fetch the results with `digest backfill --collect`, within 30 days"))

    def _submit_readings(self, run: RunContext, survey: Survey, next_sink: Callable[[], Sink]) -> Result | None:
        """Submit the second readings of what came by batch, each once; None where there is nothing to submit."""
        tools = run.tools
        done = batch_log.read_again(tools.cache)
        papers = [paper for paper in survey.papers if paper.id not in done]
        if not papers or not run.stages.paper.verify:
            return None
        with ExitStack() as stack:
            batches = assembly.open_batches(self.config, stack, self.context.api_key(), run, self.context.now)
            ask = partial(
                estimate.second_reading, summaries=batches[0], readings=batches[1], check=run.stages.paper.check
            )
            with next_sink() as report:
                report(Event(kind="listed", text=f"{counted(len(papers), 'paper')} to read again"))
                asked = estimate.questions(papers, tools.read, ask, tools.pool, report)
            if not asked:
                return None
            names = batches[1].submit(asked, _span(survey))
        return Result(
            (
                f"submitted {counted(len(asked), 'second reading')} ({', '.join(names)}), at half price, within 24 h",
                "run `digest backfill --collect` again later",
            )
        )

    def collect(self) -> tuple[Result, bool, list[tuple[date, date]]]:
        """Fetch the replies of what was submitted; return also whether all are there, and its ranges of days."""
        with self.context.progress(self.log_format, long=True) as sink, ExitStack() as stack:
            run = self._assemble(stack, sink, self.config.run.time_limit)
            stack.enter_context(self.context.lock(self.config))
            batches = assembly.open_batches(self.config, stack, self.context.api_key(), run, self.context.now)
            found = batches[0].collect() + batches[1].collect()
            days = batch_log.days(run.tools.cache)
        failed = f", {found.failed} failed" if found.failed else ""
        line = f"fetched {counted(found.replies, 'result')}{failed}; {estimate.tally(found.usage)}"
        warnings = tuple(f"digest: {problem}" for problem in found.problems)
        if found.waiting:
            pending = f"{counted(found.waiting, 'request')} pending; run --collect again later"
            return Result((line, pending), DONE, warnings), False, []
        ranges = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in days]
        return Result((line,), DONE, warnings), True, ranges

    def _estimate(self, run: RunContext, survey: Survey) -> estimate.Estimate:
        cache = run.tools.cache
        paid, read = batch_log.paid(cache), batch_log.paid(cache, "verdict")
        return estimate.estimate(survey, self.config, run.tools.archive, run.budget.priced, paid, read)

    def _assemble(self, stack: ExitStack, report: Callable[[Event], None], seconds: float = math.inf) -> RunContext:
        """Put the run together. Without `seconds` it has no end of its own: each day has one, see `_engine`."""
        context, deadline = self.context, self.context.deadline(seconds)
        return assembly.assemble(
            self.config, stack, **context.keys(), now=context.now, report=report, deadline=deadline
        )

    @contextmanager
    def _survey(self, orders: Sequence[Order]) -> Iterator[tuple[RunContext, Survey, Callable[[], Sink]]]:
        """Open a run for many days and survey them; a terminal shows a bar for that, and one for what follows."""
        sinks = [self.context.progress(self.log_format, long=True)]

        def next_sink() -> Sink:
            sinks.append(self.context.progress(self.log_format, long=True))
            return sinks[-1]

        with ExitStack() as stack:
            run = self._assemble(stack, lambda event: sinks[-1](event))  # noqa: PLW0108 - the last one at that moment
            stack.enter_context(self.context.lock(self.config))
            with sinks[-1]:
                survey = take_survey(orders, run.stages, run.tools.archive)
            yield run, survey, next_sink

    @contextmanager
    def _engine(
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

    def _confirm(self, survey: Survey, price: str) -> bool:
        """Return whether to spend: yes with --yes, else what the person at the terminal says."""
        self.context.print_warnings(self.context.notices)
        self.context.print(f"{counted(len(survey.days), 'day')}, {price}")
        if self.yes:
            return True
        if not self.context.is_interactive():
            raise click.UsageError("not a terminal, cannot ask for confirmation; pass --yes to accept the cost")
        return click.confirm("Continue?")


def _span(survey: Survey) -> tuple[str, str]:
    """Return the first and the last day."""
    return survey.days[0].order.name, survey.days[-1].order.name
