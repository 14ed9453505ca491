import pytest

SCORES = (
    "Our method reaches 84.9%, compared with 62.3% for the baseline. A query costs $0.012, then $0.083. It is faster."
)


@pytest.mark.parametrize(
    "text",
    [
        "정확도 84.9%를 기록하였다. 이는 기준 방법보다 22.6%p 높다.",
        "62.3%에서 84.9%로 22.6%p 올랐다.",
        "비용은 $0.012에서 $0.083으로 약 7배 늘었다.",
    ],
)
def test_a_difference_or_ratio_of_figures_that_belong_together_is_borne_out(words, text: str) -> None:
    assert words("numbers", text, paper=SCORES) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("정확도 84.9%를 기록하였다. 이는 기준 방법보다 22.7%p 높다.", "22.7%p"),
        ("기준 방법보다 22.6%p 높다.", "22.6%p"),
        ("비용은 $0.012에서 $0.083으로 약 9배 늘었다.", "9배"),
        ("비용은 $0.012에서 $0.083이고 7배의 표본을 쓴다.", "7배"),
        ("1.7배의 표본을 쓴다.", "1.7배"),
    ],
)
def test_a_wrong_result_or_one_without_its_operands_is_a_finding(words, text: str, where: str) -> None:
    assert words("numbers", text, paper=SCORES) == [where]


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("2시간 30분이 걸린다.", "It takes 2.5 hours."),
        ("4분 30초가 걸린다.", "It takes four and a half minutes."),
        ("1시간 반이 걸린다.", "It takes an hour and a half."),
        ("북유럽의 3~5월 영상을 쓴다.", "Images between March and May are used."),
        ("18%만 회상하였다.", "It recalls 18%."),
        ("초당 5천 번 갱신한다.", "The rate is 5 kHz."),
        ("5개의 점을 본다.", "One looks at five points."),
        ("배치를 절반씩 나눈다.", "The batch is cut into two halves."),
        ("99분위 지연은 2초이다.", "The p99 latency is 2 s."),
        ("상위 0.1%의 강수를 과소평가한다.", "Rain above the 99.9th percentile is too weak."),
        ("하위 25%의 향상이 크다.", "The lowest quartile gains most."),
        ("1,000년간 안정적이다.", "It is stable for 1,000 simulated years."),
        ("100년당 드리프트가 작다.", "The drift per century is small."),
        ("3주 차 이후 중단했다.", "They stopped after week three."),
        ("표준편차 0.23만큼 높다.", "It is 0.23 standard deviations higher."),
        ("V100 8장으로 학습한다.", "Training: 400K steps, 8 V100 GPUs, 9 days."),
        ("100점 만점에 평가한다.", "Experts rate on a 0-100 scale."),
        ("20회 중 5회에서 19회로 올랐다.", "Success rises from 5/20 to 19/20."),
        ("1,200만 화소 사진을 쓴다.", "Photos of 12-megapixel size are used."),
        ("100만 토큰당 비용이 낮다.", "The cost per million tokens is low."),
    ],
)
def test_what_a_korean_sentence_says_otherwise_is_no_finding(words, text: str, paper: str) -> None:
    assert words("numbers", text, paper=paper) == []


@pytest.mark.parametrize("text", ["2시간 40분이 걸린다.", "3시간 30분이 걸린다.", "2일 30분이 걸린다."])
def test_a_wrong_duration_in_two_units_is_one_finding(words, text: str) -> None:
    assert words("numbers", text, paper="It takes 2.5 hours.") == [text.split("이", maxsplit=1)[0]]


def test_a_figure_may_follow_from_two_of_another_field(words) -> None:
    results = "정확도가 62.3%에서 84.9%로 올랐다."
    assert words("numbers", "정확도를 22.6%p 높였다.", field="tldr", paper=SCORES, results=results) == []
    assert words("numbers", "정확도를 22.4%p 높였다.", field="tldr", paper=SCORES, results=results) == ["22.4%p"]


def test_a_bound_on_a_ratio_is_judged_as_a_bound(words) -> None:
    paper = "The error is 1.1 beats, 2.4 for the best earlier system."
    assert words("numbers", "오차는 1.1회로 기존 2.4회의 절반 이하이다.", paper=paper) == []
    assert words("numbers", "오차는 2.4회로 기존 1.1회의 3배 이상이다.", paper=paper) == ["3배"]


def test_a_bare_figure_is_no_multiple(words) -> None:
    assert words("numbers", "점수가 5.5배 올랐다.", paper="It gains 5.5 on the test.") == ["5.5배"]
    assert words("numbers", "속도가 5.5배 올랐다.", paper="The speedup is 5.5 on the test.") == []
