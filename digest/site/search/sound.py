"""Words of the Latin alphabet → how they sound as Hangul: 헬리오스 finds Helios. `search-sound.js` reads the Hangul.

A sound is a row of eight kinds of consonants, among which Hangul tells no more apart; vowels are left to be compared.
The rules are those of Korea's loanwords: https://korean.go.kr/kornorms/regltn/regltnView.do?regltn_code=0003
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product

from digest.site.search.letters import forms

FEWEST = 2
"""Consonants of a sound that is looked up."""
_SHORTEST = 4
_LONGEST = 24
_MOST = 4
"""Ways in which one word is read."""
_RULES = (
    ("ction", "KSN"), ("tion|ssion", "SN"), ("tch", "S"), ("sch", "SK|S"), ("sh", "S"), ("ch", "S|K"), ("ph", "P"),
    ("th", "S|T"), ("gh(?=[aeiou])", "K"), ("gh", ""), ("cc(?=[eiy])|x", "KS"), ("c?k|q|cc", "K"),
    ("s?c(?=[eiy])", "S"),
    ("dg(?=e)", "S"), ("t(?=ure|i[aeo])", "S"), ("gn(?=$|s$|m|e[rd])", "N"), ("ng(?=[aeiouyl])", "N|NK"), ("ng", "N"),
    ("g+(?=[eiy])", "K|S"), ("r+(?!e[sd]?$)(?=[aeiouy])|^r|l+", "L"), ("h(?=[aeiouy])", "H"), ("mb$", "M"),
    ("[bfpv]", "P"), ("d(?=u)", "T|S"), ("[dt]", "T"), ("[jsz]", "S"), ("[cgk]", "K"), ("m", "M"), ("n", "N"),
    ("e$", ""), ("[aeiouwy]", " "), ("[hr]", ""),
)  # fmt: skip
"""What letters are read as, the first that fits; `|` where there are two ways."""
_FIRST = ((re.compile("^kn"), "n"), (re.compile("^wr"), "r"), (re.compile("^(?:ps|x)"), "s"), (re.compile("^wh"), "w"))
_LETTERS = re.compile("|".join(f"({letters})" for letters, _ in _RULES))
_TWICE = re.compile(r"([A-Z])\1+")
_SPELLED = re.compile(r"[A-Za-z]+")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def keys(texts: Iterable[str]) -> Iterator[str]:
    """Yield a key for each sound of each word of some texts: the sound, a stroke, the word."""
    for form in {form for text in texts for form in forms(text)}:
        parts = _SPELLED.findall(form)
        for word in {"".join(parts), *parts}:
            if _SHORTEST <= len(word) <= _LONGEST:
                yield from _keys(word)


@lru_cache(maxsize=1 << 10)
def _keys(word: str) -> tuple[str, ...]:
    return tuple(f"${sound}/{word.lower()}" for sound in sounds(word) if len(sound) >= FEWEST)


def sounds(word: str) -> list[str]:
    """Return the rows of consonants as which a word is heard: `PKSLSML` for PixelSmile; a few at most."""
    ways = [way for piece in _PIECE.findall(word) for way in (*_ways(piece.lower()), "|")]
    rows = ("".join(way) for way, _ in zip(product(*ways), range(_MOST), strict=False))
    return sorted({_TWICE.sub(r"\1", row.replace("TS", "S").replace("|", "")).replace(" ", "") for row in rows})


def _ways(piece: str) -> Iterator[Sequence[str]]:
    for letters, read in _FIRST:
        piece = letters.sub(read, piece)
    for found in _LETTERS.finditer(piece):
        yield _RULES[(found.lastindex or 1) - 1][1].split("|")
