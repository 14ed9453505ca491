import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.stages.check.figures import figures
from digest.stages.check.readable import readable


def read(text: str) -> list[tuple[float, str]]:
    return [(round(figure.base, 12), figure.kind) for figure in figures(readable(text).text)]


@pytest.mark.parametrize(
    "forms",
    [
        ("22,758", "22758", "2만 2758", "2만2758"),
        ("1.2 billion", "1.2B", "12억"),
        ("3 million", "3M", "300만"),
        ("120 million", "1억 2천만", "1억 2000만"),
        ("64K", "64,000", "6만 4000", "64 thousand"),
        ("10^-3", "1e-3", "10⁻³", "0.001", "$10^{-3}$"),
        ("2×10^-5", "2e-5", "$2 \\times 10^{-5}$"),
        ("0.50", "0.5"),
        ("one third", "3분의 1", "1/3"),
        ("half", "절반", "halved"),
    ],
)
def test_forms_of_one_figure_are_one_value(forms: tuple[str, ...]) -> None:
    values = {read(form)[0][0] for form in forms}

    assert len(values) == 1


@pytest.mark.parametrize(
    "forms",
    [
        ("2.5배", "2.5x", "2.5×", "2.5 times", "2.5-fold", "$2.5\\times$"),
        ("8배", "eightfold", "eight times", "8-fold", "여덟 배"),
        ("두 배", "twice", "doubled", "2x"),
        ("42%", "42 percent", "42\\%", "42 percentage points", "42%p", "42퍼센트"),
        ("320ms", "320 ms", "0.32 s", "320밀리초"),
        ("16GB", "16 GB", "16기가바이트", "16,000 MB"),
        ("30분", "half an hour", "thirty minutes", "30 min"),
        ("다섯 개", "five tasks", "5개", "5 tasks"),
        ("백만 개", "100만 개", "a million samples"),
        ("4,100 GPU-hours", "4,100 H100 GPU hours", "4,100시간"),
        ("100배", "two orders of magnitude"),
    ],
)
def test_forms_of_one_figure_share_value_and_kind(forms: tuple[str, ...]) -> None:
    assert {tuple(read(form)) for form in forms} == {tuple(read(forms[0]))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10~20%", [(10, "percent"), (20, "percent")]),
        ("from 10 to 20 percent", [(10, "percent"), (20, "percent")]),
        ("2, 4, 8, 16개", [(2, "count"), (4, "count"), (8, "count"), (16, "count")]),
        ("2.3 hours instead of 41.", [(8280, "time"), (147600, "time")]),
        ("33 ± 0.02", [(33, ""), (0.02, "")]),
        ("2시간과 30분", [(7200, "time"), (1800, "time")]),
    ],
)
def test_figures_of_a_range_or_list_share_their_unit(text: str, expected: list[tuple[float, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("name", ["GPT-4", "H100", "v2", "EA-2cls", "3DGS", "Qwen2.5", "SAM2"])
def test_a_digit_in_a_name_is_no_figure(name: str) -> None:
    assert figures(name) == []


@pytest.mark.parametrize(
    "text", ["한계가 있다", "열대 저기압", "하지만 개선", "네트워크", "일반화", "두드러진", "배치 크기", "분류 성능"]
)
def test_korean_syllables_that_look_like_numerals_are_none(text: str) -> None:
    assert figures(text) == []


@given(st.text())
def test_reading_figures_never_raises_and_keeps_their_order(text: str) -> None:
    source = readable(text)
    found = figures(source.text)

    assert [figure.start for figure in found] == sorted(figure.start for figure in found)
    assert all(source.source_span(figure.start, figure.end) in text for figure in found)


@given(st.integers(min_value=1000, max_value=10**9))
def test_any_whole_number_is_itself_with_and_without_commas(number: int) -> None:
    assert read(f"{number:,} samples") == read(f"{number} samples") == [(float(number), "count")]


@given(st.integers(min_value=1, max_value=9999), st.integers(min_value=1, max_value=9999))
def test_a_number_in_man_is_the_number_in_digits(high: int, low: int) -> None:
    assert read(f"{high}만 {low}개") == read(f"{high * 10_000 + low}개")


@given(st.text())
def test_every_place_in_readable_text_has_a_place_in_the_raw_text(text: str) -> None:
    source = readable(text)

    places = [source.origin(place) for place in range(len(source.text) + 1)]

    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("거리 임계값 2와 3만 살폈다.", [2, 3]),
        ("2와 3만 개를 썼다.", [2, 30_000]),
        ("데이터를 3만 늘렸다.", [30_000]),
        ("2만과 3만 명이다.", [20_000, 30_000]),
        ("서버 10'000대", [10_000]),
        ("10’000 steps", [10_000]),
        ("1'000'000 × 10^3", [1e9]),
    ],
)
def test_only_these_and_groups_of_digits_are_read(text: str, values: list[float]) -> None:
    assert [one.value for one in figures(text)] == values
