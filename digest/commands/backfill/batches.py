"""Many days by batch: what their papers are to be asked is submitted at half the price."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from digest.commands.backfill.modes import CANCELLED, Backfill, Surveyed, Wanted
from digest.commands.backfill.report import said, submitted_line, waiting, warnings
from digest.commands.progress import Sink
from digest.commands.result import DONE, EXPECTED_ERROR, Result
from digest.commands.runs import joined, labelled, warned
from digest.model import Event
from digest.model.text import counted
from digest.pipeline.days.batches import ask_all
from digest.stages.summarize.batch.records import SHARE, Terms

if TYPE_CHECKING:
    from digest.pipeline.days.batching import Batching


def submit(many: Backfill, wanted: Wanted) -> Result:
    """Submit what the papers of all missing days are to be asked next. What was submitted before is left alone."""
    with many.survey(wanted) as (found, next_sink), ExitStack() as stack:
        opened = [(one, many.batching(one.run, stack)) for one in found]
        problems: list[str] = []
        for one, batching in opened:
            problems += warned(one.series, (*said(batching.inbox.collect()), *warnings(one.survey, ())))
        if not any(one.survey.papers for one in found):
            return Result(("nothing to submit",), warnings=tuple(problems))
        days, price = sum(len(one.survey.days) for one in found), many.total(found).at(SHARE)
        text = f"{counted(days, 'day')}, {price} (half price, each round within 24 h){''.join(map(waiting, found))}"
        if not many.confirm(text):
            return CANCELLED
        again = many.agreed(found[0].run)
        now = [(many.now(one, wanted, again=again), batching) for one, batching in opened]
        results = [_submitted(one, batching, next_sink) for one, batching in now if one.survey.papers]
    done = joined([result for result, _ in results])
    later = ("fetch the results with `digest backfill --collect`, within 30 days",)
    lines = (*done.lines, *(later if any(asked for _, asked in results) else ()))
    return Result(lines, done.code, (*problems, *done.warnings))


def _submitted(one: Surveyed, batching: "Batching", next_sink: Callable[[], Sink]) -> tuple[Result, int]:
    """Submit the questions of one series; return also how many will have replies to fetch."""
    run, days = one.run, one.survey.days
    terms = Terms(days[0].order.name, days[-1].order.name, run.config.selection.limit, batching.settings)
    outbox = batching.outbox(terms, batching.inbox.pending)
    with next_sink() as report:
        report(Event(kind="listed", text=f"{counted(len(one.survey.papers), 'paper')} to read"))
        stages = replace(run.stages.paper, summarizer=batching.summarizer, report=report)
        for day, paper, question in ask_all(days, stages, run.tools.pool):
            outbox.add(day.order.name, paper.id, question)
        outbox.flush()
    lines, asked = (labelled(one.series, submitted_line(outbox)),), outbox.new + outbox.again
    if outbox.error:
        left = counted(outbox.asked - outbox.new, "request")
        error = warned(one.series, (f"{left} not submitted: {outbox.error}",))
        return Result(lines, EXPECTED_ERROR, error), asked
    return Result(lines, DONE), asked
