from collections.abc import Callable
from pathlib import Path

import pytest

from digest.config import FulltextConfig
from digest.errors import NotThere, Refused
from digest.model import Document, Fetched, Paper, Section
from digest.stages.fulltext import pdf
from digest.stages.fulltext.pdf import child

BOLD, PLAIN = "F2", "F1"
Lines = list[tuple[str, float, str]]
FILLER: Lines = [
    (PLAIN, 10.0, "The filler makes the paper long enough, and says nothing that anybody could want to read here.")
] * 20


@pytest.fixture
def read(paper: Paper, typeset: Callable[..., bytes]) -> Callable[..., Document]:
    def make(*pages: Lines, config: FulltextConfig | None = None) -> Document:
        fetched = Fetched("https://arxiv.org/pdf/2511.00001v2", "application/pdf", typeset(*pages))
        return pdf.parse(paper, fetched, config or FulltextConfig())

    return make


def filled(title: str = "9 Filler") -> Lines:
    return [(BOLD, 12.0, title), *FILLER]


def test_numbered_bold_headings_make_sections_and_subsections(read: Callable[..., Document]) -> None:
    lines: Lines = [
        (BOLD, 17.0, "A Small Model"),
        (PLAIN, 10.0, "Jane Doe, jane@example.org"),
        (BOLD, 12.0, "Abstract"),
        (PLAIN, 10.0, "We read a paper and write what it says."),
        (BOLD, 12.0, "1 Introduction"),
        (PLAIN, 10.0, "Papers are long and days are short, so that nobody reads them all to"),
        (PLAIN, 10.0, "the end."),
        (BOLD, 12.0, "2 Method"),
        (BOLD, 10.0, "2.1 Data"),
        (PLAIN, 10.0, "We collect 1,000 papers."),
        (BOLD, 12.0, "3 Results"),
        *FILLER,
    ]

    assert read(lines).sections[:3] == (
        Section("Abstract", "We read a paper and write what it says.", "abstract"),
        Section(
            "Introduction",
            "Papers are long and days are short, so that nobody reads them all to the end.",
            "introduction",
        ),
        Section("Method", "Data\nWe collect 1,000 papers.", "method"),
    )


def test_references_are_cut_up_to_the_appendix(read: Callable[..., Document]) -> None:
    lines = [
        (BOLD, 12.0, "1 Introduction"),
        *FILLER,
        (BOLD, 12.0, "References"),
        (PLAIN, 10.0, "[1] J. Doe. A paper with 99.9% in its title. 2020."),
        (BOLD, 12.0, "A Proofs"),
        (PLAIN, 10.0, "We prove it."),
        (BOLD, 12.0, "B Limitations"),
        (PLAIN, 10.0, "It holds for small models only."),
    ]

    document = read(lines)

    assert "99.9" not in document.text
    assert document.sections[1:] == (
        Section("Appendix A Proofs", "We prove it.", "appendix"),
        Section("Appendix B Limitations", "It holds for small models only.", "limitations"),
    )


def test_roman_headings_in_small_capitals_are_found(read: Callable[..., Document]) -> None:
    lines = [
        (PLAIN, 10.0, "Abstract-We read a paper and write what it says."),
        (PLAIN, 10.0, "I. I NTRODUCTION"),
        *FILLER,
        (PLAIN, 10.0, "II. E XPERIMENTS"),
        (PLAIN, 10.0, "We measure."),
        (PLAIN, 10.0, "III. C ONCLUSION"),
        (PLAIN, 10.0, "It works."),
    ]

    assert [(section.title, section.kind) for section in read(lines).sections] == [
        ("Abstract", "abstract"),
        ("INTRODUCTION", "introduction"),
        ("EXPERIMENTS", "results"),
        ("CONCLUSION", "conclusion"),
    ]


def test_a_table_keeps_its_rows_above_or_below_its_caption(read: Callable[..., Document]) -> None:
    lines = [
        (BOLD, 12.0, "1 Results"),
        (PLAIN, 10.0, "Table 1: Scores on two sets."),
        (PLAIN, 10.0, "Model\tBLEU\tTime"),
        (PLAIN, 10.0, "Ours\t28.4\t3.5"),
        (PLAIN, 10.0, "Base\t27.3\t0.5"),
        *FILLER,
        (PLAIN, 10.0, "Model\tF1"),
        (PLAIN, 10.0, "Ours\t91.3"),
        (PLAIN, 10.0, "Table 2: Scores on a third."),
        (PLAIN, 10.0, ""),
        *FILLER,
    ]

    assert read(lines).sections[0].tables == (
        "Table 1: Scores on two sets.\nModel | BLEU | Time\nOurs | 28.4 | 3.5\nBase | 27.3 | 0.5",
        "Table 2: Scores on a third.\nModel | F1\nOurs | 91.3",
    )


def test_a_sentence_that_mentions_a_table_is_no_caption(read: Callable[..., Document]) -> None:
    lines = [(BOLD, 12.0, "1 Results"), *FILLER, (PLAIN, 10.0, "Table 2 shows that it works.")]

    assert read(lines).sections[0].tables == ()


def test_running_heads_page_numbers_and_the_stamp_are_not_read(read: Callable[..., Document]) -> None:
    pages = [
        [
            (PLAIN, 8.0, f"J. Doe et al., Journal of Papers {number}"),
            *filled(f"{number} Part"),
            (PLAIN, 10.0, str(number)),
        ]
        for number in range(1, 5)
    ]
    pages[0].append((PLAIN, 20.0, "arXiv:2511.00001v3  [cs.CL]  2 Nov 2025"))

    document = read(*pages)

    assert document.id == "2511.00001v3"
    assert "J. Doe" not in document.text
    assert "arXiv:" not in document.text
    assert not any(line.isdigit() for line in document.text.split("\n"))


def test_a_sentence_goes_on_over_the_page(read: Callable[..., Document]) -> None:
    document = read(
        [*filled("1 Part"), (PLAIN, 10.0, "A sentence that begins on the")], [(PLAIN, 10.0, "first page ends here.")]
    )

    assert document.sections[0].text.endswith("A sentence that begins on the first page ends here.")


def test_pages_beyond_the_limit_are_left_out_and_reported(read: Callable[..., Document]) -> None:
    document = read(*[filled(f"{number} Part") for number in range(1, 6)], config=FulltextConfig(pdf_pages=2))

    assert document.left_out == ("pages 3 to 5",)
    assert [section.title for section in document.sections] == ["Part", "Part"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>Not a PDF</html>", "not a PDF"),
        (b"", "not a PDF"),
        (b"%PDF-1.7\nnothing that follows makes sense", "not a PDF, or damaged"),
    ],
)
def test_what_is_no_pdf_is_refused(paper: Paper, config: FulltextConfig, body: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        pdf.parse(paper, Fetched("https://arxiv.org/pdf/2511.00001", "application/pdf", body), config)


def test_a_pdf_of_pictures_is_not_there(paper: Paper, config: FulltextConfig, pdf_file: Callable[..., bytes]) -> None:
    with pytest.raises(NotThere, match="almost no text"):
        pdf.parse(
            paper, Fetched("https://arxiv.org/pdf/2511.00001", "application/pdf", pdf_file("0 0 m 9 9 l S")), config
        )


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize(
    "never_ends",
    [
        "import time\nwhile True: time.sleep(60)\n",
        "while True: pass\n",
        "import time\nwhile True: print('{', flush=True); time.sleep(0.01)\n",
        "import os, time\nos.close(2)\nif os.fork(): os._exit(0)\nwhile True: time.sleep(60)\n",
    ],
    ids=["silent", "busy", "dripping", "left by its parent"],
)
def test_a_reader_that_never_ends_costs_only_its_time_limit(
    never_ends: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reader.py").write_text(never_ends)
    monkeypatch.setattr(child, "__file__", str(tmp_path / "reader.py"))

    with pytest.raises(Refused, match=r"longer than 0\.5 s"):
        pdf.extract(b"%PDF-1.7", seconds=0.5, megabytes=1024, pages=80)


def test_a_pdf_that_takes_too_much_memory_costs_only_itself(pdf_file: Callable[..., bytes]) -> None:
    with pytest.raises(Refused, match="could not be read within 128 MB"):
        pdf.extract(pdf_file("q " * 3_000_000), seconds=60, megabytes=128, pages=80)


def test_the_reader_starts_from_a_checkout_in_another_folder(
    pdf_file: Callable[..., bytes], tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.delenv("PYTHONPATH", raising=False)

    found = pdf.extract(pdf_file("BT /F1 10 Tf 72 700 Td (Hello) Tj ET"), seconds=60, megabytes=1024, pages=80)

    assert ([[line.text for line in page] for page in found.pages], found.count) == ([["Hello"]], 1)


@pytest.mark.parametrize("junk", [b"\r\n\r\n", b"Content-Type: application/pdf\r\n\r\n", b"x" * 5_000])
def test_a_pdf_behind_other_bytes_is_opened(
    junk: bytes, paper: Paper, config: FulltextConfig, typeset: Callable[..., bytes]
) -> None:
    body = junk + typeset(filled("1 Introduction"))

    document = pdf.parse(paper, Fetched("https://arxiv.org/pdf/2511.00001", "application/pdf", body), config)

    assert [section.title for section in document.sections] == ["Introduction"]


def test_an_answer_that_is_not_what_it_should_be_is_not_called_a_lack_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reader.py").write_text("print('{\"pages\": [[[\"\\\\ud835\"]]]}', end='')")
    monkeypatch.setattr(child, "__file__", str(tmp_path / "reader.py"))

    with pytest.raises(Refused, match="answer is malformed"):
        pdf.extract(b"%PDF-1.7", seconds=60, megabytes=1024, pages=80)
