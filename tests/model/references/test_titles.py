"""What titles show: TeX's commands for text are undone, formulas and all other TeX stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.references.titles import readable


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (r"Make \emph{descending} great", "Make descending great"),
        (r"\$OneMillion: From \$5 to \$10", "$OneMillion: From $5 to $10"),
        (r"\textbf{A $x^2$ \emph{deep \texttt{x\_y}}} end", "A $x^2$ deep x_y end"),
        (r"50\% of A\&B {\it in} \LaTeX{} $\mathbb{F}_{2}$", r"50% of A&B in LaTeX $\mathbb{F}_{2}$"),
        (r"$a\%b$ and \(c\_d\)", r"$a\%b$ and \(c\_d\)"),
        (r"Cheap \$a$ tricks", r"Cheap \$a$ tricks"),
        (r"\unknown{x} \\ \alpha \emph{open", r"\unknown{x} \\ \alpha \emph{open"),
        ("Plain {GPT} for $5", "Plain {GPT} for $5"),
    ],
)
def test_commands_for_text_are_undone_outside_of_formulas(raw: str, shown: str) -> None:
    assert readable(raw) == shown


@given(st.lists(st.sampled_from(["\\emph{", "\\$", "$", "}", "{", "x", " ", "\\%", "\\(", "\\)", "\\"])).map("".join))
def test_no_title_loses_a_letter_that_it_shows(raw: str) -> None:
    assert readable(raw).count("x") == raw.count("x")
