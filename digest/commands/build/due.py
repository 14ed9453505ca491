"""Everything that a nightly run owes, newest day first: built, or previewed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from digest.adapters.store import Archive
from digest.commands.alerts import alert, alerted
from digest.commands.build import report
from digest.commands.context import Context
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.commands.runs import opened, priced
from digest.config import Config
from digest.errors import EditedByHand
from digest.model.text import counted
from digest.pipeline.days import backfill, due, estimate
from digest.pipeline.days.backfill import DayResult, named
from digest.pipeline.days.survey import take_survey
from digest.pipeline.papers.lookup import Lookup
from digest.pipeline.plan import Order


@dataclass(frozen=True)
class DueDays:
    """What one invocation works with."""

    context: Context
    config: Config
    log_format: str
    verbose: bool = False

    def build(self, today: date) -> Result:
        """Build all days that are due. One day's failure does not stop the others; whoever runs this is told of it.

        Raises the newest day's error where nothing came of any day.
        """
        with alerted(self.context, self.config, str(today), self.log_format):
            days, result = self._build(today)
        if wrong := [one for one in days if one.error and not _is_kept(one)]:
            reason = "; ".join(one.problem for one in wrong)
            alert(self.context, self.config, wrong[-1].name, reason, self.log_format)
        if days and all(one.outcome is None and not _is_kept(one) for one in days) and days[-1].error:
            self._warn(days[:-1])
            raise days[-1].error
        return result

    def preview(self, today: date) -> Result:
        """Return what a run would read and, about, spend. Asks no model and publishes nothing."""
        with opened(self.context, self.config, self.log_format, writes=False) as run:
            orders = due.window(self.config, run.tools.archive, today)
            survey = take_survey(orders, run.stages, run.tools.archive)
            price = priced(self.config, run, survey)
        lines = [line for day in survey.days for line in (f"{day.order.file}:", *report.preview(day.plan))]
        lines += [named(name, error) for name, error in survey.failed]
        return Result((*lines, f"{counted(len(survey.days), 'day')} due, {price}"), lines_required=True)

    def _build(self, today: date) -> tuple[list[DayResult], Result]:
        started = time.monotonic()
        with opened(self.context, self.config, self.log_format) as run:
            stages, archive = run.stages, run.tools.archive
            orders = due.window(self.config, archive, today)
            survey = take_survey(orders, stages, archive)
            with Lookup(due.published(orders, archive), stages.enrich, stages.report) as lookup:
                results = backfill.run(
                    sorted(survey.days, key=lambda day: day.order.day, reverse=True),
                    stages,
                    archive,
                    jobs=1,
                    begin=lambda: run.tools.deadline.left,
                    exhausted=lambda: run.budget.exhausted,
                )
                due.mark_withdrawn(orders, lookup, stages, archive)
            holes = report.holes(archive)
            waiting = len(survey.days) - len(results)
            days = sorted(
                [*results, *(DayResult(name, error=error) for name, error in survey.failed)], key=lambda one: one.name
            )
            lines = self._lines(days, orders, archive)
        took = f"; {estimate.tally(run.budget.spent)}; {time.monotonic() - started:.1f} s" if results else ""
        rest = f"; {counted(waiting, 'day')} not begun, still due" if waiting else ""
        lines[-1] += took + rest + holes
        complete = not waiting and all(one.ok or _is_kept(one) for one in days)
        return days, Result(tuple(lines), DONE if complete else SOME_FAILED, _warnings(days))

    def _lines(self, days: Sequence[DayResult], orders: Sequence[Order], archive: Archive) -> list[str]:
        """Return a line for each day that something was done for, and for yesterday, which is the last."""
        lines: list[str] = []
        for one in days:
            lines.append(report.of_day(one.outcome) if one.outcome else one.problem)
            if self.verbose and one.outcome and one.outcome.reason:
                lines.append(f"nothing to do: {one.outcome.reason}")
        yesterday = orders[-1].name
        if yesterday not in {one.name for one in days}:
            edition = archive.load(yesterday)
            lines.append(report.finished(edition) if edition else f"{yesterday}: not built by this run")
        return lines

    def _warn(self, days: Sequence[DayResult]) -> None:
        for one in days:
            self.context.print_error("warning", one.problem, plain=f"digest: {one.problem}")


def _is_kept(day: DayResult) -> bool:
    """Return whether a day was left alone because somebody edited its post, which is no failure."""
    return isinstance(day.error, EditedByHand)


def _warnings(days: Sequence[DayResult]) -> tuple[str, ...]:
    stopped = [f"digest: stopped early: {one.outcome.stopped}" for one in days if one.outcome and one.outcome.stopped]
    failed = [
        f"digest: {one.name}: {counted(one.outcome.skips, 'paper')} failed; the next run tries again"
        for one in days
        if one.outcome and one.outcome.skips
    ]
    return (*stopped, *failed)
