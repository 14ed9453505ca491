"""The files of the search, and the site's own script asked in node against a scan of all texts."""

import json
import shutil
import subprocess
import unicodedata
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import ConfigError
from digest.site.search import files as search
from digest.site.search import postings
from digest.site.search.files import Record

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "templates/site/assets"
TERMS = (ROOT / "templates/site/terms.yaml").read_text("utf-8")

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


def record(number: int, title: str = "A Title", **given: object) -> Record:
    values: dict[str, object] = {"tldr": "", "day": "2025-11-17", "topics": (), "fields": ("",) * 7}
    return Record(number, f"papers/2511.{number:05}/", title, **(values | given))  # type: ignore[arg-type]


ASK = """
import { readFileSync } from 'node:fs';
const { core, files, queries, filter } = JSON.parse(readFileSync(0, 'utf-8'));
const { Index, clauses, fold, matches, texts } = await import(core);
const index = new Index(async (path) => files[`search/${path}`] ?? Promise.reject(new Error(path)));
const { count, terms } = await index.top();
const rows = await Promise.all([...Array(count).keys()].map((number) => index.paper(number)));
const answers = [];
for (const text of queries) {
  const query = clauses(text, terms);
  const holds = (row) => (phrase) => phrase.every((word) => fold(texts(row).join(' ')).includes(word));
  const scanned = rows.filter((row) => query.every(({ typed, others }) => [typed, ...others].some(holds(row))));
  const found = [];
  for (const number of await index.find(query, filter)) {
    if (matches(await index.paper(number), query)) found.push(number);
  }
  answers.push({ found, scanned: scanned.map((row) => row[0]).reverse() });
}
console.log(JSON.stringify(answers));
"""


def files_of(records: list[Record]) -> dict[str, str]:
    files = search.top(len(records), ["LLM"], search.terms(TERMS))
    for start in range(0, len(records), search.BLOCK):
        files |= search.block(start // search.BLOCK, records[start : start + search.BLOCK])
    return {path: content.decode() for path, content in files.items()}


def ask(records: list[Record], *queries: str, **filter_: str) -> list[dict[str, list[int]]]:
    asked = {"core": str(ASSETS / "search-core.js"), "files": files_of(records), "queries": queries, "filter": filter_}
    command = ["node", "--input-type=module", "-e", ASK]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def found(records: list[Record], query: str, **filter_: str) -> list[int]:
    return ask(records, query, **filter_)[0]["found"]


def test_the_same_papers_give_the_same_bytes() -> None:
    records = [record(number, f"제목 {number} attention") for number in range(30)]

    assert search.block(0, records) == search.block(0, list(records))


def test_a_new_day_touches_the_last_block_and_the_top_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BLOCK", 8)
    before = files_of([record(number) for number in range(18)])
    after = files_of([record(number) for number in range(21)])

    changed = {path for path in before | after if before.get(path) != after.get(path)}

    assert {path.split("/")[1] for path in changed} == {"2", "top.json"}


def test_papers_of_another_block_are_refused() -> None:
    with pytest.raises(ValueError, match="search block 1 was given papers"):
        search.block(1, [record(0)])


def test_an_archive_without_papers_has_a_top_file() -> None:
    files = search.top(0, [], [])

    assert msgspec.json.decode(files["search/top.json"]) == {
        "count": 0, "block": search.BLOCK, "group": search.GROUP, "topics": [], "terms": []
    }  # fmt: skip


def test_the_posting_of_a_whole_block_stays_below_the_surrogates() -> None:
    assert search.BLOCK <= 1 << postings.DOCS
    assert (1 << postings.DOCS) + 32 < 0xD800


def test_a_broken_table_of_terms_is_named() -> None:
    with pytest.raises(ConfigError, match=r"site/terms\.yaml"):
        search.terms("- 어텐션: attention")


def test_every_line_of_the_table_joins_two_terms_or_more_and_none_stands_twice_in_it() -> None:
    for line in search.terms(TERMS):
        assert len(line) == len(set(line)) > 1


ANSWERS: dict[str, list[int]] = {
    "데이터셋": [1, 0],
    "이터셋": [1, 0],  # within a word
    "데이터셋을": [0],  # with its particle
    "터셋": [1, 0],
    "dope": [2],
    "OTARY": [2],
    "noising rot": [2],  # two words, both within others
    "데이터셋 attention": [1],
    "데이터셋 dope": [],
    "어텐션": [3, 1],  # finds attention
    "attention": [3, 1],  # and the other way round
    "강화학습": [4],  # a phrase of two words
    "reinforcement learning": [4],
    "rl": [5, 4],  # understood as the phrase, found within world; never looked for by the phrase
    "2511.00003": [3],
    "뷁쉙": [],
    "ｄｏｐｅ": [2],  # full width
    unicodedata.normalize("NFD", "데이터셋"): [1, 0],
    "representation를": [6],
    "데이터셋 a": [1],  # a word of one letter counts too
    "데이터셋 q": [],
}


@needs_node
def test_a_query_finds_what_holds_all_its_words() -> None:
    records = [
        record(0, "First", fields=("새 데이터셋을 만든다.", *[""] * 6)),
        record(1, "Sparse Attention", tldr="빅데이터셋 하나"),
        record(2, "DoPE: Denoising Rotary Position Embedding"),
        record(3, "무제", fields=("", "", "", "어텐션이 쏠린다.", "", "", "")),
        record(4, "Reinforcement Learning from Scratch"),
        record(5, "A World Model"),
        record(6, "무제", fields=("representation를 representation을 presentation을", *[""] * 6)),
    ]

    answers = ask(records, *ANSWERS)

    assert {query: answer["found"] for query, answer in zip(ANSWERS, answers, strict=True)} == ANSWERS


@needs_node
def test_topic_and_days_narrow_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BLOCK", 4)
    records = [
        record(number, "모델 하나", day=f"2025-11-{number // 2 + 10}", topics=("LLM",) if number % 3 else ("3D", "LLM"))
        for number in range(12)
    ]

    assert found(records, "모델", topic="3D") == [9, 6, 3, 0]
    assert found(records, "모델", topic="none") == []
    assert found(records, "모델", **{"from": "2025-11-12", "to": "2025-11-13"}) == [7, 6, 5, 4]
    assert found(records, "모델", topic="3D", to="2025-11-11") == [3, 0]


WORDS = "데이터 셋 을 attention At ten 학습 ing . 3.5 배 é ς ΟΔΟΣ 🤗 İ ㎏ rotary RoPE 의"
PIECES = st.lists(st.sampled_from(WORDS.split()), max_size=4)
LINES = st.lists(PIECES.map("".join), max_size=5).map(" ".join)


@needs_node
@settings(max_examples=6)
@given(st.lists(LINES, min_size=1, max_size=25), st.data())
def test_what_is_found_is_what_a_scan_finds(lines: list[str], data: st.DataObject) -> None:
    records = [record(number, line, fields=(lines[number - 1], *[""] * 6)) for number, line in enumerate(lines)]
    queries = []
    for line in data.draw(st.lists(st.sampled_from(lines), min_size=60, max_size=60)):
        at = data.draw(st.integers(0, len(line)))
        queries.append(line[at : at + data.draw(st.integers(2, 14))])
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in ((search, "BLOCK", 8), (search, "GROUP", 3), (postings, "PAGE", 30)):
            patch.setattr(module, name, value)
        answers = ask(records, *queries)

    for query, answer in zip(queries, answers, strict=True):
        assert answer["found"] == answer["scanned"], query


@needs_node
def test_marks_are_placed_in_the_text_as_it_is_written() -> None:
    script = """
    const { spots } = await import(process.argv[1]);
    const show = (text, needles) => spots(text, needles).map(([low, high]) => text.slice(low, high));
    console.log(JSON.stringify([show('LiteATTENTION과 어텐션', ['attention', '어텐션']), show('10㎏ İx', ['kg', 'x']),
      show('aaaa', ['aaa', 'aa']), show('🤗모델🤗', ['모델'])]));
    """
    command = ["node", "--input-type=module", "-e", script, str(ASSETS / "search-core.js")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == [["ATTENTION", "어텐션"], ["㎏", "x"], ["aaa"], ["모델"]]
