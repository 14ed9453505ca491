"""Organisations by their names in two scripts, long and short."""

import pytest

from tests.site.test_search import ask, needs_node, record


@needs_node
@pytest.mark.parametrize("query", ["옥스퍼드대학교", "옥스퍼드대", "옥스퍼드대학", "옥스퍼드"])
def test_a_university_is_found_whatever_its_name_ends_with(query: str) -> None:
    records = [record(0, "One", organization="University of Oxford"), record(1, "Two", organization="Yonsei")]

    (answer,) = ask(records, query)

    assert (answer["numbers"], answer["dropped"]) == ([0], [])


@needs_node
def test_an_abbreviation_is_no_ordinary_word_with_an_s_and_is_not_read_as_another_word() -> None:
    records = [record(0, "Thus units of uncertainty"), record(1, "Two", organization="Tsinghua University")]

    answers = ask(records, "칭화대학교", "Tsinghua", "THU", "UNC", "UNIST")

    assert [(answer["numbers"], answer["read"]) for answer in answers] == [([1], [])] * 3 + [([], [])] * 2
