"""The files of the search, and the site's own script asked in node."""

import gzip
import json
import shutil
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import ConfigError
from digest.site.search import blocks
from digest.site.search import files as search
from digest.site.search.files import Record
from digest.site.search.keys import SearchKeys

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "templates/site/assets"
TERMS = search.terms((ROOT / "templates/site/terms.yaml").read_text("utf-8"))

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


def record(number: int, title: str = "A Title", **given: Any) -> Record:
    base = f"2511.{number:05}"
    return Record(**{"url": f"papers/{base}/", "title": title, "day": "2025-11-17", "id": base, **given})


ASK = """
import { readFileSync } from 'node:fs';
const { assets, files, queries, filter } = JSON.parse(readFileSync(0, 'utf-8'));
const { Index } = await import(`${assets}/search-core.js`);
const { find } = await import(`${assets}/search-find.js`);
const index = new Index(async (path) => files[`search/${path}`] ?? Promise.reject(new Error(path)));
const answers = [];
for (const text of queries) answers.push(await find(index, text, filter));
console.log(JSON.stringify(answers));
"""


def files_of(records: list[Record]) -> dict[str, str]:
    files = {**search.top(len(records), ["LLM"], TERMS), **dict(search.texts(0, records))}
    for begin, end in search.spans(len(records)):
        made = (search.block(records[at:until], SearchKeys(TERMS)) for at, until in search.runs((begin, end)))
        files |= dict(search.span((begin, end), ([one] for one in made)))
        files |= dict(search.days((begin, end), [one.day for one in records[begin:end]]))
    return {
        path: (gzip.decompress(content) if path.endswith(".gz") else content).decode()
        for path, content in files.items()
    }


def ask(records: list[Record], *queries: str, **filter_: str) -> list[dict[str, Any]]:
    asked = {"assets": str(ASSETS), "files": files_of(records), "queries": queries, "filter": filter_}
    command = ["node", "--input-type=module", "-e", ASK]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def found(records: list[Record], query: str, **filter_: str) -> list[int]:
    return ask(records, query, **filter_)[0]["numbers"]  # type: ignore[no-any-return]


def test_the_same_papers_give_the_same_bytes() -> None:
    records = [record(number, f"제목 {number} attention") for number in range(30)]

    assert search.block(records, SearchKeys(TERMS)) == search.block(list(records), SearchKeys(TERMS))


@pytest.mark.parametrize(
    ("count", "spans"),
    [
        (0, []),
        (5, [(0, 5)]),
        (512, [(0, 512)]),
        (1600, [(0, 1536), (1536, 1600)]),
        (6000, [(0, 5632), (5632, 6000)]),
        (30_000, [(0, 29_696), (29_696, 30_000)]),
        (32_768, [(0, 32_768)]),
        (40_000, [(0, 32_768), (32_768, 39_936), (39_936, 40_000)]),
        (70_000, [(0, 32_768), (32_768, 65_536), (65_536, 69_632), (69_632, 70_000)]),
    ],
)
def test_a_few_indexes_hold_all_papers(count: int, spans: list[tuple[int, int]]) -> None:
    assert search.spans(count) == spans


def test_every_paper_has_one_index_and_a_new_one_changes_the_last() -> None:
    for count in range(0, 150_000, 97):
        spans = search.spans(count)
        ends = [0, *(end for _, end in spans)]
        assert [begin for begin, _ in spans] == ends[:-1]
        assert ends[-1] == count
        assert all(0 < end - begin <= blocks.MOST for begin, end in spans)
        assert count % search.BLOCK == 0 or search.spans(count - 1)[:-1] == spans[:-1] or count % search.BLOCK == 1


def test_papers_of_all_blocks_of_an_index_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BLOCK", 8)
    monkeypatch.setattr(search, "PART", 2)
    records = [record(number, f"제목 {number} attention" if number % 3 else f"제목 {number}") for number in range(37)]

    assert search.spans(37) == [(0, 32), (32, 37)]
    assert found(records, "attention", sort="new") == [number for number in reversed(range(37)) if number % 3]


def test_a_new_day_touches_the_last_files_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BLOCK", 8)
    before = files_of([record(number) for number in range(18)])
    after = files_of([record(number) for number in range(21)])

    changed = {path for path in before | after if before.get(path) != after.get(path)}

    assert {path for path in changed if path.startswith("search/0-16")} == set()
    assert {path for path in changed if "cards" in path or "texts" in path} == {
        "search/cards/2.json", "search/texts/4.json.gz", "search/texts/5.json.gz"
    }  # fmt: skip


def test_an_archive_without_papers_has_a_top_file() -> None:
    files = search.top(0, [], [])

    sizes = {"block": search.BLOCK, "part": search.PART, "cards": search.CARDS, "texts": search.TEXTS}
    assert msgspec.json.decode(files["search/top.json"]) == {"spans": [], **sizes, "topics": [], "terms": []}


def test_a_broken_table_of_terms_is_named() -> None:
    with pytest.raises(ConfigError, match=r"site/terms\.yaml"):
        search.terms("- 어텐션: attention")


def test_every_line_of_the_table_joins_two_terms_or_more_and_none_stands_twice_in_it() -> None:
    for line in TERMS:
        assert len(line) == len(set(line)) > 1


PAPERS = [
    record(0, "Coverage of Fragments", fields=("새 데이터셋을 만든다.",)),
    record(1, "Sparse Attention", tldr="빅데이터셋 하나"),
    record(2, "DoPE: Denoising Rotary Position Embedding", authors=("Jing Xiong", "José Álvarez-Müller")),
    record(3, "Untitled", fields=("", "", "", "에이전트의 어텐션이 쏠린다.")),
    record(4, "Reinforcement Learning from Scratch", authors=("Wei Xiong", "Jing Li"), abstract="We use GraphRAG."),
    record(5, "A World Model", topics=("LLM", "로봇"), organization="Deep Mind"),
    record(6, "Serving", tldr="긴 문맥을 RoPE로 읽는 확산 모델", abstract="The KV cache of LLMs like Qwen2.5-VL."),
    record(7, "Learning to Walk", abstract="Reinforcement came late; the model is learning."),
    record(8, "Coverage of Fragments Again", listed=False, url="2025/11/17/daily-papers/#ledger"),
]
ANSWERS: dict[str, list[int]] = {
    "데이터셋": [1, 0],
    "이터셋": [1, 0],  # within a word
    "데이터셋을": [1, 0],  # with its particle
    "dope": [2],
    "otary": [],  # a Latin word is found from its beginning
    "rotar": [2],
    "RAG": [4],  # short: a whole word, or a part of GraphRAG
    "rl": [4],  # the phrase, not its words here and there
    "강화학습": [4],
    "강화 학습": [4],
    "어텐션": [1, 3],  # the title first
    "attention": [1, 3],
    "Jing Xiong": [2],  # a person, not the first name of one and the last of another
    "xiong jing": [2],
    "jingxiong": [2],
    "Alvarez Muller": [2],  # accents
    "deep mind": [5],
    "로봇": [5],
    "LLM": [5, 6],
    "qwen": [6],
    "Qwen2.5": [6],
    "2511.00003": [3],
    "arXiv:2511.00003v2": [3],
    "https://arxiv.org/pdf/2511.00003v1.pdf": [3],
    "https://huggingface.co/papers/2511.00003": [3],
    "10.48550/arXiv.2511.00003": [3],
    "긴문맥": [6],  # spaces
    "확산모델을": [6],
    "coverage": [0, 8],  # a ledger's title comes last
    "fragments again": [8],
    "뷁쉙": [],
    "qzxjkv": [],
    "ｄｏｐｅ": [2],  # full width
    unicodedata.normalize("NFD", "데이터셋"): [1, 0],
}


@needs_node
def test_a_query_finds_what_is_printed_and_the_most_telling_first() -> None:
    answers = ask(PAPERS, *ANSWERS)

    assert {query: answer["numbers"] for query, answer in zip(ANSWERS, answers, strict=True)} == ANSWERS
    assert [
        answer["read"] + answer["dropped"] for query, answer in zip(ANSWERS, answers, strict=True) if answer["numbers"]
    ] == [[] for query in ANSWERS if ANSWERS[query]]


@needs_node
@pytest.mark.parametrize("query", ["[2511.99999] Fragments again", "https://arxiv.org/abs/2511.99999 Fragments again"])
def test_a_paper_that_is_not_here_is_looked_for_by_the_title_beside_its_id(query: str) -> None:
    [answer] = ask(PAPERS, query)

    assert (answer["numbers"], answer["dropped"]) == ([8], ["2511.99999"])
    assert found(PAPERS, "https://arxiv.org/abs/2511.99999") == found(PAPERS, "2511.99999v2") == []


@needs_node
@pytest.mark.parametrize(
    ("query", "numbers", "read"),
    [
        ("attenton", [1, 3], "attention"),
        ("KV cahce", [6], "cache"),
        ("에이젼트", [3], "에이전트"),
        ("coevrage", [0, 8], "coverage"),
        ("moverage", [0, 8], "coverage"),  # at its beginning
        ("데이터세", [1, 0], "데이터셋"),  # half typed
        ("데이터ㅅ", [1, 0], "데이터셋"),
        ("데이텃", [1, 0], "데이터셋"),
    ],
)
def test_a_word_that_nobody_holds_is_read_as_its_nearest(query: str, numbers: list[int], read: str) -> None:
    answer = ask(PAPERS, query)[0]

    assert (answer["numbers"], [other for _, other in answer["read"]]) == (numbers, [read])


MISTYPED = (
    "돌고래의 휘파람", "심전도를 읽는다", "월드컵 경기", "시각장애인이 찍은 영상", "마이크로그리드 제어",
    "Dolphin Whistles", "The Phone Label Drift", "Grokking", "Optimal Plans",
)  # fmt: skip


@needs_node
@pytest.mark.parametrize(
    ("query", "numbers", "read"),
    [
        ("둘고래", [0], "돌고래"),  # its first syllable
        ("돌거래", [0], "돌고래"),
        ("심존도", [1], "심전도"),  # whose end may be a particle
        ("웓드컵", [2], "월드컵"),
        ("월드컵컵", [2], "월드컵"),
        ("시각애장인", [3], "시각장애인"),
        ("마이크로그리트", [4], "마이크로그리드"),
        ("dolphn", [5], "dolphin"),
        ("Dirft", [6], "drift"),
        ("groking", [7], "grokking"),
        ("Opimal", [8], "optimal"),
        ("dpdlwjsxm", [], ""),
        ("ehfrhfo", [0], "돌고래"),  # with the keyboard set to the other alphabet
        ("ㅎ개ㅏㅏㅑㅜㅎ", [7], "grokking"),
    ],
)
def test_one_wrong_key_is_mended_wherever_it_is(query: str, numbers: list[int], read: str) -> None:
    papers = [record(number, "A Title" if line[0] > "z" else line, tldr=line) for number, line in enumerate(MISTYPED)]

    answer = ask(papers, query)[0]

    assert (answer["numbers"], [other for _, other in answer["read"]]) == (numbers, [read] if read else [])


@needs_node
@pytest.mark.parametrize(
    "query",
    [
        '"2511.00002"', "`2511.00002`", "@2511.00002", "#2511.00002", "251100002", "2511 00002", "２５１１.００００２",
        "id:2511.00002", "https://scholar.google.com/scholar?q=2511.00002", "[2511.00002] Another Title Than Ours",
    ],
)  # fmt: skip
def test_an_id_is_found_in_whatever_it_is_wrapped(query: str) -> None:
    assert ask([record(number) for number in range(4)], query)[0]["numbers"] == [2]


@needs_node
def test_people_are_found_by_initials_and_without_the_marks_of_their_letters() -> None:
    authors = [("Seung-Hwan Kim",), ("Min-Ji Kim", "Sarah Huang"), ("Yu-Gang Jiang",), ("Łukasz Kaiser", "Kurt Gödel")]
    papers = [record(number, authors=names) for number, names in enumerate(authors)]
    queries = {
        "SH Kim": [0], "Kim SH": [0], "S. H. Kim": [0], "Jiang, Y.-G.": [2], "YG Jiang": [2], "lukasz": [3],
        "L Kaiser": [3], "author:Kaiser": [3], "goedel": [3],
    }  # fmt: skip

    assert {query: answer["numbers"] for query, answer in zip(queries, ask(papers, *queries), strict=True)} == queries


@needs_node
def test_a_word_behind_a_minus_is_left_out() -> None:
    titles = ["Watermark", "Federated Watermark", "Federated Image Watermark", "Watermark-Free Images"]
    papers = [record(number, title) for number, title in enumerate(titles)]
    queries = {
        "watermark -federated": [0, 3], 'watermark -"federated image"': [0, 3, 1], "-federated": [0, 3],
        "watermark-free": [3], "watermark - free": [3],
    }  # fmt: skip

    answers = ask(papers, *queries)

    assert {query: sorted(answer["numbers"]) for query, answer in zip(queries, answers, strict=True)} == {
        query: sorted(numbers) for query, numbers in queries.items()
    }


COUNTED = [
    record(0, "Helios", tldr="80 GB 한 장에서 16 FPS로", abstract="It runs at 19.5 FPS and is 1.82× faster."),
    record(1, "Pairs", fields=("선호 70만 쌍과 100여 개의 표, 1조 개짜리 말뭉치",)),
    record(2, "Packages", abstract="All 8,191 packages, 75% of them.", fields=("π0.5보다 낫다.",)),
    record(3, "Others", abstract="We use 80 models, 16 tasks and 1 GPU.", fields=("70 쪽, 1개, 100개",)),
]


@needs_node
@pytest.mark.parametrize(
    ("number", "queries"),
    [
        (0, ["80GB", "80 GB", "80gb 메모리", "16fps", "16 FPS", "19.5fps", "1.82x", "1.82배"]),
        (1, ["70만쌍", "70만 쌍", "100여개", "1조개", "1조"]),
        (2, ["8191", "8,191", "8191개", "75%", "75퍼센트", "75 퍼센트", "π0.5", "pi0.5"]),
    ],
)
def test_a_number_is_found_with_what_it_counts_however_both_are_joined(number: int, queries: list[str]) -> None:
    answers = ask(COUNTED, *queries)

    assert [answer["numbers"] for answer in answers] == [[number]] * len(queries)


@needs_node
def test_forms_of_a_word_find_what_the_word_finds_though_others_have_the_form() -> None:
    papers = [
        record(0, "Hybrid Memory for Agents", abstract="A sparse attention encoder; skills are internalized."),
        record(1, "On Memories", abstract="Encoders, attentions and internalizing; analyses of hypotheses."),
        record(2, "A Hypothesis", abstract="One analysis, one chip design."),
    ]
    queries = {
        "hybrid memories": [0], "sparse attentions encoders": [0], "skill internalizing": [0], "chip designs": [2],
        "chip analyses": [2], "hypothesis": [2], "chip hypotheses": [2], "chip designing": [2],
    }  # fmt: skip

    answers = ask(papers, *queries)

    assert {query: answer["numbers"] for query, answer in zip(queries, answers, strict=True)} == queries
    assert [answer["dropped"] for answer in answers] == [[]] * len(queries)


@needs_node
def test_a_verb_of_hangul_is_found_in_its_other_forms_beside_other_words() -> None:
    papers = [
        record(0, tldr="캐시를 압축해 비용을 줄였다."),
        record(1, tldr="캐시를 옮겨 속도를 높인다."),
        record(2, tldr="학습과 정렬을 나누고 비용을 늘린다."),
    ]
    queries = {
        "비용을 줄이는 캐시": [0], "비용 줄이기": [0], "비용을 줄인 캐시": [0], "속도를 높이려면": [1],
        "캐시 나누기": [1, 0], "습관": [], "나누는 정렬": [2],
    }  # fmt: skip

    answers = ask(papers, *queries)

    assert {query: answer["numbers"] for query, answer in zip(queries, answers, strict=True)} == queries


WRAPPED = [
    record(
        0, "OpenVLA: An Open Model", tldr="로봇 조작을 배우는 모델이다.", authors=("Moo Jin Kim",), topics=("로보틱스",)
    ),
    record(
        1,
        "A Survey",
        fields=("깃허브에 코드를 공개하고 목록과 종류를 정리한다. 원리를 설명하고 응용 사례를 비교한다.",),
    ),
    record(
        2, "Agents", tldr="에이전트를 강화학습으로 훈련한다.", abstract="See Smith et al. for an explained overview."
    ),
    record(3, "Thyroid Nodules", tldr="갑상선 결절을 본다."),
]


@needs_node
@pytest.mark.parametrize(
    "around", ["{} 깃허브", "{} 목록", "{} 종류", "{} 원리", "{} 응용 사례", "{} 비교", "{} explained", "{} overview"]
)
def test_what_is_asked_about_is_kept_where_words_of_no_weight_do_not_stand_beside_it(around: str) -> None:
    subjects = {"OpenVLA": 0, "강화학습": 2, "갑상선": 3}

    answers = ask(WRAPPED, *(around.format(subject) for subject in subjects))

    assert [answer["numbers"][:1] for answer in answers] == [[number] for number in subjects.values()]


@needs_node
def test_a_noun_is_found_with_an_ending_that_only_says_that_papers_are_about_it() -> None:
    queries = {
        "강화학습관련": 2, "강화학습관련 논문": 2, "갑상선논문": 3, "갑상선이란?": 3, "갑상선기반": 3,
        "갑상선에관한": 3, "갑상선용": 3, "갑상선를": 3,
    }  # fmt: skip

    answers = ask(WRAPPED, *queries)

    assert {query: answer["numbers"][:1] for query, answer in zip(queries, answers, strict=True)} == {
        query: [number] for query, number in queries.items()
    }
    assert [answer["dropped"] for answer in answers] == [[]] * len(queries)


@needs_node
def test_citations_find_what_they_cite() -> None:
    queries = [
        "Kim et al. OpenVLA", "(Kim et al., 2024) OpenVLA", "Kim et al. 2024a", "Kim et al.",
        'M. Kim, K. Pertsch, S. Karamcheti, "OpenVLA: An Open Model," arXiv 2024.',
    ]  # fmt: skip

    answers = ask(WRAPPED, *queries)

    assert [answer["numbers"] for answer in answers] == [[0]] * len(queries)


@needs_node
def test_nouns_written_as_one_are_found_in_one_paper_and_the_answer_says_how_they_were_read() -> None:
    papers = [
        record(0, tldr="로봇의 실패를 먼저 감지한다."),
        record(1, tldr="로봇이 걷는다."),
        record(2, tldr="실패를 감지한다."),
    ]

    [found, none] = ask(papers, "로봇실패감지", "로봇날씨감지")

    assert (found["numbers"], found["read"]) == ([0], [["로봇실패감지", "로봇 실패 감지"]])
    assert none["numbers"] == []


@needs_node
def test_a_term_that_is_half_typed_is_found_by_its_other_names() -> None:
    papers = [record(0, "DeepSeek-V3"), record(1, "A Humanoid"), record(2, organization="KAIST")]

    answers = ask(papers, "딥시", "딥ㅅ", "휴머노", "휴머노이", "카이스", "kais")

    assert [answer["numbers"] for answer in answers] == [[0], [0], [1], [1], [2], [2]]


@needs_node
def test_of_two_things_that_are_compared_both_are_found_where_no_paper_has_them_together() -> None:
    papers = [record(0, "ColPali"), record(1, "BM25 Wins"), record(2, "More of ColPali"), record(3, "BM25 and Dense")]

    answers = ask(
        papers, "ColPali vs BM25", "ColPali랑 BM25 비교", "ColPali와 BM25의 차이", "BM25 vs Dense", "ColPali vs Milvus"
    )

    assert [answer["numbers"] for answer in answers] == [[2, 3, 0, 1]] * 3 + [[3, 1], [2, 0]]
    assert [answer["dropped"] for answer in answers] == [[], [], [], [], ["vs", "milvus"]]


@needs_node
def test_a_whole_name_comes_before_a_longer_one_that_begins_with_it() -> None:
    papers = [
        record(0, "First", authors=("Bo Zhou", "Chen Chen")),
        record(1, "Second", authors=("Bozhou Li", "Bo Wang", "Lu Zhou")),
        record(2, "Third", authors=("Chen Li", "Jong Chul Ye")),
        record(3, "Fourth", authors=("Zhou Bo", "Kai Ye")),
    ]

    answers = ask(papers, "Bo Zhou", "Zhou Bo", "Chen Chen", "JC Ye")

    assert [answer["numbers"][0] for answer in answers] == [0, 3, 0, 2]


@needs_node
def test_an_address_finds_what_its_last_part_names() -> None:
    papers = [record(0, "OpenVLA: An Open Model"), record(1, "Https and Code"), record(2, "Other")]
    queries = [
        "https://github.com/openvla/openvla", "github.com/openvla/openvla.git",
        "www.example.org/paper/openvla-an-open?x=1", "see https://huggingface.co/openvla/openvla",
        r"\cite{kim2024openvla}", "https://arxiv.org/abs/2511.00000v2",
    ]  # fmt: skip

    answers = ask(papers, *queries)

    assert [answer["numbers"][:1] for answer in answers] == [[0]] * len(queries)


@needs_node
def test_a_letter_of_greek_is_a_word() -> None:
    [found] = ask([record(0, "Ψ-Sampler: Initial Particles"), record(1, "Other")], "Ψ")

    assert found["numbers"] == [0]


@needs_node
def test_a_name_of_two_words_is_mended_where_both_stand_together() -> None:
    papers = [
        record(0, "First", authors=("Wentao Zhang", "Kaituo Feng")),
        record(1, "Second", authors=("Wentao Li",)),
        record(2, "Third", authors=("Peng Xia", "Bo Feng")),
        record(3, "Fourth", authors=("Peng Li", "Yuhang Zang"), abstract="Zhang and others"),
    ]
    queries = {"Wentao Zang": ([0], "zhang"), "Kaito Feng": ([0], "kaituo"), "Peng Xai": ([2], "xia")}

    answers = ask(papers, *queries)

    assert {
        query: (answer["numbers"], answer["read"][0][1]) for query, answer in zip(queries, answers, strict=True)
    } == queries


@needs_node
def test_days_are_listed_in_whatever_form_they_are_asked_for() -> None:
    papers = [record(number, f"Paper {number}", day=day) for number, day in enumerate(
        ["2025-04-01", "2026-03-31", "2026-04-01", "2026-04-01", "2026-04-12"]
    )]  # fmt: skip
    queries = {
        "2026-04-01": [3, 2], "2026.4.1": [3, 2], "2026. 4. 1.": [3, 2], "2026년 4월 1일": [3, 2], "2026/04/01": [3, 2],
        "4월 1일": [3, 2, 0], "2026년 4월": [4, 3, 2], "2026-03": [1], "2024-04-01": [], "4월 2일": [],
    }  # fmt: skip

    answers = ask(papers, *queries)

    assert {query: answer["numbers"] for query, answer in zip(queries, answers, strict=True)} == queries


@needs_node
def test_where_nothing_answers_the_one_word_that_is_known_is_offered() -> None:
    papers = [record(0, "Mirrors", fields=("거울에서 깨진다.",)), record(1, "Breadth and Depth")]

    first, second, third = ask(papers, "거울 탁구", "뷁쉙 쉙뷁", "bread recipe")

    assert (first["numbers"], first["dropped"], first["alone"]) == ([], ["탁구"], ["거울", 1])
    assert (second["numbers"], "alone" in second) == ([], False)
    assert third["numbers"] == []  # nothing is about bread


@needs_node
def test_two_syllables_are_no_other_word_unless_keys_are_beside_each_other() -> None:
    papers = [record(0, "주석을 단다", tldr="모델")]

    stock, model = ask(papers, "주식", "모댈")

    assert (stock["numbers"], model["numbers"], model["read"]) == ([], [0], [["모댈", "모델"]])


@needs_node
def test_three_words_that_are_written_as_one_are_found_apart() -> None:
    papers = [record(1, tldr="사족 보행 로봇이 걷는다"), record(2, tldr="사족 로봇"), record(3, tldr="로봇 보행")]

    assert ask(papers, "사족보행로봇")[0]["numbers"] == [0]


@needs_node
def test_powers_and_versions_are_words_of_their_own() -> None:
    papers = [
        record(1, "OPD$^2$"),
        record(2, "OPD²"),
        record(3, "Agent 2.0"),
        record(4, "20 Agents"),
        record(5, "10^6"),
    ]

    answers = ask(papers, "OPD^2", "2.0", "20")

    assert [sorted(answer["numbers"]) for answer in answers] == [[0, 1], [2], [3]]


@needs_node
def test_one_letter_of_hangul_says_less_than_a_name_and_is_no_synonym() -> None:
    papers = [
        record(1, "Brain MRI"),
        record(2, tldr="뇌 모방"),
        record(3, tldr="방법을 다룬다"),
        record(4, "Legal Text"),
    ]

    answers = ask(papers, "뇌 MRI", "법률")

    assert [(answer["numbers"], answer["dropped"]) for answer in answers] == [([0], ["뇌"]), ([3], [])]


@needs_node
def test_a_guess_beside_words_that_nobody_holds_is_no_answer() -> None:
    answer = ask([record(1, "A Color Model")], "lorem ipsum dolor")[0]

    assert (answer["numbers"], answer["read"]) == ([], [])


@needs_node
def test_synonyms_are_named_as_the_table_writes_them_each_once() -> None:
    papers = [record(1, "Mixture-of-Experts"), record(2, "MoE")]

    assert ask(papers, "MoE")[0]["also"] == ["전문가 혼합", "전문가 혼합 모델", "mixture-of-experts"]


@needs_node
def test_first_consonants_find_words_of_the_summary_line() -> None:
    assert [answer["numbers"] for answer in ask(PAPERS, "ㅎㅅ", "ㅂㄷㅇㅌㅅ", "ㅋㅋㅋ")] == [[6], [1], []]


@needs_node
def test_a_word_without_which_the_others_are_found_is_dropped_and_named() -> None:
    answers = ask(PAPERS, "attention qzxjkv", "attention dope", "뷁쉙 qzxjkv")

    assert [(answer["numbers"], answer["dropped"]) for answer in answers] == [
        ([1], ["qzxjkv"]),
        ([2], ["attention"]),
        ([], ["뷁쉙", "qzxjkv"]),
    ]


@needs_node
def test_one_word_that_is_left_of_several_answers_where_papers_are_about_it() -> None:
    about = record(1, "A Recipe for Pretraining")
    mentioning = record(2, "Radiology Reports", fields=("", "", "", "A recipe is reused.", "", "", ""))

    answers = ask([about, mentioning], "recipe", "kimchi recipe")

    assert [answer["numbers"] for answer in answers] == [[0, 1], [0]]


@needs_node
def test_a_mistyped_word_is_read_as_the_one_that_stands_beside_the_others() -> None:
    papers = [record(number, "Contrast Matters", abstract="Contrast alone.") for number in range(3)]

    answer = ask([*papers, record(9, "Agent Contracts: a contract for agents")], "contrat agent")[0]

    assert (answer["numbers"], answer["read"], answer["dropped"]) == ([3], [["contrat", "contract"]], [])


@needs_node
def test_of_words_that_never_stand_together_the_most_telling_are_kept() -> None:
    papers = [
        record(1, "On-Policy Distillation"),
        record(2, "Distillation of Rewards"),
        record(3, "From Slides to Poster"),
        record(4, "MemHarness"),
    ]

    answers = ask(papers, "on-policy distillation slides", "memharness slides poster", "distillation memharness")

    assert [(answer["numbers"], answer["dropped"]) for answer in answers] == [
        ([0], ["slides"]),
        ([2], ["memharness"]),
        ([3], ["distillation"]),
    ]


@needs_node
def test_words_in_a_row_are_found_where_they_are_one() -> None:
    papers = [record(1, "Fast LeWorldModel"), record(2, "Nothing", organization="mistralai"), record(3, "A world")]

    answers = ask(papers, "le world model fast", "mistral ai", "hello mistral ai")

    assert [answer["numbers"] for answer in answers] == [[0], [1], [1]]


@needs_node
def test_greek_letters_of_a_title_are_found_by_their_names() -> None:
    papers = [record(1, "Σ-Mem: Memory"), record(2, "π0.5: a VLA"), record(3, "$\\tau$-bench"), record(4, "τ²-Bench")]

    answers = ask(papers, "sigma-mem", "sigma mem", "pi0.5", "tau2-bench", "tau bench", "σ-mem")

    assert [answer["numbers"] for answer in answers] == [[0], [0], [1], [3], [2, 3], [0]]


@needs_node
def test_topic_and_days_narrow_the_answer_and_list_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BLOCK", 4)
    records = [
        record(number, "모델 하나", day=f"2025-11-{number // 2 + 10}", topics=("LLM",) if number % 3 else ("3D", "LLM"))
        for number in range(12)
    ]

    assert found(records, "모델", topic="3D") == [9, 6, 3, 0]
    assert found(records, "모델", topic="none") == []
    assert found(records, "모델", **{"from": "2025-11-12", "to": "2025-11-13"}) == [7, 6, 5, 4]
    assert found(records, "", topic="3D", to="2025-11-11") == [3, 0]
    assert found(records, "") == []


@needs_node
def test_words_that_say_nothing_of_a_paper_are_not_looked_up() -> None:
    papers = [
        record(1, "KAIST Reports", fields=("영어 논문만 다룬다.",)),
        record(2, "강화학습"),
        record(3, "강화학습 최신 논문집"),
    ]

    queries = ["KAIST 논문", "강화학습에 대한 논문 찾아줘", "최신 KAIST 동향", "papers about KAIST", "논문"]

    assert [sorted(answer["numbers"]) for answer in ask(papers, *queries)] == [[0], [1, 2], [0], [0], [0, 2]]
    assert [answer["dropped"] for answer in ask(papers, *queries)] == [[]] * 5


@needs_node
def test_days_beside_words_narrow_the_answer_and_are_left_out_where_they_leave_nothing() -> None:
    days = ["2024-12-30", "2025-11-17", "2025-12-03", "2026-07-02"]
    papers = [
        record(number, title, day=day)
        for number, (title, day) in enumerate(zip(("Robots 2025년",) * 4, days, strict=True))
    ]

    def numbers(query: str) -> list[int]:
        return sorted(found(papers, query))

    assert numbers("2025년 11월 robots") == [1]
    assert numbers("robots 2025년") == [1, 2]
    assert numbers("2026년") == numbers("2026년 논문") == numbers("7월") == [3]
    assert (
        numbers("2025년 12월 3일 수요일")
        == numbers("12월 3일자 논문")
        == numbers("25.12.03")
        == numbers("20251203")
        == [2]
    )
    assert numbers("Dec 2025") == numbers("3 December") == numbers("Dec 3rd, 2025") == numbers("2025 W49") == [2]
    assert numbers("2025-W01") == numbers("2025년 1주차") == [0]
    (answer,) = ask(papers, "2025년 3월 robots")
    assert (sorted(answer["numbers"]), answer["dropped"]) == ([0, 1, 2, 3], ["2025년 3월"])


@needs_node
@pytest.mark.parametrize(
    "query",
    [
        "로봇 -메모리",
        "로봇 –메모리",
        "로봇 NOT 메모리",
        "메모리 말고 로봇",
        "메모리를 제외한 로봇",
        '"메모리" 빼고 로봇',
    ],
)
def test_what_is_not_wanted_is_left_out_in_whatever_words(query: str) -> None:
    assert found([record(1, "로봇 메모리"), record(2, "로봇 팔")], query) == [1]


@needs_node
def test_a_latin_word_of_which_three_letters_are_typed_is_what_it_may_become() -> None:
    papers = [record(1, "Kandinsky"), record(2, "The Hand"), record(3, "Pixels")]

    answers = ask(papers, "kan", "kand", "pix", "hand", "xyz")

    assert [answer["numbers"] for answer in answers] == [[0], [0], [2], [1], []]
    assert [answer["read"] for answer in answers] == [
        [["kan", "kandinsky"]],
        [["kand", "kandinsky"]],
        [["pix", "pixels"]],
        [],
        [],
    ]


@needs_node
def test_several_ids_are_found_side_by_side_and_those_that_are_not_here_are_named() -> None:
    (answer,) = ask([record(1), record(2), record(3)], "2511.00003 arXiv:2511.00001, 2511.99999")

    assert (answer["numbers"], answer["dropped"]) == ([2, 0], ["2511.99999"])


@needs_node
def test_a_key_of_another_bibtex_is_read_as_its_words() -> None:
    papers = [record(1, "ReasonRank", authors=("Wenhan Liu",)), record(2, "Other", authors=("Wenhan Liu",))]

    assert [answer["numbers"] for answer in ask(papers, "liu2025reasonrank", "@article{liu2025reasonrank,")] == [
        [0],
        [0],
    ]


@needs_node
def test_initials_of_a_person_are_found_beside_the_last_name_and_are_no_abbreviation() -> None:
    papers = [record(1, "One", authors=("Jiaxi Hu",)), record(2, "Two", organization="Johns Hopkins University")]

    assert [answer["numbers"] for answer in ask(papers, "JHU", "J. Hu")] == [[1], [0]]


@needs_node
def test_a_term_that_nothing_holds_is_looked_up_word_by_word() -> None:
    papers = [record(1, "One", organization="Google"), record(2, "Two")]

    (answer,) = ask(papers, "구글 딥마인드")

    assert (answer["numbers"], answer["dropped"]) == ([0], ["딥마인드"])


@needs_node
def test_where_two_words_of_a_term_meet_is_no_word() -> None:
    papers = [record(1, "강화학습"), record(2, "화학 반응"), record(3, "심층강화학습으로")]

    assert [answer["numbers"] for answer in ask(papers, "화학", "강화학습", "학습", "심층강화학습")] == [
        [1],
        [2, 0],
        [2, 0],
        [2],
    ]


@needs_node
def test_a_term_of_two_words_is_known_however_they_are_joined() -> None:
    papers = [record(1, "On-Policy Distillation"), record(2, "A Policy on Distillation")]

    assert [answer["numbers"] for answer in ask(papers, "on policy distillation", "온 폴리시 distillation")] == [
        [0],
        [0],
    ]


@needs_node
def test_vowels_alone_are_no_word() -> None:
    assert found([record(1, "며칠")], "ㅏ며ㅑㅇ") == []


@needs_node
def test_newest_first_is_a_choice() -> None:
    records = [record(0, "Attention"), record(1, "Title", abstract="attention")]

    assert (found(records, "attention"), found(records, "attention", sort="new")) == ([0, 1], [1, 0])


WORDS = "데이터 셋 을 attention At ten 학습 ing . 3.5 배 é ς ΟΔΟΣ 🤗 İ ㎏ rotary RoPE 의 漢字 שלום"
PIECES = st.lists(st.sampled_from(WORDS.split()), max_size=4)
LINES = st.lists(PIECES.map("".join), max_size=5).map(" ".join)


@needs_node
@settings(max_examples=5)
@given(st.lists(LINES, min_size=1, max_size=25))
def test_every_word_of_a_paper_finds_it(lines: list[str]) -> None:
    records = [record(number, line, fields=(lines[number - 1],)) for number, line in enumerate(lines)]
    queries = [word for line in lines for word in line.split() if len(word) > 1 and any(map(str.isalpha, word))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "BLOCK", 4)
        patch.setattr("digest.site.search.pages.PAGE", 30)
        answers = ask(records, *queries)

    for query, answer in zip(queries, answers, strict=True):
        holders = {number for number, one in enumerate(records) if query in f"{one.title} {one.fields[0]}".split()}
        assert holders <= set(answer["numbers"]) or not answer["numbers"], (query, answer)


@needs_node
def test_marks_are_placed_in_the_text_as_it_is_written() -> None:
    script = """
    const { pattern, spots, holds } = await import(process.argv[1]);
    const show = (text, needles) => spots(text, pattern(needles)).map(([low, high]) => text.slice(low, high));
    console.log(JSON.stringify([
      show('Sparse ATTENTION과 어텐션', ['attention', '어텐션']), show('Coverage, RAG, RAGs', ['rag']),
      show('Reinforcement Learning', ['reinforcementlearning']), show('긴 문맥을', ['긴문맥']),
      show('rarag rag 가나 나', ['rag', '나']), show('비나-나 모델모델', ['나', '모델']),
      show('GPT-5.2, π0.5, 8,191 of 80 GB, 1.8×', ['gpt52', 'π05', '8191', '80gb', '18x']),
      show('70만 쌍 2026', ['70만']),
      [holds(['A Long-Context  Model'], ['long-context model']), holds(['a model, reward'], ['reward model'])]]));
    """
    command = ["node", "--input-type=module", "-e", script, str(ASSETS / "search-marks.js")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == [
        ["ATTENTION", "어텐션"], ["RAG", "RAGs"], ["Reinforcement Learning"], ["긴 문맥"],
        ["rag", "나"], ["나", "모델", "모델"], ["GPT-5.2", "π0.5", "8,191", "80 GB", "1.8×"], ["70만"], [True, False],
    ]  # fmt: skip


@needs_node
def test_before_the_first_query_a_made_up_one_is_answered_without_the_network() -> None:
    script = """
    const [assets, top] = process.argv.slice(1);
    const { Index } = await import(`${assets}/search-core.js`);
    const { rehearse } = await import(`${assets}/search-warm.js`);
    const loaded = [];
    const index = new Index(async (path) => { loaded.push(path); return top; });
    console.log(JSON.stringify([await rehearse(index), loaded]));
    """
    top = search.top(700, ["LLM"], TERMS)["search/top.json"].decode()
    command = ["node", "--input-type=module", "-e", script, str(ASSETS), top]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    shown, loaded = json.loads(done.stdout)
    assert loaded == ["top.json"]
    assert shown["needles"][:1] == ["model"]
    assert {"modelagent", "agent"} <= set(shown["needles"])
