"""Which days a nightly run owes: those never built, those with papers to try again, weekdays whose list was empty."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from digest.adapters.store import Archive
from digest.config import Config
from digest.errors import ArchiveError, EditedByHand, WrongClock
from digest.model import Edition, Event, Paper
from digest.pipeline import post
from digest.pipeline.day import DayDependencies
from digest.pipeline.days.following import Followed
from digest.pipeline.papers.lookup import Lookup
from digest.pipeline.plan import Order, order_for

ASKED = 3
"""On so many days the list of a weekday has to be empty to be believed."""


def window(config: Config, archive: Archive, today: date, followed: Followed | None = None) -> tuple[Order, ...]:
    """Name the days that a run of this night looks at, oldest first: `run.look_back` days, then yesterday.

    Days with provisional entries are among them, however old: their full text was promised to be looked for.

    Begins with the archive's first edition; without any, yesterday is all there is. Where a series is `followed`, only
    days that it has. Raises WrongClock where the archive has an edition of a day that has not come yet.
    """
    yesterday = today - timedelta(days=1)
    days = archive.days()
    if days and days[-1] > today:
        raise WrongClock(
            f"this machine's clock says {today}, but there is an edition of {days[-1]}; nothing was written",
            hint="set the clock, or remove that edition",
        )
    first = max(min(days, default=yesterday), yesterday - timedelta(days=config.run.look_back))
    span = range((yesterday - min(first, yesterday)).days, -1, -1)
    looked_at = {yesterday - timedelta(days=ago) for ago in span}
    promised = {day for day in archive.provisional() if day < yesterday}  # whatever day they are of
    return tuple(
        _order(config, archive, day, today)
        for day in sorted(looked_at | promised)
        if followed is None or followed.has(str(day))
    )


def published(orders: Iterable[Order], archive: Archive) -> tuple[Paper, ...]:
    """Return the papers that were published on some days and are not known to be withdrawn."""
    editions = (_load(archive, order.name) for order in orders)
    return tuple(
        entry.paper for edition in editions if edition for entry in edition.entries if not entry.paper.withdrawn
    )


def mark_withdrawn(orders: Iterable[Order], lookup: Lookup, stages: DayDependencies, archive: Archive) -> None:
    """Mark the entries whose papers were withdrawn since. A post that was edited by hand is left as it is."""
    for order in orders:
        edition = _load(archive, order.name)
        if edition is None:
            continue
        entries = tuple(entry.marked(lookup.known(entry.paper)) for entry in edition.entries)
        if entries == edition.entries:
            continue
        drawn = [entry.paper.id for entry, old in zip(entries, edition.entries, strict=True) if entry is not old]
        changed = msgspec.structs.replace(edition, entries=entries)
        try:
            post.write(changed, order.file, edition, stages.render, archive, force=False)
        except EditedByHand as error:
            stages.report(Event(kind="problem", text=f"{', '.join(drawn)} withdrawn, not marked: {error}"))
        else:
            stages.report(Event(kind="saved", text=f"{order.file}: marked {', '.join(drawn)} as withdrawn"))


def _order(config: Config, archive: Archive, day: date, today: date) -> Order:
    edition = _load(archive, str(day))
    empty = edition is not None and not edition.papers and day.weekday() < 5
    relist = empty and edition is not None and len(edition.asked) < ASKED and today not in edition.asked
    return order_for(config, day, (), today, relist=relist)


def _load(archive: Archive, name: str) -> Edition | None:
    """Load an edition; one that cannot be read is reported where it is built."""
    try:
        return archive.load(name)
    except ArchiveError:
        return None
