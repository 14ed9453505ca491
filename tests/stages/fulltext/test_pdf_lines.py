import pytest

from digest.stages.fulltext.blocks import Grid, Heading, Prose
from digest.stages.fulltext.pdf import blocks
from digest.stages.fulltext.pdf import lines as pdf_lines
from digest.stages.fulltext.pdf.lines import Line

BODY = "running text of the paper that fills the column from its left to its right"


def column(*texts: str, left: float = 72.0, top: float = 700.0, size: float = 10.0, step: float = 12.0) -> list[Line]:
    return [
        Line(text, left, left + min(len(text) * 4.6, 340), top - place * step, size, 0)
        for place, text in enumerate(texts)
    ]


def read(*texts: str) -> list[str]:
    """The texts of lines among enough running text that it is clear what size and width that has."""
    page = [*column(*([BODY] * 5)), *column(*texts, top=500)]
    return [line.text for line in pdf_lines.of_the_paper([page])[0][5:]]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("2.3 · 10\x0e19\t\x0f1.4", "2.3 · 10^19\t1.4"),
        ("ϵ = 10\x0e−9\x0f.", "ϵ = 10^-9."),
        ("in R\x0e2\x0f and (x)\x0e2\x0f", "in R^2 and (x)^2"),
        ("softmax(QK\x0eT\x0f)", "softmax(QK^T)"),
        ("the 1\x0est\x0f of May", "the 1st of May"),
        ("small gradients \x0e4\x0f matter", "small gradients  matter"),
        ("a claim.\x0e3\x0f We", "a claim. We"),
        ("Ashish Vaswani\x0e∗†\x0f", "Ashish Vaswani"),
        ("English\x02to-German", "English-to-German"),
        ("transduc\x02tion", "transduction"),
        ("Berkeley\x02Parser", "Berkeley-Parser"),
        ("GPT\x024", "GPT-4"),
        ("text\x02column", "text-column"),
    ],
)
def test_what_is_raised_or_divided_reads_as_it_means(text: str, plain: str) -> None:
    assert read(text) == [plain]


def test_an_exponent_that_pdfium_took_for_a_line_goes_back_to_its_base() -> None:
    base = Line("Self-Attention\tO(n", 72, 200, 500, 10, 0)
    raised = Line("2", 200.5, 204, 504, 7, 0)
    rest = Line("· d)\tO(1)", 206, 300, 500, 10, 0)

    page = pdf_lines.of_the_paper([[*column(*([BODY] * 5)), base, raised, rest]])[0]

    assert [line.text for line in page[5:]] == ["Self-Attention\tO(n^2 · d)\tO(1)"]


def test_a_footnote_is_left_out_and_the_next_column_is_not() -> None:
    note = [Line("\x0e4\x0fTo see why this is so,", 80, 200, 90, 9, 0), Line("look at it.", 72, 200, 80, 9, 0)]

    page = pdf_lines.of_the_paper([[*column(*([BODY] * 5)), *note, *column("The next column.", left=400)]])[0]

    assert [line.text for line in page[5:]] == ["The next column."]


def test_paragraphs_begin_at_an_indent_or_a_gap_and_go_on_over_columns() -> None:
    first = column(BODY, BODY, "ends here.")
    indented = [Line("A new one " + BODY, 84, 412, 664, 10, 0), *column(BODY, top=652)]
    over = column("goes on in the next column.", left=400)
    gap = column("After a gap.", left=400, top=660)

    found = blocks.blocks([[*first, *indented, *over, *gap]])

    assert found == [
        Prose(f"{BODY} {BODY} ends here."),
        Prose(f"A new one {BODY} {BODY} goes on in the next column."),
        Prose("After a gap."),
    ]


def test_a_bold_lead_begins_a_paragraph_and_is_known_as_one() -> None:
    lead = Line("Limitations. We read English only.", 72, 300, 676, 10, 12)

    assert blocks.blocks([[*column(BODY, "It ends."), lead]]) == [
        Prose(f"{BODY} It ends."),
        Prose("Limitations. We read English only.", "Limitations."),
    ]


def test_a_bullet_goes_and_a_dash_in_a_sentence_stays() -> None:
    lines = column(BODY, "It ends - as we said - here.", "• A first item of the list", "– A second one.")

    assert blocks.blocks([lines]) == [
        Prose(f"{BODY} It ends - as we said - here."),
        Prose("A first item of the list"),
        Prose("A second one."),
    ]


def test_labels_of_a_drawing_are_not_read() -> None:
    labels = [
        Line(word, 100, 130, 300 - 20 * place, 8, 0)
        for place, word in enumerate(["Input", "Encoder", "Decoder", "Softmax", "Output"])
    ]

    assert blocks.blocks([[*column(BODY, "It ends."), *labels, *column("Figure 1: The model.", top=150)]]) == [
        Prose(f"{BODY} It ends."),
        Grid("Figure 1: The model."),
    ]


def test_a_heading_over_two_lines_is_one_title() -> None:
    heading = [Line("1 A Very Long Title That", 72, 250, 600, 12, 24), Line("Goes On", 72, 120, 586, 12, 7)]

    assert blocks.blocks([[*heading, *column(BODY, BODY, top=560)]]) == [
        Heading("A Very Long Title That Goes On"),
        Prose(f"{BODY} {BODY}"),
    ]


def test_a_table_of_contents_is_not_read() -> None:
    contents = [
        Line(f"{number} Title . . . . . . . . . . {number}", 72, 400, 600 - 12 * number, 10, 40) for number in (1, 2)
    ]

    assert blocks.blocks([[*contents, *column(BODY, BODY, top=300)]]) == [Prose(f"{BODY} {BODY}")]


def test_no_lines_give_no_blocks() -> None:
    assert (blocks.blocks([]), blocks.blocks([[], []])) == ([], [])


def test_an_abstract_below_affiliations_with_marks_is_no_note() -> None:
    marked = [Line("\x0e1\x0fDepartment of Reading, University of Papers", 72, 300, 560, 7, 0)]
    abstract = [Line("In recent years many papers were written.", 90, 400, 520, 8, 0)]

    page = pdf_lines.of_the_paper([[*marked, *abstract, *column(*([BODY] * 5), top=450)]])[0]

    assert [line.text for line in page[:1]] == ["In recent years many papers were written."]
