"""What a backfill reports when it ends: one line, and why each day that failed did."""

from collections.abc import Sequence

from digest.model.text import counted
from digest.pipeline.days.backfill import DayResult, named
from digest.pipeline.days.survey import Survey


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
