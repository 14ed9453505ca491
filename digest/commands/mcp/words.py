"""What somebody asks for → patterns to look for: letters made alike, Korean particles taken off. Pure."""

import re
import unicodedata

from digest.site.search.letters import LETTERS

_WORD = re.compile(r"[\w.+-]*\w[\w.+-]*")
_LATIN = re.compile(r"([a-z0-9.+-]+)([가-힣]+)")
"""A Latin word with a particle behind it: RoPE의."""
_ACCENT = re.compile("[\u0300-\u036f]")
# The site's search has the same particles (`assets/search-query.js`; a test compares them).
ANY = (
    "밖에", "만큼", "에서는", "에서도", "으로는", "에게서", "이라는", "에서의", "으로의", "에서", "에게", "까지",
    "부터", "처럼", "보다", "마다", "조차", "이나", "라는", "들을", "들이", "들은", "들의", "들", "하는", "하기",
    "한다", "되는", "적인", "에는", "에도", "의", "에", "도", "만",
)  # fmt: skip
CLOSED, OPEN = ("으로", "이랑", "을", "은", "과", "이"), ("로", "랑", "를", "는", "와", "가")
"""Particles behind a consonant, and behind a vowel."""
_RIEUL = 8


def fold(text: str) -> str:
    """Write a text so that case, form and accents of its letters do not count."""
    small = unicodedata.normalize("NFKC", text).casefold()
    bare = _ACCENT.sub("", unicodedata.normalize("NFD", small))
    return unicodedata.normalize("NFC", bare).translate(LETTERS)


def needles(query: str) -> list[re.Pattern[str]]:
    """Return what matches each word of a query in a folded text."""
    return [_needle(word) for word in dict.fromkeys(map(_noun, _WORD.findall(fold(query))))]


def _noun(word: str) -> str:
    """Take a particle off a word, if two letters of Hangul stay, or a Latin word."""
    mixed = _LATIN.fullmatch(word)
    if mixed:
        return mixed[1] if mixed[2] in (*ANY, *CLOSED, *OPEN) else word
    for ending in (*ANY, *CLOSED, *OPEN):
        rest = word.removesuffix(ending)
        if rest == word or len(rest) < 2 or not "가" <= rest[-1] <= "힣":
            continue
        tail = (ord(rest[-1]) - ord("가")) % 28
        if (ending in CLOSED and not tail) or (ending in OPEN and tail and (ending, tail) != ("로", _RIEUL)):
            continue
        return rest
    return word


def _needle(word: str) -> re.Pattern[str]:
    """Match Latin words where words begin, up to four letters as whole words; Hangul anywhere."""
    bare = re.escape(word.strip(".-"))
    if not word.isascii():
        return re.compile(bare)
    return re.compile(rf"(?<![a-z0-9]){bare}" + (r"s?(?![a-z0-9])" if len(word) <= 4 else ""))
