"""Whatever comes over the network: a document or a FetchError, in time that grows with its size."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import FulltextConfig
from digest.errors import FetchError
from digest.model import ArxivId, Document, Fetched, Paper
from digest.stages.fulltext import hf_markdown, html, pdf
from digest.stages.fulltext.pdf import blocks
from digest.stages.fulltext.pdf.lines import Line

PAPER = Paper(id=ArxivId("2511.00001"), title="", version=1)
PIECES = st.sampled_from(
    """<article class="ltx_document"> </article> <h2 class="ltx_title ltx_title_section"> </h2> <p> </p> <table> <tr>
    <td colspan=3> <td rowspan=2> </td> </tr> </table> <figure class="ltx_figure"> <figcaption> </figcaption> </figure>
    <math alttext="x"> </math> <b> </b> <sup> </sup> <span class="ltx_tabular"> <span class="ltx_td"> </span> <br> <svg>
    <table class="ltx_equation"> <div class="ltx_note"> </div>
    Limitations. References 28.4 words <base href="//["> <!--
    <a href=' <img src="http://[x"> |
    --- # ** __ ``` [a](b ![ Table 1: <p style="color:#ff"> <p style="color:rgb(.,1,1)">
    """.split()  # noqa: SIM905 - readable
)
SOUP = st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=60).map(" ".join)


def read(parse: Callable[[Fetched], Document], body: bytes) -> None:
    try:
        document = parse(Fetched("https://arxiv.org/x", "text/plain", body))
    except FetchError:
        return
    assert document.sections


@given(st.one_of(st.binary(max_size=400), SOUP.map(str.encode)))
def test_any_bytes_are_a_page_or_a_fetch_error(body: bytes) -> None:
    read(lambda fetched: html.parse(PAPER, fetched), body)
    read(
        lambda fetched: html.parse(PAPER, fetched),
        b'<article class="ltx_document">' + body + b"<p>" + b"word " * 500,
    )


@given(st.one_of(st.binary(max_size=400), SOUP.map(str.encode)))
def test_any_bytes_are_markdown_or_a_fetch_error(body: bytes) -> None:
    read(lambda fetched: hf_markdown.parse(PAPER, fetched), body)
    read(lambda fetched: hf_markdown.parse(PAPER, fetched), body + b"\n# A\n\n" + b"word " * 500)


@settings(max_examples=15)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_pdf_or_a_fetch_error(body: bytes) -> None:
    read(lambda fetched: pdf.parse(PAPER, fetched, FulltextConfig()), b"%PDF-1.4\n" + body)


LINES = st.builds(
    Line,
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            ["1 Introduction", "Table 1: A", "a\tb\t1", "\x0e2\x0f", "\x0e", "x\x02y", "A B", "Abstract", "2.1\tB"]
        ),
    ),
    *[st.floats(-1e6, 1e6)] * 3,
    st.sampled_from([0.0, 7.0, 10.0, 12.0, -3.0]),
    st.integers(0, 40),
)


@given(st.lists(st.lists(LINES, max_size=12), max_size=4))
def test_any_lines_of_a_pdf_make_blocks(pages: list[list[Line]]) -> None:
    assert isinstance(blocks.blocks(pages), list)


ARTICLE = b'<article class="ltx_document"><p>'


@pytest.mark.parametrize(
    "body",
    [
        ARTICLE + b"word " * 1_000_000,
        ARTICLE + b"<b> </b>" * 150_000,
        ARTICLE + b"<br>" * 200_000,
        ARTICLE + b"x" + b"<sup>1</sup>" * 100_000,
        ARTICLE + b'<math alttext="' + b"1" * 1_000_000 + b'a"></math>',
        ARTICLE + b'<span style="' + b"color:" * 200_000 + b'">x',
        b"<" * 3_000_000,
        b"\x00\xff" * 1_000_000,
        ARTICLE + (b"<table><tr>" + b"<td colspan=99 rowspan=99>abc</td>" * 2 + b"<tr></tr>" * 99 + b"</table>") * 200,
    ],
)
@pytest.mark.usefixtures("patience")
def test_a_large_page_takes_no_longer_than_its_size(body: bytes) -> None:
    read(lambda fetched: html.parse(PAPER, fetched), body)


@pytest.mark.parametrize(
    "piece", ["![", "[a](", "<p white", "__a ", "**a", "|-", "-", "<!--", "*a", "[^", "# ", "`", "a\n", "((("]
)
@pytest.mark.usefixtures("patience")
def test_a_large_markdown_takes_no_longer_than_its_size(piece: str) -> None:
    read(lambda fetched: hf_markdown.parse(PAPER, fetched), (piece * (400_000 // len(piece))).encode())


@pytest.mark.usefixtures("patience")
def test_a_pdf_of_a_hundred_thousand_lines_is_read_to_its_end() -> None:
    line = Line("running text that never ends", 72, 400, 700, 10, 0)

    found = blocks.blocks([[line] * 50_000, [Line("a\tb", 72, 400, 700, 10, 0)] * 50_000])

    assert len(found) == 1
