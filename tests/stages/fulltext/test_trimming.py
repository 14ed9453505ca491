import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import ArxivId, Document, Section, SectionKind
from digest.model.tables import numbered_text
from digest.stages.fulltext.trimming import tokens, trim

KINDS: tuple[SectionKind, ...] = (
    "abstract", "introduction", "related", "method", "results", "limitations", "conclusion", "appendix", "other",
)  # fmt: skip
SENTENCE = "This sentence says something of its section. "


def document(*sections: Section, left_out: tuple[str, ...] = ()) -> Document:
    return Document(id=ArxivId("2511.00001v2"), origin="html", sections=sections, left_out=left_out)


def long(title: str, kind: SectionKind, paragraphs: int, tables: tuple[str, ...] = ()) -> Section:
    text = "\n".join(f"{title} {number}. {SENTENCE * 5}".strip() for number in range(paragraphs))
    return Section(title, text, kind, tables)


WHOLE = document(
    long("Abstract", "abstract", 1),
    long("Introduction", "introduction", 40),
    long("Related Work", "related", 20),
    long("Method", "method", 30),
    long("Results", "results", 20, ("Table 1: Scores.\nModel | BLEU\nOurs | 28.4\nBase | 27.3",)),
    long("Limitations", "limitations", 2),
    long("Conclusion", "conclusion", 2),
    long("Appendix A", "appendix", 50),
)


def test_a_document_within_the_budget_comes_back_as_it_is() -> None:
    assert trim(WHOLE, tokens(numbered_text(WHOLE))) is WHOLE


def test_a_long_introduction_displaces_neither_limits_nor_conclusion() -> None:
    trimmed = trim(WHOLE, 2_000)
    kept = {section.title: section for section in trimmed.sections}

    assert [kept[title].text for title in ("Abstract", "Limitations", "Conclusion")] == [
        section.text for section in WHOLE.sections if section.kind in ("abstract", "limitations", "conclusion")
    ]
    assert kept["Results"].tables == WHOLE.sections[4].tables
    assert tokens(trimmed.text) <= 2_000


def test_what_went_is_named_in_the_documents_order() -> None:
    trimmed = trim(WHOLE, 2_000)

    assert [section.title for section in trimmed.sections] == [
        "Abstract", "Introduction", "Method", "Results", "Limitations", "Conclusion",
    ]  # fmt: skip
    assert trimmed.left_out == ("Introduction (part)", "Related Work", "Method (part)", "Results (part)", "Appendix A")


def test_most_of_the_budget_is_used() -> None:
    assert tokens(trim(WHOLE, 2_000).text) > 1_850


def test_earlier_losses_stay_on_record() -> None:
    cut = document(*WHOLE.sections, left_out=("pages 81 to 90",))

    assert trim(cut, 2_000).left_out[:2] == ("pages 81 to 90", "Introduction (part)")


def test_an_introduction_keeps_its_start_and_its_end() -> None:
    trimmed = trim(document(long("Introduction", "introduction", 40), long("Conclusion", "conclusion", 1)), 600)
    lines = trimmed.sections[0].text.split("\n")

    assert (lines[0][:15], lines[-1][:16]) == ("Introduction 0.", "Introduction 39.")


def test_a_long_paragraph_is_cut_at_the_end_of_a_sentence() -> None:
    text = " ".join(f"Sentence number {number} is here." for number in range(200))

    trimmed = trim(document(Section("Method", text, "method")), 100)

    assert trimmed.sections[0].text.endswith(" is here.")
    assert text.startswith(trimmed.sections[0].text)
    assert trimmed.left_out == ("Method (part)",)


def test_a_title_inside_a_section_does_not_stay_without_its_text() -> None:
    trimmed = trim(document(Section("Method", "A sentence.\nData collection\n" + SENTENCE * 50, "method")), 20)

    assert trimmed.sections == (Section("Method", "A sentence.", "method"),)


def test_result_tables_outside_of_the_results_are_kept_too() -> None:
    table = "Table 2: Scores.\nModel | BLEU\nOurs | 28.4\nBase | 27.3"
    whole = document(long("Training", "method", 60, (table,)), long("Results", "results", 60))

    assert trim(whole, 500).sections[0].tables == (table,)


def test_a_table_too_long_keeps_its_caption_and_first_rows() -> None:
    table = "Table 1: Scores.\n" + "\n".join(f"Model {number} | {number}.5" for number in range(500))
    trimmed = trim(document(Section("Results", "We measure.", "results", (table,))), 200)
    rows = trimmed.sections[0].tables[0].split("\n")

    assert rows[:2] == ["Table 1: Scores.", "Model 0 | 0.5"]
    assert 20 < len(rows) < 80


@pytest.mark.parametrize(("text", "estimate"), [("", 0), ("four", 1), ("fives", 2), ("한국어", 3), ("naïve", 2)])
def test_tokens_are_estimated_by_characters(text: str, estimate: int) -> None:
    assert tokens(text) == estimate


def test_even_a_small_budget_keeps_some_words_of_abstract_limits_and_conclusion() -> None:
    kept = trim(WHOLE, 150).sections

    assert {"abstract", "limitations", "conclusion"} <= {section.kind for section in kept}


def test_hardly_any_room_gives_hardly_any_text_but_never_too_much() -> None:
    assert [tokens(trim(WHOLE, room).text) <= room for room in range(60)] == [True] * 60


SECTIONS = st.builds(
    Section,
    st.sampled_from(["", "Introduction", "A title", "제목"]),
    st.lists(st.text("ab .?\n한é", max_size=300), max_size=5).map("\n".join),
    st.sampled_from(KINDS),
    st.lists(st.text("ab1 |.\n한", max_size=200), max_size=3).map(tuple),
)


@given(st.lists(SECTIONS, max_size=8), st.integers(0, 400))
def test_any_document_fits_any_budget_and_stays_put_when_trimmed_again(sections: list[Section], room: int) -> None:
    whole = document(*sections)

    trimmed = trim(whole, room)

    assert tokens(trimmed.text) <= room
    assert trim(trimmed, room) == trimmed
    assert [section.title for section in trimmed.sections] == [
        section.title for section in whole.sections if section.title in {kept.title for kept in trimmed.sections}
    ] or len({section.title for section in whole.sections}) < len(whole.sections)
    assert (trimmed == whole) == (not trimmed.left_out) or not whole.sections


def test_a_short_section_leaves_its_part_to_the_longer_ones_of_its_kind() -> None:
    method = long("Method", "method", 10)
    whole = document(method, Section("Notation", "One line.", "method"), long("Appendix A", "appendix", 200))

    kept = {section.title: section for section in trim(whole, tokens(method.text) + 200).sections}

    assert (kept["Method"], kept["Notation"].text) == (method, "One line.")


def test_nothing_of_the_rest_stays_where_the_core_does_not_fit() -> None:
    whole = document(long("Method", "method", 30), long("Results", "results", 30), long("Appendix A", "appendix", 50))

    trimmed = trim(whole, 1_500)

    assert [section.title for section in trimmed.sections] == ["Method", "Results"]
    assert tokens(trimmed.text) > 1_450
