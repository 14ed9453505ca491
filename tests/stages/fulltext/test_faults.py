"""Pieces of real papers that were once read wrongly, each for one kind of fault (fulltext_faults/README.md)."""

from collections.abc import Callable

import pytest

from digest.config import FulltextConfig
from digest.errors import NotThere
from digest.model import Fetched, Paper, Section
from digest.stages.fulltext import html, pdf, sections
from digest.stages.fulltext.pdf import blocks

Read = Callable[[str], tuple[Section, ...]]


@pytest.fixture
def read(recorded: Callable[[str], bytes]) -> Read:
    """The sections of a piece, also of one that is too short for a paper."""

    def make(name: str) -> tuple[Section, ...]:
        found = pdf.extract(recorded(f"fulltext_faults/{name}.pdf"), seconds=60, megabytes=1024, pages=80)
        return sections.sections(blocks.blocks(found.pages, found.outline))

    return make


def titles(found: tuple[Section, ...]) -> list[tuple[str, str]]:
    return [(section.title, section.kind) for section in found]


def tables(found: tuple[Section, ...]) -> list[str]:
    return [table for section in found for table in section.tables]


def prose(found: tuple[Section, ...]) -> str:
    return "\n".join(section.text for section in found)


def test_half_of_a_character_costs_itself_alone(
    recorded: Callable[[str], bytes], paper: Paper, config: FulltextConfig
) -> None:
    body = recorded("fulltext_faults/01-lone-surrogate.pdf")

    document = pdf.parse(paper, Fetched("https://arxiv.org/pdf/2511.00001", "application/pdf", body), config)

    assert "algorithm, which searches for the k closest points for each vertex" in document.text


def test_a_title_that_begins_with_a_is_no_appendix(read: Read) -> None:
    found = read("02-title-A-eats-appendix-A")

    assert titles(found) == [
        ("", "other"),
        ("INTRODUCTION", "introduction"),
        ("Appendix A MOTIVATION FOR KRONECKER PRODUCT APPROXIMATIONS", "appendix"),
        ("Appendix B PER-PARAMETER RELATIONSHIP WITH ROW-WISE ADAGRAD AND ADAFACTOR", "appendix"),
    ]
    assert found[2].text.startswith("Here, we provide a complete description of the motivation for using a Kronecker")


def test_a_formula_is_no_heading(read: Read) -> None:
    assert titles(read("03-formula-as-heading")) == [("", "method"), ("Conclusion", "conclusion")]


def test_a_heading_in_small_capitals_below_a_table_is_no_row(read: Read) -> None:
    found = read("04-heading-below-table")

    assert titles(found)[-1] == ("CONCLUSION", "conclusion")
    assert found[-1].text.startswith("This work introduces a novel method for evaluating pre-trained models.")
    assert "CONCLUSION" not in "\n".join(tables(found))


def test_a_caption_is_whole_and_a_charts_labels_are_not_read(read: Read) -> None:
    found = read("06-figure-inside-caption")

    (caption,) = tables(found)
    assert caption.startswith("Figure 1. Detection of Machine-Generated Text from ChatGPT.")
    assert "with a false positive rate of 0.01%. Binoculars, based on open-source Falcon models" in caption
    assert caption.endswith("operates entirely in a zero-shot setting and has not been tuned on ChatGPT specifically.")
    assert "0.505" not in prose(found)
    assert "Binoculars, based on" not in prose(found)


def test_an_algorithm_is_read_in_order(read: Read) -> None:
    found = read("08-algorithm-scattered")

    algorithm = next(table for table in tables(found) if table.startswith("Algorithm 1")).split("\n")
    assert algorithm[0] == "Algorithm 1 Agent Forest"
    assert [line.split(":")[0] for line in algorithm[2:]] == [str(number) for number in range(1, 16)]
    assert algorithm[4].startswith("3: Generate sample")
    assert "end for" not in prose(found)


def test_glyphs_of_fonts_without_unicode_are_no_text(
    recorded: Callable[[str], bytes], paper: Paper, config: FulltextConfig
) -> None:
    body = recorded("fulltext_faults/09-glyphs-without-unicode.pdf")

    with pytest.raises(NotThere, match="no readable text"):
        pdf.parse(paper, Fetched("https://arxiv.org/pdf/2511.00001", "application/pdf", body), config)


def test_an_abstract_in_spaced_capitals_is_the_abstract(read: Read) -> None:
    found = read("10-elsevier-abstract")

    assert titles(found)[0] == ("ABSTRACT", "abstract")
    assert found[0].text.startswith("The rapid advancement of Computational Pathology (CP) has revolutionized")


def test_references_with_a_roman_number_without_a_space_are_cut(read: Read) -> None:
    found = read("11-references-without-space")

    assert found[-1].kind == "conclusion"
    assert len(found[-1].text) < 1_500


def test_words_of_a_drawing_are_no_headings(read: Read) -> None:
    assert titles(read("13-figure-text-as-headings")) == [
        ("", "other"),
        ("Methodology", "method"),
        ("Experiments", "results"),
    ]


def test_a_row_goes_on_behind_an_exponent(read: Read) -> None:
    table = next(table for table in tables(read("14-row-split-after-exponent")) if table.startswith("Table 2"))

    assert "194M | 38.7B | 12 | 12 | 896 | 400 | 2.99 × 10^-3 | 192 | 1.931 | 1.909 | 1.899 | 1.906" in table.split(
        "\n"
    )


def test_a_letter_goes_on_behind_its_abstract(recorded: Callable[[str], bytes], paper: Paper) -> None:
    body = recorded("fulltext_faults/16-letter-without-sections.html")

    document = html.parse(paper, Fetched("https://arxiv.org/html/2511.00001v2", "text/html", body))

    assert titles(document.sections) == [("Abstract", "abstract"), ("", "other")]


def test_ligatures_without_unicode_are_spelled_by_the_papers_words(read: Read) -> None:
    text = prose(read("18-ligatures-lost"))

    for word in ("different entities", "simply define", "usually classified", "previously defined"):
        assert word in text
    assert "dierent" not in text
