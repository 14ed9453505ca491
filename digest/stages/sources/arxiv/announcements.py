"""The papers that arXiv announced on a day, from OAI-PMH: new submissions and cross-lists, without replacements.

A day is open until the service's own clock is past it and the service has shown its announcement, or a later one: then
an announcement that did not come on its day is one that never will. What is there already is not asked for again.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

import msgspec

from digest.adapters.store import Harvest, Progress, Sighting
from digest.config import ArxivSource
from digest.errors import Unavailable
from digest.model import Fetched, Listing, Paper, PaperId
from digest.model.text import counted
from digest.stages.sources.arxiv import oai, schedule
from digest.stages.sources.arxiv.oai import ArxivRecord, ExpiredToken

Get = Callable[[str, str], Fetched]
_DAY = timedelta(days=1)
_LATE = timedelta(days=7)
"""How long a first version may have been held back for its datestamp to be that of its announcement, not a change's."""
_PART = timedelta(days=7)
"""So much is asked for at once: little has to be asked for again where a list cannot be continued."""
_CLOCKS = timedelta(days=2)  # by which the service's clock and this one may differ
_EMPTY_PAGES = 3  # how many pages in a row may hold no record although the list goes on


class Announcements:
    """The lists of some categories, asked for once a run at most."""

    def __init__(self, config: ArxivSource, get: Get, harvest: Harvest, today: date) -> None:
        self._cross_lists = config.cross_lists
        self._categories = tuple(dict.fromkeys(config.categories))
        self._get = get
        self._harvest = harvest
        self._today = today
        self._asked: set[str] = set()
        self._empty: set[str] = set()
        self._problems: list[str] = []
        self._filed = True

    def list_day(self, day: date) -> Listing:
        """List what was announced on a day; `open` where that may not be all. Raises FetchError."""
        if not schedule.is_listing_day(day):
            return Listing()
        self._problems = []
        for category in self._categories:
            self._bring_up_to_date(category, day)
        self._file_months()
        return Listing(
            papers=self._papers(self._categories, day), problems=tuple(self._problems), open=not self._is_closed(day)
        )

    def late(self, day: date, known: frozenset[PaperId]) -> bool:
        """Return whether papers have joined the list of a day since it was closed. Asks nobody."""
        there = [
            one for one in self._categories if (began := self._harvest.progress(one).began) and began <= day + _DAY
        ]
        return bool(there) and not known.issuperset(paper.id for paper in self._papers(there, day))

    def _papers(self, categories: Sequence[str], day: date) -> tuple[Paper, ...]:
        papers = self._harvest.papers(self._harvest.ids(categories, day))
        return tuple(paper for paper in papers if self._cross_lists or self._is_primary(paper))

    def _is_primary(self, paper: Paper) -> bool:
        """Return whether a paper was submitted to one of the categories, and not only cross-listed there."""
        primary = paper.categories[0] if paper.categories else ""
        return not {primary, primary.split(".")[0], oai.ALL}.isdisjoint(self._categories)

    def _file_months(self) -> None:
        """File the months that are over once all categories were asked for, and not after each."""
        ends = [self._harvest.progress(category).through for category in self._categories]
        if not self._filed and all(ends):
            self._harvest.file_months(min(filter(None, ends)))
            self._filed = True

    def _is_closed(self, day: date) -> bool:
        known = [self._harvest.progress(category) for category in self._categories]
        ends = [one.through for one in known if one.start and one.start <= day and one.through and one.through > day]
        return len(ends) == len(known) and self._harvest.is_announced(day, min(ends))

    def _bring_up_to_date(self, category: str, day: date) -> None:
        """Ask for what a day's list needs and is not there: the pass that was broken off, older days, newer ones."""
        if self._harvest.progress(category).first:
            self._finish_pass(category)
        known = self._harvest.progress(category)
        if category in self._empty:
            return
        if known.start is None or day < known.start:
            self._begin_pass(category, known, day, known.start)
        elif category not in self._asked and not self._is_closed(day):
            # From before the newest record on: so the answer is never empty unless something is wrong.
            self._begin_pass(category, known, min(known.through or day, known.newest or day) - _DAY)

    def _begin_pass(self, category: str, known: Progress, first: date, goal: date | None = None) -> None:
        self._harvest.take(category, msgspec.structs.replace(_without_pass(known), begin=first, first=first, goal=goal))
        self._finish_pass(category)
        if goal is None:
            self._asked.add(category)

    def _finish_pass(self, category: str) -> None:
        """Ask for page after page, part after part, and keep each page."""
        empty, restarted = 0, False
        while (now := self._harvest.progress(category)).first:
            last = self._end_of_part(now)
            path = oai.next_path(now.token) if now.token else oai.path(category, now.first, last)
            try:
                page = oai.read(self._get("arxiv_oai", path).body)
                if abs(page.responded - self._today) > _CLOCKS:
                    raise Unavailable(f"arxiv_oai: the answer is of {page.responded}, which is not plausible")
                expired = bool(now.token) and page.responded != now.responded
            except ExpiredToken:
                if restarted:
                    raise
                expired = True
            if expired:  # what changes at midnight moves to another page
                restarted = True
                self._harvest.take(category, msgspec.structs.replace(now, token="", responded=None))
                continue
            empty = 0 if page.records else empty + 1
            if page.token and (page.token == now.token or empty == _EMPTY_PAGES):
                raise Unavailable(f"arxiv_oai: the list of {category} from {now.first} goes on without records")
            if page.unread:
                self._problems.append(f"arxiv_oai: {counted(page.unread, 'record')} of {category} could not be read")
            self._take(category, now, page, last)

    def _end_of_part(self, now: Progress) -> date | None:
        """Return the last day to ask for at once: none where the part reaches today, as its end is not over."""
        if now.first is None:
            return None
        end = now.first + _PART - _DAY
        return min(end, now.goal) if now.goal else end if end < self._today - _DAY else None

    def _take(self, category: str, now: Progress, page: oai.RecordPage, last: date | None) -> None:
        """Keep a page and how to go on: with the next page, the next part, or nothing more."""
        stamps = [record.stamp for record in page.records]
        after = msgspec.structs.replace(
            now,
            began=now.began or page.responded,
            newest=max((*stamps, *([now.newest] if now.newest else [])), default=None),
            token=page.token,
            asked=now.asked or page.responded,
            responded=now.responded or page.responded,
            records=now.records or bool(page.records),
        )
        done = not page.token and last == now.goal
        if not page.token and last and not done:
            after = msgspec.structs.replace(after, first=last + _DAY, responded=None)
        self._harvest.take(
            category,
            after,
            (sighted(record, now) for record in page.records if record.paper),
            shown=dict(sorted(_announced(page.records), key=lambda one: one[1])),
            deleted=[record.id for record in page.records if record.paper is None],
        )
        if done:
            self._end_pass(category, after)

    def _end_pass(self, category: str, now: Progress) -> None:
        """Note how far the category is known now. An empty answer proves nothing: the day stays open."""
        ended = _without_pass(now)
        if now.records:
            start = min(filter(None, (now.start, now.begin)))
            ended = msgspec.structs.replace(ended, start=start, through=now.through if now.goal else now.asked)
        else:
            self._empty.add(category)
            self._problems.append(f"arxiv_oai: no records of {category} since {now.begin}")
        self._harvest.finish(category, ended)
        if ended.through and ended.through >= self._today:
            self._asked.add(category)
        self._filed = False


def _without_pass(progress: Progress) -> Progress:
    return msgspec.structs.replace(
        progress, begin=None, first=None, goal=None, token="", asked=None, responded=None, records=False
    )


def sighted(record: ArxivRecord, progress: Progress) -> Sighting:
    """Return in which day's list a paper was, or is most likely to have been.

    The datestamp is that of its announcement where the paper had no later version and little time passed, or where its
    list was there before without it: it was held back, or joined the category later. Otherwise something was changed
    since, and its list is the one that its submission was in time for.
    """
    paper = record.paper
    if paper is None or paper.submitted is None:
        raise ValueError("a deleted record is in no list")
    due = schedule.scheduled(paper.submitted)
    came = max(due, schedule.listing_day(record.stamp))
    if progress.start and progress.through and progress.start <= due < progress.through:
        before = schedule.listing_day(schedule.scheduled(paper.updated or paper.submitted) - _DAY)
        was_replaced = paper.version != 1 and max(due, progress.through) <= before < came
        return Sighting(paper, before if was_replaced else came, due)  # replaced is what was announced before
    if paper.version == 1 and came - due <= _LATE:
        return Sighting(paper, came, due)
    return Sighting(paper, due, due, estimated=True)


def _announced(records: tuple[ArxivRecord, ...]) -> Iterator[tuple[date, date]]:
    """Yield the days whose lists were announced, and the datestamps that prove it: those of versions due on that day.

    The datestamp of a paper whose metadata alone were changed proves nothing.
    """
    for record in records:
        day = schedule.listing_day(record.stamp)
        if record.paper and record.paper.updated and schedule.scheduled(record.paper.updated) == day:
            yield day, record.stamp
