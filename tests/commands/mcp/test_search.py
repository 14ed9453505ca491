"""What a language model's question finds: other names, other forms, several words, and what is said of the rest."""

from collections.abc import Sequence

import pytest

from digest.adapters.templates import Templates
from digest.commands.mcp.needles import SameTerms
from digest.commands.mcp.search import Answered, Indexed, answer, one_apart
from digest.commands.mcp.words import fold
from digest.model import ArxivId
from digest.site.search import files

TERMS = SameTerms(files.terms(Templates().source("site/terms.yaml")))


def paper(number: int, title: str, abstract: str = "", names: Sequence[str] = (), tldr: str = "") -> Indexed:
    texts = (title, tldr, "\n".join(names), abstract, "")
    return Indexed(ArxivId(f"2511.0000{number}"), "2025-11-04", number, (), tuple(map(fold, texts)))


PAPERS = [
    paper(1, "Segmenting Lesions of Chest X-rays", names=("Sung Ju Hwang", "KAIST"), tldr="흉부 엑스레이를 나눈다."),
    paper(2, "Routing of Experts", "It mentions GRPO once, and 강화학습.", ("Wei Li", "Jing Wang", "NVIDIA")),
    paper(3, "Tree Search", "GRPO by trees; GRPO by groups. Self attention.", ("Wei Wang", "DeepSeek")),
    paper(4, "Learning to Reason as a Chemist", "화학 반응을 읽는다. Agents.", tldr="KV 캐시 크기를 줄였다."),
    paper(5, "Rubrics", "심층 강화학습에서 보상 해킹을 찾는다.", tldr="멀티모달 모델"),
]


def found(query: str) -> list[int]:
    return [int(one.id[-1]) for one in answer(PAPERS, query, TERMS).papers]


@pytest.mark.parametrize(
    ("query", "papers"),
    [
        ("카이스트", [1]), ("엔비디아", [2]), ("딥시크", [3]),
        ("흉부엑스레이", [1]), ("흉부 엑스레이", [1]), ("chest X ray", [1]),
        ("agent", [4]), ("agents", [4]), ("보상해킹을", [5]), ("보상 해킹", [5]), ("reward hacking", [5]),
        ("self-attention", [3]), ("selfattention", [3]), ("멀티모달보상", [5]),
    ],
)  # fmt: skip
def test_words_are_found_by_other_names_in_other_forms_and_with_other_spaces(query: str, papers: list[int]) -> None:
    assert found(query) == papers


@pytest.mark.parametrize("query", ["Sung-Ju Hwang", "Hwang Sung Ju", "sungju hwang", "HwangSungJu", "S. Hwang"])
def test_a_name_is_found_in_any_order_and_as_one_word(query: str) -> None:
    assert found(query) == [1]


def test_a_name_is_one_persons() -> None:
    assert found("Wei Wang") == [3]


def test_a_word_that_stands_across_the_words_of_another_is_not_there() -> None:
    assert (found("화학"), found("강화학습"), found("강화")) == ([4], [2, 5], [2, 5])


def test_what_speaks_of_a_word_more_often_comes_first() -> None:
    assert found("GRPO") == [3, 2]


@pytest.mark.parametrize(
    ("query", "papers", "left_out"),
    [
        ("KV 캐시를 줄이는 논문 뭐 있었지", [4], ["논문", "뭐", "있었지"]),
        ("papers about chest x-rays please", [1], ["papers", "about", "please"]),
        ("양자얽힘을 읽는 화학", [4], ["양자얽힘을"]),
        ("심층 강화학습 목록", [5], ["목록"]), ("GRPO survey", [3, 2], ["survey"]),
        ("엑스레이 반응 비교", [1], ["반응", "비교"]),
        ("GRPO 화학", [4], ["grpo"]), ("논문", [], []), ("양자얽힘", [], []),
    ],
)  # fmt: skip
def test_words_that_nothing_holds_beside_the_others_are_left_out_and_named(
    query: str, papers: list[int], left_out: list[str]
) -> None:
    done = answer(PAPERS, query, TERMS)

    assert ([int(one.id[-1]) for one in done.papers], done.left_out) == (papers, left_out)


@pytest.mark.parametrize(
    ("query", "papers", "read_as"),
    [
        ("deepseak", [3], {"deepseak": "deepseek"}), ("chmeist", [4], {"chmeist": "chemist"}),
        ("강화학슴", [2, 5], {"강화학슴": "강화학습"}), ("Paper7", [], {}), ("routing", [2], {}),
    ],
)  # fmt: skip
def test_one_typing_error_is_read_as_a_known_word_and_said(
    query: str, papers: list[int], read_as: dict[str, str]
) -> None:
    done = answer(PAPERS, query, TERMS)

    assert ([int(one.id[-1]) for one in done.papers], done.read_as) == (papers, read_as)


@pytest.mark.parametrize("query", ["!?", "---", "(", "[a-", "\\", "🙂", "\u1112", "가", "a" * 400, "강" * 400, "  "])
def test_any_text_is_a_question(query: str) -> None:
    assert answer(PAPERS, query, TERMS) == Answered([])


@pytest.mark.parametrize(
    ("other", "is_apart"),
    [("deep", False), ("dep", True), ("deeep", True), ("deop", True), ("edep", True), ("peed", False), ("de", False)],
)
def test_a_stroke_is_left_out_added_replaced_or_changes_places(other: str, is_apart: bool) -> None:
    assert (one_apart("deep", other), one_apart(other, "deep")) == (is_apart, is_apart)
