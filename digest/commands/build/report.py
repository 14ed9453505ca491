"""What a build reports: a line for each day, days that were never built, and what a preview shows."""

from collections.abc import Iterator

from digest.adapters.store import Archive
from digest.model import Edition
from digest.model.text import counted, enumerated
from digest.pipeline.days import due
from digest.pipeline.days.outcome import DayCounts, DayOutcome
from digest.pipeline.plan import Plan


def of_day(ended: DayCounts) -> str:
    """Return what became of a day, without what it took."""
    papers = counted(ended.entries, "paper")
    if ended.status == "no list":
        again = ended.day.weekday() < 5 and ended.asked < due.ASKED
        if ended.open and ended.day.weekday() < 5:
            return f"{ended.name}: no papers announced yet; no post"
        why = f"asked {counted(ended.asked, 'time')}" if again else "normal on weekends and holidays"
        return f"{ended.name}: no papers listed ({why}); no post"
    if ended.status == "all left out":
        return f"{ended.name}: {counted(ended.exclusions, 'paper')} listed, all left out by selection; no post"
    failed = f", {ended.skips} failed" if ended.skips else ""
    provisional = f", {ended.provisional} from the abstract for now" if ended.provisional else ""
    if ended.status == "unchanged":
        return f"{ended.name}: {papers}{failed}{provisional}, {'unchanged' if ended.made else 'nothing to do'}"
    return f"{ended.name}: {papers} ({ended.made} new{failed}{provisional})"


def finished(edition: Edition) -> str:
    """Return the line of a day that nothing was left to do for."""
    if edition.entries:
        return of_day(DayOutcome("unchanged", edition).counts)
    return of_day(DayOutcome("all left out" if edition.papers else "no list", edition).counts)


def holes(archive: Archive) -> str:
    """Name the days that were never built, as the end of a line; empty where there are none."""
    days = archive.holes()
    if not days:
        return ""
    span = f"--from {days[0]} --to {days[-1]}"
    return f"; {counted(len(days), 'day')} never built: {enumerated(days)} (`digest backfill {span}`)"


def preview(plan: Plan) -> Iterator[str]:
    """Yield what would be read, and what is left out and why."""
    if not (plan.todo or plan.exclusions or plan.kept):
        yield "no papers listed (normal on weekends and holidays)"
    yield from (f"would read {paper.id}  {paper.title}" for paper in plan.todo)
    yield from (f"left out   {one.paper.id}  {one.rule} {one.detail}".rstrip() for one in plan.exclusions)
