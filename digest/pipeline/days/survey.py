"""Which days of a range are missing, and which of them owns a paper.

A paper that two days list belongs to the earlier one, as in daily runs. That is settled for all missing days before
the first one is built, oldest first, whatever the order in which they are built afterwards: so neither order nor
number of jobs nor a crash in between changes a byte of what is made.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import msgspec

from digest.adapters.store import Archive, is_text_of
from digest.errors import ArchiveError, DigestError, FetchError
from digest.model import ArxivId, Edition, Event, Listing, Paper, Selection
from digest.pipeline.day import DayDependencies
from digest.pipeline.days.lists import listed
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
    wanted, failed, known = _look(orders, archive)
    if not wanted:
        return Survey((), known, tuple(failed))
    owners = _Owners(archive, wanted)
    asked = [order.day for order, old in wanted if needs_list(old, order)]
    days = []
    with closing(listed(asked, stages.list_day, stages.lists)) as lists:
        for order, old in wanted:
            try:
                plan = _plan(order, old, next(lists).result() if needs_list(old, order) else None, owners, stages)
            except FetchError as error:
                failed.append((order.name, error))
                continue
            for paper in plan.todo:
                owners.claim(paper.id, order)
            days.append(MissingDay(order, plan))
    return Survey(tuple(days), known, tuple(sorted(failed, key=lambda one: one[0])))


def _look(
    orders: Iterable[Order], archive: Archive
) -> tuple[list[tuple[Order, Edition | None]], list[tuple[str, DigestError]], int]:
    """Part days into those with something left to do, those that cannot be looked at, and the number of the others."""
    wanted: list[tuple[Order, Edition | None]] = []
    failed: list[tuple[str, DigestError]] = []
    known = 0
    for order in sorted(orders, key=lambda order: order.day):
        try:
            old = archive.load(order.name)
            if _finished(order, old, archive):
                known += 1
            else:
                wanted.append((order, old))
        except ArchiveError as error:
            failed.append((order.name, error))
    return wanted, failed, known


def _plan(
    order: Order, old: Edition | None, listing: Listing | None, owners: "_Owners", stages: DayDependencies
) -> Plan:
    """Decide what is left to do for a day. Raises FetchError where its list cannot be the truth."""
    if listing is None:
        failed = tuple(skip.paper for skip in old.skips) if old else ()
        return decide(None, old, order, owners.select(failed, order, stages.select))
    for problem in dict.fromkeys(listing.problems):
        stages.report(Event(kind="problem", text=problem))
    chosen = owners.select(listing.papers, order, stages.select)
    return decide(msgspec.structs.replace(chosen, unread=listing.unread), old, order)


def _finished(order: Order, old: Edition | None, archive: Archive) -> bool:
    """Return whether nothing is left to do for a day. A post that another program wrote counts: it is not ours."""
    post = archive.post(order.file)
    if old is None:
        return post is not None
    if unsettled(old, order) or old.listing == "partial" or (order.relist and not old.papers):
        return False
    died_before_the_post = post is None or (old.written is not None and is_text_of(post, old.written.before))
    return not (old.entries and died_before_the_post)


class _Owners:
    """Which day has a paper: an earlier run's post, an imported one, or a day that is missing and was planned first."""

    def __init__(self, archive: Archive, wanted: Sequence[tuple[Order, Edition | None]]) -> None:
        """Read all posts, once. Raises ArchiveError where one cannot be read."""
        self._imported = archive.imported()
        self._days = archive.published(f"{_END_OF_TIME}{wanted[0][0].file[10:]}")
        for order, old in wanted:
            for skip in old.skips if old else ():
                self.claim(skip.paper.id, order)

    def claim(self, paper_id: ArxivId, order: Order) -> None:
        """Give a paper to a day, unless an earlier one has it."""
        day = str(order.day)
        self._days[paper_id] = min(day, self._days.get(paper_id, day))

    def select(
        self,
        papers: tuple[Paper, ...],
        order: Order,
        select: Callable[[Iterable[Paper], Mapping[ArxivId, str]], Selection],
    ) -> Selection:
        """Choose a day's papers among those that no earlier day has.

        A later day that is published already keeps what it has: a paper stands in the archive once.
        """
        day = str(order.day)
        owned = {paper.id: self._days[paper.id] for paper in papers if paper.id in self._days}
        published = {paper_id: owner for paper_id, owner in owned.items() if owner < day}
        published |= {paper.id: self._imported[paper.id] for paper in papers if paper.id in self._imported}
        while True:
            selection = select(papers, published)
            later = {paper.id: owned[paper.id] for paper in selection.chosen if owned.get(paper.id, day) > day}
            if not later:
                return selection
            published |= later
