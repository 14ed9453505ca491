"""Weeks of a played arXiv, two runs a night: every paper on the day of its announcement, none twice, none lost."""

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from digest.adapters.http import Fetcher
from digest.adapters.store import Archive
from digest.adapters.store.harvest import Harvest
from digest.commands.demo.server import NOT_FOUND, Response, serve
from digest.config import ArxivSource, Config, FetchConfig, PaceConfig, ServicesConfig
from digest.pipeline.days import backfill, due
from digest.pipeline.days.survey import take_survey
from digest.pipeline.plan import orders_for
from digest.stages.sources.arxiv import Announcements
from tests.arxiv import HOLIDAYS, PlayedArxiv, played
from tests.fakes import Bench
from tests.runs import Forker, Run, files

LISTED = ("cs.CL", "cs.LG")
AUTUMN, SPRING = date(2026, 10, 18), date(2026, 2, 22)
"""Sundays: clocks change in New York in the third week after each."""
SUMMER, THANKSGIVING, WINTER = date(2026, 6, 14), date(2026, 11, 8), date(2026, 12, 13)
"""Sundays: the four weeks after each have holidays, two Fridays among those of summer and winter."""
SEASONS = {"autumn": AUTUMN, "spring": SPRING, "summer": SUMMER, "thanksgiving": THANKSGIVING, "winter": WINTER}
BUSY = Response(503, b"Retry after some time", "text/plain", {"Retry-After": "20"})


@dataclass
class Nights:
    """A digest that lists a played arXiv; its papers are read and summarised by fakes."""

    arxiv: PlayedArxiv
    url: str
    folder: Path
    max_wait: float = 0.01
    requests: list[int] = field(default_factory=list)
    """How many requests each run made that were answered with records."""
    failed: list[str] = field(default_factory=list)
    """The days that could not be listed in some run."""
    closed: dict[date, set[str]] = field(default_factory=dict)
    """What each day had when it was called complete for the first time."""

    def run(self, now: datetime, *, first: date | None = None, last: date | None = None) -> None:
        """Build what is due, or a range of days."""
        self.arxiv.now = now
        today, before, bench = now.date(), len(self.arxiv.asked), Bench(self.folder, limit=1000)
        config = Config()
        with self._source(now) as source:
            stages = replace(bench.stages(), list_day=source.list_day, late=source.late)
            orders = (
                orders_for(config, first, last or first, today) if first else due.window(config, bench.archive, today)
            )
            survey = take_survey(orders, stages, bench.archive)
            self.failed += [day for day, _ in survey.failed]
            results = backfill.run(survey.days, stages, bench.archive, jobs=1, begin=lambda: lambda: 60.0)
            assert [one.error for one in results if one.error] == []
        self.requests.append(len(self.arxiv.asked) - before)
        for day, papers in self.days(complete=True).items():
            self.closed.setdefault(day, papers)

    def days(self, *, complete: bool = False) -> dict[date, set[str]]:
        """The papers of every day's edition, those that were on an earlier day left out."""
        archive, days = Bench(self.folder).archive, {}
        for name in archive.days():
            edition = archive.load(str(name))
            assert edition is not None
            if edition.listing == "complete" or not complete:
                days[edition.day] = {entry.paper.id for entry in edition.entries}
        return days

    @contextmanager
    def _source(self, now: datetime) -> Iterator[Announcements]:
        fetcher = Fetcher(
            ServicesConfig(arxiv_oai=self.url),
            PaceConfig(arxiv_oai=0),
            FetchConfig(max_wait=self.max_wait),
            now=lambda: now,
        )
        with closing(fetcher), closing(Harvest(self.folder / ".cache")) as harvest:
            get = lambda service, path: fetcher.get(service, path, keep=False)  # noqa: E731
            yield Announcements(ArxivSource(categories=LISTED), get, harvest, now.date())


@contextmanager
def nights(arxiv: PlayedArxiv, folder: Path) -> Iterator[Nights]:
    with serve(lambda request: arxiv(request) or NOT_FOUND) as url:
        yield Nights(arxiv, url, folder)


def _four_weeks(of: Nights, first: date, hours: tuple[int, ...] = (1, 13)) -> None:
    """Two runs a day at hours of UTC, from the day after the first list on, to that of the last of four weeks."""
    for offset in range(30):
        for hour in hours:
            day = first + timedelta(days=2 + offset)
            of.run(datetime(day.year, day.month, day.day, hour, 17, tzinfo=UTC))


def _expected(arxiv: PlayedArxiv, first: date, last: date) -> dict[date, set[str]]:
    return {day: ids for day, ids in arxiv.announced(LISTED).items() if first <= day <= last}


def _filled(days: dict[date, set[str]]) -> dict[date, set[str]]:
    return {day: ids for day, ids in days.items() if ids}


SKIPPED = (date(2026, 10, 27), date(2026, 3, 3), date(2026, 6, 23), date(2026, 11, 17), date(2026, 12, 22))
"""Announcements that never come, one in each season: an evening in New York that no calendar has."""
LATE = {
    date(2026, 10, 21): timedelta(hours=6),
    date(2026, 11, 5): timedelta(hours=30),  # on a Saturday, in UTC
    date(2026, 3, 5): timedelta(hours=30),
    date(2026, 7, 2): timedelta(hours=30),  # a holiday follows
    date(2026, 11, 25): timedelta(hours=11),  # and here
    date(2026, 12, 30): timedelta(hours=26),
}


def _often_busy(arxiv: PlayedArxiv) -> None:
    """Have every fifth request refused, now and then three in a row: with the fourth a run gives up."""
    chance, refused = random.Random(503), 0

    def before(_: int) -> None:
        nonlocal refused
        refused = refused + 1 if refused < 3 and chance.random() < 0.2 + 0.3 * bool(refused) else 0
        arxiv.faults += [BUSY] * bool(refused)

    arxiv.before = before


@pytest.fixture(scope="module", params=SEASONS.values(), ids=SEASONS)
def month(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[date, Nights]]:
    """Four weeks of two runs a day, and the Sunday before them."""
    arxiv = played(request.param, 40, skipped=SKIPPED, holidays=HOLIDAYS, delays=LATE)
    arxiv.page = 7
    _often_busy(arxiv)
    with nights(arxiv, tmp_path_factory.mktemp("nightly")) as nightly:
        _four_weeks(nightly, request.param)
        arxiv.before = lambda _: None
        yield request.param, nightly


def test_no_paper_of_four_weeks_is_lost_or_listed_twice_and_no_day_is_called_complete_too_early(
    month: tuple[date, Nights],
) -> None:
    first, nightly = month
    expected = _expected(nightly.arxiv, first + timedelta(days=1), first + timedelta(days=30))

    found = nightly.days()
    assert _filled(found) == expected
    assert _filled(nightly.closed) == expected
    assert set(Counter(number for ids in found.values() for number in ids).values()) == {1}
    assert nightly.failed == []
    assert sum("resumptionToken" in query for query in nightly.arxiv.asked) > len(nightly.requests)


def test_a_backfill_of_the_month_from_what_was_harvested_is_equal_and_asks_nothing(
    month: tuple[date, Nights], tmp_path: Path
) -> None:
    first, nightly = month
    shutil.copytree(nightly.folder / ".cache", tmp_path / ".cache")
    later = Nights(nightly.arxiv, nightly.url, tmp_path)

    later.run(nightly.arxiv.now, first=first + timedelta(days=1), last=first + timedelta(days=30))

    assert _filled(later.days()) == _filled(nightly.days())
    assert later.requests == [0]


def test_a_run_asks_for_what_is_new_and_for_nothing_where_all_days_are_complete(tmp_path: Path) -> None:
    arxiv = played(AUTUMN, 20)
    arxiv.page = 1300

    with nights(arxiv, tmp_path) as nightly:
        for hours in range(49, 49 + 24 * 7, 12):
            nightly.run(datetime(2026, 10, 18, tzinfo=UTC) + timedelta(hours=hours))

    every, none = len(LISTED), 0  # one page for each category, or nothing
    # Monday's list was empty, which is known as soon as Tuesday's is shown.
    assert nightly.requests == [*[every, none] * 5, *[none] * 4]


@pytest.mark.parametrize("first", SEASONS.values(), ids=SEASONS)
def test_a_backfill_of_the_month_by_somebody_else_is_equal(first: date, tmp_path: Path) -> None:
    arxiv = played(first, 40, skipped=SKIPPED, holidays=HOLIDAYS, delays=LATE, restless=False)
    begin, end = first + timedelta(days=1), first + timedelta(days=29)

    with nights(arxiv, tmp_path) as later:
        later.run(datetime(first.year, first.month, 10, 5, tzinfo=UTC) + timedelta(days=60), first=begin, last=end)

    assert _filled(later.days()) == _expected(arxiv, begin, end)


def test_a_busy_service_is_asked_again_after_the_time_that_it_names_and_for_the_same_page(tmp_path: Path) -> None:
    arxiv, moments = played(AUTUMN, 20), list[float]()
    arxiv.page = 7
    after = {1: "1", 4: "2"}

    def before(number: int) -> None:
        moments.append(time.monotonic())
        if wait := after.pop(number, ""):
            arxiv.faults.append(Response(503, b"", "text/plain", {"Retry-After": wait}))

    arxiv.before = before
    with nights(arxiv, tmp_path) as nightly:
        nightly.max_wait = 150
        nightly.run(datetime(2026, 10, 28, 13, 17, tzinfo=UTC))

    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert (gaps[1] >= 1, gaps[5] >= 2) == (True, True)
    assert arxiv.refused == [arxiv.asked[1], arxiv.asked[4]]
    assert ["resumptionToken" in query for query in arxiv.refused] == [True, True]
    assert len({str(query) for query in arxiv.asked}) == len(arxiv.asked)
    assert nightly.days() == {day: arxiv.announced(LISTED)[day] for day in [date(2026, 10, 27)]}


def test_a_service_that_stays_busy_ends_the_list_of_a_run_and_the_next_one_goes_on_with_the_page(
    tmp_path: Path,
) -> None:
    arxiv = played(AUTUMN, 20)
    arxiv.page = 7
    arxiv.before = lambda number: arxiv.faults.extend([BUSY] * (number >= 2))
    evening = datetime(2026, 10, 28, 1, 17, tzinfo=UTC)

    with nights(arxiv, tmp_path) as nightly:
        nightly.run(evening)
        arxiv.before = lambda _: None
        arxiv.faults.clear()
        nightly.run(evening + timedelta(hours=12))

    assert nightly.failed == ["2026-10-27"]
    assert nightly.requests[0] == 2
    assert "resumptionToken" in arxiv.asked[2]
    assert nightly.days() == {day: arxiv.announced(LISTED)[day] for day in [date(2026, 10, 27)]}


def test_on_holidays_no_list_comes_and_the_day_is_known_as_empty_once_a_later_one_was_shown(tmp_path: Path) -> None:
    arxiv = played(THANKSGIVING, 40, holidays=HOLIDAYS)
    friday = date(2026, 11, 27)

    states: dict[str, datetime] = {}
    with nights(arxiv, tmp_path) as nightly:
        for hours in range(24 * 14, 24 * 23, 12):
            now = datetime(2026, 11, 8, 1, 17, tzinfo=UTC) + timedelta(hours=hours)
            nightly.run(now)
            if edition := Bench(tmp_path).archive.load(str(friday)):
                states.setdefault(str(edition.listing), now)

    assert friday not in _filled(nightly.days())
    assert states == {
        "partial": datetime(2026, 11, 28, 1, 17, tzinfo=UTC),
        "complete": datetime(2026, 11, 30, 1, 17, tzinfo=UTC),  # Sunday evening's list came at one o'clock in UTC
    }


def test_a_backfill_loses_no_paper_that_was_held_back_replaced_or_listed_elsewhere_since(tmp_path: Path) -> None:
    arxiv = played(AUTUMN, 40, skipped=SKIPPED, delays=LATE)
    begin, end = AUTUMN + timedelta(days=1), AUTUMN + timedelta(days=29)

    with nights(arxiv, tmp_path) as later:
        later.run(datetime(2026, 12, 10, 5, tzinfo=UTC), first=begin, last=end)

    expected, found = _expected(arxiv, begin, end), later.days()
    changed = {paper.id for paper in arxiv.papers.values() if len(paper.states) > 1 or _was_held(paper)}
    assert {day: ids - changed for day, ids in _filled(found).items()} == {
        day: ids - changed for day, ids in expected.items()
    }
    inside = {number for day, ids in expected.items() for number in ids if day < end - timedelta(days=12)}
    assert inside - {number for ids in found.values() for number in ids} == set()
    assert set(Counter(number for ids in found.values() for number in ids).values()) == {1}


def _was_held(paper: object) -> bool:
    first = paper.states[0]  # type: ignore[attr-defined]
    return bool(first.at - first.versions[0] > timedelta(days=4))


def test_an_outage_of_a_week_costs_no_paper(tmp_path: Path) -> None:
    arxiv = played(AUTUMN, 40)

    with nights(arxiv, tmp_path) as nightly:
        for offset in (2, 3, 4, 11, 12, 13, 20, 27, 28):
            nightly.run(datetime(2026, 10, 18, 22, tzinfo=UTC) + timedelta(days=offset))

    found = Counter(number for ids in nightly.days().values() for number in ids)
    expected = _expected(arxiv, date(2026, 10, 19), date(2026, 11, 13))
    assert {number for ids in expected.values() for number in ids} - set(found) == set()
    assert set(found.values()) == {1}


def test_a_backfill_that_is_killed_during_the_harvest_makes_the_same_bytes(tmp_path: Path) -> None:
    today = datetime.now(UTC).replace(microsecond=0)
    first = today.date() - timedelta(days=today.weekday() + 22)  # a Sunday
    arxiv = played(first, 24, restless=False)
    arxiv.now, arxiv.page = today, 20
    running: list[Run] = []

    def kill(number: int) -> None:
        if number == 4 and running:
            os.kill(running.pop().pid, signal.SIGKILL)

    with serve(lambda request: arxiv(request) or NOT_FOUND) as url, Forker() as forker:
        environ = {
            "DIGEST_SERVICES__ARXIV_OAI": url,
            "DIGEST_PACE__ARXIV_OAI": "0",
            "DIGEST_SOURCES": '[{"use": "arxiv", "categories": ["cs.CL", "cs.LG"]}]',
            "DIGEST_SELECTION__INCLUDE": '["a word that no paper has"]',
            "DIGEST_SUMMARIZE__BACKEND": "extractive",
        }
        words = ("backfill", "--from", str(first + timedelta(days=1)), "--to", str(first + timedelta(days=12)))
        assert forker.run(tmp_path / "whole", *words, environ=environ) == 0
        asked = len(arxiv.asked)
        arxiv.asked.clear()
        arxiv.before = kill
        killed = forker.start(tmp_path / "killed", *words, environ=environ)
        running.append(killed)
        assert killed.wait() == -9
        assert forker.run(tmp_path / "killed", *words, environ=environ) == 0

    assert files(tmp_path / "killed") == files(tmp_path / "whole")
    assert len(arxiv.asked) <= asked + 2
    day, whole = first + timedelta(days=10), tmp_path / "whole"
    edition = Archive(whole / "_posts", whole / "_data" / "digests").load(str(day))
    assert edition is not None
    listed = {one.paper.id for one in edition.exclusions}
    assert listed == arxiv.announced(LISTED).get(day, set())
