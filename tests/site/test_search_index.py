"""The indexes of grams, decoded in Python and compared with a plain count of letters."""

import string
import unicodedata
from collections import defaultdict

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.site.search import ngrams, postings

LETTERS = "가각데이터셋을를의한글ABZabyz0159.,:-$\\()%é\u0301İΣςσ\u1112\u1161\u11ab①㎏ａＢ漢字🤗𝒙\u200d"
TEXTS = st.lists(st.text(st.sampled_from(LETTERS + " \n\t\0\u00a0\u3000"), max_size=60), max_size=8)


def fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.replace("\0", " ")).lower().replace("ς", "σ")
    return "".join("\ufffd" if char > "\uffff" else char for char in folded)


def words(text: str) -> list[str]:
    return "".join(" " if char <= " " else char for char in fold(text)).split(" ")


def is_ascii(char: str) -> bool:
    return "!" <= char <= "~"


def counted(texts: list[str]) -> dict[str, dict[str, set[int]]]:
    """Say the same as the indexes, slowly."""
    found: dict[str, dict[str, set[int]]] = {"ascii": defaultdict(set), "mixed": defaultdict(set)}
    for paper, text in enumerate(texts):
        for word in words(text):
            for at in range(len(word) - 1):
                if is_ascii(word[at]) and is_ascii(word[at + 1]):
                    run = "".join(char if is_ascii(char) else chr(192 + ord(char) % 33) for char in word[at : at + 7])
                    found["ascii"][run].add(paper)
                if not all(map(is_ascii, word[at : at + 4])):
                    found["mixed"][word[at : at + 4]].add(paper)
    return found


def decoded(index: postings.Postings) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for first, page in zip(index.firsts, index.pages, strict=True):
        grams = []
        for line in page.split("\n"):
            pair, *items = line.split("\t")
            for item in items:
                gram = (pair + item[: index.length - 2]).rstrip(" ")
                papers, at = set(), -1
                for char in item[index.length - 2 :]:
                    at += ord(char) - 32
                    papers.add(at)
                assert gram not in found
                found[gram] = papers
                grams.append(gram)
        assert grams[0] == first
        assert grams == sorted(grams)
    return found


@given(TEXTS)
@example([])
@example(["", "\0", " "])
@example(["RoPE의 데이터셋을 attention한다.", "데이터 셋", "İSTANBUL ΟΔΟΣ οδος", "𝒙🤗𠀀𠀁"])
def test_the_books_hold_every_run_of_letters_of_every_text_and_nothing_else(texts: list[str]) -> None:
    indexes = ngrams.index(texts)

    assert {name: decoded(index) for name, index in indexes.items()} == counted(texts)


@pytest.mark.parametrize(("page", "segment", "chunk"), [(1, 2, 1), (20, 7, 3), (4096, 1 << 18, 128)])
def test_small_pages_and_pieces_change_the_pages_but_not_what_they_say(
    monkeypatch: pytest.MonkeyPatch, page: int, segment: int, chunk: int
) -> None:
    texts = [f"논문 {number}은 데이터셋{number % 7}을 attention{number % 5}으로 읽는다." for number in range(200)]
    monkeypatch.setattr(postings, "PAGE", page)
    monkeypatch.setattr(postings, "_SEGMENT", segment)
    monkeypatch.setattr(ngrams, "_CHUNK", chunk)

    indexes = ngrams.index(texts)

    assert {name: decoded(index) for name, index in indexes.items()} == counted(texts)


def test_a_block_may_hold_more_letters_than_fit_thirteen_bits() -> None:
    texts = ["".join(map(chr, range(start, start + 40))) for start in range(0x4E00, 0xA000, 40)]

    indexes = ngrams.index(texts)

    assert indexes["mixed"].length == 3
    expected = {gram[:3]: papers for gram, papers in counted(texts)["mixed"].items()}
    assert decoded(indexes["mixed"]).keys() == expected.keys()


def test_a_lone_surrogate_does_not_stop_the_index() -> None:
    indexes = ngrams.index(["모델 \ud800 학습"])

    assert decoded(indexes["mixed"]) == {"모델": {0}, "학습": {0}}


def test_a_text_without_a_space_costs_no_more_than_its_letters() -> None:
    text = string.ascii_lowercase * 4000

    indexes = ngrams.index([text])

    assert sum(map(len, indexes["ascii"].pages)) < 1000
