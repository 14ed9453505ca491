"""Words as whole words, also where a script does not part them."""

import unicodedata

import pytest

from digest.stages.selection.keywords import first_in, is_in


@pytest.mark.parametrize(
    ("keyword", "text", "found"),
    [
        ("c++", "in C++ code", True),
        (".net", "the .NET", True),
        ("LLM", "LLMs are", False),
        ("rank", "low-rank", True),
        ("rank", "ranking", False),
        ("emotion  video", "an Emotion\nvideo", True),
        ("감정", "감정을 분석한다", True),
        ("감정", "무감정 상태", False),
        ("음성 인식", "음성  인식에서는", True),
        ("AI", "AI를 위한", True),
        ("AI", "OpenAI를", False),
        ("AI", "한국AI학회", True),
        ("感情", "对感情的分析", True),
        ("モデル", "言語モデルの", True),
        ("naïve", unicodedata.normalize("NFD", "a naïve way"), True),
        (unicodedata.normalize("NFD", "감정"), "감정", True),
        ("(", "f(x", False),
        (".*", "anything", False),
    ],
)
def test_whole_words_are_found(keyword: str, text: str, found: bool) -> None:
    assert is_in(keyword, text) is found


def test_the_first_of_several_is_named() -> None:
    assert first_in(["speech", "vision", "video"], "Video and vision") == "vision"
