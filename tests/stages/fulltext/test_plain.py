import pytest

from digest.stages.fulltext.grid import Rows
from digest.stages.fulltext.normalize import joined, tex, tidy, vocabulary


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x\\in Z", "$x\\in Z$"),
        ("\\displaystyle\\sum_{i}x_{i}\\,", "$\\sum_{i}x_{i}$"),
        ("\\left(a\\right)", "$(a )$"),
        ("\\leftarrow", "$\\leftarrow$"),
        ("28.4", "28.4"),
        ("\\mathbf{28.4}", "28.4"),
        ("28.4\\%", "28.4%"),
        ("1\\,000", "1,000"),
        ("1{,}000", "1,000"),
        ("2.3\\times 10^{18}", "2.3× 10^18"),
        ("10^{-3}", "10^-3"),
        ("\\pm 0.3", "± 0.3"),
        ("\\sim 3\\times", "~ 3×"),
        ("\\phantom{0}9.1", "9.1"),
        ("{\\color[rgb]{1,1,1}hidden}", ""),
        ("\\color{white}hidden", ""),
        ("{\\color[rgb]{1,0,0}red}", "${\\color[rgb]{1,0,0}red}$"),
        ("", ""),
    ],
)
def test_tex_stands_between_dollar_signs_unless_it_is_a_bare_figure(source: str, text: str) -> None:
    assert tex(source) == text


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("10⁻³", "10^-3"),
        ("m²", "m^2"),
        ("² alone", "² alone"),
        ("eﬃcient", "efficient"),
        ("state‑of", "state-of"),
        ("①½", "①½"),
    ],
)
def test_plain_text_keeps_what_figures_mean(raw: str, plain: str) -> None:
    assert tidy(raw) == plain


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("transduc", "tion", "transduction"),
        ("position", "wise", "position-wise"),
        ("source", "target", "source-target"),
        ("multi", "head", "multi-head"),
        ("English", "to-German", "English-to-German"),
        ("Berkeley", "Parser", "Berkeley-Parser"),
        ("GPT", "4", "GPT-4"),
        ("1,", "000", "1,-000"),
    ],
)
def test_a_divided_word_is_spelled_as_elsewhere_in_the_paper(first: str, second: str, whole: str) -> None:
    words = vocabulary("Position-wise networks, Multi-Head attention; a source and a target; transduction")

    assert joined(first, second, words) == whole


def test_spans_that_would_make_a_small_table_huge_are_bounded() -> None:
    rows = Rows()
    for _ in range(50):
        rows.cell("x" * 1000, "1000", "60000")
    rows.end_row()
    for _ in range(5_000):
        rows.end_row()

    assert sum(map(len, rows.rows)) < 70_000


@pytest.mark.parametrize("span", [None, "", "0", "-3", "two", "³", "99999999999999999999"])
def test_a_span_that_is_no_small_number_counts_as_one(span: str | None) -> None:
    rows = Rows()
    rows.cell("a", span, span)
    rows.cell("b", None, None)
    rows.end_row()

    assert rows.rows == ["a | b"]
