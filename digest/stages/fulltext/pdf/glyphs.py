"""Read glyphs whose font does not say which characters they show: spell ligatures, and tell text from noise. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from digest.stages.fulltext.pdf.lines import Line, Page

_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]{2,}")
_UNKNOWN = "\U00100000-\U0010ffff"
_UNKNOWN_WORD = re.compile(rf"[^\W\d_]*+(?:[{_UNKNOWN}][^\W\d_]*+)++")
_EACH = re.compile(f"[{_UNKNOWN}]")
_SPELLINGS = ("fi", "ff", "fl", "ffi", "ffl", "Th", "tt", "ft")
"""Usual ones first: of two that fit as many words the first is taken."""
_WITH_LIGATURES = """
find finds first field fields final finally fine figure file files fit fix five fixed fill finite finding define
defined defines definition definitions specific specifically specified significant significantly classified
classification classifier classifiers identify identified identification difficult efficient efficiently
efficiency sufficient coefficient coefficients office official different difference differences differ effect
effects effective effectively effort offer offers off affect affects suffer buffer offline staff flow flows
flexible flat fluctuations influence conflict conflicts reflect reflects baffle offload affine modified modify
verify verified benefit benefits profile profiles confidence satisfied satisfy configuration simplified
artificial beneficial infinite refine refined efficacy the this that these they then there their theory
"""
"""Words with ligatures that papers hold, for fonts all of whose ligatures are unknown."""
_MOST_UNKNOWN_WORDS = 400

_COMMON = """
the of and to in is for we that with on as are by be this which from an can der die und das ist von mit den eine
le la les et des est une dans que pour el los las en una con por del per di il che os da do em um para não
"""
"""The commonest words of languages that papers are written in with Latin letters."""
_LEAST_COMMON = 0.05
"""Share of them among words: 0.16 at least in every readable English paper seen, 0.01 in text of unknown glyphs."""
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u3040-\u9fff\uac00-\ud7a3]")
_SEEN = 200_000
"""Characters that decide."""


def spelled(pages: "Sequence[Page]", words: frozenset[str], unknown: Mapping[str, str]) -> "list[list[Line]]":
    """Return the pages with unknown characters spelled as the ligatures that make most words.

    `unknown` names the last letter of some; the others are dropped where no ligature makes a word.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        for line in page:
            for word in _UNKNOWN_WORD.findall(line.text):
                for char in set(_EACH.findall(word)):
                    if len(found[char]) < _MOST_UNKNOWN_WORDS and len(word) > 1:
                        found[char].add(word)
    if not found:
        return [list(page) for page in pages]
    # What stands beside an unknown character counts as a word for those who do not know it.
    pieces = {piece.lower() for inside in found.values() for word in inside for piece in _EACH.split(word)}
    known = (words - pieces) | frozenset(_WITH_LIGATURES.split())
    table = str.maketrans({char: _best(char, inside, known, unknown.get(char, "")) for char, inside in found.items()})
    return [[replace(line, text=_EACH.sub("", line.text.translate(table))) for line in page] for page in pages]


def _best(char: str, inside: set[str], known: frozenset[str], last: str) -> str:
    fits = {
        each: sum(_EACH.sub("", word.replace(char, each)).lower() in known for word in inside)
        for each in (last, *_SPELLINGS)
        if each.endswith(last)
    }
    return max(fits, key=lambda each: fits[each])


def legible(text: str) -> bool:
    """Return whether a text is in words. Papers in other scripts than the Latin one are taken as they come."""
    seen = text[:_SEEN]
    if 3 * len(_OTHER_SCRIPT.findall(seen)) > len(seen.replace(" ", "")):
        return True
    words, common = [word.lower() for word in _WORD.findall(seen)], frozenset(_COMMON.split())
    return sum(word in common for word in words) >= _LEAST_COMMON * len(words) > 0
