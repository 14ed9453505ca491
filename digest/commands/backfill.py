"""digest backfill: the missing days of a range, online, in batches, or on a cluster."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.commands.context import Context
from digest.commands.options import DayParam, config_option, log_option
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.errors import ConfigError
from digest.model.text import counted

if TYPE_CHECKING:
    from digest.commands.progress import Sink
    from digest.config import Config
    from digest.model import Event
    from digest.pipeline.assembly import RunContext
    from digest.pipeline.backfill import DayResult, Survey
    from digest.pipeline.day import DayDependencies
    from digest.pipeline.plan import Order

_CANCELLED = Result(("nothing was asked, nothing was spent",))


@click.command()
@click.option("--from", "first", type=DayParam(), help="The first day, YYYY-MM-DD.")
@click.option("--to", "last", type=DayParam(), default="yesterday", help="The last day; yesterday in UTC without it.")
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Days that are built at once.")
@click.option(
    "--order",
    type=click.Choice(["newest", "oldest"]),
    default="newest",
    show_default=True,
    help="Which days come first; what is made is the same.",
)
@click.option("--limit", type=click.IntRange(1, 500), help="Read at most this many papers a day (selection.limit).")
@click.option("--yes", is_flag=True, help="Spend what is estimated without asking; for scripts.")
@click.option("--batch", is_flag=True, help="Hand the questions in at half the price, answered within a day, and end.")
@click.option("--collect", is_flag=True, help="Fetch the replies of --batch, then build the days they are for.")
@click.option(
    "--engine",
    type=click.Choice(["threads", "dask"]),
    default="threads",
    show_default=True,
    help="Where papers are worked on: here, or on the workers of a Dask cluster.",
)
@click.option("--scheduler", metavar="ADDRESS", help="With --engine dask: tcp://HOST:8786.")
@config_option
@log_option
@click.pass_obj
def command(
    context: Context,
    first: date | None,
    last: date,
    jobs: int,
    order: str,
    limit: int | None,
    yes: bool,
    batch: bool,
    collect: bool,
    engine: str,
    scheduler: str | None,
    config_path: Path,
    log_format: str,
) -> int:
    """Build the missing days of a range, after their price is confirmed.

    A finished day is left as it is, a day that had no papers is remembered. It
    may be stopped at any moment; run again, it goes on where it was.
    """
    from digest.pipeline.plan import orders_for

    config = context.config(config_path, {} if limit is None else {"DIGEST_SELECTION__LIMIT": str(limit)})
    if batch and collect:
        raise click.UsageError("--batch hands in, --collect fetches: one after the other")
    if (engine == "dask") != (scheduler is not None):
        raise click.UsageError("--engine dask and --scheduler go together")
    many = _Backfill(context, config, log_format, yes)
    if collect:
        result, days = many.collect()
        if (code := context.print_result(result)) or days is None:
            return code
        first, last = first or days[0], last if first else days[1]
    if first is None:
        raise click.UsageError("--from is missing: the first day")
    orders = orders_for(config, first, last, context.now().date())
    result = (
        many.submit(orders) if batch else many.build(orders, jobs=jobs, newest=order == "newest", scheduler=scheduler)
    )
    return context.print_result(result)


@dataclass(frozen=True)
class _Backfill:
    """The three things that one invocation may do with many days."""

    context: Context
    config: "Config"
    log_format: str
    yes: bool

    def build(self, orders: "Sequence[Order]", *, jobs: int, newest: bool, scheduler: str | None) -> Result:
        """Build the missing days, once their price is confirmed. One day's failure does not stop the others."""
        from digest.pipeline import backfill, estimate
        from digest.stages.summarize import batch_log

        with self._survey(orders) as (run, survey, sink):
            archive, paid = run.tools.archive, batch_log.paid(run.tools.cache)
            price = estimate.estimate(survey, self.config, archive, run.budget.priced, paid)
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

    def submit(self, orders: "Sequence[Order]") -> Result:
        """Submit the questions of all missing days at half the price. What was submitted before is left alone."""
        from digest.model import Event
        from digest.pipeline import assembly, estimate
        from digest.stages.summarize import batch_log

        with self._survey(orders) as (run, survey, sink), ExitStack() as stack:
            tools = run.tools
            batches = assembly.open_batches(self.config, stack, self.context.api_key(), run, self.context.now)
            paid = batch_log.paid(tools.cache)
            price = estimate.estimate(survey, self.config, tools.archive, run.budget.priced, paid)
            if not survey.papers:
                return Result(("nothing to ask",), warnings=warnings(survey, ()))
            if not self._confirm(survey, f"{price.at(batches.share)} (half the price, within a day)"):
                return _CANCELLED
            with sink() as report:
                report(Event(kind="listed", text=f"{counted(len(survey.papers), 'paper')} to read"))
                asked = estimate.questions(survey.papers, tools.read, batches.question, tools.pool, report)
            pending = batches.pending()
            new = [question for question in asked if question.key not in pending]
            names = batches.submit(new, (survey.days[0].order.name, survey.days[-1].order.name))
        there = f"; {len(asked) - len(new)} were handed in before" if len(asked) > len(new) else ""
        line = f"{counted(len(new), 'question')} handed in as {', '.join(names) or 'nothing new'}{there}"
        return Result((line, "collect the replies with `digest backfill --collect`, within 30 days"))

    def collect(self) -> tuple[Result, tuple[date, date] | None]:
        """Fetch the replies of what was submitted; return also its days, where all replies are there."""
        from digest.pipeline import assembly, estimate
        from digest.stages.summarize import batch_log

        with self.context.progress(self.log_format, long=True) as sink, ExitStack() as stack:
            run = self._assemble(stack, sink, self.config.run.time_limit)
            stack.enter_context(self.context.lock(self.config))
            batches = assembly.open_batches(self.config, stack, self.context.api_key(), run, self.context.now)
            found, days = batches.collect(), batch_log.days(run.tools.cache)
        failed = f", {found.failed} failed" if found.failed else ""
        line = f"{counted(found.replies, 'answer')} collected{failed}; {estimate.tally(found.usage)}"
        warnings = tuple(f"digest: {trouble}" for trouble in found.troubles)
        if found.waiting:
            pending = f"{counted(found.waiting, 'question')} still wait; collect again"
            return Result((line, pending), DONE, warnings), None
        span = (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None
        return Result((line,), DONE, warnings), span

    def _assemble(self, stack: ExitStack, report: "Callable[[Event], None]", seconds: float = math.inf) -> "RunContext":
        """Put the run together. Without `seconds` it has no end of its own: each day has one, see `_engine`."""
        from digest.pipeline import assembly

        context, deadline = self.context, self.context.deadline(seconds)
        return assembly.assemble(
            self.config, stack, key=context.api_key(), now=context.now, report=report, deadline=deadline
        )

    @contextmanager
    def _survey(self, orders: "Sequence[Order]") -> "Iterator[tuple[RunContext, Survey, Callable[[], Sink]]]":
        """Open a run for many days and survey them; a terminal shows a bar for that, and one for what follows."""
        from digest.pipeline import backfill

        sinks = [self.context.progress(self.log_format, long=True)]

        def next_sink() -> "Sink":
            sinks.append(self.context.progress(self.log_format, long=True))
            return sinks[-1]

        with ExitStack() as stack:
            run = self._assemble(stack, lambda event: sinks[-1](event))  # noqa: PLW0108 - the last one at that moment
            stack.enter_context(self.context.lock(self.config))
            with sinks[-1]:
                survey = backfill.survey(orders, run.stages, run.tools.archive)
            yield run, survey, next_sink

    @contextmanager
    def _engine(
        self, run: "RunContext", scheduler: str | None
    ) -> "Iterator[tuple[DayDependencies, Callable[[], Callable[[], float]]]]":
        """Choose where papers are worked on: threads of this process, or the workers of a cluster."""
        limit = self.config.run.time_limit
        if scheduler is None:
            yield run.stages, lambda: self.context.deadline(limit).left
            return
        try:
            from digest.pipeline.cluster import executor, worker
        except ImportError as cause:
            from digest.adapters import installation

            raise ConfigError("Dask is not installed", hint=installation.way_to_add("dask")) from cause
        with executor.engine(scheduler, run, self.config) as dependencies:
            yield dependencies, partial(worker.until, limit)

    def _confirm(self, survey: "Survey", price: str) -> bool:
        """Return whether to spend: yes with --yes, else what the person at the terminal says."""
        self.context.print(f"{counted(len(survey.days), 'day')}, {price}")
        if self.yes:
            return True
        if not self.context.is_interactive():
            raise click.UsageError("nobody is there to confirm the price: say --yes to spend it")
        return click.confirm("Go on?")


def last_line(survey: "Survey", results: "Sequence[DayResult]", tally: str, seconds: float) -> tuple[str, bool]:
    """Return the last line of a backfill, and whether nothing is left to do."""
    editions = [one.outcome.edition for one in results if one.outcome]
    posts = sum(bool(edition.entries) for edition in editions)
    new = sum(one.outcome.made for one in results if one.outcome)
    failed = sum(not one.ok for one in results) + len(survey.failed)
    empty = sum(not edition.entries and not edition.skips for edition in editions)
    waiting = len(survey.days) - len(results)
    parts = [
        f"{counted(survey.known, 'day')} known" if survey.known else "",
        f"{posts} built with {counted(new, 'new paper')}" if posts else "",
        f"{empty} without papers" if empty else "",
        f"{failed} not finished (run again to retry)" if failed else "",
        f"{waiting} not begun" if waiting else "",
    ]
    took = f"; {tally}; {seconds:.1f} s" if results else ""
    return f"{', '.join(filter(None, parts)) or 'nothing to do'}{took}", not failed and not waiting


def warnings(survey: "Survey", results: "Sequence[DayResult]") -> tuple[str, ...]:
    """Return why each day that failed did, oldest first."""
    skipped = {
        one.name: f"{counted(len(one.outcome.edition.skips), 'paper')} failed"
        for one in results
        if one.outcome and one.outcome.edition.skips and not one.error
    }
    errors = dict(survey.failed) | {one.name: one.error for one in results if one.error}
    return tuple(f"digest: {name}: {reason}" for name, reason in sorted({**skipped, **errors}.items()))
