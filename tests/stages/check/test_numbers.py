import pytest

from digest.model import Finding

MEMORY = "The cache shrinks from 16 GB to 2.5 GB, 6.4 times less, and the accuracy is 97.3% at 64K tokens."
TABLE = ("Table 1: Speed\nMethod | Latency (ms) | Score\nOurs | 35 | 81.9\nBaseline | 120 | 80.1",)


def test_a_number_absent_from_the_paper_is_a_finding(judge) -> None:
    verdict = judge("정확도는 87%에 이르렀다.", paper=MEMORY)

    assert verdict.findings == (Finding("numbers", "results", "87% in results does not occur in the paper", "87%"),)


def test_a_changed_unit_is_a_finding_that_says_what_the_paper_has(judge) -> None:
    verdict = judge("캐시는 16MB에서 줄어든다.", paper=MEMORY)

    what = "16MB in results does not occur in the paper with this unit; there it is “16 GB to 2.5 GB,”"
    assert verdict.findings == (Finding("numbers", "results", what, "16MB"),)


@pytest.mark.parametrize(
    "text",
    [
        "캐시는 16GB에서 2.5GB로 6.4배 줄었다.",
        "캐시는 16,000MB에서 줄어든다.",
        "정확도는 0.973이다.",
        "6만 4000 토큰에서 측정하였다.",
        "65,536 토큰에서 측정하였다.",
        "정확도는 약 97%이다.",
        "정확도는 97%가 넘는다.",
    ],
)
def test_the_same_figure_in_another_form_is_no_finding(words, text: str) -> None:
    assert words("numbers", text, paper=MEMORY) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("정확도는 97%이다.", "97%"),
        ("정확도는 97.3배이다.", "97.3배"),
        ("캐시는 6.4GB가 된다.", "6.4GB"),
        ("캐시는 2.5초 걸린다.", "2.5초"),
        ("정확도는 약 95%이다.", "95%"),
        ("6.5만 토큰에서 측정하였다.", "6.5만 토큰"),
    ],
)
def test_a_rounded_or_rescaled_figure_is_a_finding(words, text: str, where: str) -> None:
    assert words("numbers", text, paper=MEMORY) == [where]


def test_a_table_heading_gives_its_unit_to_the_column(words) -> None:
    assert words("numbers", "지연 시간은 35ms이고 점수는 81.9점이다.", tables=TABLE) == []
    assert words("numbers", "지연 시간은 35초이다.", tables=TABLE) == ["35초"]


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("GPT-4와 Wan2.1-14B를 H100에서 비교하였다.", "We compare GPT-4 and Wan2.1 (1.3B, 14B) on an H100."),
        ("두 단계로 이루어진다.", "It has stages."),
        ("만화, 영화, 스티커의 세 가지 영역을 다룬다.", "It covers cartoons, films and stickers."),
        ("(1) 읽고 (2) 고르고 (3) 쓰는 3단계로 이루어진다.", "It reads, selects and writes."),
        ("오차는 2.1% 감소하였다.", "The change in error is -2.1%."),
        ("실험은 2월 3일부터 28일까지 하였다.", "Data were gathered between 3 and 28 February."),
        ("1초에 한 프레임을 본다.", "It sees one frame per second."),
        ("Llama 3.1을 사용한다.", "We use Llama-3.1-8B."),
        ("5점 만점의 척도를 썼다.", "Raters used a scale from 1 to 5."),
    ],
)
def test_what_is_exempt_or_paraphrased_is_no_finding(words, text: str, paper: str) -> None:
    assert words("numbers", text, paper=paper) == []


@pytest.mark.parametrize("paper", ["See Table 42.", "As shown [42].", "Section 42 has it."])
def test_numbers_of_tables_sections_and_citations_bear_nothing_out(words, paper: str) -> None:
    assert words("numbers", "점수는 42점이다.", paper=paper) == ["42점"]


def test_a_difference_that_the_paper_does_not_state_is_a_finding(words) -> None:
    assert words("numbers", "정확도가 5%p 올랐다.", paper="Accuracy rises from 60% to 65%.") == ["5%p"]


def test_the_one_line_summary_is_checked_too(words) -> None:
    assert words("numbers", "캐시를 9배 줄인 방법이다.", field="tldr", paper=MEMORY) == ["9배"]


SIGNED = "The closeness correlation is -0.343 on Books, and 0.431 for degree.\nWe lose no data. Values lie in 10 -20."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("closeness와의 상관은 0.343이다.", ["0.343"]),
        ("closeness와의 상관은 +0.343이다.", ["+0.343"]),
        ("closeness와의 상관은 양의 0.343이다.", ["0.343"]),
        ("closeness와의 상관은 -0.343이다.", []),
        ("closeness와의 상관은 음의 0.343이다.", []),
        ("상관은 음수로, 절댓값이 0.343이다.", []),
        ("degree와의 상관은 -0.431이다.", ["-0.431"]),
        ("degree와의 상관은 음의 0.431이다.", ["0.431"]),
        ("degree와의 상관은 0.431이다.", []),
        ("값은 20까지다.", []),
    ],
)
def test_a_sign_is_not_lost_nor_added(words, text: str, found: list[str]) -> None:
    assert words("numbers", text, paper=SIGNED) == found


def test_a_sign_in_a_table_is_not_lost_nor_added(words) -> None:
    table = "Table 1: Change in lossless closeness\nModel | MAP\nNN | -5.80%\nPSL | 63.7%"

    assert words("numbers", "MAP은 NN에서 5.80% 낮아지고 PSL에서 63.7%이다.", tables=[table]) == []
    assert words("numbers", "MAP은 NN에서 5.80%이고 PSL에서 -63.7%이다.", tables=[table]) == ["5.80%", "-63.7%"]
