"""Numbers that Korean writes in words."""

import pytest

from digest.stages.check.figures import figures


def read(text: str) -> list[tuple[str, float, str]]:
    return [(text[one.start : one.end], one.value, one.kind) for one in figures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("오십이 퍼센트까지 올렸다.", ("오십이 퍼센트", 52, "percent")),
        ("팔십칠%까지 올렸다.", ("팔십칠%", 87, "percent")),
        ("삼십 퍼센트대다.", ("삼십 퍼센트대", 30, "percent")),
        ("백열두 배 줄였다.", ("백열두 배", 112, "times")),
        ("천백십 배 줄였다.", ("천백십 배", 1110, "times")),
        ("서른두 배 줄였다.", ("서른두 배", 32, "times")),
        ("세 배 반 줄였다.", ("세 배 반", 3.5, "times")),
        ("칠 점 올랐다.", ("칠 점", 7, "points")),
        ("칠점오 점 올랐다.", ("칠점오 점", 7.5, "points")),
        ("영점팔 점 올랐다.", ("영점팔 점", 0.8, "points")),
        ("육십사만 토큰을 읽는다.", ("육십사만 토큰", 640_000, "count")),
        ("삼만 오천 개를 모았다.", ("삼만 오천 개", 35_000, "count")),
        ("일조 개의 토큰을 읽는다.", ("일조 개", 1e12, "count")),
        ("이백오십육 차원이다.", ("이백오십육 차원", 256, "count")),
        ("이십사분의 일이다.", ("이십사분의 일", 1 / 24, "")),
    ],
)
def test_a_number_in_words_is_read_whole_where_a_unit_follows(text: str, expected: tuple[str, float, str]) -> None:
    assert read(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "이 점은 좋다.", "일 점", "이점이 있다.", "만일 모델이 틀리면", "천이 확률을 쓴다.", "천이 모델이다.",
        "구조 개선이다.",
        "만점을 받았다.", "이백 개선", "오만 가지", "영상 만", "일조 시간", "이 배치", "사실 이 배열은",
    ],
)  # fmt: skip
def test_a_word_that_only_looks_like_a_numeral_is_none(text: str) -> None:
    assert read(text) == []


def test_reading_many_numerals_ends_soon_and_never_stands_still() -> None:
    for text in ("만 천 " * 3000, " 만" * 3000, "일" * 3000, "천백십일" * 3000, "영상 영점 영"):
        assert all(one.end > one.start for one in figures(text))


@pytest.mark.parametrize("paper", ["It needs 360 times less.", "It saves hundreds of times.", "비용을 수백 배 줄였다."])
def test_some_hundred_is_let_pass_where_the_paper_has_hundreds(words, paper: str) -> None:
    assert words("numbers", "비용을 수백 배 줄인다.", paper=paper) == []


@pytest.mark.parametrize("paper", ["It needs 111 samples.", "It needs 12 times less.", "There are many samples."])
def test_some_hundred_of_its_own_is_a_finding(words, paper: str) -> None:
    assert words("numbers", "비용을 수백 배 줄인다.", paper=paper) == ["수백 배"]


def test_over_a_hundred_is_a_hundred_and_eleven(words) -> None:
    assert words("numbers", "비용을 백 배 넘게 줄인다.", paper="It is 111 times cheaper.") == []
