"""Sentences of an overview beside the entries that they name."""

import pytest

from digest.model import ArxivId, Entry, OverviewSentence, Paper, Provenance, Summary
from digest.stages.check.overview import check_overview


def entry(number: int, title: str, results: str, goal: str = "긴 문맥의 비용을 줄인다.") -> Entry:
    paper_id = ArxivId(f"2511.{number:05d}")
    return Entry(
        paper=Paper(id=paper_id, title=title, abstract="On BigBench it gains 9.9 points."),
        summary=Summary.of({"goal": goal, "results": results, "tldr": "캐시를 줄인다."} | {"method": "합친다."}),
        provenance=Provenance(origin="html", backend="openai"),
        arxiv_url=paper_id.link,
        alphaxiv_url="",
    )


DAY = (
    entry(1, "StrideKV: Sharing Cache Slots", "RULER에서 0.8점만 잃고 캐시를 6.4배 줄였다."),
    entry(2, "FoldNet: Protein Folding", "CASP15에서 정확도 71.2%를 얻었다.", goal="단백질 구조를 예측한다."),
)
IDS = tuple(one.paper.id for one in DAY)


def doubted(text: str, *papers: ArxivId, language: str = "ko") -> list[tuple[str, str]]:
    found = check_overview(OverviewSentence(text, papers), DAY, language)
    return [(one.check, one.where) for one in found]


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("StrideKV는 캐시를 6.4배 줄이면서 RULER 점수를 0.8점만 잃는다.", IDS[:1]),
        ("두 논문 가운데 StrideKV는 문맥을, FoldNet은 단백질을 다룬다.", IDS),
        ("FoldNet은 CASP15에서 71.2%의 정확도를 보인다.", IDS[1:]),
    ],
)
def test_what_the_named_entries_say_is_let_pass(text: str, papers: tuple[ArxivId, ...]) -> None:
    assert doubted(text, *papers) == []


@pytest.mark.parametrize(
    ("text", "papers", "expected"),
    [
        ("StrideKV는 캐시를 8.4배 줄인다.", IDS[:1], [("numbers", "8.4배")]),
        ("StrideKV는 71.2%의 정확도를 보인다.", IDS[:1], [("numbers", "71.2%")]),
        ("StrideKV는 CASP15에서 캐시를 줄인다.", IDS[:1], [("names", "CASP15")]),
        ("QuillNet은 단백질 구조를 예측한다.", IDS[1:], [("names", "QuillNet")]),
        ("BigBench에서 9.9점을 얻었다.", IDS[:1], [("numbers", "9.9점"), ("names", "BigBench")]),
    ],
)
def test_a_figure_or_name_that_only_others_have_is_a_finding(
    text: str, papers: tuple[ArxivId, ...], expected: list[tuple[str, str]]
) -> None:
    """Also what only the paper's abstract has: readers cannot look it up in the entry."""
    assert doubted(text, *papers) == expected


def test_a_sentence_that_names_no_entry_of_the_day_rests_on_nothing() -> None:
    assert doubted("캐시를 줄인다.") == [("evidence", "캐시를 줄인다.")]
    assert doubted("캐시를 줄인다.", ArxivId("2511.99999")) == [("evidence", "캐시를 줄인다.")]


def test_another_language_is_a_finding() -> None:
    assert [check for check, _ in doubted("The cache is made much smaller by sharing its slots.", IDS[0])] == [
        "language"
    ]
