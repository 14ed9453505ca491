"""Reasons of a score in words."""

import pytest

from digest.adapters.templates import Templates
from digest.errors import ConfigError
from digest.model import Reason
from digest.posts.reasons import explain, score

WHY = (
    Reason(kind="similar", points=3.25, name="Attention Is All You Need", amount=0.41),
    Reason(kind="authors", points=2.0, name="Yoshua Bengio"),
    Reason(kind="words", points=-1.5, name="survey"),
    Reason(kind="votes", points=0.5, amount=37),
)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "유사: 〈Attention Is All You Need〉 0.41, 저자 팔로우: Yoshua Bengio, 추천 37"),
        ("en", "similar to “Attention Is All You Need” 0.41, author followed: Yoshua Bengio, votes: 37"),
    ],
)
def test_readers_are_told_what_speaks_for_a_paper(language: str, text: str) -> None:
    assert explain(WHY, Templates().words(language)) == text


def test_the_ledger_names_all_reasons_with_their_points() -> None:
    assert explain(WHY, Templates().words("ko"), points=True) == (
        "유사: 〈Attention Is All You Need〉 0.41 (+3.25), 저자 팔로우: Yoshua Bengio (+2.00), "
        "단어: survey (-1.50), 추천 37 (+0.50)"
    )
    assert (score(WHY), score(())) == ("4.25", "")


def test_a_placeholder_that_there_is_not_is_named() -> None:
    with pytest.raises(ConfigError) as caught:
        explain(WHY, {"taste": {"similar": "{who}"}})

    assert str(caught.value) == "locale: taste.similar: unknown placeholder; allowed: {name}, {amount}"
