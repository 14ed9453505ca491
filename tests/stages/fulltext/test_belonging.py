"""A page that is cut, or another paper's, is never taken for the paper."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from digest.config import FulltextConfig
from digest.model import ArxivId, Document, Fetched, Paper, Section
from digest.stages import fulltext
from digest.stages.fulltext import Get, belonging, hf_markdown, pdf
from digest.stages.fulltext.html import is_converted

TITLE = "Gates for Small Networks"
ABSTRACT = (
    "We propose a small network whose gates decide which layers take part in an answer. The gates are trained together "
    "with the layers and cost almost nothing. On image recognition the network reaches the accuracy of one that is "
    "three times larger, and on speech it needs half the memory of the strongest baseline that we compare it with."
)
OTHER = (
    "The harvest of rice depends on the water that reaches the fields in spring. We follow seven villages over nine "
    "years and ask which canals were kept open, and by whom. Where the owners of the fields met every month, the "
    "canals carried more water than where a company was paid for the work and nobody looked at what it had done."
)
GERMAN = (
    "Wir schlagen ein kleines Netz vor, dessen Tore entscheiden, welche Schichten an der Antwort mitwirken. Die Tore "
    "werden gemeinsam mit den Schichten trainiert und kosten fast nichts. Bei Bildern ist das Netz so genau wie ein "
    "dreimal so grosses, und bei Sprache braucht es halb so viel Speicher wie das beste andere Verfahren."
)


def record(abstract: str = ABSTRACT) -> Paper:
    return Paper(id=ArxivId("2511.00001"), title=TITLE, abstract=abstract, version=2)


def read(text: str) -> Document:
    return Document(id=ArxivId("2511.00001"), origin="html", sections=(Section("Introduction", text, "introduction"),))


def html_of(text: str) -> Fetched:
    paragraphs = (
        f'<section class="ltx_section"><h2 class="ltx_title">Text</h2><p class="ltx_p">{text}</p></section>' * 8
    )
    body = f'<html><body><article class="ltx_document">{paragraphs}</article></body></html>'
    return Fetched("https://arxiv.org/html/2511.00001v2", "text/html", body.encode())


def cut(page: Fetched, share: float = 0.45) -> Fetched:
    return replace(page, body=page.body[: int(share * len(page.body))])


def test_half_a_page_is_not_taken_and_the_next_format_is(
    config: FulltextConfig, serving: Callable[..., Get], typeset: Callable[..., bytes]
) -> None:
    file = typeset([("F2", 12.0, "1 Introduction")] + [("F1", 8.0, one) for one in ABSTRACT.split(". ") * 8])
    get = serving(
        {
            "arxiv /html/2511.00001v2": cut(html_of(ABSTRACT)),
            "arxiv /pdf/2511.00001v2": Fetched("https://arxiv.org/pdf/2511.00001v2", "application/pdf", file),
        }
    )

    assert fulltext.read(record(), get, config).origin == "pdf"


def test_of_nothing_but_halves_and_other_papers_the_abstract_is_read_for_now(
    config: FulltextConfig, serving: Callable[..., Get], typeset: Callable[..., bytes]
) -> None:
    file = typeset([("F2", 12.0, "1 Introduction")] + [("F1", 8.0, one) for one in OTHER.split(". ") * 20])
    markdown = f"# {TITLE}\n\n## Introduction\n\n{ABSTRACT * 6}\n\n## Method\n\n{ABSTRACT * 6}"
    get = serving(
        {
            "arxiv /html/2511.00001v2": html_of(OTHER),
            "arxiv /pdf/2511.00001v2": Fetched("https://arxiv.org/pdf/2511.00001v2", "application/pdf", file),
            "huggingface /papers/2511.00001.md": Fetched("https://x.example", "text/plain", markdown.encode(), True),
        }
    )

    document = fulltext.read(record(), get, config)

    assert (document.origin, document.provisional, len(document.missed)) == ("abstract", True, 3)


@pytest.mark.parametrize("share", [0.2, 0.45, 0.8, 0.97])
def test_a_page_is_whole_or_it_is_cut_wherever_that_happened(share: float) -> None:
    assert is_converted(html_of(ABSTRACT))
    assert not is_converted(cut(html_of(ABSTRACT), share))


def test_a_page_that_leaves_out_the_tags_html_lets_it_leave_out_is_whole() -> None:
    assert belonging.is_whole_html(b"<title>A</title><article><p>One<p>Two<ul><li>Three</ul></article>")


def test_a_pdf_that_says_it_is_longer_than_what_came_is_cut() -> None:
    start = b"%PDF-1.5\n1 0 obj <</Linearized 1/L 4000/H [1 2]>>\n%%EOF\n"

    assert not belonging.is_whole_pdf(start + b" " * 900)
    assert belonging.is_whole_pdf(start + b" " * 4000)


def test_markdown_has_no_end_of_its_own_so_its_length_has_to_be_known() -> None:
    page = Fetched("https://huggingface.co/papers/2511.00001.md", "text/markdown", b"# A\n\nText")

    assert hf_markdown.is_whole(page)
    assert not hf_markdown.is_whole(replace(page, unbounded=True))


@pytest.mark.parametrize(
    ("abstract", "text"),
    [
        (ABSTRACT, f"{ABSTRACT} We begin with layers."),
        (ABSTRACT.replace("small network", r"\emph{small} network").replace("half", "$50\\%$ of"), ABSTRACT),
        (ABSTRACT, f"{OTHER * 3} In short, gates decide which layers take part, as was shown on image recognition."),
        (ABSTRACT, GERMAN * 5),
        (GERMAN, ABSTRACT),
        ("We read papers.", OTHER),
        ("쌀 수확은 봄에 논에 닿는 물에 달려 있다. " * 20, OTHER),
    ],
    ids=["same", "LaTeX", "rewritten", "translated", "record in German", "short record", "Korean record"],
)
def test_a_text_is_refused_only_where_it_can_be_told(abstract: str, text: str) -> None:
    assert belonging.is_of(record(abstract), read(text))


def test_another_papers_text_is_told_by_its_phrases() -> None:
    assert not belonging.is_of(record(), read(OTHER * 5))


def test_no_recorded_file_counts_as_cut_and_half_of_each_does(data: Path) -> None:
    files = [*data.glob("papers/*.pdf"), *data.glob("pdf/*.pdf"), *data.glob("fulltext_faults/*.pdf")]
    pages = [file for file in data.glob("arxiv_html/*.html") if b"ltx_" in file.read_bytes()]
    read_as = [(file, pdf.is_pdf) for file in files] + [(file, is_converted) for file in pages]

    wrong = []
    for file, is_whole in read_as:
        page = Fetched("", "", file.read_bytes())
        if not is_whole(page) or is_whole(cut(page)):
            wrong.append(file.name)

    assert wrong == []


def test_a_recorded_paper_is_its_own_and_nobody_elses(data: Path) -> None:
    body = (data / "arxiv_html/2501.11120v1.arxiv.html").read_bytes()
    document = fulltext.html.parse(Paper(id=ArxivId("2501.11120"), title=""), Fetched("", "text/html", body))
    summary = next(section.text for section in document.sections if section.kind == "abstract")
    without = replace(document, sections=tuple(one for one in document.sections if one.kind != "abstract"))
    rows = json.loads((data / "hf_daily/2025-11-17.json").read_text())
    others = [Paper(id=row["paper"]["id"], title=row["title"], abstract=row["paper"]["summary"]) for row in rows]

    assert belonging.is_of(record(summary), document)
    assert belonging.is_of(record(summary), without)
    assert [paper.id for paper in others if belonging.is_of(paper, document)] == []
