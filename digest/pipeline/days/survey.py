"""Which days of a range are missing, and which of them owns a paper.

A paper that two days list belongs to the earlier one, as in daily runs. That is settled for all missing days before
the first one is built, oldest first, whatever the order in which they are built afterwards: so neither order nor
number of jobs nor a crash in between changes a byte of what is made.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from digest.adapters.store import Archive, is_text_of
from digest.errors import ArchiveError, DigestError, FetchError
from digest.model import Edition, Event, Listing, Paper, PaperId, Selection
from digest.pipeline.day import DayDependencies
from digest.pipeline.plan import Order, Plan, decide, needs_list, unsettled

_END_OF_TIME = "9999-12-31"  # later than the name of any post


@dataclass(frozen=True)
class MissingDay:
    """A day that is to be built, and what is left to do for it."""

    order: Order
    plan: Plan


@dataclass(frozen=True)
class Survey:
    """What a range of days lacks."""

    days: tuple[MissingDay, ...]
    """Days without an edition or with an unfinished one, oldest first."""
    known: int
    """Days that are finished, empty ones included."""
    failed: tuple[tuple[str, DigestError], ...] = ()
    """Days that could not be listed or looked at, and why."""

    @property
    def papers(self) -> tuple[Paper, ...]:
        """All papers that are to be read."""
        return tuple(paper for day in self.days for paper in day.plan.todo)


def take_survey(orders: Iterable[Order], stages: DayDependencies, archive: Archive) -> Survey:
    """List the days that are missing, and part their papers among them. Asks the services for lists, no model.

    A finished day is not asked for again, nor is one whose list was found empty after it had ended.
    """
    wanted, failed, known = [], [], 0
    claims: dict[PaperId, str] = {}
    imported = archive.imported()
    for order in sorted(orders, key=lambda order: order.day):
        claims = claims or archive.published(f"{_END_OF_TIME}{order.file[10:]}")
        old = None
        try:
            old = archive.load(order.name)
            if _finished(order, old, archive):
                known += 1
                continue
            wanted.append((order, old, stages.list_day(order.day) if needs_list(old, order) else None))
        except (ArchiveError, FetchError) as error:
            failed.append((order.name, error))
        for skip in old.skips if old else ():
            _claim(claims, skip.paper.id, order)
    days = []
    for order, old, listing in wanted:
        try:
            listed = None if listing is None else _listed(listing, order, claims, imported, stages)
            pinned = old if listing is None else None
            failed_now = _select(_failed(pinned), order, claims, imported, stages.select) if pinned else None
            plan = decide(listed, old, order, failed_now)
        except FetchError as error:
            failed.append((order.name, error))
            continue
        for paper in plan.todo:
            _claim(claims, paper.id, order)
        days.append(MissingDay(order, plan))
    return Survey(tuple(days), known, tuple(failed))


def _listed(
    listing: Listing,
    order: Order,
    claims: Mapping[PaperId, str],
    imported: Mapping[PaperId, str],
    stages: DayDependencies,
) -> Selection:
    listing = stages.with_records(listing)
    for problem in dict.fromkeys(listing.problems):
        stages.report(Event(kind="problem", text=problem))
    selection = _select(listing.papers, order, claims, imported, stages.select)
    return msgspec.structs.replace(selection, unread=listing.unread, open=listing.open)


def _failed(edition: Edition) -> tuple[Paper, ...]:
    return tuple(skip.paper for skip in edition.skips)


def _finished(order: Order, old: Edition | None, archive: Archive) -> bool:
    """Return whether nothing is left to do for a day. A post that another program wrote counts: it is not ours."""
    post = archive.post(order.file)
    if old is None:
        return post is not None
    if unsettled(old, order) or old.listing == "partial" or (order.relist and not old.papers):
        return False
    died_before_the_post = post is None or (old.written is not None and is_text_of(post, old.written.before))
    return not (old.entries and died_before_the_post)


def _claim(claims: dict[PaperId, str], paper_id: PaperId, order: Order) -> None:
    claims[paper_id] = min(str(order.day), claims.get(paper_id, str(order.day)))


def _select(
    papers: tuple[Paper, ...],
    order: Order,
    claims: Mapping[PaperId, str],
    imported: Mapping[PaperId, str],
    select: Callable[[Iterable[Paper], Mapping[PaperId, str]], Selection],
) -> Selection:
    """Choose a day's papers among those that no earlier day has.

    A later day that is published already keeps what it has: a paper stands in the archive once.
    """
    day = str(order.day)
    published = {paper_id: owner for paper_id, owner in claims.items() if owner < day} | dict(imported)
    while True:
        selection = select(papers, published)
        later = {paper.id: claims[paper.id] for paper in selection.chosen if claims.get(paper.id, day) > day}
        if not later:
            return selection
        published |= later
