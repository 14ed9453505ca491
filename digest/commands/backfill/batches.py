"""Many days by batch: what their papers are to be asked is submitted at half the price."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from digest.commands.backfill.modes import CANCELLED, Backfill
from digest.commands.backfill.report import said, submitted_line, warnings
from digest.commands.result import DONE, EXPECTED_ERROR, Result
from digest.model import Event
from digest.model.text import counted
from digest.pipeline.days.batches import ask_all
from digest.pipeline.plan import Order
from digest.stages.summarize.batch.records import SHARE, Terms


def submit(many: Backfill, orders: Sequence[Order]) -> Result:
    """Submit what the papers of all missing days are to be asked next. What was submitted before is left alone."""
    with many.survey(orders) as (run, survey, next_sink), ExitStack() as stack:
        batching = many.batching(run, stack)
        found = batching.inbox.collect()
        problems = (*said(found), *warnings(survey, ()))
        if not survey.papers:
            return Result(("nothing to submit",), warnings=problems)
        days = survey.days
        price = many.estimate(run, survey).at(SHARE)
        if not many.confirm(f"{counted(len(days), 'day')}, {price} (half price, each round within 24 h)"):
            return CANCELLED
        terms = Terms(days[0].order.name, days[-1].order.name, many.config.selection.limit, batching.settings)
        outbox = batching.outbox(terms, batching.inbox.pending)
        with next_sink() as report:
            report(Event(kind="listed", text=f"{counted(len(survey.papers), 'paper')} to read"))
            stages = replace(run.stages.paper, summarizer=batching.summarizer, report=report)
            for day, paper, question in ask_all(days, stages, run.tools.pool):
                outbox.add(day.order.name, paper.id, question)
            outbox.flush()
    later = ("fetch the results with `digest backfill --collect`, within 30 days",)
    lines = (submitted_line(outbox), *(later if outbox.new or outbox.again else ()))
    if outbox.error:
        left = outbox.asked - outbox.new
        return Result(
            lines, EXPECTED_ERROR, (*problems, f"digest: {counted(left, 'request')} not submitted: {outbox.error}")
        )
    return Result(lines, DONE, problems)
