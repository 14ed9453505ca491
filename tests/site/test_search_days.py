"""Queries that name days, in whatever form: what they list, and that they list nothing else."""

import pytest

from tests.site.test_search import ask, needs_node, record

DAYS = ["2024-12-30", "2025-09-02", "2025-09-30", "2025-10-14", "2026-03-03", "2026-03-09"]
PAPERS = [
    record(number, title, day=day)
    for number, (title, day) in enumerate(
        zip(("Robots 2025년", "Robots", "Maps", "Maps 목록", "AIME 2025", "Robots May Fail"), DAYS, strict=True)
    )
]
TODAY = "2026-03-10"


def numbers(*queries: str) -> dict[str, list[int]]:
    answers = ask(PAPERS, *queries, today=TODAY)
    return {query: sorted(answer["numbers"]) for query, answer in zip(queries, answers, strict=True)}


@needs_node
@pytest.mark.parametrize(
    ("queries", "expected"),
    [
        (["25년 9월 30일", "'25.9.30", "30 Sep 2025", "30th of September, 2025", "2025 September 30"], [2]),
        (["2025 9월", "2025 september", "September", "25년 9월", "202509", "2025년 9월 논문 목록"], [1, 2]),
        (["2025년 10월 3주차", "10월 셋째 주", "2025년 10월 중순", "2025 Q4", "14 October 2025"], [3]),
        (["2025", "2025년", "작년", "지난해 하반기", "last year"], [1, 2, 3]),
        (["2025년 9월부터 10월까지", "2025-09-02 ~ 2025-10-14", "2025년 9~10월", "Sep to Oct 2025"], [1, 2, 3]),
        (["2025년 10월 이후", "since October 2025", "10월부터"], [3, 4, 5]),
        (["2025년 9월 이전", "before September 2025", "2024년까지"], [0]),
        (["어제", "이번 주", "this week", "최근 3일"], [5]),
        (["지난주", "last week"], [4]),
        (["이번 달 논문", "최근 2주", "past 10 days"], [4, 5]),
    ],
)
def test_days_are_read_in_many_forms(queries: list[str], expected: list[int]) -> None:
    assert numbers(*queries) == dict.fromkeys(queries, expected)


@needs_node
@pytest.mark.parametrize("query", ["2025년 11월", "2025-13-45", "2월 30일", "오늘", "지난달", "November"])
def test_days_without_papers_have_none_and_are_not_looked_up_as_words(query: str) -> None:
    (answer,) = ask(PAPERS, query, today=TODAY)

    assert (answer["numbers"], answer["dropped"], answer["undated"]) == ([], [], True)


@needs_node
def test_a_date_that_is_still_being_typed_is_the_one_that_it_may_become() -> None:
    assert numbers("2025ㄴ", "2025년 1", "2025년 10ㅇ", "2025년 10워", "2025년 10월 1", "2025년 10월 14이") == {
        "2025ㄴ": [1, 2, 3], "2025년 1": [3], "2025년 10ㅇ": [3], "2025년 10워": [3], "2025년 10월 1": [3],
        "2025년 10월 14이": [3],
    }  # fmt: skip


@needs_node
def test_a_word_that_may_be_a_day_is_first_of_all_a_word() -> None:
    (answer,) = ask(PAPERS, "AIME 2025", today=TODAY)

    assert (answer["numbers"], answer["dropped"]) == ([4], [])
    assert numbers("robots may fail", "may") == {"robots may fail": [5], "may": [5]}
