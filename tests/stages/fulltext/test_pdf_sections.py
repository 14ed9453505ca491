"""Which lines of a PDF are headings, by number, style and place."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from digest.stages.fulltext.blocks import Block, Grid, Heading
from digest.stages.fulltext.pdf import blocks, glyphs
from digest.stages.fulltext.pdf.lines import Line

TEXT = "running text of the paper that fills the column from its left to its right and"
Set = tuple[str, float, str, float]
"""Text, size, font, space above in lines."""


def page(*lines: Set) -> list[Line]:
    found, base = [], 740.0
    for text, size, font, space in lines:
        base -= 12.0 * space
        bold = len(text) if "Bold" in font else 0
        found.append(Line(text, 72.0, 72.0 + min(len(text) * 4.5, 340), round(base, 1), size, bold, font))
    return found


def prose(count: int = 4) -> list[Set]:
    return [(f"{TEXT} {number}.", 10.0, "Serif", 1.0) for number in range(count)]


def like_text(title: str) -> Set:
    return (title, 10.0, "Serif", 2.0)


def bold(title: str) -> Set:
    return (title, 12.0, "Serif-Bold", 2.0)


def sections(found: list[Block]) -> list[str]:
    return [block.title for block in found if isinstance(block, Heading) and block.level == 1]


@pytest.mark.parametrize(
    ("numbers", "style"),
    [
        (("1 ", "2 ", "3 "), bold),
        (("1. ", "2. ", "3. "), like_text),
        (("§1 ", "§2 ", "§3 "), bold),
        (("I.", "II.", "III."), bold),
        (("I. ", "II. ", "III. "), like_text),
        (("1.", "2.", "3."), bold),
    ],
)
def test_sections_count_on_in_one_style(numbers: tuple[str, ...], style: Callable[[str], Set]) -> None:
    titles = ("Introduction", "Looking Twice", "Conclusion")
    lines = [line for number, title in zip(numbers, titles, strict=True) for line in (style(number + title), *prose())]

    assert sections(blocks.blocks([page(*lines)])) == list(titles)


def test_a_numbered_list_is_not_the_sections() -> None:
    steps = [(f"{number}. Take the step that comes next", 10.0, "Serif", 1.0) for number in range(1, 5)]
    lines = [bold("1 Introduction"), *prose(), *steps, *prose(), bold("2 Method"), *prose()]

    assert sections(blocks.blocks([page(*lines)])) == ["Introduction", "Method"]


@pytest.mark.parametrize("odd", ["2 VT [KT", "2 · T", "3 +1", "2 x = y + z,"])
def test_a_formula_is_no_section(odd: str) -> None:
    lines = [bold("1 Introduction"), *prose(), (odd, 12.0, "Serif-Bold", 2.0), *prose(), bold("2 Method"), *prose()]

    assert sections(blocks.blocks([page(*lines)])) == ["Introduction", "Method"]


def test_a_title_that_begins_with_a_is_no_appendix_and_appendix_a_is_one() -> None:
    front = [("A Small Model of Reading", 17.0, "Serif-Bold", 1.0), *prose(1)]
    body = [bold("1 Introduction"), *prose(), bold("2 Conclusion"), *prose()]
    back = [bold("References"), *prose(2), bold("A Proofs"), *prose(), bold("B More Results"), *prose()]

    found = sections(blocks.blocks([page(*front, *body), page(*back)]))

    assert found == ["Introduction", "Conclusion", "References", "Appendix A Proofs", "Appendix B More Results"]


def test_an_unnumbered_paper_has_the_sections_that_are_set_like_its_introduction() -> None:
    lines = [
        line
        for title in ("Introduction", "Looking Twice", "Conclusion", "References")
        for line in (bold(title), *prose())
    ]

    assert sections(blocks.blocks([page(*lines)])) == ["Introduction", "Looking Twice", "Conclusion", "References"]


@pytest.mark.parametrize("title", ["Ethics Considerations", "Broader Impact", "Reproducibility Statement"])
def test_a_statement_without_a_number_is_no_section_of_a_numbered_paper(title: str) -> None:
    lines = [bold("1 Introduction"), *prose(), bold("2 Conclusion"), *prose(), bold(title), *prose()]
    numbered = [bold("1 Introduction"), *prose(), bold("2 Conclusion"), *prose(), bold(f"3 {title}"), *prose()]

    assert sections(blocks.blocks([page(*lines)])) == ["Introduction", "Conclusion"]
    assert sections(blocks.blocks([page(*numbered)])) == ["Introduction", "Conclusion", title]


def test_a_files_own_outline_names_the_sections_where_it_is_printed() -> None:
    lines = [bold("Why We Look"), *prose(), bold("How We Look"), *prose(), bold("What We See"), *prose()]
    outline = [(1, "Why We Look", 0), (1, "How We Look", 0), (1, "What We See", 0)]

    assert sections(blocks.blocks([page(*lines)], outline)) == ["Why We Look", "How We Look", "What We See"]


def test_an_outline_of_another_paper_is_not_used() -> None:
    lines = [bold("1 Introduction"), *prose(), bold("2 Method"), *prose()]
    outline = [(1, "Slide 1", 0), (1, "Slide 2", 0), (1, "Slide 3", 0)]

    assert sections(blocks.blocks([page(*lines)], outline)) == ["Introduction", "Method"]


def test_a_sentence_that_ends_with_a_tables_number_goes_on() -> None:
    lines = [
        bold("1 Introduction"),
        *prose(),
        ("All of the scores that we speak of here are those in", 10.0, "Serif", 1.0),
        ("Table 4. They show that it works.", 10.0, "Serif", 1.0),
    ]

    assert not any(isinstance(block, Grid) for block in blocks.blocks([page(*lines)]))


def test_drawings_are_not_read_unless_they_are_the_whole_paper() -> None:
    lines = page(*prose(3), ("Encoder of the model", 10.0, "Sans", 1.0))
    some = [*lines[:3], replace(lines[3], drawn=True)]
    all_of_it = [replace(line, drawn=True) for line in lines]

    assert "Encoder" not in str(blocks.blocks([some]))
    assert "Encoder" in str(blocks.blocks([all_of_it]))


def test_ligatures_are_spelled_by_the_papers_own_words() -> None:
    one, two, three = "\U00100000", "\U00100001", "\U00100002"
    lines = page((f"we de{one}ne the di{two}erence of the sel{three}", 10.0, "Serif", 1.0))

    (spelled,) = glyphs.spelled([lines], frozenset({"define", "difference", "self"}), {three: "f"})

    assert spelled[0].text == "we define the difference of the self"


@pytest.mark.parametrize(
    ("text", "is_legible"),
    [
        ("We show that the model is better than all of the others in this paper. " * 9, True),
        ("Nous montrons que le modèle est meilleur dans les cas de la table. " * 9, True),
        ("Мы показываем, что модель лучше других. " * 9, True),
        ("모형이 다른 것보다 낫다는 것을 보인다. " * 9, True),
        ("¿j©¡ªî§ §Ëj «¡Ë© ªî§j¿ " * 50, False),
        ("Zh vkrz wkdw wkh prgho lv ehwwhu wkdq doo ri wkh rwkhuv " * 9, False),
        ("", False),
    ],
)
def test_text_is_told_from_unknown_glyphs(text: str, is_legible: bool) -> None:
    assert glyphs.legible(text) is is_legible
