"""One day or one post of named papers: built, or previewed."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime

from digest.commands.alerts import alert, alerted
from digest.commands.build import report
from digest.commands.context import Context
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.commands.runs import opened, priced
from digest.config import Config
from digest.model import ArxivId
from digest.model.text import counted
from digest.pipeline import day as day_pipeline
from digest.pipeline.days import estimate
from digest.pipeline.days.outcome import DayOutcome
from digest.pipeline.days.survey import MissingDay, Survey
from digest.pipeline.plan import Order, order_for


@dataclass(frozen=True)
class SingleDay:
    """What one invocation works with."""

    context: Context
    config: Config
    log_format: str
    verbose: bool = False

    def order(self, day: date, ids: tuple[ArxivId, ...], today: date, **flags: bool) -> Order:
        """Name what is to be built: a day, whose list may still grow where that is today, or named papers."""
        return order_for(self.config, day, ids, today, partial=day == today and not ids, **flags)

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
        with opened(self.context, self.config, self.log_format, writes=False) as run:
            archive = run.tools.archive
            plan = day_pipeline.make_plan(order, archive.load(order.name), run.stages, archive)
            survey = Survey((MissingDay(order, plan),), known=0)
            price = priced(self.config, run, survey)
        total = f"{order.file}: {counted(len(plan.todo), 'paper')} to read"
        if plan.todo and not price.free:
            total += f"; at most about {estimate.tally(price.most)}"
            total += f"; second readings: {estimate.tally(price.second_most)}" if price.second_most.calls else ""
        return Result((*report.preview(plan), total), lines_required=True)

    def _build(self, order: Order) -> tuple[DayOutcome, Result]:
        started = time.monotonic()
        with opened(self.context, self.config, self.log_format) as run:
            outcome = day_pipeline.build(order, run.stages, run.tools.archive)
            holes = report.holes(run.tools.archive)
        line = report.of_day(outcome.counts)
        if outcome.status in ("published", "unchanged") and outcome.made + len(outcome.edition.skips):
            line += f"; {estimate.tally(run.budget.spent)}; {time.monotonic() - started:.1f} s"
        failed = len(outcome.edition.skips)
        warnings = [f"digest: stopped early: {outcome.stopped}"] if outcome.stopped else []
        warnings += [f"digest: {counted(failed, 'paper')} failed; rerun to retry"] if failed else []
        warnings += [f"digest: {said}"] if outcome.made and (said := _not_yet(order, self.context.now())) else []
        return outcome, Result((line + holes,), SOME_FAILED if failed else DONE, tuple(warnings))


def _not_yet(order: Order, now: datetime) -> str:
    """Say from when on Jekyll shows a post that is dated later than now; empty where it shows it at once.

    It takes a time without an offset for one of UTC, whatever time zone its settings name.
    """
    shown = datetime.fromisoformat(order.header.date).replace(tzinfo=UTC)
    if shown <= now:
        return ""
    return f"{order.file} is dated {shown:%H:%M}: Jekyll shows it from {shown:%H:%M} UTC on, or with `future: true`"
