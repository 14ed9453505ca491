"""Papers by name: each kind of id is asked where it is known, and what nobody knows is named."""

import pytest

from digest.commands.demo.papers import bundled
from digest.commands.demo.pdf import pdf
from digest.errors import Unavailable
from digest.model import Fetched, Listing, Paper, PaperId
from digest.stages.sources import list_named
from tests.played import note, notes, preprint, preprints

PAGE = b"""<html><head><title>A Blog</title><meta name="citation_title" content="Caches &amp; Us">
<meta name="citation_author" content="Ada Kim"><meta property="og:title" content="Other"></head>"""
REPORT, POST = "https://example.org/a_report.pdf", "https://example.org/post"
NO_POSTS = b'{"messages":[{"status":"no posts found"}],"collection":[]}'
ANSWERS = {
    ("openreview_api", "/notes?id=AbCdEf1234"): notes(note()),
    ("openreview_api", "/notes?id=Nobody1234"): notes(),
    ("biorxiv_api", "/details/biorxiv/10.1101/2025.11.17.000001/na/json"): NO_POSTS,
    ("biorxiv_api", "/details/medrxiv/10.1101/2025.11.17.000001/na/json"): preprints(
        preprint(), preprint(version="2", title="Folding, revised")
    ),
    ("biorxiv_api", "/details/biorxiv/10.1101/none/na/json"): NO_POSTS,
    ("biorxiv_api", "/details/medrxiv/10.1101/none/na/json"): NO_POSTS,
    ("web", REPORT): pdf(bundled()[0]),
    ("web", "https://example.org/login.pdf"): b"<html>Sign in",
    ("web", POST): PAGE,
    ("web", "https://example.org/nothing"): b"<html>",
}


def _named(*raw: str, known: dict[PaperId, Paper] | None = None) -> Listing:
    ids = tuple(PaperId.pasted(one) for one in raw)
    return list_named(ids, lambda service, path: Fetched(path, "", ANSWERS[service, path]), known or {})


def test_each_kind_of_id_is_asked_where_it_is_known() -> None:
    listing = _named("https://openreview.net/forum?id=AbCdEf1234", "10.1101/2025.11.17.000001", REPORT, POST)

    assert [(one.id, one.title, one.authors, one.html, one.pdf) for one in listing.papers] == [
        (
            "openreview:AbCdEf1234", "Reviews of a Paper on Reviewing Papers", ("Rae Viewer",), None,
            "https://openreview.net/pdf?id=AbCdEf1234",
        ),
        (
            "doi:10.1101/2025.11.17.000001", "Folding, revised", ("A. B. Kim", "J. Doe"),
            "https://www.medrxiv.org/content/10.1101/2025.11.17.000001v2.full",
            "https://www.medrxiv.org/content/10.1101/2025.11.17.000001v2.full.pdf",
        ),
        (REPORT, "a report", (), None, REPORT),
        (POST, "Caches & Us", ("Ada Kim",), POST, None),
    ]  # fmt: skip
    assert listing.problems == ()


def test_what_is_known_already_is_not_asked_for() -> None:
    one = Paper(id=PaperId.parse("doi:10.1038/x"), title="A Paper of a Feed")

    assert _named("10.1038/x", known={one.id: one}) == Listing(papers=(one,))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("10.1038/x", "no source and no earlier list has it"),
        ("10.1101/none", "neither bioRxiv nor medRxiv has it"),
        ("openreview:Nobody1234", "OpenReview shows no such paper"),
        ("file:0123456789abcdef", "no source and no earlier list has it"),
        ("https://example.org/login.pdf", "the address leads to no PDF"),
        ("https://example.org/nothing", "the page has no title"),
    ],
)
def test_what_nobody_knows_is_named(raw: str, why: str) -> None:
    assert _named(raw) == Listing(problems=(f"not found: {PaperId.pasted(raw)}: {why}",))


def test_a_service_that_does_not_answer_is_an_error_and_no_unknown_paper() -> None:
    def down(service: str, path: str) -> Fetched:
        raise Unavailable(f"{service} {path}: answered 503")

    with pytest.raises(Unavailable):
        list_named((PaperId.parse("openreview:AbCdEf1234"),), down)


def test_a_hostile_page_takes_no_time(patience: None) -> None:
    body = b"<meta name=citation_title content=" * 60_000 + b"<title " * 60_000

    listing = list_named((PaperId.parse(POST),), lambda *_: Fetched(POST, "", body))

    assert listing.papers == ()
