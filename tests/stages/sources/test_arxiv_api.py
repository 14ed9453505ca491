"""arXiv's Atom API: what it says, what it does not say, and the many faces of "wait"."""

from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from digest.adapters.http import Fetcher
from digest.commands.demo.server import Response, serve
from digest.config import FetchConfig, PaceConfig, ServicesConfig
from digest.errors import FetchError, NotThere, Unavailable
from digest.model import ArxivId, Fetched, Listing, Paper
from digest.stages.sources import arxiv_api, enrich, list_named

DAY = date(2025, 11, 17)
NOW = datetime(2025, 11, 18, tzinfo=UTC)


def _entry(number: str, comment: str = "", abstract: str = "An abstract.", title: str = "A title") -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/{number}</id><title>{escape(title)}</title>"
        "<updated>2025-11-13T00:00:00Z</updated><published>2025-11-12T09:00:00Z</published>"
        f"<summary>{escape(abstract)}</summary><author><name>:</name></author><author><name>Ada\n Byron</name></author>"
        f'<category term="cs.LG"/><category term="cs.CL"/><arxiv:primary_category term="cs.CL"/>'
        + (f"<arxiv:comment>{escape(comment)}</arxiv:comment>" if comment else "")
        + "</entry>"
    )


def _feed(*entries: str, total: int | None = None) -> bytes:
    count = len(entries) if total is None else total
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"<opensearch:totalResults>{count}</opensearch:totalResults>{''.join(entries)}</feed>"
    ).encode()


class Api:
    """An API that knows all papers but `unknown`, lists `day`, and fails at the calls in `down`."""

    def __init__(self, *, unknown: tuple[str, ...] = (), day: int = 0, down: tuple[int, ...] = ()) -> None:
        self._unknown, self._day, self._down = unknown, day, down
        self.queries: list[dict[str, str]] = []

    def __call__(self, service: str, path: str) -> Fetched:
        parts = urlsplit(path)
        assert (service, parts.path) == ("arxiv_api", "/api/query")
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.queries.append(query)
        if len(self.queries) in self._down:
            raise Unavailable("arxiv_api /api/query: answered 503, tried 4 times")
        if "id_list" in query:
            ids = [number for number in query["id_list"].split(",") if number not in self._unknown]
            found = [_entry(number if "v" in number else f"{number}v3") for number in ids]
            return Fetched("", "", _feed(*found[: int(query["max_results"])]))
        start = int(query["start"])
        rows = [_entry(f"2511.{n:05}v1") for n in range(start, min(self._day, start + int(query["max_results"])))]
        return Fetched("", "", _feed(*rows, total=self._day))


def _papers(count: int) -> tuple[Paper, ...]:
    return tuple(Paper(id=ArxivId(f"2511.{n:05}"), title=f"T{n}", upvotes=n) for n in range(count))


def _meaning(body: bytes) -> list[str] | str:
    """What a body says: the ids of its papers, or which error it is."""
    try:
        return [paper.id for paper in arxiv_api.parse(body)]
    except FetchError as error:
        return str(error)


def test_every_recorded_answer_means_what_it_was_recorded_for(data: Path) -> None:
    bodies = {path.name: path.read_bytes() for path in (data / "arxiv_atom").iterdir() if path.suffix != ".json"}
    meanings = {name: _meaning(body) for name, body in bodies.items()}

    assert len(bodies) == 27
    assert {name: said for name, said in meanings.items() if isinstance(said, str)} == {
        "arxivpy_id_abc_s0_m100_b79c8dcf6bc3.xml": "arxiv_api: rejected the query: incorrect id format for abc",
        "kdense_arxiv_error.xml": "arxiv_api: rejected the query: incorrect id format for start",
        "kdense_arxiv_rate_limited.txt": "arxiv_api: expected an Atom feed, got 'Rate exceeded.'",
        "manual_error_1234.12345.xml": "arxiv_api: rejected the query: incorrect id format for 1234.12345",
    }
    assert {name: said for name, said in meanings.items() if "_q_" not in name and isinstance(said, list)} == {
        "arxivpy_id_0000.0000_s0_m100_8b51d9633a68.xml": [],
        "arxivpy_id_0808.05394_1707.08567_s0_m100_42e5aa0ec3af.xml": ["1707.08567"],
        "arxivpy_id_0808.05394_s0_m100_7b0c7d0a7cdd.xml": [],
        "arxivpy_id_1605.08386_s0_m100_199195aa31ad.xml": ["1605.08386"],
        "arxivpy_id_1707.08567_s0_m100_6a1afebfc6a3.xml": ["1707.08567"],
        "arxivpy_id_2104.12255v1_s0_m100_6ae69987ffe1.xml": ["2104.12255"],
        "arxivpy_id_astro-ph_0601001_s0_m100_3150dca9dc76.xml": ["astro-ph/0601001"],
        "arxivpy_id_quant-ph_0201082v1_s0_m100_86989fe779ef.xml": ["quant-ph/0201082"],
        "kdense_arxiv_empty.xml": [],
        "kdense_arxiv_feed.xml": ["1706.03762"],
        "kdense_arxiv_rewritten_query.xml": [],
        "manual_hep-ex_0307015.xml": ["hep-ex/0307015"],
    }
    for name, said in meanings.items():
        if "_q_" in name:
            assert len(said) == len(set(said)) == bodies[name].count(b"<entry>") == _asked_for(name)


def _asked_for(name: str) -> int:
    """Return the page size in the name of a recorded search, such as `…_s10_m15_….xml`."""
    return int(name.rpartition("_m")[2].partition("_")[0])


def test_all_parts_of_a_recorded_paper_are_read(data: Path) -> None:
    body = (data / "arxiv_atom" / "arxivpy_id_1605.08386_s0_m100_199195aa31ad.xml").read_bytes()

    (paper,) = arxiv_api.parse(body)

    moment = datetime(2016, 5, 26, 17, 59, 46, tzinfo=UTC)
    assert paper == Paper(
        id=ArxivId("1605.08386"),
        title="Heat-bath random walks with Markov bases",
        abstract=paper.abstract,
        authors=("Caprice Stanley", "Tobias Windisch"),
        submitted=moment,
        updated=moment,
        categories=("math.CO", "math.ST"),
        comment="20 pages, 3 figures",
        version=1,
    )
    assert paper.abstract.startswith("Graphs on lattice points are studied whose edges")


def test_odd_names_hard_breaks_and_the_primary_category_first() -> None:
    (paper,) = arxiv_api.parse(_feed(_entry("2511.09146v2", title="A\n  b & <c>", abstract=" x\n y ")))

    assert (paper.title, paper.abstract) == ("A b & <c>", "x y")
    assert (paper.authors, paper.categories, paper.version) == (("Ada Byron",), ("cs.CL", "cs.LG"), 2)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "arxiv_api: expected an Atom feed, got ''"),
        (b"Rate exceeded.", "arxiv_api: expected an Atom feed, got 'Rate exceeded.'"),
        (b"<html><body>Sorry</body></html>", "arxiv_api: expected an Atom feed, got '<html><body>Sorry</body></html>'"),
        (_feed(_entry("2511.09146v1")).replace(b"2025-11-12T", b"someday"), "arxiv_api: the Atom feed cannot be read"),
    ],
)
def test_an_answer_that_is_no_list_of_papers_is_a_failure(body: bytes, complaint: str) -> None:
    with pytest.raises(Unavailable) as caught:
        arxiv_api.parse(body)

    assert str(caught.value).startswith(complaint)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE feed [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE feed SYSTEM "http://127.0.0.1:9/feed.dtd">',
    ],
)
def test_a_feed_that_defines_its_own_entities_is_refused(doctype: str) -> None:
    body = _feed(_entry("2511.09146v1", title="TITLE")).replace(b"TITLE", b"A &b; title")

    with pytest.raises(Unavailable, match="the Atom feed cannot be read: it has a document type"):
        arxiv_api.parse(body.replace(b"<feed", f"{doctype}<feed".encode(), 1))


def test_characters_that_no_text_holds_cost_no_paper() -> None:
    body = _feed(_entry("2511.09146v1", title="TITLE"))

    (paper,) = arxiv_api.parse(body.replace(b"TITLE", b"A\x0c &amp; B\x00 \xff &#x1;&#8; &#xFFFF; &#65; &#xe9;"))

    assert paper.title == "A & B \ufffd A é"


@pytest.mark.parametrize("end", [-1, -8, -200, 300])
def test_a_feed_that_breaks_off_is_a_failure_and_no_short_list(end: int) -> None:
    body = _feed(*[_entry(f"2511.{number:05}v1") for number in range(3)])

    with pytest.raises(Unavailable, match="the Atom feed cannot be read"):
        arxiv_api.parse(body[:end])


def test_entries_that_are_no_papers_are_left_out() -> None:
    entries = (_entry("elsewhere/x"), _entry("2511.00001v1", title=" "), _entry("2511.00002v1"))

    assert [paper.id for paper in arxiv_api.parse(_feed(*entries))] == ["2511.00002"]


@pytest.mark.parametrize(
    ("comment", "abstract"),
    [
        ("Withdrawn", ""),
        ("withdrawn.", ""),
        ("Withdrawn due to an error in Lemma 2", ""),
        ("This paper has been withdrawn", ""),
        ("Paper withdrawn by the authors", ""),
        ("The paper is withdrawn because of a crucial error", ""),
        ("12 pages. This submission has been withdrawn by arXiv administrators", ""),
        ("8 pages; withdrawn by the author", ""),
        ("This article was withdrawn pending review", ""),
        ("This version has been temporarily withdrawn", ""),
        ("", "This paper has been withdrawn by the author due to a crucial sign error in equation 1."),
        ("", "We prove a lemma. This manuscript has been withdrawn."),
        ("", "This submission is withdrawn."),
    ],
)
def test_a_withdrawn_paper_says_so(comment: str, abstract: str) -> None:
    (paper,) = arxiv_api.parse(_feed(_entry("2511.00001v2", comment, abstract)))

    assert paper.withdrawn


@pytest.mark.parametrize(
    ("comment", "abstract"),
    [
        ("12 pages, accepted at NeurIPS", "We study money withdrawn from bank accounts."),
        ("Supersedes the withdrawn paper arXiv:2501.00001", ""),
        ("Replaces a submission withdrawn by another group", ""),
        ("Withdrawn paper 2501.00001 is replaced by this one", ""),
        ("Extended version of a withdrawn ICML submission", ""),
        ("", "Samples withdrawn by the sampler from the pool are withdrawn because of noise."),
        ("", "Consent may be withdrawn by users. Data withdrawn due to requests is unlearned."),
        ("", "Machine unlearning: when this work considers withdrawn consent, ..."),
        ("", "Withdrawn drugs are predicted from molecular graphs."),
        ("", "A withdrawal symptom corpus. The paper with drawn figures."),
    ],
)
def test_a_paper_that_speaks_of_something_withdrawn_is_not(comment: str, abstract: str) -> None:
    (paper,) = arxiv_api.parse(_feed(_entry("2511.00001v2", comment, abstract)))

    assert not paper.withdrawn


def test_no_recorded_paper_is_taken_for_withdrawn(data: Path) -> None:
    for path in sorted((data / "arxiv_atom").glob("arxivpy_q_*.xml")):
        for paper in arxiv_api.parse(path.read_bytes()):
            said = f"{paper.comment} {paper.abstract[:300]}"
            assert not paper.withdrawn or "withdrawn" in said.lower(), said


def test_a_listing_learns_what_only_arxiv_knows_and_keeps_what_it_had() -> None:
    paper = Paper(id=ArxivId("2511.00001"), title="Our title", abstract="Ours.", upvotes=3)

    listing = enrich((paper,), Api())

    assert listing == Listing(
        papers=(
            Paper(
                id=ArxivId("2511.00001"),
                title="Our title",
                abstract="Ours.",
                authors=("Ada Byron",),
                submitted=datetime(2025, 11, 12, 9, tzinfo=UTC),
                updated=datetime(2025, 11, 13, tzinfo=UTC),
                upvotes=3,
                categories=("cs.CL", "cs.LG"),
                version=3,
            ),
        )
    )


def test_all_papers_are_asked_for_at_once_a_hundred_to_a_call() -> None:
    api = Api()

    listing = enrich(_papers(250), api)

    assert [len(query["id_list"].split(",")) for query in api.queries] == [100, 100, 50]
    assert [query["max_results"] for query in api.queries] == ["100", "100", "50"]
    assert all(paper.version == 3 for paper in listing.papers)
    assert listing.problems == ()


def test_papers_that_arxiv_says_nothing_of_stay_as_they_are() -> None:
    papers = _papers(3)

    listing = enrich(papers, Api(unknown=("2511.00001",)))

    assert listing.papers[1] == papers[1]
    assert listing.problems == ("the arXiv API has no record of 2511.00001",)


def test_the_day_goes_on_while_arxiv_is_down() -> None:
    papers = _papers(150)

    listing = enrich(papers, Api(down=(2,)))

    assert [paper.version for paper in listing.papers] == [3] * 100 + [None] * 50
    assert listing.papers[100:] == papers[100:]
    assert listing.problems == ("continuing without the arXiv API: arxiv_api /api/query: answered 503, tried 4 times",)


def test_nothing_is_asked_for_no_papers() -> None:
    api = Api()

    assert (enrich((), api), api.queries) == (Listing(), [])


def test_named_papers_come_in_the_order_they_were_named() -> None:
    api = Api(unknown=("2501.99999",))
    ids = ("2511.00002", "2501.99999", "astro-ph/0601001", "2511.00001v1", "2511.00002")

    listing = list_named(tuple(ArxivId.parse(raw) for raw in ids), api)

    assert [(paper.id, paper.version) for paper in listing.papers] == [
        ("2511.00002", 3), ("astro-ph/0601001", 3), ("2511.00001", 1),
    ]  # fmt: skip
    assert listing.problems == ("not found on arXiv: 2501.99999",)
    assert api.queries[0]["id_list"] == "2511.00002,2501.99999,astro-ph/0601001,2511.00001v1"


def test_naming_papers_while_arxiv_is_down_is_an_error() -> None:
    with pytest.raises(Unavailable):
        list_named((ArxivId("2511.00001"),), Api(down=(1,)))


@pytest.mark.parametrize("status", [406, 429, 503, 200, None])
def test_every_face_of_throttling_over_the_wire_lets_the_day_go_on(status: int | None) -> None:
    body = b"" if status == 200 else b"Rate exceeded."
    papers = _papers(1)

    with serve(lambda _: Response(status, body, "text/plain")) as url:
        fetcher = Fetcher(
            ServicesConfig(arxiv_api=url),
            PaceConfig(arxiv_api=0),
            FetchConfig(attempts=2, max_wait=0.01),
            now=lambda: NOW,
        )
        listing = enrich(papers, fetcher.get)
        fetcher.close()

    assert listing.papers == papers
    assert len(listing.problems) == 1
    assert listing.problems[0].endswith("tried 2 times")


def test_a_malformed_question_is_refused_with_status_400(data: Path) -> None:
    body = (data / "arxiv_atom" / "arxivpy_id_abc_s0_m100_b79c8dcf6bc3.xml").read_bytes()

    with serve(lambda _: Response(400, body, "application/atom+xml")) as url:
        fetcher = Fetcher(
            ServicesConfig(arxiv_api=url), PaceConfig(arxiv_api=0), FetchConfig(attempts=1), now=lambda: NOW
        )
        with pytest.raises(NotThere, match="answered 400"):
            list_named((ArxivId("2511.00001"),), fetcher.get)
        fetcher.close()


def test_an_answer_with_more_entries_than_asked_for_is_no_list() -> None:
    with pytest.raises(Unavailable, match="200 entries in a response, 100 were requested"):
        arxiv_api.read(_feed(*[_entry("2511.00001")] * 200))
