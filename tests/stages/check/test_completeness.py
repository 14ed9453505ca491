import pytest

from digest.adapters.templates import Templates
from digest.model import Finding

WORDS = Templates().words("ko")


def test_an_empty_field_is_a_finding_but_not_an_empty_one_line_summary(judge) -> None:
    verdict = judge(method=" ", tldr="")

    assert [finding for finding in verdict.findings if finding.check == "complete"] == [
        Finding("complete", "method", "method is empty", empty=True)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "N/A",
        "TODO",
        "요약 없음",
        "내용 없음.",
        "해당 없음",
        "정보 없음",
        "Lorem ipsum dolor.",
        "[…]",
        "-",
        "논문에서 확인할 수 없음.",
        "(요약 내용)",
        "【방법】",
        "{method}",
        "(Summary of the method)",
        "예: 제안 방법이 앞섰다.",
        "What the paper sets out to do, in one sentence.",
        "未定",
    ],
)
def test_a_placeholder_is_a_finding(findings, text: str) -> None:
    assert f"results is a placeholder (“{text}”)" in [finding.what for finding in findings(text)]


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("XXX 방법을 제안하고 YYY에서 평가하였다.", "XXX"),
        ("OO 방법을 제안하여 △△ 문제를 해결한다.", "OO"),
        ("○○ 모델이 앞섰다.", "○○"),
        ("정확도가 XX% 올랐다.", "XX"),
        ("정확도를 ***% 높였다.", "***"),
        ("정확도를 ___ 높였다.", "___"),
        ("제안 방법은 ~을 해결한다.", "~"),
        ("[모델명]은 기준보다 정확했다.", "[모델명]"),
        ("{{results}} 정확도가 올랐다.", "{{results}}"),
        ("정확도가 올랐다 (여기에 수치를 적음).", "(여기에 수치를 적음)"),
    ],
)
def test_a_gap_that_was_to_be_filled_in_is_a_finding(findings, text: str, gap: str) -> None:
    assert [(one.what, one.where, one.empty) for one in findings(text) if "placeholder" in one.what] == [
        (f"“{gap}” in results is a placeholder", gap, True)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "xLSTM은 FLAN-T5-XXL보다 빠르다.",
        "XXX는 XX 염색체를 구분한다.",
        "(1) 먼저 거르고 (2) 정렬한다.",
        "{고양이, 개}를 구분한다.",
        "표의 N/A는 측정하지 않았다는 뜻이다.",
        "약 ~10%가 줄었다.",
        "OOD 데이터에서 메모리 OOM 없이 학습한다.",
        "{{question}} 자리에 질문을 넣는다.",
        "(정확도가 기준 방법보다 높았다.)",
    ],
)
def test_brackets_and_names_of_the_paper_are_no_gaps(findings, text: str) -> None:
    paper = "The prompt has {{question}}. XXX tells XX chromosomes from others."

    assert [one.what for one in findings(text, paper=paper) if "placeholder" in one.what] == []


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I cannot summarize this paper.",
        "As an AI language model, I have no access.",
        "죄송합니다. 요약할 수 없습니다.",
        "제공된 텍스트에서는 확인할 수 없습니다.",
    ],
)
def test_a_refusal_is_a_finding(findings, text: str) -> None:
    assert "results refuses or excuses itself instead of summarising" in [finding.what for finding in findings(text)]


@pytest.mark.parametrize(
    "text",
    [
        *(WORDS["prompt"][name] for name in ("no_limitations", "abstract_only")),
        "논문은 한계를 명시하지 않는다.",
        "본문에서 한계를 확인할 수 없다.",
        "저자들은 한계를 따로 논의하지 않았다.",
    ],
)
def test_honest_limitations_are_no_finding_even_without_evidence(judge, text: str) -> None:
    assert judge(text, field="limitations", claim="").findings == ()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("```json\n결과가 좋았다.", "```json"),
        ('{"goal": "결과가 좋았다."', '{"goal":'),
        ("생각했다.</think> 결과가 좋았다.", "</think>"),
        ("### 결과가 좋았다.", "### 결과가"),
        ("Limitations: 결과가 나빴다.", "Limitations:"),
        ("결과가 좋았다.\\n", "\\n"),
        ("결과가 좋았다. \\u003c", "\\u003c"),
        ("Here is the summary 결과가 좋았다.", "Here is the summary"),
    ],
)
def test_leftovers_of_prompt_and_json_are_findings(words, text: str, where: str) -> None:
    assert words("complete", text) == [where]


@pytest.mark.parametrize(
    "text",
    [
        "정확도가 크게 올라 기존 방법을",
        "정확도가 올랐으며",
        "정확도가 오르고 속도는 기존보다",
        "정확도가 올랐다...",
        "정확도는 높고,",
        "정확도(기준",
    ],
)
def test_a_field_cut_in_mid_sentence_is_a_finding(words, text: str) -> None:
    assert words("complete", text) == [text[-30:]]


@pytest.mark.parametrize("text", ["정확도가 올랐다", "정확도가 올랐다(표 2).", "“정확도가 올랐다.”"])
def test_a_finished_sentence_is_no_cut(words, text: str) -> None:
    assert words("complete", text) == []


def test_a_copied_field_is_reported_at_the_later_one(findings) -> None:
    text = "본 연구는 캐시의 크기를 줄이는 것을 목표로 하며 추가 학습은 하지 않는다."

    found = findings(text, field="results", goal=text)

    assert found == [Finding("complete", "results", "results copies goal", text)]


def test_a_field_inside_another_is_a_finding(findings) -> None:
    text = "본 연구는 캐시의 크기를 줄이는 것을 목표로 하며 추가 학습은 하지 않는다."

    found = findings(text + " 이는 향후 연구에도 큰 도움이 될 것이다.", field="results", goal=text)

    assert found == [Finding("complete", "results", "most of results and of goal is the same text")]


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("입력을 [MASK] 토큰으로 가린다.", "Inputs are replaced by [MASK] tokens."),
        ("추론을 <think> 태그 안에 쓴다.", "The reasoning stands in <think> tags."),
        ("답변할 수 없는 질문을 가려낸다.", ""),
        ("한국어에 특화된 언어 모델로서 가장 높은 점수를 얻었다.", ""),
        ("Llama 2는 “I cannot fulfill your request. I'm just an AI”라고 거절한다.", ""),
        ("기존 모델은 주어진 문서에서 답을 찾을 수 없다.", ""),
    ],
)
def test_what_the_paper_is_about_is_no_refusal_or_leftover(words, text: str, paper: str) -> None:
    assert words("complete", text, paper=paper) == []


@pytest.mark.parametrize(
    "text",
    [
        "요약할 수 없다.", "본문이 없어 요약할 수 없다.", "제공된 텍스트가 부족하여 요약을 작성할 수 없다.",
        "논문 내용을 확인하지 못해 작성하지 못했다.", "결과가 들어갈 자리이다.", "이 항목은 결과가 들어갈 자리이다.",
        "요청한 내용은 생성할 수 없다.", "원문이 비어 있어 정리하지 못했다.",
    ],
)  # fmt: skip
def test_an_excuse_in_plain_style_is_no_summary(judge, text: str) -> None:
    assert [one.check for one in judge(text, "motivation").findings] == ["complete"]


@pytest.mark.parametrize(
    "text",
    [
        "긴 문서를 기존 모델은 요약할 수 없다.", "논문 요약을 기존 모델은 수행하지 못했다.",
        "본문만으로는 표를 해석할 수 없는 문제가 있다.", "정보가 빠진 질문에 기존 모델은 답하지 않았다.",
        "내용이 비슷한 문서를 기존 방법은 구별하지 못했다.",
    ],
)  # fmt: skip
def test_what_others_cannot_do_is_no_excuse(judge, text: str) -> None:
    assert judge(text, "motivation").findings == ()
