"""digest backfill: the missing days of a range, online, in batches, or on a cluster."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import click

from digest.adapters import installation
from digest.commands.context import Context
from digest.commands.options import DayParam, config_option, log_option
from digest.commands.progress import Sink
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.config import Config
from digest.errors import ConfigError
from digest.model import Event
from digest.model.text import counted
from digest.pipeline import assembly, backfill, estimate
from digest.pipeline.assembly import RunContext
from digest.pipeline.backfill import DayResult, Survey
from digest.pipeline.day import DayDependencies
from digest.pipeline.plan import Order, orders_for
from digest.stages.summarize import batch_log

_CANCELLED = Result(("cancelled; nothing was spent",))


@click.command()
@click.option("--from", "first", type=DayParam(), help="First day, YYYY-MM-DD.")
@click.option("--to", "last", type=DayParam(), default="yesterday", help="Last day.  [default: yesterday, UTC]")
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Days built in parallel.")
@click.option(
    "--order",
    type=click.Choice(["newest", "oldest"]),
    default="newest",
    show_default=True,
    help="Build order; does not affect the result.",
)
@click.option("--limit", type=click.IntRange(1, 500), help="Read at most this many papers a day (selection.limit).")
@click.option("--yes", is_flag=True, help="Accept the estimated cost without asking.")
@click.option("--batch", is_flag=True, help="Submit as a batch (half price, within 24 h) and exit.")
@click.option("--collect", is_flag=True, help="Fetch the results of --batch and build those days.")
@click.option(
    "--engine",
    type=click.Choice(["threads", "dask"]),
    default="threads",
    show_default=True,
    help="Run locally or on a Dask cluster.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Address for --engine dask: tcp://HOST:8786.")
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
    """Build the missing days of a range.

    Shows the estimated cost first and asks. Finished days are skipped, and so
    are days that had no papers. Safe to interrupt: a rerun resumes.
    """
    config = context.config(config_path, {} if limit is None else {"DIGEST_SELECTION__LIMIT": str(limit)})
    if batch and collect:
        raise click.UsageError("--batch and --collect cannot be combined: submit first, collect later")
    if (engine == "dask") != (scheduler is not None):
        raise click.UsageError("--engine dask requires --scheduler, and vice versa")
    many = _Backfill(context, config, log_format, yes)
    if collect:
        result, days = many.collect()
        if (code := context.print_result(result)) or days is None:
            return code
        first, last = first or days[0], last if first else days[1]
    if first is None:
        raise click.UsageError("missing option --from (first day, YYYY-MM-DD)")
    orders = orders_for(config, first, last, context.now().date())
    result = (
        many.submit(orders) if batch else many.build(orders, jobs=jobs, newest=order == "newest", scheduler=scheduler)
    )
    return context.print_result(result)


@dataclass(frozen=True)
class _Backfill:
    """The three things that one invocation may do with many days."""

    context: Context
    config: Config
    log_format: str
    yes: bool

    def build(self, orders: Sequence[Order], *, jobs: int, newest: bool, scheduler: str | None) -> Result:
        """Build the missing days, once their price is confirmed. One day's failure does not stop the others."""
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

    def submit(self, orders: Sequence[Order]) -> Result:
        """Submit the questions of all missing days at half the price. What was submitted before is left alone."""
        with self._survey(orders) as (run, survey, sink), ExitStack() as stack:
            tools = run.tools
            batches = assembly.open_batches(self.config, stack, self.context.api_key(), run, self.context.now)
            paid = batch_log.paid(tools.cache)
            price = estimate.estimate(survey, self.config, tools.archive, run.budget.priced, paid)
            if not survey.papers:
                return Result(("nothing to submit",), warnings=warnings(survey, ()))
            online = "; second readings online, when collected" if price.second.calls else ""
            if not self._confirm(survey, f"{price.at(batches.share)} (half price, within 24 h{online})"):
                return _CANCELLED
            with sink() as report:
                report(Event(kind="listed", text=f"{counted(len(survey.papers), 'paper')} to read"))
                asked = estimate.questions(survey.papers, tools.read, batches.question, tools.pool, report)
            pending = batches.pending()
            new = [question for question in asked if question.key not in pending]
            names = batches.submit(new, (survey.days[0].order.name, survey.days[-1].order.name))
        there = f"; {len(asked) - len(new)} were submitted before" if len(asked) > len(new) else ""
        submitted = f"submitted {counted(len(new), 'request')} ({', '.join(names)})" if new else "nothing new to submit"
        return Result((f"{submitted}{there}", "fetch the results with `digest backfill --collect`, within 30 days"))

    def collect(self) -> tuple[Result, tuple[date, date] | None]:
        """Fetch the replies of what was submitted; return also its days, where all replies are there."""
        with self.context.progress(self.log_format, long=True) as sink, ExitStack() as stack:
            run = self._assemble(stack, sink, self.config.run.time_limit)
            stack.enter_context(self.context.lock(self.config))
            batches = assembly.open_batches(self.config, stack, self.context.api_key(), run, self.context.now)
            found, days = batches.collect(), batch_log.days(run.tools.cache)
        failed = f", {found.failed} failed" if found.failed else ""
        line = f"fetched {counted(found.replies, 'result')}{failed}; {estimate.tally(found.usage)}"
        warnings = tuple(f"digest: {trouble}" for trouble in found.troubles)
        if found.waiting:
            pending = f"{counted(found.waiting, 'request')} pending; run --collect again later"
            return Result((line, pending), DONE, warnings), None
        span = (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None
        return Result((line,), DONE, warnings), span

    def _assemble(self, stack: ExitStack, report: Callable[[Event], None], seconds: float = math.inf) -> RunContext:
        """Put the run together. Without `seconds` it has no end of its own: each day has one, see `_engine`."""
        context, deadline = self.context, self.context.deadline(seconds)
        return assembly.assemble(
            self.config, stack, key=context.api_key(), now=context.now, report=report, deadline=deadline
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
                survey = backfill.survey(orders, run.stages, run.tools.archive)
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
        self.context.print(f"{counted(len(survey.days), 'day')}, {price}")
        if self.yes:
            return True
        if not self.context.is_interactive():
            raise click.UsageError("not a terminal, cannot ask for confirmation; pass --yes to accept the cost")
        return click.confirm("Continue?")


def last_line(survey: Survey, results: Sequence[DayResult], tally: str, seconds: float) -> tuple[str, bool]:
    """Return the last line of a backfill, and whether nothing is left to do."""
    editions = [one.outcome.edition for one in results if one.outcome]
    posts = sum(bool(edition.entries) for edition in editions)
    new = sum(one.outcome.made for one in results if one.outcome)
    failed = sum(not one.ok for one in results) + len(survey.failed)
    empty = sum(not edition.entries and not edition.skips for edition in editions)
    waiting = len(survey.days) - len(results)
    parts = [
        f"{counted(survey.known, 'day')} already done" if survey.known else "",
        f"{posts} built with {counted(new, 'new paper')}" if posts else "",
        f"{empty} empty" if empty else "",
        f"{failed} incomplete (rerun to retry)" if failed else "",
        f"{waiting} not started" if waiting else "",
    ]
    took = f"; {tally}; {seconds:.1f} s" if results else ""
    return f"{', '.join(filter(None, parts)) or 'nothing to do'}{took}", not failed and not waiting


def warnings(survey: Survey, results: Sequence[DayResult]) -> tuple[str, ...]:
    """Return why each day that failed did, oldest first."""
    skipped = {
        one.name: f"{counted(len(one.outcome.edition.skips), 'paper')} failed"
        for one in results
        if one.outcome and one.outcome.edition.skips and not one.error
    }
    errors = dict(survey.failed) | {one.name: one.error for one in results if one.error}
    return tuple(f"digest: {name}: {reason}" for name, reason in sorted({**skipped, **errors}.items()))
