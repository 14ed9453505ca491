"""One round over surveyed days: what the replies complete is built, what follows from them is submitted or asked."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from digest.commands.backfill.modes import Backfill
from digest.commands.backfill.report import further_line, last_line, warnings
from digest.commands.progress import Sink
from digest.commands.result import DONE, EXPECTED_ERROR, SOME_FAILED, Result
from digest.commands.runs import priced
from digest.model import Paper
from digest.model.text import counted
from digest.pipeline.assembly import RunContext
from digest.pipeline.days import backfill, estimate
from digest.pipeline.days.backfill import DayResult
from digest.pipeline.days.batches import as_submitted
from digest.pipeline.days.survey import MissingDay, Survey
from digest.stages.summarize import Summarizer
from digest.stages.summarize.batch.deferred import SubmittedOnly
from digest.stages.summarize.batch.records import Deferred, Question, Terms, paper_name

if TYPE_CHECKING:
    from digest.pipeline.days.batching import Batching
    from digest.stages.summarize.batch.outbox import Outbox


@dataclass
class SubmittedDays:
    """The days that were submitted under one limit, with names of their papers; of a range also days without any."""

    limit: int
    papers: dict[str, set[str]] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)
    """Days whose questions would be others by the settings of today, and what changed."""


class Round:
    """The missing days of a group, and what this invocation does about them."""

    def __init__(
        self,
        many: Backfill,
        run: RunContext,
        batching: "Batching",
        group: SubmittedDays,
        survey: Survey,
        pending: set[str],
        finish: Literal["batch", "online"],
    ) -> None:
        self._many, self._run, self._batching, self._pending, self._finish = many, run, batching, pending, finish
        self._group, self._survey = group, survey
        self._changed, self._others, self._days = _parted(survey, group)
        self._day_of = {paper.id: day.order.name for day in self._days for paper in day.plan.todo}
        self._waiting: set[str] = set()
        """Days of which a question is in a batch that has not ended."""
        names = [day.order.name for day in self._days] or [""]
        terms = Terms(names[0], names[-1], many.config.selection.limit, batching.settings)
        self._further: Outbox = batching.outbox(terms, pending)
        self._again: Outbox = batching.outbox(terms, pending, hold=True)
        """First questions that were submitted before and have no reply: whoever pays is asked first."""

    @property
    def submitted(self) -> int:
        """How many requests were submitted."""
        return self._further.new + self._again.new

    def result(self, next_sink: Callable[[], Sink], *, jobs: int, newest: bool) -> Result:
        """Build what is complete, go on with the rest, and report both."""
        started = time.monotonic()
        days = sorted(self._days, key=lambda day: day.order.day, reverse=newest)
        results = self._built(days, self._batching.summarizer, next_sink, jobs)
        left = [one.name for one in results if isinstance(one.error, Deferred) and one.name not in self._waiting]
        done = [one for one in results if not isinstance(one.error, Deferred)]
        lines: list[str] = []
        problems: list[str] = []
        if left and self._finish == "online":
            rest = [day for day in days if day.order.name in left]
            price = priced(self._run, Survey(tuple(rest), 0))
            if self._many.confirm(f"{counted(len(rest), 'day')} to finish online, {price}"):
                done += self._built(rest, self._run.stages.paper.summarizer, next_sink, jobs)
            else:
                problems.append(f"digest: {counted(len(rest), 'day')} not finished")
        elif left:
            lines, problems = self._submitted()
        names = {one.name for one in done}
        survey = replace(self._survey, days=tuple(day for day in self._days if day.order.name in names))
        complete = True
        if done or survey.failed or survey.known:
            tally = estimate.tally(self._run.budget.spent)
            line, complete = last_line(survey, done, tally, time.monotonic() - started)
            lines.insert(0, line)
        problems = [*self._unsubmitted(), *warnings(survey, done), *problems]
        error = self._further.error or self._again.error
        if error:
            problems.append(f"digest: {error}")
        fine = complete and not self._changed and not any(line.startswith("digest:") for line in problems)
        return Result(tuple(lines), EXPECTED_ERROR if error else DONE if fine else SOME_FAILED, tuple(problems))

    def _built(
        self, days: Sequence[MissingDay], summarizer: Summarizer, next_sink: Callable[[], Sink], jobs: int
    ) -> list[DayResult]:
        run, limit = self._run, self._many.config.run.time_limit
        submitted = {paper for papers in self._group.papers.values() for paper in papers}
        only = SubmittedOnly(summarizer, {one for one in self._day_of if paper_name(one) in submitted})
        paper = replace(run.stages.paper, summarizer=only, defer=self._defer)
        if not days:
            return []
        with next_sink():
            return backfill.run(
                days,
                replace(run.stages, paper=paper),
                run.tools.archive,
                jobs=jobs,
                begin=lambda: self._many.context.deadline(limit).left,
                exhausted=lambda: run.budget.exhausted,
            )

    def _defer(self, paper: Paper, question: Question) -> None:
        """Take a question without a reply. Called by the threads that work on papers."""
        day = self._day_of[paper.id]
        if question.key in self._pending:
            self._waiting.add(day)
        elif self._finish == "batch":
            (self._again if question.first else self._further).add(day, paper.id, question)

    def _submitted(self) -> tuple[list[str], list[str]]:
        """Submit what follows from the replies, and once more what has none, as far as somebody pays for that."""
        self._further.flush()
        lines, problems = further_line(self._further, "follow from the replies"), []
        if n := self._again.asked:
            what, cost = counted(n, "request"), self._again.most.cost
            price = f", at most ${cost:.2f}" if cost is not None else ""
            if self._many.agrees(f"{what} without a usable reply to submit again{price}"):
                self._again.flush()
                lines += further_line(self._again, "had no usable reply")
            else:
                problems.append(
                    f"digest: {what} without a usable reply{price} — "
                    "rerun with --yes to submit them again, or with --finish online"
                )
        return lines, problems

    def _unsubmitted(self) -> list[str]:
        """Say which days are left out: of those of the range that nobody submitted, and of those that changed."""
        lines = []
        if self._others:
            lines.append(f"digest: {_range(self._others)}: not submitted — {_way_out(self._others)}")
        for change in dict.fromkeys(self._group.changed[day.order.name] for day in self._changed):
            days = [day for day in self._changed if self._group.changed[day.order.name] == change]
            price = priced(self._run, Survey(tuple(days), 0))
            lines.append(
                f"digest: {_range(days)}: not built, since {change} — set it back, or have them asked anew, {price}: "
                f"{_way_out(days)}, at half that price with --batch"
            )
        return lines


def _parted(survey: Survey, group: SubmittedDays) -> tuple[list[MissingDay], list[MissingDay], list[MissingDay]]:
    """Part missing days into those whose questions changed, those that were not submitted, and those to be built."""
    changed, others, days = [], [], []
    for day in survey.days:
        papers = group.papers.get(day.order.name, set())
        plan = as_submitted(day.plan, papers, group.limit)
        if plan.todo and day.order.name in group.changed:
            changed.append(day)
        elif plan.todo and not papers:
            others.append(day)
        else:
            days.append(replace(day, plan=plan))
    return changed, others, days


def _range(days: Sequence[MissingDay]) -> str:
    first, last = days[0].order.name, days[-1].order.name
    papers = counted(sum(len(day.plan.todo) for day in days), "paper")
    return f"{first}, {papers}" if first == last else f"{counted(len(days), 'day')} from {first} to {last}, {papers}"


def _way_out(days: Sequence[MissingDay]) -> str:
    return f"`digest backfill --from {days[0].order.name} --to {days[-1].order.name}`"
