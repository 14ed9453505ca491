"""Measure what the search makes of typing errors: words of recorded papers, each with one wrong key, by chance.

    python -m bench.search_typing [--words 60] [--seed 1] [--show]

A word counts as mended where one of the first ten papers found is among the first ten for the word itself. Words are
of titles (five letters or more) and of Korean one-line summaries (three syllables to six) of 60 recorded days; so
nobody chose them.
"""

import argparse
import random
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.search import asked, build
from bench.search_papers import recorded
from digest.site.search.files import Record

NEXT = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl",
    "p": "ol", "a": "qsz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb", "h": "gjyn", "j": "hkum", "k": "jlim",
    "l": "kop", "z": "asx", "x": "zsdc", "c": "xdfv", "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk",
}  # fmt: skip
LEADS = [*"rRseEfaqQtTdwWczxvg"]
VOWELS = [*"koiOjpuPh", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l"]
TAILS = ["", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt",
         *"tTdwczxvg"]  # fmt: skip
KINDS = ("missing", "doubled", "swapped", "neighbour", "consonant", "vowel", "final", "syllables", "layout")


def mistyped(kind: str, word: str, chance: random.Random) -> str:
    """Write a word with one error of a kind; as it is where it cannot have one."""
    at = chance.randrange(len(word))
    if kind == "missing":
        return word[:at] + word[at + 1 :]
    if kind == "doubled":
        return word[: at + 1] + word[at:]
    if kind in {"swapped", "syllables"}:
        return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    if kind == "neighbour":
        return word[:at] + chance.choice(NEXT[word[at]]) + word[at + 1 :]
    if kind == "layout":
        return "".join("".join(struck(letter)) for letter in word)
    parts = list(struck(word[at]))
    which = ("consonant", "vowel", "final").index(kind)
    table = (LEADS, VOWELS, TAILS)[which]
    near = [key for key in table if len(key) == 1 and key != parts[which] and key in NEXT.get(parts[which].lower(), "")]
    if kind == "final":
        near = [""] if parts[2] else [key for key in "rsfadq" if key in TAILS]
    parts[which] = chance.choice(near or [parts[which]])
    lead, vowel, tail = (table.index(part) for table, part in zip((LEADS, VOWELS, TAILS), parts, strict=True))
    return word[:at] + chr(0xAC00 + lead * 588 + vowel * 28 + tail) + word[at + 1 :]


def struck(letter: str) -> tuple[str, str, str]:
    """Return the keys of a syllable on Korea's usual keyboard."""
    code = ord(letter) - 0xAC00
    return LEADS[code // 588], VOWELS[code % 588 // 28], TAILS[code % 28]


def drawn(records: Sequence[Record], each: int, chance: random.Random) -> list[tuple[str, str, str]]:
    """Draw words: kind of error, the word, and what is typed instead."""
    latin = sorted({word.lower() for one in records for word in re.findall(r"[A-Za-z]{5,}", one.title)})
    hangul = sorted({word for one in records for word in re.findall(r"(?<![가-힣])[가-힣]{3,6}(?![가-힣])", one.tldr)})
    rows: list[tuple[str, str, str]] = []
    for kind in KINDS:
        words = latin if kind in KINDS[:4] else hangul
        while sum(row[0] == kind for row in rows) < each:
            word = chance.choice(words)
            if (typed := mistyped(kind, word, chance)) != word:
                rows.append((kind, word, typed))
    return rows


def main() -> None:
    """Ask for each word, and print how many of each kind were mended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    records = [*recorded(60)]
    rows = drawn(records, given.words, random.Random(given.seed))
    mended: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        print(f"{len(records):,} papers; {build(records, Path(folder))}")
        queries = [query for _, word, typed in rows for query in (word, typed)]
        answers = asked(Path(folder), queries, fresh=False)
        for (kind, word, typed), right, answer in zip(rows, answers, answers, strict=True):
            mended[kind].append(not {*right["found"][:10]}.isdisjoint(answer["found"][:10]))
            if given.show and not mended[kind][-1]:
                print(f"  {kind}: {word} typed {typed}: {answer['said'][:90]}")
    for kind, known in mended.items():
        print(f"{kind:10} {sum(known):3} of {len(known)}")


if __name__ == "__main__":
    main()
