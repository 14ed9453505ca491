"""Literal tables of what faults are made of. Written without a look at the tables of the checks."""

INVENTED = (
    "이는 기존 방법보다 {}% 높은 수치이다.", "속도는 {}배 빨라졌다.", "평균 점수는 {}점이다.",
    "총 {}개의 샘플을 사용하였다.", "지연 시간은 {}ms에 그쳤다.", "메모리는 {}GB를 사용한다.",
    "학습에는 {}시간이 걸렸다.", "평가자는 {}명이었다.",
)  # fmt: skip

UNITS = {
    "%p": "배", "%": "배", "배": "%", "ms": "초", "밀리초": "초", "초": "ms", "GB": "MB", "MB": "GB",
    "TB": "GB", "KB": "MB", "시간": "일", "분": "시간", "일": "시간", "주": "일", "개월": "년",
    "비트": "바이트", "dB": "%", "Hz": "kHz", "kHz": "Hz", "GHz": "MHz", "W": "kW", "kW": "W", "km": "m",
    "cm": "mm", "mm": "cm", "m": "km", "픽셀": "배", "점": "배", "억": "만", "만": "억", "명": "%",
    "달러": "%", "도": "배", "kg": "g", "J": "kJ", "nm": "µm", "단계": "배",
}  # fmt: skip

REGISTERS = (
    (r"([았었였했됐])다\.", ("{}습니다.", "{}음.", "{}어요.")), (r"한다\.", ("합니다.", "함.", "해요.")),
    (r"된다\.", ("됩니다.", "됨.", "돼요.")), (r"이다\.", ("입니다.", "임.", "이에요.")),
    (r"([있없])다\.", ("{}습니다.", "{}음.", "{}어요.")),
    (r"(.[향감개달])(?:상|소|선|성)(?:하|되|시키)였다\.", ("{}상.",)),
)  # fmt: skip

PLACEHOLDERS = (
    "N/A", "TODO", "요약 없음", "내용 없음.", "해당 없음", "정보 없음", "없음.", "추후 작성 예정",
    "Lorem ipsum dolor sit amet.", "[…]", "…", "-", "TBD", "None", "null", "(내용 없음)", "요약이 없습니다.",
    "I'm sorry, but I cannot summarize this paper.", "As an AI language model, I cannot access the paper.",
    "죄송합니다. 요약을 제공할 수 없습니다.", "제공된 텍스트에서는 확인할 수 없습니다.",
    "주어진 본문에서는 해당 정보를 찾을 수 없다.", "Not specified.", "string", "여기에 내용을 작성",
    "정보가 제공되지 않음", "논문에서 확인할 수 없음.",
)  # fmt: skip

LEFTOVERS = (
    "```json\n{}", "{{\"goal\": \"{}\"", "</think> {}", "### {}", "Limitations: {}", "{}\\n", "결과: {}",
    "{}\", \"method\": \"", "Here is the summary: {}", "{} \\u003c",
)  # fmt: skip

OPPOSITES = {
    "more": "less", "less": "more", "higher": "lower", "lower": "higher", "increases": "reduces",
    "reduces": "increases", "improves": "worsens", "only": "hardly", "without": "with", "not": "",
    "no": "every", "faster": "slower", "fewer": "more", "all": "few", "first": "last", "most": "few",
    "below": "above", "above": "below", "before": "after", "largest": "smallest", "rises": "falls",
    "falls": "rises", "better": "worse", "best": "worst", "is": "is not", "are": "are not", "can": "cannot",
    "does": "does not", "never": "always", "always": "never", "small": "large", "large": "small",
}  # fmt: skip
