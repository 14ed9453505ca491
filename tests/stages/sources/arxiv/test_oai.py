"""arXiv's OAI-PMH: what is asked, what its records say, and what is no list."""

from datetime import UTC, date, datetime

import pytest

from digest.errors import FetchError, Unavailable
from digest.model import ArxivId, Paper
from digest.stages.sources.arxiv import oai
from digest.stages.sources.arxiv.accents import letters
from digest.stages.sources.arxiv.oai import ArxivRecord, ExpiredToken, RecordPage

_OAI = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>2026-09-15T04:19:47Z</responseDate>{}</OAI-PMH>"
)
_RAW = """<record><header><identifier>oai:arXiv.org:ID</identifier><datestamp>2026-09-15</datestamp>
<setSpec>cs:cs:CL</setSpec></header><metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>ID</id>
<submitter>Ada Byron</submitter>
<version version="v1"><date>Fri, 11 Sep 2026 18:00:01 GMT</date><size>9kb</size><source_type>D</source_type></version>
<version version="v2"><date>Mon, 14 Sep 2026 09:30:00 GMT</date><size>9kb</size></version>
<title>Schr\\"odinger's
  Bridges &amp; $\\alpha$</title><authors>A. Byron (MIT (CSAIL), UK), C. Bal\\'azs Jr., and G. M\\"{u}ller</authors>
<categories>cs.LG cs.CL stat.ML</categories><comments>12 pages</comments>
<abstract>  We
bridge. </abstract></arXivRaw></metadata></record>"""
_DELETED = (
    '<record><header status="deleted"><identifier>oai:arXiv.org:2609.00002</identifier>'
    "<datestamp>2026-09-14</datestamp></header></record>"
)


def _raw(paper_id: str) -> str:
    return _RAW.replace("ID<", f"{paper_id}<")


def _list(*records: str, token: str = "") -> bytes:
    rows = "".join(records)
    return _OAI.format(f"<ListRecords>{rows}<resumptionToken>{token}</resumptionToken></ListRecords>").encode()


def test_a_page_has_papers_deletions_the_way_to_the_next_page_and_the_services_day() -> None:
    page = oai.read(_list(_raw("2609.00001"), _DELETED, token=" a|b=c "))

    paper = Paper(
        id=ArxivId("2609.00001"),
        title="Schrödinger's Bridges & $\\alpha$",
        abstract="We bridge.",
        authors=("A. Byron", "C. Balázs Jr.", "G. Müller"),
        submitted=datetime(2026, 9, 11, 18, 0, 1, tzinfo=UTC),
        updated=datetime(2026, 9, 14, 9, 30, tzinfo=UTC),
        categories=("cs.LG", "cs.CL", "stat.ML"),
        comment="12 pages",
        version=2,
    )
    assert page == RecordPage(
        responded=date(2026, 9, 15),
        records=(
            ArxivRecord(ArxivId("2609.00001"), date(2026, 9, 15), paper),
            ArxivRecord(ArxivId("2609.00002"), date(2026, 9, 14), None),
        ),
        token="a|b=c",
    )


def test_a_record_that_is_no_paper_costs_no_other() -> None:
    broken = _raw("2609.00003").replace("Fri, 11 Sep 2026 18:00:01 GMT", "someday")
    nameless = _raw("not an id")

    page = oai.read(_list(broken, nameless, _raw("astro-ph/0601001")))

    assert [record.id for record in page.records] == ["astro-ph/0601001"]
    assert page.unread == 2


def test_no_records_are_an_empty_page() -> None:
    body = _OAI.format('<error code="noRecordsMatch">none</error>').encode()

    assert oai.read(body) == RecordPage(responded=date(2026, 9, 15))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"Rate exceeded.", Unavailable),
        (b"", Unavailable),
        (b"<html><body>Sorry</body></html>", Unavailable),
        (_OAI.format("")[:60].encode(), Unavailable),
        (_OAI.format("").replace("2026-09-15T", "someday").encode(), Unavailable),
        (_list(_raw("2609.00001"))[:900], Unavailable),
        (_OAI.format('<error code="badResumptionToken">expired</error>').encode(), ExpiredToken),
        (_OAI.format('<error code="badArgument">no set cs:cs:XX</error>').encode(), FetchError),
    ],
)
def test_what_is_no_list_is_an_error_and_no_empty_list(body: bytes, error: type[FetchError]) -> None:
    with pytest.raises(error) as raised:
        oai.read(body)

    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("cs.CL", "cs:cs:CL"),
        ("cs", "cs"),
        ("q-bio.NC", "q-bio:q-bio:NC"),
        ("hep-th", "physics:hep-th"),
        ("astro-ph.CO", "physics:astro-ph:CO"),
        ("physics.optics", "physics:physics:optics"),
        ("physics", "physics"),
    ],
)
def test_categories_and_archives_are_asked_for_by_the_names_of_their_sets(category: str, name: str) -> None:
    assert oai.path(category, date(2026, 9, 1), date(2026, 9, 7)) == (
        f"/oai?verb=ListRecords&metadataPrefix=arXivRaw&from=2026-09-01&until=2026-09-07&set={name}"
    )


def test_all_of_arxiv_has_no_set() -> None:
    assert oai.path(oai.ALL, date(2026, 9, 1)) == "/oai?verb=ListRecords&metadataPrefix=arXivRaw&from=2026-09-01"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (r"Erd\H{o}s and \v{S}t\'{\i}n", "Erdős and Štín"),
        (r"{\O}re, {\'E}mile, \c{C}elik, \'Alvarez", "Øre, Émile, Çelik, Álvarez"),
        (r"Stra\ss{}e, \L ukasz, Pe\~na", "Straße, Łukasz, Peña"),
        (r"$\alpha$ and \textbf{x}, \cite{c}, \over", r"$\alpha$ and \textbf{x}, \cite{c}, \over"),
    ],
)
def test_accents_become_letters_and_formulas_stay(raw: str, expected: str) -> None:
    assert letters(raw) == expected
