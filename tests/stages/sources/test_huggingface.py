"""Hugging Face's list of a day: every shape of it in, papers out, nothing lost in silence."""

import json
import tarfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.adapters.http import Fetcher
from digest.adapters.store import encode
from digest.commands.demo.server import Request, Response, serve
from digest.config import FetchConfig, HuggingFaceSource, PaceConfig, ServicesConfig
from digest.errors import DigestError, FetchError, NotThere, Refused, Unavailable
from digest.model import ArxivId, Fetched, Listing, Paper
from digest.stages.sources import SOURCES, huggingface

DAY = date(2025, 11, 17)
NOW = datetime(2025, 11, 18, tzinfo=UTC)


class Pages:
    """A service that answers one body after the other and remembers what it was asked."""

    def __init__(self, *bodies: object) -> None:
        self._bodies = list(bodies)
        self.asked: list[tuple[str, str]] = []

    def __call__(self, service: str, path: str) -> Fetched:
        self.asked.append((service, path))
        body = self._bodies.pop(0)
        return Fetched("", "application/json", body if isinstance(body, bytes) else json.dumps(body).encode())


def _list(*bodies: object) -> Listing:
    return huggingface.list_day(DAY, Pages(*bodies), HuggingFaceSource())


def _row(number: int = 1, **inner: Any) -> dict[str, Any]:
    return {"paper": {"id": f"2511.{number:05}", "title": f"Paper {number}", "authors": [], **inner}}


def _read(raw: bytes) -> Listing:
    return _list(*([raw, b"[]"] if len(json.loads(raw)) == 100 else [raw]))


def _days(data: Path) -> Iterator[tuple[str, bytes]]:
    """All recorded days, by name."""
    for path in sorted((data / "hf_daily").glob("20*.json")):
        yield path.stem, path.read_bytes()
    with tarfile.open(data / "hf_daily" / "all_days_2024-05-27_2026-08-21.tar.xz") as archive:
        for member in archive:
            if member.isfile() and (file := archive.extractfile(member)):
                yield member.name, file.read()


def test_every_recorded_day_is_read_without_loss(data: Path) -> None:
    days = papers = 0
    for name, raw in _days(data):
        rows = json.loads(raw)
        listing = _read(raw)
        first = {row["paper"]["id"]: row for row in reversed(rows)}

        assert listing.problems == (), name
        assert [paper.id for paper in listing.papers] == list(dict.fromkeys(row["paper"]["id"] for row in rows)), name
        for paper in listing.papers:
            inner = first[paper.id]["paper"]
            assert paper.title == " ".join(inner["title"].split())
            assert paper.abstract.split() == _seen(inner["summary"]).split()
            assert len(paper.authors) == sum(one["name"].strip() != ":" for one in inner["authors"])
            assert paper.upvotes == inner["upvotes"]
            assert paper.submitted == datetime.fromisoformat(inner["publishedAt"])
            assert (paper.featured is None) == ("submittedOnDailyAt" not in inner)
            assert (paper.stars is None) == ("githubStars" not in inner)
            assert (paper.thumbnail is None) == ("thumbnail" not in first[paper.id])
            assert paper.comments == first[paper.id]["numComments"]
            assert bool(paper.code) >= ("githubRepo" in inner)
            assert paper.keywords == tuple(word for word in inner.get("ai_keywords", ()) if word)
            assert (paper.categories, paper.comment, paper.version, paper.withdrawn) == ((), None, None, False)
        days += 1
        papers += len(listing.papers)

    assert (days, papers) == (17 + 580, 10_195)


def _seen(raw: str) -> str:
    """Drop what cannot be seen: some abstracts hold zero-width characters."""
    return "".join(char for char in raw if char.isprintable() or char.isspace())


def test_a_record_of_2026_is_read_in_all_its_parts() -> None:
    row = {
        "paper": {
            "id": "2511.09146v2",
            "title": "DoPE:\n  Denoising",
            "summary": "Two\n  lines.",
            "authors": [{"name": ":"}, {"name": "Ada  Lovelace"}, {"name": " "}],
            "publishedAt": "2025-11-12T09:00:00.000Z",
            "submittedOnDailyAt": "2025-11-17T01:02:03.000Z",
            "upvotes": 90,
            "githubRepo": "https://github.com/a/b",
            "githubStars": 12,
            "projectPage": " http://a.b/c",
            "ai_keywords": ["RoPE", "entropy"],
            "organization": {"name": "lab", "fullname": "The Lab"},
        },
        "publishedAt": "2025-11-12T04:00:00.000Z",
        "numComments": 3,
        "thumbnail": "https://cdn-thumbnails.huggingface.co/x.png",
    }

    assert huggingface.parse(row) == Paper(
        id=ArxivId("2511.09146"),
        title="DoPE: Denoising",
        abstract="Two lines.",
        authors=("Ada Lovelace",),
        submitted=datetime(2025, 11, 12, 9, tzinfo=UTC),
        featured=datetime(2025, 11, 17, 1, 2, 3, tzinfo=UTC),
        upvotes=90,
        comments=3,
        code="https://github.com/a/b",
        stars=12,
        project="http://a.b/c",
        organization="The Lab",
        keywords=("RoPE", "entropy"),
        thumbnail="https://cdn-thumbnails.huggingface.co/x.png",
    )


def test_absent_keys_stay_absent_down_to_the_edition() -> None:
    paper = huggingface.parse(_row())

    assert json.loads(encode(paper)) == {"id": "2511.00001", "title": "Paper 1"}


def test_a_line_break_in_an_address_is_not_part_of_it() -> None:
    paper = huggingface.parse(_row(githubRepo="https://github.com/\na/b.git", projectPage=" https://a.b/\r\n c "))

    assert (paper.code, paper.project) == ("https://github.com/a/b.git", None)


def test_a_project_page_on_github_is_the_code() -> None:
    paper = huggingface.parse(_row(projectPage="https://github.com/a/b"))

    assert (paper.code, paper.project) == ("https://github.com/a/b", None)


def test_an_address_that_is_none_is_absent() -> None:
    row = _row(projectPage="javascript:alert(1)", githubRepo="https://a b") | {"thumbnail": "//x.png"}

    paper = huggingface.parse(row)

    assert (paper.code, paper.project, paper.thumbnail) == (None, None, None)


@pytest.mark.parametrize(
    "odd",
    [None, 0, "x", [], {}, True, -1, 10**30, "2025-13-99", "0001-01-01T00:00:00+23:59", ["x", None, {}], [{"name": 1}]],
)
@pytest.mark.parametrize(
    "key",
    [
        "summary", "authors", "publishedAt", "submittedOnDailyAt", "upvotes", "githubRepo", "githubStars",
        "projectPage", "ai_keywords", "organization",
    ],
)  # fmt: skip
def test_no_odd_part_costs_a_paper(key: str, odd: object) -> None:
    listing = _list([_row(**{key: odd})])

    assert [paper.title for paper in listing.papers] == ["Paper 1"]
    assert encode(listing.papers[0])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["paper", "id", "title", "x"]), inner),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=4))
def test_any_json_is_papers_or_an_error_of_ours(rows: list[object]) -> None:
    try:
        listing = _list(rows)
    except DigestError as error:
        assert rows, error
    else:
        assert len(listing.papers) + len(listing.problems) <= len(rows)


def test_a_record_that_cannot_be_read_is_a_problem_and_costs_itself_only() -> None:
    listing = _list([_row(1), "garbage", {"paper": {"id": "abc", "title": "T"}}, _row(2)])

    assert [paper.id for paper in listing.papers] == ["2511.00001", "2511.00002"]
    assert listing.problems == (
        "a record could not be read: no id or no title in garbage",
        "a record could not be read: T: 'abc' is not an arXiv ID",
    )
    assert listing.unread == (
        "no id or no title in garbage",
        "T: 'abc' is not an arXiv ID",
    )


def test_a_record_that_lacks_its_title_is_named_by_its_id_and_the_other_way_round() -> None:
    listing = _list([_row(1), {"paper": {"id": "2511.00003"}}, {"title": "A Study", "paper": {}}])

    assert listing.unread == ("2511.00003: no title", "A Study: no id")


def test_a_list_of_nothing_but_garbage_is_no_empty_day() -> None:
    with pytest.raises(Unavailable) as caught:
        _list([1, {"paper": {}}])

    assert str(caught.value) == ("huggingface: not one of 2 records is a paper; first: no id or no title in 1")


def test_an_empty_list_is_an_answer() -> None:
    assert _list(b"[]") == Listing()


def test_a_paper_that_stands_twice_is_listed_once() -> None:
    listing = _list([_row(1, upvotes=5), _row(2), _row(1, upvotes=4)])

    assert [(paper.id, paper.upvotes) for paper in listing.papers] == [("2511.00001", 5), ("2511.00002", None)]


def test_a_long_day_is_read_page_by_page() -> None:
    pages = Pages([_row(n) for n in range(100)], [_row(n) for n in range(99, 199)], [])

    listing = huggingface.list_day(DAY, pages, HuggingFaceSource())

    assert len(listing.papers) == 199
    assert pages.asked == [
        ("huggingface", f"/api/daily_papers?date=2025-11-17&limit=100&p={page}") for page in range(3)
    ]


def test_a_service_that_serves_pages_without_end_is_not_believed() -> None:
    with pytest.raises(Unavailable, match="more than 2000 papers"):
        _list(*[[_row(n) for n in range(100)]] * 20)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b'{"error":"Invalid date"}', "huggingface: unexpected response, not a list of papers: Invalid date"),
        (b"{}", "huggingface: unexpected response, not a list of papers"),
        (b"null", "huggingface: unexpected response, not a list of papers"),
        (b"<!doctype html><p>Sorry", "huggingface: the list of the day is not JSON"),
        (b"\xff\xfe", "huggingface: the list of the day is not JSON"),
        (b"[" * 100_000, "huggingface: the list of the day is not JSON"),
    ],
)
def test_an_answer_that_is_no_list_is_a_failure_in_one_line(body: bytes, complaint: str) -> None:
    with pytest.raises(Unavailable) as caught:
        _list(body)

    assert str(caught.value) == complaint


def test_the_recorded_error_body_is_a_failure(data: Path) -> None:
    with pytest.raises(Unavailable):
        _list((data / "hf_daily" / "error_404_wrong_path.json").read_bytes())


def _over_the_wire(answer: Any) -> Listing:
    with serve(answer) as url:
        services = ServicesConfig(huggingface=url, arxiv=url, arxiv_api=url)
        fetcher = Fetcher(services, PaceConfig(), FetchConfig(attempts=1), now=lambda: NOW)
        try:
            return SOURCES["huggingface"](DAY, fetcher.get, HuggingFaceSource())
        finally:
            fetcher.close()


def test_pages_are_asked_for_over_the_wire_until_one_is_short() -> None:
    def answer(request: Request) -> Response:
        start, limit = int(request.query["p"]) * 100, int(request.query["limit"])
        assert (request.path, request.query["date"]) == ("/api/daily_papers", "2025-11-17")
        return Response(200, json.dumps([_row(n) for n in range(120)][start : start + limit]).encode())

    assert len(_over_the_wire(answer).papers) == 120


def test_a_day_that_the_service_refuses_is_a_failed_fetch() -> None:
    refusal = Response(400, b'{"error":"date must not be in the future"}')

    with pytest.raises(NotThere) as caught:
        _over_the_wire(lambda _: refusal)

    assert isinstance(caught.value, FetchError)
    assert "date must not be in the future" in str(caught.value)


def test_unreadable_records_are_counted_and_a_few_of_them_reported() -> None:
    listing = _list([_row(1), *range(60)])
    assert len(listing.papers) == 1
    assert listing.problems == (
        *(f"a record could not be read: no id or no title in {number}" for number in range(3)),
        "57 more records could not be read",
    )


def test_a_page_with_more_records_than_asked_for_is_no_list() -> None:
    with pytest.raises(Unavailable, match=r"1,000 records on a page, 100 were requested"):
        _list([1] * 1000)


def test_a_record_nested_as_deeply_as_json_can_be_is_one_unreadable_record() -> None:
    deep = json.loads("[" * 900 + "]" * 900)
    assert len(_list([_row(1), deep]).problems) == 1


def test_a_day_before_the_first_list_is_refused_before_anybody_is_asked() -> None:
    def never(service: str, path: str) -> Fetched:
        raise AssertionError(path)

    with pytest.raises(Refused, match="there are no daily papers before 2023-05-04, 1999-01-01 was asked for"):
        huggingface.list_day(date(1999, 1, 1), never, HuggingFaceSource())
