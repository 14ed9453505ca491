"""A day of arXiv from OAI-PMH: asked for page by page, kept as it comes, open until it is known whole."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from digest.adapters.store import Harvest
from digest.commands.demo.server import Request
from digest.config import ArxivSource
from digest.errors import Unavailable
from digest.model import ArxivId, Fetched, Listing
from digest.stages.sources.arxiv import Announcements
from tests.arxiv import PlayedArxiv, PlayedPaper, State, played

MONDAY, TUESDAY, FRIDAY = date(2026, 9, 14), date(2026, 9, 15), date(2026, 9, 18)
LISTED = ("cs.CL", "cs.LG")


class Killed(BaseException):
    """Whatever ends a process without asking it."""


@dataclass
class Reader:
    """Reads a played arXiv; each `list_day` is a run of its own. Dies at the request `dies_at`."""

    arxiv: PlayedArxiv
    folder: Path
    config: ArxivSource = field(default_factory=lambda: ArxivSource(categories=LISTED))
    dies_at: int = -1
    requests: int = 0
    empty: bool = False

    def list_day(self, day: date, now: datetime) -> Listing:
        with self.run(now) as source:
            return source.list_day(day)

    def late(self, day: date, known: set[str]) -> bool:
        with self.run(self.arxiv.now) as source:
            return source.late(day, frozenset(map(ArxivId, known)))

    def run(self, now: datetime) -> "_Run":
        self.arxiv.now = now
        return _Run(self)

    def get(self, service: str, path: str) -> Fetched:
        parts = urlsplit(path)
        assert (service, parts.path) == ("arxiv_oai", "/oai")
        if self.requests == self.dies_at:
            self.dies_at = -1
            raise Killed
        self.requests += 1
        if self.empty:
            return Fetched("", "", self.arxiv._error("noRecordsMatch", "none").encode())
        answer = self.arxiv(Request("GET", "/oai", dict(parse_qsl(parts.query)), b""))
        assert answer is not None
        return Fetched("", "text/xml", answer.body)


class _Run:
    def __init__(self, reader: Reader) -> None:
        self._harvest = Harvest(reader.folder)
        self._source = Announcements(reader.config, reader.get, self._harvest, reader.arxiv.now.date())

    def __enter__(self) -> Announcements:
        return self._source

    def __exit__(self, *_: object) -> None:
        self._harvest.close()


def at(day: date, hour: int = 22) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 7, tzinfo=UTC)


def ids(listing: Listing) -> list[str]:
    return sorted(paper.id for paper in listing.papers)


def paper(number: int, shown: datetime, *categories: str, submitted: datetime | None = None) -> PlayedPaper:
    sent = submitted or shown - timedelta(hours=10)
    return PlayedPaper(f"2609.{number:05}", [State(shown, (sent,), categories or ("cs.CL",))])


def of(*papers: PlayedPaper) -> PlayedArxiv:
    return PlayedArxiv(at(MONDAY), {one.id: one for one in papers})


TONIGHT = datetime(2026, 9, 15, 0, 0, tzinfo=UTC)  # 20:00 in New York: Tuesday's list
TOMORROW = TONIGHT + timedelta(days=1)


def test_a_day_is_open_until_the_services_day_is_over(tmp_path: Path) -> None:
    reader = Reader(of(paper(1, TONIGHT, "cs.CL"), paper(2, TONIGHT, "cs.LG")), tmp_path)

    before = reader.list_day(TUESDAY, TONIGHT - timedelta(hours=2))
    shown = reader.list_day(TUESDAY, at(TUESDAY))
    after = reader.list_day(TUESDAY, at(TUESDAY + timedelta(days=1), 1))

    assert [(ids(one), one.open) for one in (before, shown, after)] == [
        ([], True),
        (["2609.00001", "2609.00002"], True),
        (["2609.00001", "2609.00002"], False),
    ]


def test_an_empty_answer_leaves_the_day_open_and_says_so(tmp_path: Path) -> None:
    reader = Reader(of(paper(1, TONIGHT, "cs.CL", "cs.LG")), tmp_path, empty=True)

    listing = reader.list_day(TUESDAY, at(TUESDAY + timedelta(days=1)))
    reader.empty = False
    later = reader.list_day(TUESDAY, at(TUESDAY + timedelta(days=2)))

    assert (ids(listing), listing.open) == ([], True)
    assert listing.problems == tuple(f"arxiv_oai: no records of {one} since 2026-09-15" for one in LISTED)
    assert (ids(later), later.open) == (["2609.00001"], False)


def test_an_empty_answer_in_the_middle_of_weeks_costs_no_paper(tmp_path: Path) -> None:
    reader = Reader(of(paper(1, TONIGHT, *LISTED), paper(2, TOMORROW, *LISTED)), tmp_path)
    wednesday = TUESDAY + timedelta(days=1)
    reader.list_day(TUESDAY, at(TUESDAY))

    reader.empty = True
    nothing = [reader.list_day(wednesday, at(wednesday + timedelta(days=number))) for number in (1, 2, 3)]
    reader.empty = False
    listing = reader.list_day(wednesday, at(wednesday + timedelta(days=4)))

    assert [(ids(one), one.open) for one in nothing] == [([], True)] * 3
    assert (ids(listing), listing.open) == (["2609.00002"], False)


def test_weekends_have_no_list_and_nobody_is_asked(tmp_path: Path) -> None:
    reader = Reader(of(), tmp_path)

    assert reader.list_day(FRIDAY + timedelta(days=1), at(FRIDAY + timedelta(days=2))) == Listing()
    assert reader.requests == 0


def test_replacements_are_not_listed_and_cross_lists_only_where_they_count(tmp_path: Path) -> None:
    old = paper(1, TONIGHT - timedelta(days=60), "cs.CL")
    old.states.append(State(TONIGHT, (*old.states[0].versions, TONIGHT - timedelta(hours=9)), ("cs.CL",)))
    arxiv = of(old, paper(2, TONIGHT, "cs.CL"), paper(3, TONIGHT, "cs.RO", "cs.CL"))
    later = at(TUESDAY + timedelta(days=1))

    every = Reader(arxiv, tmp_path / "every", ArxivSource(categories=("cs.CL",))).list_day(TUESDAY, later)
    own = Reader(arxiv, tmp_path / "own", ArxivSource(categories=("cs.CL",), cross_lists=False))
    archive = Reader(arxiv, tmp_path / "archive", ArxivSource(categories=("cs",), cross_lists=False))

    assert ids(every) == ["2609.00002", "2609.00003"]
    assert ids(own.list_day(TUESDAY, later)) == ["2609.00002"]
    assert ids(archive.list_day(TUESDAY, later)) == ["2609.00002", "2609.00003"]


def test_a_paper_that_arxiv_deleted_is_listed_no_more(tmp_path: Path) -> None:
    gone = paper(1, TONIGHT, *LISTED)
    gone.states.append(State(TOMORROW, gone.states[0].versions, LISTED, deleted=True))
    reader = Reader(of(gone, paper(2, TONIGHT, *LISTED), paper(3, TOMORROW, *LISTED)), tmp_path)
    wednesday = TUESDAY + timedelta(days=1)

    first = reader.list_day(TUESDAY, at(TUESDAY))
    reader.list_day(wednesday, at(wednesday + timedelta(days=1)))
    second = reader.list_day(TUESDAY, at(wednesday + timedelta(days=1)))

    assert (ids(first), ids(second)) == (["2609.00001", "2609.00002"], ["2609.00002"])


def test_a_paper_that_joins_a_closed_day_is_noticed_without_asking(tmp_path: Path) -> None:
    late = paper(2, TONIGHT, *LISTED)
    reader = Reader(of(paper(1, TONIGHT, *LISTED), paper(3, TOMORROW, *LISTED)), tmp_path)
    wednesday = TUESDAY + timedelta(days=1)
    reader.list_day(TUESDAY, at(wednesday, 0))
    known = reader.late(TUESDAY, {"2609.00001"})

    reader.arxiv.papers[late.id] = late  # with Tuesday's datestamp, which was not shown on Tuesday
    reader.list_day(wednesday, at(wednesday + timedelta(days=1)))
    asked = reader.requests

    assert (known, reader.late(TUESDAY, {"2609.00001"})) == (False, True)
    assert reader.late(TUESDAY, {"2609.00001", "2609.00002"}) is False
    assert reader.requests == asked


def test_cross_lists_that_do_not_count_are_not_late(tmp_path: Path) -> None:
    arxiv = of(paper(1, TONIGHT, *LISTED), paper(2, TONIGHT, "cs.RO", "cs.CL"), paper(3, TOMORROW, *LISTED))
    reader = Reader(arxiv, tmp_path, ArxivSource(categories=LISTED, cross_lists=False))

    listed = reader.list_day(TUESDAY, at(TUESDAY + timedelta(days=1), 0))

    assert ids(listed) == ["2609.00001"]
    assert reader.late(TUESDAY, {"2609.00001"}) is False


def test_a_datestamp_of_the_future_closes_no_day(tmp_path: Path) -> None:
    far = datetime(2099, 9, 14, tzinfo=UTC)
    odd = PlayedPaper("2609.00009", [State(TONIGHT, (far,), LISTED)])
    reader = Reader(of(paper(1, TONIGHT, *LISTED), odd), tmp_path)
    answer = reader.get
    reader.get = lambda *asked: _stamped(answer(*asked), odd.id, far.date())  # type: ignore[method-assign]

    listings = [reader.list_day(day, at(TUESDAY, 1)) for day in (TUESDAY, TUESDAY + timedelta(days=1))]

    assert [listing.open for listing in listings] == [True, True]


def _stamped(answer: Fetched, paper_id: str, stamp: date) -> Fetched:
    head = f"<identifier>oai:arXiv.org:{paper_id}</identifier><datestamp>"
    before, found, after = answer.body.decode().partition(head)
    return Fetched("", "", f"{before}{found}{stamp}{after[10:]}".encode() if found else answer.body)


@pytest.mark.parametrize("days", [-400, -3, 3, 400])
def test_an_answer_of_another_time_is_not_believed(tmp_path: Path, days: int) -> None:
    reader = Reader(of(paper(1, TONIGHT, *LISTED)), tmp_path)
    answer = reader.get

    def get(*asked: str) -> Fetched:
        reader.arxiv.now = at(TUESDAY) + timedelta(days=days)
        return answer(*asked)

    reader.get = get  # type: ignore[method-assign]
    with pytest.raises(Unavailable, match="which is not plausible"):
        reader.list_day(TUESDAY, at(TUESDAY))


def _whole(tmp_path: Path, arxiv: PlayedArxiv, days: list[date], now: datetime) -> list[list[str]]:
    with Reader(arxiv, tmp_path).run(now) as source:
        return [ids(source.list_day(day)) for day in days]


@pytest.fixture
def weeks() -> Iterator[tuple[PlayedArxiv, list[date]]]:
    arxiv = played(date(2026, 9, 6), 30)
    arxiv.page = 15
    yield arxiv, [date(2026, 9, 7) + timedelta(days=number) for number in range(20)]


def test_a_harvest_that_is_killed_at_any_request_goes_on_with_the_next(
    weeks: tuple[PlayedArxiv, list[date]], tmp_path: Path
) -> None:
    arxiv, days = weeks
    now = at(date(2026, 10, 9))
    expected = _whole(tmp_path / "whole", arxiv, days, now)
    counted = Reader(arxiv, tmp_path / "counted")
    with counted.run(now) as source:
        source.list_day(days[0])

    for number in range(0, counted.requests, 3):
        reader = Reader(arxiv, tmp_path / str(number), dies_at=number)
        with pytest.raises(Killed):
            reader.list_day(days[0], now)
        with reader.run(now) as source:
            assert [ids(source.list_day(day)) for day in days] == expected
        assert reader.requests <= counted.requests + 1  # a category that was complete is asked for what is new


def test_a_harvest_that_is_taken_up_days_later_asks_again_for_what_may_have_moved(
    weeks: tuple[PlayedArxiv, list[date]], tmp_path: Path
) -> None:
    arxiv, days = weeks
    reader = Reader(arxiv, tmp_path / "late", dies_at=9)
    with pytest.raises(Killed):
        reader.list_day(days[0], at(date(2026, 9, 29)))

    with reader.run(at(date(2026, 10, 9))) as source:
        found = [ids(source.list_day(day)) for day in days]

    everything = {number for ids in arxiv.announced(LISTED).values() for number in ids}
    listed = [number for one in found for number in one]
    assert len(listed) == len(set(listed))
    assert {n for d, some in arxiv.announced(LISTED).items() if days[0] <= d <= days[9] for n in some} - set(
        listed
    ) == set()
    assert set(listed) <= everything


def test_a_token_that_the_service_forgot_costs_a_week_of_the_list(
    weeks: tuple[PlayedArxiv, list[date]], tmp_path: Path
) -> None:
    arxiv, days = weeks
    now = at(date(2026, 10, 9))
    expected = _whole(tmp_path / "whole", arxiv, days, now)
    reader = Reader(arxiv, tmp_path / "late", dies_at=7)
    with pytest.raises(Killed):
        reader.list_day(days[0], now)

    with closing(Harvest(tmp_path / "late")) as harvest:
        progress = harvest.progress("cs.CL")
        assert progress.token
        harvest.take("cs.CL", msgspec.structs.replace(progress, token="old"))
    with reader.run(now) as source:
        found = [ids(source.list_day(day)) for day in days]

    assert found == expected


def test_a_list_that_goes_round_in_circles_is_an_error(tmp_path: Path) -> None:
    body = (
        PlayedArxiv(at(MONDAY))._begin()
        + "<ListRecords><resumptionToken>again</resumptionToken></ListRecords></OAI-PMH>"
    )
    with closing(Harvest(tmp_path)) as harvest:
        source = Announcements(ArxivSource(), lambda *_: Fetched("", "", body.encode()), harvest, MONDAY)

        with pytest.raises(Unavailable, match="goes on without records"):
            source.list_day(MONDAY)


def test_older_days_are_asked_for_once_and_newer_ones_stay(tmp_path: Path) -> None:
    arxiv = of(*(paper(number, TONIGHT + timedelta(days=number - 10), *LISTED) for number in range(1, 14)))
    reader = Reader(arxiv, tmp_path)
    now = at(date(2026, 9, 21))
    reader.list_day(TUESDAY, now)
    first = len(arxiv.asked)

    older = reader.list_day(TUESDAY - timedelta(days=7), now)
    again = reader.list_day(TUESDAY - timedelta(days=6), now)

    assert [(len(one.papers), one.open) for one in (older, again)] == [(1, False), (1, False)]
    assert [query["until"] for query in arxiv.asked[first:]] == ["2026-09-14", "2026-09-15"] * 2


def test_months_that_are_over_are_parquet_files_and_lists_are_the_same(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra `archive` is not installed")
    arxiv, days = played(MONDAY, 30, restless=False), [MONDAY + timedelta(days=number) for number in range(10)]
    reader = Reader(arxiv, tmp_path)
    with reader.run(at(date(2026, 9, 29))) as source:  # the month is not over
        before = [source.list_day(day) for day in days]
    assert not (tmp_path / "arxiv").exists()

    reader.list_day(date(2026, 10, 1), at(date(2026, 10, 2)))
    with reader.run(at(date(2026, 10, 2))) as source:
        after = [source.list_day(day) for day in days]

    assert [path.name for path in sorted((tmp_path / "arxiv").iterdir())][-1] == "2026-09.parquet"
    assert [one.papers for one in after] == [one.papers for one in before]
    rows = parquet.read_table(tmp_path / "arxiv" / "2026-09.parquet").to_pylist()
    assert [row["id"] for row in rows] == sorted({row["id"] for row in rows})
    assert {one.id for listing in after for one in listing.papers} <= {row["id"] for row in rows}
