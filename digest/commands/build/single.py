"""One day or one post of named papers: built, or previewed."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from digest.commands.alerts import alert, alerted
from digest.commands.build import report
from digest.commands.context import Context
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.config import Config
from digest.model import Usage
from digest.model.text import counted
from digest.pipeline import assembly
from digest.pipeline import day as day_pipeline
from digest.pipeline.day import DayOutcome
from digest.pipeline.days import estimate
from digest.pipeline.plan import Order


@dataclass(frozen=True)
class SingleDay:
    """What one invocation works with."""

    context: Context
    config: Config
    log_format: str
    verbose: bool = False

    def build(self, order: Order) -> Result:
        """Build it. Whoever runs this is notified of a failure, which is raised all the same."""
        with alerted(self.context, self.config, order.name, self.log_format):
            outcome, result = self._build(order)
        if outcome.stopped:
            alert(self.context, self.config, order.name, str(outcome.stopped), self.log_format)
        if self.verbose and outcome.reason:
            result = result._replace(lines=(*result.lines, f"nothing to do: {outcome.reason}"))
        return result

    def preview(self, order: Order) -> Result:
        """Return what a build would read and, at most, spend. Asks no model and publishes nothing."""
        config, context = self.config, self.context
        with context.progress(self.log_format) as sink, ExitStack() as stack:
            deadline = context.deadline(config.run.time_limit)
            run = assembly.assemble(config, stack, **context.keys(), now=context.now, report=sink, deadline=deadline)
            archive = run.tools.archive
            plan = day_pipeline.make_plan(order, archive.load(order.name), run.stages, archive)
        total = f"{order.file}: {counted(len(plan.todo), 'paper')} to read"
        if config.summarize.backend == "openai" and plan.todo:
            calls = 2 * len(plan.todo)  # a summary, and one revision
            each = Usage(calls, calls * (config.llm.input_tokens + 1500), 0, calls * 1500)
            models = [config.llm.model, *(one.model for one in config.llm.fallback)]
            most = sum((run.budget.priced(each, name) for name in models), Usage())
            total += f"; at most about {estimate.tally(most)}"
        return Result((*report.preview(plan), total), lines_required=True)

    def _build(self, order: Order) -> tuple[DayOutcome, Result]:
        config, context = self.config, self.context
        started = time.monotonic()
        with context.progress(self.log_format) as sink, ExitStack() as stack:
            deadline = context.deadline(config.run.time_limit)
            run = assembly.assemble(config, stack, **context.keys(), now=context.now, report=sink, deadline=deadline)
            stack.enter_context(context.lock(config))
            outcome = day_pipeline.build(order, run.stages, run.tools.archive)
            holes = report.holes(run.tools.archive)
        line = report.of_day(outcome)
        if outcome.status in ("published", "unchanged") and outcome.made + len(outcome.edition.skips):
            line += f"; {estimate.tally(run.budget.spent)}; {time.monotonic() - started:.1f} s"
        failed = len(outcome.edition.skips)
        warnings = [f"digest: stopped early: {outcome.stopped}"] if outcome.stopped else []
        warnings += [f"digest: {counted(failed, 'paper')} failed; rerun to retry"] if failed else []
        warnings += [f"digest: {said}"] if outcome.made and (said := _not_yet(order, context.now())) else []
        return outcome, Result((line + holes,), SOME_FAILED if failed else DONE, tuple(warnings))


def _not_yet(order: Order, now: datetime) -> str:
    """Say from when on Jekyll shows a post that is dated later than now; empty where it shows it at once.

    It takes a time without an offset for one of UTC, whatever time zone its settings name.
    """
    shown = datetime.fromisoformat(order.header.date).replace(tzinfo=UTC)
    if shown <= now:
        return ""
    return f"{order.file} is dated {shown:%H:%M}: Jekyll shows it from {shown:%H:%M} UTC on, or with `future: true`"
