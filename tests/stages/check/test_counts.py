"""Small counts: what is counted because it is listed, and what only looks like a count."""

import pytest

NAMED = "It is tested on MMLU, GSM8K, MATH, and HumanEval."


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("네 벤치마크에서 앞섰다.", NAMED),
        ("세 데이터셋에서 확인했다.", "On CIFAR-10, CIFAR-100 & ImageNet it holds."),
        ("세 단계로 학습한다.", "It is trained through pretraining, fine-tuning, and reinforcement learning."),
        ("네 가지 실패 유형을 찾았다.", "Failures: hallucination, drift, loops, and omission."),
        ("세 단계로 이루어진다.", "First, we filter. Second, we rank. Finally, we train."),
        ("3단계로 이루어진다.", "(1) collect, (2) filter, (3) train"),
        ("세 요소로 이루어진다.", "It consists of (i) an encoder, (ii) a decoder, and (iii) a head."),
        ("세 가지 양식을 다룬다.", "It works across text/image/audio."),
        ("세 가지를 밝혔다.", "We find that: loss falls; norms grow; and heads merge."),
        ("LOOM-Scope는 세 부분으로 이루어진다.\n\n- 설정을 통일한다.\n- 추론을 가속한다.\n- 평가한다.", "LOOM-Scope."),
    ],
)
def test_a_count_of_what_the_paper_or_the_field_lists_is_no_finding(words, text: str, paper: str) -> None:
    assert words("numbers", text, paper=paper) == []


@pytest.mark.parametrize(
    ("text", "paper", "where"),
    [
        ("여섯 벤치마크에서 앞섰다.", NAMED, "여섯 벤치마크"),
        ("다섯 가지를 다룬다.", NAMED, "다섯 가지"),
        ("문제 4개를 풀었다.", NAMED, "4개"),
        ("네 배 빨라졌다.", NAMED, "네 배"),
        ("네 가지를 내놓는다. 벤치마크 하나, 데이터셋 하나다.", "It is new.", "네 가지"),
    ],
)
def test_another_count_or_a_measured_one_is_a_finding(words, text: str, paper: str, where: str) -> None:
    assert words("numbers", text, paper=paper) == [where]


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("세 조건이 부딪힌다.", "This is the evaluation trilemma."),
        ("세 겹으로 나눈다.", "A tripartite approximation is used."),
        ("세 사람이 대화한다.", "Triads talk."),
        ("네 발 로봇이다.", "It is a quadruped."),
        ("4족 보행을 배운다.", "It learns quadrupedal locomotion."),
        ("세 평면에 사상한다.", "It uses tri-plane features."),
    ],
)
def test_a_word_that_holds_a_numeral_counts(words, text: str, paper: str) -> None:
    assert words("numbers", text, paper=paper) == []


@pytest.mark.parametrize(
    "text",
    [
        "두 일을 함께 최적화한다.",
        "두 주체가 협력한다.",
        "두 배우를 비교한다.",
        "두 시간대를 나눈다.",
        "두 점근 결과를 얻는다.",
        "두 비트열을 비교한다.",
        "두 년도를 비교한다.",
        "수 백만 개의 표본을 쓴다.",
        "몇 천 개의 표본을 쓴다.",
        "조 단위의 모델이다.",
        "백만 단위의 문맥이다.",
    ],
)
def test_a_noun_behind_a_numeral_is_no_unit_and_a_vague_number_no_figure(words, text: str) -> None:
    assert words("numbers", text, paper="There are many samples.") == []


@pytest.mark.parametrize(
    "text",
    ["CVPR 2024 대회를 열었다.", "ICLR 2025 장소이다.", "AIME 2025 문제를 푼다.", "SemEval 2024 과제를 푼다."],
)
def test_a_year_of_a_name_counts_nothing(words, text: str) -> None:
    paper = "It won at CVPR 2024, ICLR 2025, AIME 2025 and SemEval-2024."
    assert words("numbers", text, paper=paper) == []


def test_a_unit_that_stands_apart_is_still_a_unit(words) -> None:
    assert words("numbers", "표본 30 개의 평균이다. 20 배로 늘었다.", paper="It takes 30 s.") == ["30 개", "20 배"]


def test_a_dimension_must_be_the_paper_s_own(words) -> None:
    assert words("numbers", "2D 영상에서 3D 장면을 얻는다.", paper="It builds 3D scenes from images.") == []
    assert words("numbers", "4D 장면을 얻는다.", paper="It builds 3D scenes.") == ["4"]
    assert words("numbers", "3D 장면을 얻는다.", paper="It builds scenes.") == []
