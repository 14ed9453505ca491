"""One day or one post of named papers, in every series: built, or previewed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from digest.commands.alerts import alert, alerted
from digest.commands.build import report
from digest.commands.context import Context
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.commands.runs import chosen, foreseen, labelled, opened, priced
from digest.config import Config
from digest.errors import ConfigError, DigestError
from digest.model import PaperId
from digest.model.text import counted
from digest.pipeline import day as day_pipeline
from digest.pipeline.assembly import RunContext
from digest.pipeline.days import estimate
from digest.pipeline.days.outcome import DayOutcome
from digest.pipeline.days.survey import MissingDay, Survey
from digest.pipeline.plan import Order, order_for

Wanted = Callable[[Config], Order]
"""Names what is to be built of a series."""


@dataclass(frozen=True)
class SingleDay:
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

    def wanted(self, day: date, ids: tuple[PaperId, ...], today: date, **flags: bool) -> Wanted:
        """Name what is to be built: a day, whose list may still grow where that is today, or named papers."""
        return lambda config: order_for(config, day, ids, today, partial=day == today and not ids, **flags)

    def build(self, wanted: Wanted) -> Result:
        """Build it. Whoever runs this is notified of a failure, which is raised all the same."""
        config = self.several[0]
        name = wanted(config).name
        with alerted(self.context, config, name, self.log_format):
            wrong, result = self._build(wanted)
        for reason in wrong:
            alert(self.context, config, name, reason, self.log_format)
        return result

    def preview(self, wanted: Wanted) -> Result:
        """Return what a build would read and, at most, spend. Asks no model and publishes nothing."""
        lines: list[str] = []
        asked: set[tuple[str, PaperId]] = set()

        def look(run: RunContext) -> Survey:
            order, archive = wanted(run.config), run.tools.archive
            plan = day_pipeline.make_plan(order, archive.load(order.name), run.stages, archive)
            return Survey((MissingDay(order, plan),), known=0)

        with opened(self.context, self.several, self.log_format, writes=False) as runs:
            for run, survey in foreseen(runs, look):
                order, plan = survey.days[0].order, survey.days[0].plan
                price = priced(run, survey, asked)
                total = f"{order.file}: {counted(len(plan.todo), 'paper')} to read"
                if plan.todo and not price.free:
                    total += f"; at most about {estimate.tally(price.most)}"
                    total += (
                        f"; second readings: {estimate.tally(price.second_most)}" if price.second_most.calls else ""
                    )
                total += f"; vectors: {estimate.tally(price.vectors)}" if price.vectors.calls else ""
                lines += [*report.preview(plan), total]
        return Result(tuple(lines), lines_required=True)

    def _build(self, wanted: Wanted) -> tuple[list[str], Result]:
        """Build every series. Return also what failed, where a post of another series stands all the same.

        Where none does, or a setting is wrong, the first error is raised once all that can be built is.
        """
        ended: list[tuple[DayOutcome, Result]] = []
        errors: list[tuple[RunContext, DigestError]] = []
        with opened(self.context, self.several, self.log_format) as runs:
            for run in runs:
                if errors and run.followed and not run.followed.has(wanted(run.config).followed):
                    continue  # the error of the series that it follows says why
                try:
                    ended.append(self._series(run, wanted(run.config), last=run is runs[-1]))
                except DigestError as error:
                    if len(runs) == 1:
                        raise
                    errors.append((run, error))
        lines = tuple(line for _, result in ended for line in result.lines)
        warnings = tuple(line for _, result in ended for line in result.warnings)
        errors.sort(key=lambda one: not isinstance(one[1], ConfigError))
        stands = any(outcome.edition.entries for outcome, _ in ended)
        if errors and (not stands or isinstance(errors[0][1], ConfigError)):
            for line in lines:
                self.context.print(line)
            others = [f"digest: {labelled(run.config.series, str(error))}" for run, error in errors[1:]]
            self.context.print_warnings((*warnings, *others))
            run, first = errors[0]
            first.what = labelled(run.config.series, first.what)
            raise first
        failed = [labelled(run.config.series, str(error)) for run, error in errors]
        code = max((result.code for _, result in ended), key=(DONE, SOME_FAILED).index)
        stopped = [str(outcome.stopped) for outcome, _ in ended if outcome.stopped]
        said = (*warnings, *(f"digest: {one}" for one in failed))
        return [*failed, *stopped], Result(lines, SOME_FAILED if failed else code, said)

    def _series(self, run: RunContext, order: Order, *, last: bool) -> tuple[DayOutcome, Result]:
        """Build one series. The last one's line says what all took."""
        started = time.monotonic()
        outcome = day_pipeline.build(order, run.stages, run.tools.archive)
        series = run.config.series
        line = labelled(series, report.of_day(outcome.counts))
        worked = outcome.status in ("published", "unchanged") and outcome.made + len(outcome.edition.skips)
        if last and (worked or (series.name and run.budget.spent.calls)):
            line += f"; {estimate.tally(run.budget.spent)}; {time.monotonic() - started:.1f} s"
        line += report.holes(run.tools.archive)
        failed = len(outcome.edition.skips)
        warnings = [f"stopped early: {outcome.stopped}"] if outcome.stopped else []
        warnings += [f"{counted(failed, 'paper')} failed; rerun to retry"] if failed else []
        warnings += [said] if outcome.made and (said := _not_yet(order, self.context.now())) else []
        lines = [line, f"nothing to do: {outcome.reason}"] if self.verbose and outcome.reason else [line]
        labels = tuple(f"digest: {labelled(series, one)}" for one in warnings)
        return outcome, Result(tuple(lines), SOME_FAILED if failed else DONE, labels)


def _not_yet(order: Order, now: datetime) -> str:
    """Say from when on Jekyll shows a post that is dated later than now; empty where it shows it at once.

    It takes a time without an offset for one of UTC, whatever time zone its settings name.
    """
    shown = datetime.fromisoformat(order.header.date).replace(tzinfo=UTC)
    if shown <= now:
        return ""
    return f"{order.file} is dated {shown:%H:%M}: Jekyll shows it from {shown:%H:%M} UTC on, or with `future: true`"
