"""Texts as vectors: what counts as a word of theirs."""

import pytest

from digest.model.corpus.terms import read_terms


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("MG-Nav: Navigation", {"nav", "navigation"}),
        ("VLA-RL with RL in 3D", {"vla", "rl", "3d"}),
        ("Qwen2-VL-Max", {"qwen2", "max"}),
        ("AI, AI: 검색-증강", {"ai"}),
    ],
)
def test_two_letters_are_a_word_alone_and_none_as_a_part_of_a_name(title: str, words: set[str]) -> None:
    assert set(read_terms(title, "")) == words
