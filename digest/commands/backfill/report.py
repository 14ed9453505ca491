"""What a backfill reports when it ends: one line, and why each day that failed did."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from digest.model.text import counted
from digest.pipeline.days.backfill import DayResult, named
from digest.pipeline.days.estimate import tally
from digest.pipeline.days.survey import Survey
from digest.stages.summarize.batch.log import BatchLog
from digest.stages.summarize.batch.records import Collected, paper_name

if TYPE_CHECKING:
    from digest.commands.backfill.modes import Surveyed
    from digest.stages.summarize.batch.outbox import Outbox


def last_line(survey: Survey, results: Sequence[DayResult], tally: str, seconds: float) -> tuple[str, bool]:
    """Return the last line of a backfill, and whether nothing is left to do."""
    built = [one.outcome for one in results if one.outcome]
    posts = sum(one.entries > 0 for one in built)
    new = sum(one.made for one in built)
    failed = sum(not one.ok for one in results) + len(survey.failed)
    empty = sum(not one.entries and not one.skips for one in built)
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
        one.name: f"{one.name}: {counted(one.outcome.skips, 'paper')} failed"
        for one in results
        if one.outcome and one.outcome.skips and not one.error
    }
    errors = {name: named(name, error) for name, error in survey.failed}
    errors |= {one.name: one.problem for one in results if one.error}
    return tuple(f"digest: {reason}" for _, reason in sorted({**skipped, **errors}.items()))


def waiting(one: "Surveyed") -> str:
    """Say how many papers wait for a batch already: online they are paid for once more, by batch left alone."""
    log = BatchLog(one.run.tools.cache, one.run.config.series.name)
    found = log.waiting() & {paper_name(paper.id) for paper in one.survey.papers}
    return f"; {len(found)} of them wait for a batch, see --collect" if found else ""


def said(found: Collected) -> tuple[str, ...]:
    """Return what was wrong with batches, a line each."""
    return tuple(f"digest: {problem}" for problem in found.problems)


def fetched_line(found: Collected) -> str:
    """Return what was fetched of batches."""
    failed = f", {found.failed} failed" if found.failed else ""
    return f"fetched {counted(found.replies, 'result')}{failed}; {tally(found.usage)}"


def submitted_line(outbox: "Outbox") -> str:
    """Return what was submitted as batches, and what had been before."""
    new = f"submitted {counted(outbox.new, 'request')} ({', '.join(outbox.batches)})"
    return (new if outbox.new else "nothing new to submit") + (
        f"; {outbox.again} were submitted before" if outbox.again else ""
    )


def further_line(outbox: "Outbox", why: str) -> list[str]:
    """Return what was submitted after a first round, and why; nothing where nothing was."""
    if not outbox.new:
        return []
    price = f", at most ${outbox.most.cost:.2f}" if outbox.most.cost is not None else ""
    what = f"submitted {counted(outbox.new, 'further request')} ({', '.join(outbox.batches)}) that {why}"
    return [f"{what}, at half price, within 24 h{price}"]
