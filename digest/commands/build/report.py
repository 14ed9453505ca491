"""What a build reports: a line for each day, days that were never built, and what a preview shows."""

from collections.abc import Iterator

from digest.adapters.store import Archive
from digest.model import Edition
from digest.model.text import counted, enumerated
from digest.pipeline.day import DayOutcome
from digest.pipeline.days import due
from digest.pipeline.plan import Plan


def of_day(outcome: DayOutcome) -> str:
    """Return what became of a day, without what it took."""
    edition = outcome.edition
    papers = counted(len(edition.entries), "paper")
    if outcome.status == "no list":
        again = edition.day.weekday() < 5 and len(edition.asked) < due.ASKED
        if edition.listing == "partial" and edition.day.weekday() < 5:
            return f"{edition.name}: no papers announced yet; no post"
        why = f"asked {counted(len(edition.asked), 'time')}" if again else "normal on weekends and holidays"
        return f"{edition.name}: no papers listed ({why}); no post"
    if outcome.status == "all left out":
        listed = counted(len(edition.exclusions), "paper")
        return f"{edition.name}: {listed} listed, all left out by selection; no post"
    failed = f", {len(edition.skips)} failed" if edition.skips else ""
    waiting = sum(entry.provenance.provisional is not None for entry in edition.entries)
    provisional = f", {waiting} from the abstract for now" if waiting else ""
    if outcome.status == "unchanged":
        return f"{edition.name}: {papers}{failed}{provisional}, nothing to do"
    return f"{edition.name}: {papers} ({outcome.made} new{failed}{provisional})"


def finished(edition: Edition) -> str:
    """Return the line of a day that nothing was left to do for."""
    if edition.entries:
        return of_day(DayOutcome("unchanged", edition))
    return of_day(DayOutcome("all left out" if edition.papers else "no list", edition))


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
