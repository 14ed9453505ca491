"""Which papers are read, and by which rule the others are not."""

from hypothesis import given
from hypothesis import strategies as st

from digest.config import SelectionConfig
from digest.model import ArxivId, Exclusion, Paper, Selection
from digest.stages.selection import rank, select


def _paper(number: int = 1, upvotes: int | None = 0, title: str = "A title", **parts: object) -> Paper:
    return Paper(id=ArxivId(f"2511.{number:05}"), title=title, upvotes=upvotes, **parts)  # type: ignore[arg-type]


def _rule(paper: Paper, **config: object) -> str | None:
    selection = select([paper], {}, SelectionConfig(**config))
    return selection.exclusions[0].rule if selection.exclusions else None


def test_papers_stand_by_upvotes_ties_by_id_unknown_last() -> None:
    papers = [_paper(4, None), _paper(3, 7), _paper(2, 7), _paper(1, 9)]

    selection = select(papers, {}, SelectionConfig())

    assert selection == Selection(chosen=(papers[3], papers[2], papers[1], papers[0]))


def test_what_is_beyond_the_limit_is_left_out_by_that_rule() -> None:
    papers = [_paper(number, 10 - number) for number in range(4)]

    selection = select(papers, {}, SelectionConfig(limit=3))

    assert selection.chosen == tuple(papers[:3])
    assert selection.exclusions == (Exclusion(paper=papers[3], rule="limit", detail="3"),)


def test_a_paper_that_is_left_out_takes_no_place() -> None:
    papers = [_paper(1, 9, "spam"), _paper(2, 8), _paper(3, 7)]

    selection = select(papers, {}, SelectionConfig(limit=2, exclude=("spam",)))

    assert [paper.id for paper in selection.chosen] == ["2511.00002", "2511.00003"]


def test_a_paper_of_an_earlier_day_is_left_out_and_the_day_is_named() -> None:
    paper = _paper()

    selection = select([paper], {paper.id: "2025-11-14"}, SelectionConfig())

    assert selection == Selection(exclusions=(Exclusion(paper=paper, rule="published", detail="2025-11-14"),))


def test_a_withdrawn_paper_is_left_out_and_its_comment_says_why() -> None:
    paper = _paper(withdrawn=True, comment="Withdrawn due to an error")

    selection = select([paper], {}, SelectionConfig())

    assert selection.exclusions == (Exclusion(paper=paper, rule="withdrawn", detail="Withdrawn due to an error"),)


def test_too_few_upvotes() -> None:
    assert _rule(_paper(upvotes=4), min_upvotes=5) == "min_upvotes"
    assert _rule(_paper(upvotes=None), min_upvotes=1) == "min_upvotes"
    assert _rule(_paper(upvotes=5), min_upvotes=5) is None


def test_keywords_are_looked_for_in_title_and_abstract_in_whatever_case() -> None:
    paper = _paper(title="Fast ATTENTION", abstract="We train\nmodels on GPU.")

    assert _rule(paper, exclude=("attention",)) == "exclude"
    assert _rule(paper, exclude=("gpu",)) == "exclude"
    assert _rule(paper, include=("models on",)) is None
    assert _rule(paper, include=("vision",)) == "include"


def test_a_keyword_is_whole_words() -> None:
    assert _rule(_paper(title="Ragged arrays in storage"), include=("RAG",)) == "include"
    assert _rule(_paper(title="A storage-free RAG, revisited"), include=("RAG",)) is None
    assert _rule(_paper(title="C++ (and a.b*) for LLMs"), include=("c++",)) is None
    assert _rule(_paper(title="axb"), include=("a.b",)) == "include"


def test_words_of_a_keyword_may_stand_on_two_lines() -> None:
    assert _rule(_paper(abstract="large language\nmodels"), include=("language  models",)) is None


def test_exclusion_wins_and_names_the_keyword() -> None:
    paper = _paper(title="Vision and speech")

    selection = select([paper], {}, SelectionConfig(include=("vision",), exclude=("text", "speech")))

    assert selection.exclusions == (Exclusion(paper=paper, rule="exclude", detail="speech"),)


PAPERS = st.lists(
    st.builds(
        _paper,
        st.integers(1, 99999),
        st.none() | st.integers(0, 50),
        st.sampled_from(["spam", "ham", "spam and ham", "eggs"]),
        withdrawn=st.booleans(),
    ),
    unique_by=lambda paper: paper.id,
    max_size=12,
)


@given(
    PAPERS,
    st.builds(
        SelectionConfig,
        limit=st.integers(1, 8),
        min_upvotes=st.integers(0, 10),
        include=st.sampled_from([(), ("ham",)]),
        exclude=st.sampled_from([(), ("spam",)]),
    ),
    st.randoms(),
)
def test_every_paper_ends_in_one_place_whatever_the_order_they_come_in(
    papers: list[Paper], config: SelectionConfig, chance: object
) -> None:
    shuffled = list(papers)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    selection = select(papers, {}, config)

    seen = [*selection.chosen, *(one.paper for one in selection.exclusions)]
    assert sorted(paper.id for paper in seen) == sorted(paper.id for paper in papers)
    assert list(selection.chosen) == sorted(selection.chosen, key=rank)
    assert len(selection.chosen) <= config.limit
    assert select(shuffled, {}, config) == selection
