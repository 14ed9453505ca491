"""Which days of a range are missing, and which of them owns a paper.

A paper that two days list belongs to the earlier one, as in daily runs. That is settled for all missing days before
the first one is built, oldest first, whatever the order in which they are built afterwards: so neither order nor
number of jobs nor a crash in between changes a byte of what is made.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property

import msgspec

from digest.adapters.store import Archive, is_text_of
from digest.errors import ArchiveError, DigestError, FetchError
from digest.model import Edition, Event, Listing, Paper, PaperId, Selection
from digest.pipeline.day import DayDependencies
from digest.pipeline.days.prefetch import listed
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
    look = _look(orders, archive)
    owners = _Owners(archive, look)
    days = _planned(look.wanted, owners, look, stages)
    # Known only once the lists above have come: what is kept of a source's lists shows who joined a day since.
    late = [order for order, papers in look.complete if stages.late(order.day, papers)]
    days += _planned([(replace(order, relist=True), archive.load(order.name)) for order in late], owners, look, stages)
    failed = tuple(sorted(look.failed, key=lambda one: one[0]))
    return Survey(tuple(sorted(days, key=lambda day: day.order.day)), look.finished - len(late), failed)


@dataclass
class _Look:
    """The days of a range as they are before any is listed."""

    wanted: list[tuple[Order, Edition | None]] = field(default_factory=list)
    """With something left to do."""
    complete: list[tuple[Order, frozenset[PaperId]]] = field(default_factory=list)
    """Finished, with a list that was complete, and what stood in it."""
    finished: int = 0
    series: str = ""
    """The end of the days' file names, after the day."""
    failed: list[tuple[str, DigestError]] = field(default_factory=list)


def _look(orders: Iterable[Order], archive: Archive) -> _Look:
    look = _Look()
    for order in sorted(orders, key=lambda order: order.day):
        look.series = order.file[10:]
        try:
            old = archive.load(order.name)
            if not _finished(order, old, archive):
                look.wanted.append((order, old))
                continue
            look.finished += 1
            if old and old.listing == "complete":
                look.complete.append((order, frozenset(paper.id for paper in old.papers)))
        except ArchiveError as error:
            look.failed.append((order.name, error))
    return look


def _planned(
    wanted: Sequence[tuple[Order, Edition | None]], owners: "_Owners", look: _Look, stages: DayDependencies
) -> list[MissingDay]:
    """List some days, oldest first, and decide what is left to do; those that cannot be listed go to `look.failed`."""
    asked = [order.day for order, old in wanted if needs_list(old, order) and stages.chosen is None]
    days = []
    with closing(listed(asked, stages.list_day, stages.lists)) as lists:
        for order, old in wanted:
            try:
                if stages.chosen and needs_list(old, order):
                    plan = decide(stages.chosen(order.name), old, order)
                else:
                    plan = _plan(order, old, next(lists).result() if needs_list(old, order) else None, owners, stages)
            except FetchError as error:
                look.failed.append((order.name, error))
                continue
            for paper in plan.todo:
                owners.claim(paper.id, order)
            days.append(MissingDay(order, plan))
    return days


def _plan(
    order: Order, old: Edition | None, listing: Listing | None, owners: "_Owners", stages: DayDependencies
) -> Plan:
    """Decide what is left to do for a day. Raises FetchError where its list cannot be the truth."""
    if listing is None:
        failed = tuple(skip.paper for skip in old.skips) if old else ()
        return decide(None, old, order, owners.select(failed, order, stages.select))
    listing = stages.with_records(listing)
    for problem in dict.fromkeys(listing.problems):
        stages.report(Event(kind="problem", text=problem))
    chosen = stages.titled(owners.select(listing.papers, order, stages.select))
    return decide(msgspec.structs.replace(chosen, unread=listing.unread, open=listing.open), old, order)


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

    def __init__(self, archive: Archive, look: _Look) -> None:
        """Read nothing yet: where no day is missing, nobody asks."""
        self._archive, self._look = archive, look

    @cached_property
    def _days(self) -> dict[PaperId, str]:
        """All posts, read once. Raises ArchiveError where one cannot be read."""
        days = self._archive.published(f"{_END_OF_TIME}{self._look.series}")
        for order, old in self._look.wanted:
            for skip in old.skips if old else ():
                _claim(days, skip.paper.id, order)
        return days

    @cached_property
    def _imported(self) -> dict[PaperId, str]:
        return self._archive.imported()

    def claim(self, paper_id: PaperId, order: Order) -> None:
        """Give a paper to a day, unless an earlier one has it."""
        _claim(self._days, paper_id, order)

    def select(
        self,
        papers: tuple[Paper, ...],
        order: Order,
        select: Callable[[Iterable[Paper], Mapping[PaperId, str]], Selection],
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


def _claim(days: dict[PaperId, str], paper_id: PaperId, order: Order) -> None:
    day = str(order.day)
    days[paper_id] = min(day, days.get(paper_id, day))
