"""Feeds of every format as papers; whatever comes in place of one is an error, and no address of it is trusted."""

from datetime import UTC, datetime

import pytest

from digest.config import RssSource
from digest.errors import Unavailable
from digest.model import Fetched, Listing, Paper, PaperId
from digest.stages.sources import rss
from tests.played import DAY, feed, item

URL = "https://example.org/feed.xml"


def _list(body: str | bytes, **settings: object) -> Listing:
    raw = body if isinstance(body, bytes) else body.encode()
    return rss.list_day(DAY, lambda *_: Fetched(URL, "", raw), RssSource(use="rss", url=URL, **settings))


def test_an_item_is_a_paper_with_what_the_feed_says() -> None:
    more = (
        "<description>&lt;p&gt;We study &amp;amp; test&lt;/p&gt;</description><dc:creator>Ada Kim</dc:creator>"
        "<dc:creator>Bo Lee</dc:creator><category>caches</category><prism:doi>10.1038/S1</prism:doi>"
        '<enclosure url="https://example.org/p.pdf" type="application/pdf" length="9"/>'
    )

    listing = _list(feed(item("A &amp; B", "https://example.org/a", more)))

    assert listing == Listing(
        papers=(
            Paper(
                id=PaperId.parse("doi:10.1038/s1"),
                title="A & B",
                abstract="We study & test",
                authors=("Ada Kim", "Bo Lee"),
                submitted=datetime(2025, 11, 16, 23, tzinfo=UTC),
                pdf="https://example.org/p.pdf",
                keywords=("caches",),
            ),
        )
    )


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><id>urn:1</id>'
            '<link href="https://example.org/t"/><published>2025-11-17T01:00:00Z</published></entry></feed>',
            ["https://example.org/t"],
        ),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="https://n.org/1"><title>T</title>'
            "<link>https://n.org/1</link><dc:identifier>doi:10.1038/x1</dc:identifier><dc:date>2025-11-17</dc:date>"
            "</item></rdf:RDF>",
            ["doi:10.1038/x1"],
        ),
        (feed(item("T", "https://arxiv.org/abs/2511.00001v2")), ["2511.00001"]),
        (feed(item("T", "https://www.biorxiv.org/content/10.1101/2025.11.17.000001v1?rss=1")), None),
        (feed("<item><title>T</title><guid>https://example.org/g</guid></item>"), ["https://example.org/g"]),
    ],
)
def test_every_format_and_kind_of_id_is_read(body: str, ids: list[str] | None) -> None:
    listing = _list(body)

    assert len(listing.papers) == 1
    assert ids is None or [paper.id for paper in listing.papers] == ids


def test_items_belong_to_the_days_before_and_those_without_a_date_to_any() -> None:
    dates = [
        "Mon, 17 Nov 2025 12:00:00 GMT",
        "2025-11-11T00:00:00Z",
        "2025-11-10",
        "Tue, 18 Nov 2025 00:00:00 GMT",
        "soon",
    ]
    body = feed(
        "".join(item(f"T{number}", f"https://example.org/{number}", when=when) for number, when in enumerate(dates))
    )

    assert [paper.title for paper in _list(body).papers] == ["T0", "T1", "T4"]
    assert [paper.title for paper in _list(body, days=1).papers] == ["T0", "T4"]


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("/post/1", "https://example.org/post/1"),
        ("post/1", "https://example.org/post/1"),
        ("//other.org/1", "https://other.org/1"),
        ("?p=1", "https://example.org/feed.xml?p=1"),
        ("javascript:alert(1)", None),
        ("https://[broken", None),
    ],
)
def test_links_may_be_relative_to_the_feed(link: str, leads_to: str | None) -> None:
    assert [paper.id for paper in _list(feed(item("A Relative Paper", link))).papers] == [leads_to][: bool(leads_to)]


def test_links_may_be_relative_to_what_an_atom_feed_says() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://lab.org/blog/"><entry xml:base="2025/">'
        '<title>An Entry</title><link href="a"/><link rel="enclosure" href="a.pdf"/></entry></feed>'
    )

    (paper,) = _list(body).papers

    assert (paper.id, paper.pdf) == ("https://lab.org/blog/2025/a", "https://lab.org/blog/2025/a.pdf")


@pytest.mark.parametrize("base", ["https://[broken/", "javascript:alert(1)//", "", "mailto:a@b"])
def test_a_feed_with_a_base_that_is_none_costs_nothing_else(base: str) -> None:
    body = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{base}"><entry xml:base="https://[x">'
        '<title>Absolute</title><link href="https://example.org/a"/></entry>'
        '<entry><title>Relative</title><link href="b"/></entry></feed>'
    )

    listing = _list(body)

    assert listing.papers[0].id == "https://example.org/a"
    assert len(listing.papers) + len(listing.unread) == 2


def test_a_title_without_end_is_cut() -> None:
    (paper,) = _list(feed(item("A" * 100_000, "https://example.org/a"))).papers

    assert len(paper.title) == 1000


def test_new_versions_that_a_feed_of_arxiv_announces_are_left_out() -> None:
    kinds = ("new", "cross", "replace", "replace-cross")
    rows = "".join(
        item(f"Paper {kind}", f"https://arxiv.org/abs/2511.0000{number}", f"<announce_type>{kind}</announce_type>")
        for number, kind in enumerate(kinds)
    )

    assert [paper.title for paper in _list(feed(rows)).papers] == ["Paper new", "Paper cross"]


def test_pages_are_read_only_where_the_settings_say_that_they_are_open() -> None:
    body = feed(item("T", "https://example.org/a"))

    assert [_list(body, open_pages=said).papers[0].html for said in (False, True)] == [None, "https://example.org/a"]


def test_records_that_are_no_papers_are_named() -> None:
    listing = _list(feed(item("", "https://example.org/a") + "<item><title>No link</title></item>"), name="Lab")

    assert listing == Listing(
        problems=(
            "Lab: a record could not be read: untitled: no title",
            "Lab: a record could not be read: No link: no link, DOI or arXiv ID",
        ),
        unread=("untitled: no title", "No link: no link, DOI or arXiv ID"),
    )


def test_a_feed_without_items_is_an_answer() -> None:
    assert _list(feed("")) == Listing()


@pytest.mark.parametrize("encoding", ["euc-kr", "utf-16", "utf-8"])
def test_a_feed_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    body = feed(item("한국어 논문의 제목", "https://example.org/a")).replace('"UTF-8"', f'"{encoding}"')

    assert _list(body.encode(encoding)).papers[0].title == "한국어 논문의 제목"


def test_names_of_characters_that_only_html_has_are_read() -> None:
    assert (
        _list(feed("<item><title>A&nbsp;B &eacute; &lt;c</title><link>https://e.org/1</link></item>"))
        .papers[0]
        .title.startswith("A B é")
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Too many requests",
        "<html><body>Sign in</body></html>",
        "<rss><channel><item>",
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><item><title>&b;</title></item></rss>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item><title>&x;</title></item></rss>',
    ],
)
def test_what_is_no_feed_is_an_error_and_entities_are_none_of_ours(body: str) -> None:
    with pytest.raises(Unavailable):
        _list(body)


def test_a_hostile_feed_takes_no_time(patience: None) -> None:
    nasty = "<![CDATA[" + "<script>" * 50_000 + "&#x41;" * 50_000 + "<a" * 50_000 + "]]>"

    _list(feed(item("T", "https://example.org/a", f"<description>{nasty}</description>")))
