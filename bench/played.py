"""Papers for the benches: made up, varied, and with replies that every check of `digest.stages.check` accepts."""

import random
from datetime import UTC, datetime, timedelta

from digest.commands.demo.papers import RecordedPaper, RecordedSection, Table

_STEMS = (
    "Arc", "Bay", "Cove", "Dell", "Fen", "Glen", "Haze", "Isle", "Kelp", "Loam",
    "Mist", "Nook", "Opal", "Pine", "Reed", "Sage", "Tarn", "Vale", "Wren", "Yarn",
)  # fmt: skip
_TAILS = ["Former", "Mixer", "Router", "Pruner", "Coder", "Ranker", "Tuner", "Fuser", "Solver", "Mapper"]
_TASKS = (
    ("long-document retrieval", "긴 문서 검색"),
    ("speech recognition", "음성 인식"),
    ("image captioning", "이미지 캡션 생성"),
    ("code repair", "코드 수정"),
    ("molecule design", "분자 설계"),
    ("robot grasping", "로봇 파지"),
    ("video editing", "비디오 편집"),
    ("theorem proving", "정리 증명"),
)
_COSTS = (
    ("memory", "메모리 사용량"),
    ("training time", "학습 시간"),
    ("energy", "전력 소비"),
    ("inference latency", "추론 지연"),
)
_PARTS = (("a sparse gate", "희소 게이트"), ("a small teacher", "작은 교사 모델"), ("a learned cache", "학습된 캐시"))
_SETS = ["Harbor", "Meadow", "Lantern", "Quarry", "Summit", "Orchard", "Beacon", "Delta"]
_FILL = (
    "The remaining settings follow common practice and are listed for completeness.",
    "Each run was repeated with another seed, and the order of the methods stayed the same.",
    "Details of the schedule matter less than the order in which the examples are seen.",
    "A reader who only wants to use the method can skip this paragraph.",
)


def paper(number: int, *, size: int = 0, abstract_only: bool = False) -> RecordedPaper:
    """Make one paper; the same number gives the same paper. `size` is the least length of its text, in characters."""
    dice = random.Random(number)
    name = f"{_STEMS[number % 20]}{_TAILS[number // 20 % 10]}"
    task, task_ko = dice.choice(_TASKS)
    cost, cost_ko = dice.choice(_COSTS)
    part, part_ko = dice.choice(_PARTS)
    data, rival = f"{dice.choice(_SETS)}{dice.randint(100, 999)}", f"{dice.choice(_STEMS)}Base"
    low, gain = dice.uniform(40, 70), dice.uniform(2, 20)
    score, base, saved = f"{low + gain:.1f}", f"{low:.1f}", dice.randint(12, 78)
    said = {
        "goal": f"We aim to make {task} work with far less {cost} than today.",
        "motivation": f"Existing systems for {task} need too much {cost} to be used every day.",
        "contribution": f"We propose {name}, which adds {part} to a model that is already trained.",
        "method": f"In {name}, {part} decides for every input which layers are needed.",
        "results": f"On {data}, {name} reaches an accuracy of {score}%, while {rival} reaches {base}%, "
        f"and {cost} falls by {saved}%.",
        "limitations": f"We tested {name} on {data} alone, so other kinds of input remain open.",
        "conclusion": f"Choosing layers by need makes {task} cheaper without a loss of accuracy.",
    }
    korean = {
        "goal": f"{task_ko} 과제를 지금보다 훨씬 적은 {cost_ko} 수준에서 풀고자 한다.",
        "motivation": f"기존 시스템은 {cost_ko} 부담이 커서 날마다 쓰기 어렵다.",
        "contribution": f"이미 학습된 모델에 {part_ko} 하나를 더하는 {name} 기법을 제안한다.",
        "method": f"{name} 안에서는 입력마다 어떤 층이 필요한지를 {part_ko} 쪽에서 고른다.",
        "results": f"{data} 데이터에서 {name} 정확도는 {score}%로 {rival} 기록인 {base}%보다 높고, "
        f"{cost_ko} 지표는 {saved}% 줄었다.",
        "limitations": f"{data} 한 가지로만 시험하여 다른 종류의 입력에서는 확인되지 않았다.",
        "conclusion": f"필요한 층만 고르면 정확도를 잃지 않고도 {task_ko} 비용을 낮출 수 있다.",
    }
    evidence = dict(said)
    if abstract_only:
        korean["limitations"] = "초록만 읽어 한계를 확인하지 못했다."
        del evidence["limitations"]
    shown = " ".join(said.values()) if abstract_only else f"{said['goal']} {said['contribution']} {said['results']}"
    filler = tuple(
        " ".join(dice.choices(_FILL, k=12)) for _ in range(max(0, size // (12 * 75)))
    )  # about 75 characters a sentence
    sections = (
        RecordedSection(
            title="Introduction", paragraphs=(f"{said['motivation']} {said['goal']}", said["contribution"])
        ),
        RecordedSection(title="Method", paragraphs=(said["method"], *filler)),
        RecordedSection(
            title="Experiments",
            paragraphs=(said["results"], dice.choice(_FILL)),
            table=Table(caption=f"Table 1: {data}", rows=(("Model", "Accuracy"), (name, score), (rival, base))),
        ),
        RecordedSection(title="Limitations", paragraphs=(said["limitations"],)),
        RecordedSection(title="Conclusion", paragraphs=(said["conclusion"],)),
    )
    return RecordedPaper(
        id=f"2511.{10001 + number}",
        title=f"{name} {number}: {task.title()} by Need",
        authors=("A. Player", f"B. Number{number}"),
        abstract=shown,
        sections=sections,
        reply={
            "tldr": f"{part_ko} 하나로 {cost_ko} 부담을 줄인다.",
            "topics": ["효율화"],
            **{
                field: [{"quotes": [evidence[field]] if field in evidence else [], "keywords": [], "text": text}]
                for field, text in korean.items()
            },
        },
        text="none" if abstract_only else ("html2025", "html2026")[number % 2],
        featured=datetime(2025, 11, 17, 5, tzinfo=UTC) + timedelta(minutes=number),
        upvotes=200 - number,
    )
