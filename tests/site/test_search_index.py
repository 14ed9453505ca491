"""The index, decoded in Python and compared with the keys of each paper."""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.commands.mcp import words
from digest.site.search import blocks, letters, pages
from digest.site.search.keys import SearchKeys

LETTERS = "가각데이터셋을를의한글ABZabyz0159.,:-$\\()%é\u0301İΣςσ\u1112\u1161\u11ab①㎏ａＢ漢字🤗𝒙\u200d"
TEXTS = st.lists(st.text(st.sampled_from(LETTERS + " \n\t\0\u00a0\u3000"), max_size=60), max_size=9)
Held = dict[str, dict[int, int]]


def tiers_of(texts: list[str]) -> list[list[set[str]]]:
    keys = SearchKeys([["강화 학습", "reinforcement learning"]])
    return [[set(), keys.terms(text[:9]), keys.terms(text)] for text in texts]


def keys_of(text: str, phrases: Iterable[Iterable[str]] = ()) -> set[str]:
    keys = SearchKeys(phrases)
    return {key for term in keys.terms(text) for key in keys.keys(term)}


def counted(texts: list[str]) -> Held:
    """Say the same as the index, slowly."""
    found: Held = defaultdict(dict)
    for paper, tiers in enumerate(tiers_of(texts)):
        for tier, terms in enumerate(tiers):
            for key in {key for term in terms for key in SearchKeys([]).keys(term)}:
                found[key].setdefault(paper, tier)
    return dict(found)


def decoded(shown: list[tuple[str, str]], block: int) -> Held:
    found: Held = {}
    last = ""
    for first, content in shown:
        key = ""
        for number, line in enumerate(content.split("\n")):
            head, _, coded = line.partition("\t")
            key = key[: ord(head[0]) - 48] + head[1:]
            assert last < key
            assert number or not last or last < first <= key
            last = key
            start, tier, at = 0, 0, -1
            for sign in coded:
                if sign >= "\u0400":
                    start = (ord(sign) - 0x400) * block
                elif sign < " ":
                    tier, at = ord(sign) - 1, start - 1
                else:
                    at += ord(sign) - 32
                    found.setdefault(key, {}).setdefault(at, tier)
    return found


def split(block: bytes) -> list[bytes]:
    return [block[at : at + 50] for at in range(0, len(block), 50)]


def index(texts: list[str], size: int, page: int = 6000) -> list[tuple[str, str]]:
    tiers, keys = tiers_of(texts), SearchKeys([]).keys
    made = [blocks.lines(tiers[start : start + size], keys) for start in range(0, len(texts), size)]
    return list(pages.pages(blocks.joined(split(block) for block in made), page))


@given(TEXTS)
@example([])
@example(["", "\0", " "])
@example(["RoPE의 데이터셋을 attention한다.", "데이터 셋", "İSTANBUL ΟΔΟΣ οδος", "𝒙🤗𠀀𠀁"])
@example(["강화 학습을", "Reinforcement Learning", "Reinforcement; learning", "긴 문맥"])
def test_the_index_holds_every_key_of_every_paper_in_its_best_tier(texts: list[str]) -> None:
    assert decoded(index(texts, 512), 512) == counted(texts)


@pytest.mark.parametrize(("page", "block"), [(1, 4), (20, 7), (6000, 64)])
def test_small_pages_and_blocks_change_the_pages_but_not_what_they_say(page: int, block: int) -> None:
    texts = [f"논문 {number}은 데이터셋{number % 7}을 attention{number % 5}으로 읽는다." for number in range(200)]
    made = index(texts, block, page)

    assert decoded(made, block) == counted(texts)
    assert max(map(len, (content for _, content in made))) < page + 3000


def test_long_words_of_an_alphabet_are_also_there_backwards() -> None:
    made = blocks.lines([[{"rotary", "rope", "셋"}]], SearchKeys([]).keys)
    shown = [content for _, content in pages.pages(blocks.joined([[made]]), 6000)]

    assert shown == ["0rope\t\1!\n2tary\t\1!\n0~yrator\t\n0셋\t\1!"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("LiteAttention", {"liteattention", "lite", "attention"}),
        ("GraphRAG", {"graphrag", "graph", "rag"}),
        ("LLMs", {"llms", "llm"}),
        ("Qwen2.5", {"qwen2", "qwen", "qwen25"}),
        ("coverage", {"coverage"}),
        ("self-attention", {"self", "attention", "selfattention"}),
        ("RoPE의", {"rope", "의"}),
        ("긴 문맥", {"긴", "=문맥", "_긴문"}),
        ("데이터셋을", {"=데이", "=이터", "=터셋", "=셋을", "데이터셋", "이터셋을", "터셋을"}),
        ("Álvarez", {"alvarez"}),
    ],
)
def test_a_text_has_the_keys_that_a_reader_may_type(text: str, keys: set[str]) -> None:
    assert keys_of(text) == keys


def test_a_phrase_of_the_table_is_also_one_word() -> None:
    phrases = [["강화 학습", "reinforcement learning"]]

    assert keys_of("Reinforcement Learning", phrases) == {"reinforcement", "learning", "reinforcementlearning"}
    assert keys_of("reinforcement of learning", phrases) == {"reinforcement", "of", "learning"}
    assert {"강화학습", "화학습"} <= keys_of("강화 학습을", phrases)


def test_a_person_is_found_by_both_orders_of_the_name() -> None:
    keys = SearchKeys([])

    found = {key for term in keys.terms_of_names(["Jing Xiong"]) for key in keys.keys(term)}

    assert found == {"jing", "xiong", "jingxiong", "xiongjing", "@jxiong"}


def test_the_initials_of_all_first_names_stand_before_the_last() -> None:
    keys = SearchKeys([])

    terms = keys.terms_of_names(["Seung-Hwan Kim", "Łukasz M. Kaiser"])

    assert {key for term in terms for key in keys.keys(term)} >= {"@shkim", "@lmkaiser", "lukasz"}


def test_the_script_reads_letters_and_particles_as_python_does() -> None:
    script = (Path(__file__).parents[2] / "templates/site/assets/search-query.js").read_text("utf-8")

    written = re.findall(r"(\w): '(\w+)'", re.search(r"LETTERS = \{(.+)\}", script)[1])  # type: ignore[index]
    particles = [re.search(rf"const {name} = '([^']+)'", script)[1].split() for name in ("ANY", "CLOSED", "OPEN")]  # type: ignore[index]

    assert dict(written) == {chr(one): other for one, other in letters.LETTERS.items() if chr(one).islower()}
    assert particles == [list(words.ANY), list(words.CLOSED), list(words.OPEN)]


def test_the_script_knows_the_same_words_that_say_nothing_or_little_as_python_does() -> None:
    script = (Path(__file__).parents[2] / "templates/site/assets/search-asked.js").read_text("utf-8")

    patterns = re.findall(r"'([^']+)'", re.search(r"const NOTHING = .+?\]\.join", script, re.DOTALL)[0])  # type: ignore[index]

    assert patterns == list(words.NOTHING)
    assert {*re.search(r"const LITTLE = new Set\(`([^`]+)`", script)[1].split()} == words.LITTLE  # type: ignore[index]
