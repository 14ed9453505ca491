import pytest

from digest.model import Section, SectionKind
from digest.stages.fulltext import section_kinds, sections
from digest.stages.fulltext.blocks import Block, Grid, Heading, Prose


def read(*blocks: Block) -> tuple[Section, ...]:
    return sections.sections(blocks)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Abstract", "abstract"),
        ("1 Introduction", "introduction"),
        ("I. INTRODUCTION", "introduction"),
        ("2. Related Work", "related"),
        ("Background and Related Work", "related"),
        ("Preliminaries", "related"),
        ("3 Our Approach", "method"),
        ("Model Architecture", "method"),
        ("Data Collection", "method"),
        ("4 Experiments", "results"),
        ("Experimental Setup", "results"),
        ("Main Results and Analysis", "results"),
        ("Ablation Studies", "results"),
        ("Limitations", "limitations"),
        ("Discussion and Limitations", "limitations"),
        ("Conclusion, Limitations, and Future Work", "limitations"),
        ("Threats to Validity", "limitations"),
        ("Limitations of Existing Methods", "related"),
        ("Limitations of our method", "limitations"),
        ("Conclusions and Future Work", "conclusion"),
        ("Concluding Remarks", "conclusion"),
        ("Acknowledgments", "other"),
        ("", "other"),
    ],
)
def test_a_title_says_what_a_section_is(title: str, kind: SectionKind) -> None:
    assert section_kinds.of(title) == kind


def test_titles_inside_say_what_a_section_without_a_telling_title_is() -> None:
    assert section_kinds.of("Awareness of behaviors", ["Design", "Evaluation"]) == "results"
    assert section_kinds.of("Attention", ["Our model"]) == "method"


def test_an_untelling_section_before_the_results_is_the_method_and_one_behind_them_is_not() -> None:
    found = read(
        Heading("Looking Twice"), Prose("a"), Heading("Experiments"), Prose("b"), Heading("A Wider View"), Prose("c")
    )

    assert [section.kind for section in found] == ["method", "results", "other"]


def test_a_discussion_stands_in_for_a_missing_conclusion() -> None:
    discussion = (Heading("Discussion"), Prose("It works."))

    assert [section.kind for section in read(*discussion)] == ["conclusion"]
    assert [section.kind for section in read(*discussion, Heading("Conclusion"), Prose("So."))] == [
        "other",
        "conclusion",
    ]


def test_limits_in_an_appendix_are_set_apart() -> None:
    found = read(
        Heading("Appendix A Details", appendix=True),
        Prose("More."),
        Heading("A.1 Limitations", 2),
        Prose("Only English."),
        Heading("A.2 Prompts", 2),
        Prose("A prompt."),
    )

    assert found == (
        Section("Appendix A Details", "More.\nPrompts\nA prompt.", "appendix"),
        Section("Limitations", "Only English.", "limitations"),
    )


def test_limits_below_a_deeper_heading_take_their_own_subsections_along() -> None:
    found = read(
        Heading("Conclusion"),
        Prose("It works."),
        Heading("Limitations", 2),
        Heading("Data", 3),
        Prose("Only English."),
        Heading("Outlook", 2),
        Prose("More."),
    )

    assert found == (
        Section("Conclusion", "It works.\nOutlook\nMore.", "conclusion"),
        Section("Limitations", "Data\nOnly English.", "limitations"),
    )


@pytest.mark.parametrize(
    "paragraph",
    [
        "Limitations. Only English.",
        "Limitations and future work: only English.",
        "Limitations of our approach — only English.",
    ],
)
def test_limits_are_found_behind_a_lead_without_any_markup(paragraph: str) -> None:
    found = read(Heading("Conclusion"), Prose("It works."), Prose(paragraph), Prose("Thanks."))

    assert [(section.kind, section.text) for section in found] == [
        ("conclusion", "It works.\nThanks."),
        ("limitations", paragraph),
    ]


def test_paragraphs_that_admit_a_limit_are_taken_out_where_no_title_does() -> None:
    admission = "One limitation of our method is its cost."

    assert read(Heading("Conclusion"), Prose("It works."), Prose(admission)) == (
        Section("Conclusion", "It works.", "conclusion"),
        Section("Conclusion", admission, "limitations"),
    )


def test_the_limits_of_earlier_work_are_not_the_papers() -> None:
    found = read(
        Heading("Introduction"),
        Heading("Limitations of prior work", 2),
        Prose("They are slow."),
        Heading("Related Work"),
        Prose("Limitations. They are slow."),
    )

    assert [section.kind for section in found] == ["introduction", "related"]


def test_a_checklist_is_left_out_with_its_questions_about_limits() -> None:
    found = read(
        Heading("Conclusion"),
        Prose("It works."),
        Heading("NeurIPS Paper Checklist"),
        Heading("Limitations", 2),
        Prose("Answer: [Yes]"),
    )

    assert found == (Section("Conclusion", "It works.", "conclusion"),)


def test_what_follows_the_references_is_appendix() -> None:
    found = read(
        Heading("Conclusion"),
        Prose("So."),
        Heading("References"),
        Prose("[1] Doe, 99.9%"),
        Heading("Proofs"),
        Prose("QED"),
    )

    assert found == (Section("Conclusion", "So.", "conclusion"), Section("Proofs", "QED", "appendix"))


def test_thanks_and_contents_are_left_out_and_an_appendix_about_contributions_is_not() -> None:
    found = read(
        Heading("Contents"),
        Prose("1 Introduction"),
        Heading("Conclusion"),
        Prose("So."),
        Heading("Acknowledgments"),
        Prose("We thank Doe."),
        Heading("Appendix A Contributions", appendix=True),
        Prose("Doe wrote it."),
    )

    assert [section.title for section in found] == ["Conclusion", "Appendix A Contributions"]


def test_a_title_that_speaks_of_a_limitation_in_passing_is_not_the_papers_limits() -> None:
    paragraph = Prose("Scale limitations are studied in physics.", "Scale limitations")

    assert [section.kind for section in read(Heading("Method"), paragraph)] == ["method"]


def test_a_figure_before_the_first_section_goes_into_it() -> None:
    assert read(Prose("Jane Doe"), Grid("Figure 1: The system."), Heading("Introduction"), Prose("a")) == (
        Section("Introduction", "a", "introduction", ("Figure 1: The system.",)),
    )


def test_sections_without_anything_in_them_are_left_out() -> None:
    assert read(Heading("Introduction"), Heading("Method"), Prose("a")) == (Section("Method", "a", "method"),)


def test_limits_behind_the_thanks_are_read() -> None:
    limits = "Limitations. Only English."
    found = read(Heading("Conclusion"), Prose("So."), Heading("Acknowledgments"), Prose("We thank Doe."), Prose(limits))

    assert found == (Section("Conclusion", "So.", "conclusion"), Section("Limitations", limits, "limitations"))


def test_a_statement_inside_thanks_or_references_stays_with_the_section_above_and_a_checklists_does_not() -> None:
    statement = (Heading("Ethics Statement", 2), Prose("Nobody was harmed."))

    for cut in ("Acknowledgments", "References"):
        found = read(Heading("Conclusion"), Prose("So."), Heading(cut), Prose("Doe."), *statement)
        assert found == (Section("Conclusion", "So.\nEthics Statement\nNobody was harmed.", "conclusion"),)
    found = read(Heading("Conclusion"), Prose("So."), Heading("NeurIPS Paper Checklist"), Prose("Doe."), *statement)
    assert found == (Section("Conclusion", "So.", "conclusion"),)


@pytest.mark.parametrize("title", ["Keywords", "Key words and phrases", "Index Terms", "CCS Concepts"])
def test_key_words_are_no_section(title: str) -> None:
    found = read(Heading("Abstract"), Prose("We read."), Heading(title), Prose("reading"))

    assert found == (Section("Abstract", "We read.", "abstract"),)


def test_the_word_appendix_alone_divides_a_paper_and_is_no_section() -> None:
    found = read(
        Heading("Appendix"), Prose("It has one part."), Heading("Appendix A Proofs", appendix=True), Prose(".")
    )

    assert found == (Section("Appendix A Proofs", "It has one part.\n.", "appendix"),)
