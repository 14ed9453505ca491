"""Everything that a nightly run owes, series by series, newest day first: built, or previewed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from digest.adapters.store import Archive
from digest.commands.alerts import alert, alerted
from digest.commands.build import report
from digest.commands.context import Context
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.commands.runs import chosen, foreseen, labelled, opened, priced
from digest.config import Config, Series
from digest.errors import ConfigError, EditedByHand
from digest.model import PaperId
from digest.model.text import counted
from digest.pipeline.assembly import RunContext
from digest.pipeline.days import backfill, due, estimate
from digest.pipeline.days.backfill import DayResult, named
from digest.pipeline.days.estimate import Estimate
from digest.pipeline.days.survey import Survey, take_survey
from digest.pipeline.papers.lookup import Lookup


@dataclass(frozen=True)
class SeriesResult:
    """What a run did for one series."""

    series: Series
    days: list[DayResult]
    lines: list[str]
    waiting: int
    """Days that are due and were not begun."""


@dataclass(frozen=True)
class DueDays:
    """What one invocation works with."""

    context: Context
    config: Config
    profile: str | None
    log_format: str
    verbose: bool = False

    @cached_property
    def several(self) -> tuple[Config, ...]:
        """The settings of the series that are built. Raises ConfigError where there is no such profile."""
        return chosen(self.config, self.profile)

    def build(self, today: date) -> Result:
        """Build all days that are due. One day's failure does not stop the others; whoever runs this is told of it.

        Raises the newest day's error where nothing came of any day, and no other series has all that is due.
        """
        config = self.several[0]
        with alerted(self.context, config, str(today), self.log_format):
            results, result = self._build(today)
        days = [(one.series, day) for one in results for day in one.days]
        if wrong := [(series, day) for series, day in days if day.error and not _is_kept(day)]:
            reason = "; ".join(labelled(series, day.problem) for series, day in wrong)
            alert(self.context, config, wrong[-1][1].name, reason, self.log_format)
        settled = any(not one.days and not one.waiting for one in results)
        if days and not settled and all(day.outcome is None and not _is_kept(day) for _, day in days):
            last = max((day for _, day in days), key=lambda day: day.name)
            if last.error:
                self._warn([(series, day) for series, day in days if day is not last])
                raise last.error
        return result

    def preview(self, today: date) -> Result:
        """Return what a run would read and, about, spend. Asks no model and publishes nothing."""
        lines: list[str] = []
        price: Estimate | None = None
        number = 0
        asked: set[tuple[str, PaperId]] = set()

        def look(run: RunContext) -> Survey:
            orders = due.window(run.config, run.tools.archive, today, run.followed)
            return take_survey(orders, run.stages, run.tools.archive)

        with opened(self.context, self.several, self.log_format, writes=False) as runs:
            for run, survey in foreseen(runs, look):
                series = run.config.series
                number += len(survey.days)
                more = priced(run, survey, asked)
                price = price + more if price else more
                for day in survey.days:
                    lines += [labelled(series, f"{day.order.file}:"), *report.preview(day.plan)]
                lines += [labelled(series, named(name, error)) for name, error in survey.failed]
                for name in run.reviews.waiting():
                    lines.append(labelled(series, f"would write the overview of {name}"))
                    papers = len(run.reviews.entries(name)) + len(survey.papers)
                    price += estimate.of_review(papers, run.config, run.budget.priced)
        return Result((*lines, f"{counted(number, 'day')} due, {price}"), lines_required=True)

    def _build(self, today: date) -> tuple[list[SeriesResult], Result]:
        started = time.monotonic()
        with opened(self.context, self.several, self.log_format) as runs:
            results, missing, errors = list[SeriesResult](), list[str](), list[ConfigError]()
            for run in runs:
                try:
                    results.append(self._built(run, today))
                    missing.append(report.holes(run.tools.archive))
                except ConfigError as error:  # of a profile's examples, which are read when its first day is ranked
                    error.what = labelled(run.config.series, error.what)
                    errors.append(error)
            if not results:
                raise errors[0]
            spent = runs[0].budget.spent
        worked = any(one.days for one in results)
        waiting = sum(one.waiting for one in results)
        took = f"; {estimate.tally(spent)}; {time.monotonic() - started:.1f} s" if worked else ""
        rest = f"; {counted(waiting, 'day')} not begun, still due" if waiting else ""
        results[-1].lines[-1] += took + rest
        lines = []
        for one, holes in zip(results, missing, strict=True):
            one.lines[-1] += holes
            lines += [labelled(one.series, line) for line in one.lines]
        complete = not waiting and all(day.ok or _is_kept(day) for one in results for day in one.days)
        warnings = tuple(line for one in results for line in _warnings(one))
        if errors:
            for line in lines:
                self.context.print(line)
            self.context.print_warnings((*warnings, *(f"digest: {error}" for error in errors[1:])))
            raise errors[0]
        return results, Result(tuple(lines), DONE if complete else SOME_FAILED, warnings)

    def _built(self, run: RunContext, today: date) -> SeriesResult:
        """Build what is due of one series."""
        stages, archive = run.stages, run.tools.archive
        orders = due.window(run.config, archive, today, run.followed)
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
        begun = {one.name: one for one in results}
        ended = {day.order.day for day in survey.days if (one := begun.get(day.order.name)) and _is_finished(one)}
        surveyed = {day.order.day for day in survey.days}
        lost = {date.fromisoformat(name[:10]) for name, _ in survey.failed}
        run.reviews.write_due((surveyed - ended) | lost)
        failed = [DayResult(name, error=error) for name, error in survey.failed]
        days = sorted([*results, *failed], key=lambda one: one.name)
        lines = self._lines(days, today - timedelta(days=1), archive)
        return SeriesResult(run.config.series, days, lines, len(survey.days) - len(results))

    def _lines(self, days: Sequence[DayResult], yesterday: date, archive: Archive) -> list[str]:
        """Return a line for each day that something was done for, and for yesterday, which is the last."""
        lines: list[str] = []
        for one in days:
            lines.append(report.of_day(one.outcome) if one.outcome else one.problem)
            if self.verbose and one.outcome and one.outcome.reason:
                lines.append(f"nothing to do: {one.outcome.reason}")
        if str(yesterday) not in {one.name for one in days}:
            edition = archive.load(str(yesterday))
            lines.append(report.finished(edition) if edition else f"{yesterday}: not built by this run")
        return lines

    def _warn(self, days: Sequence[tuple[Series, DayResult]]) -> None:
        for series, one in days:
            line = labelled(series, one.problem)
            self.context.print_error("warning", line, plain=f"digest: {line}")


def _is_kept(day: DayResult) -> bool:
    """Return whether a day was left alone because somebody edited its post, which is no failure."""
    return isinstance(day.error, EditedByHand)


def _is_finished(day: DayResult) -> bool:
    """Return whether nothing of a day is left to a later run that a review could wait for."""
    return _is_kept(day) or (day.outcome is not None and not day.outcome.skips)


def _warnings(result: SeriesResult) -> tuple[str, ...]:
    ended = [(one.name, one.outcome) for one in result.days if one.outcome]
    stopped = [f"stopped early: {outcome.stopped}" for _, outcome in ended if outcome.stopped]
    failed = [
        f"{name}: {counted(outcome.skips, 'paper')} failed; the next run tries again"
        for name, outcome in ended
        if outcome.skips
    ]
    return tuple(f"digest: {labelled(result.series, line)}" for line in (*stopped, *failed))
