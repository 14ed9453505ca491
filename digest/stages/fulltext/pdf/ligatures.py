"""Spell the ligatures that a font gives no characters for, by the words of the paper in which they stand. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from digest.stages.fulltext.pdf.lines import Line, Page

_UNKNOWN = "\U00100000-\U0010ffff"
_WORD = re.compile(rf"[^\W\d_]*+(?:[{_UNKNOWN}][^\W\d_]*+)++")
_EACH = re.compile(f"[{_UNKNOWN}]")
_SPELLINGS = ("fi", "ff", "fl", "ffi", "ffl", "Th", "tt", "ft")
"""Usual ones first: of two that fit as many words the first is taken."""
_COMMON = frozenset(
    "find finds first field fields final finally fine figure file files fit fix five fixed fill finite finding define defined"
    " defines definition definitions specific specifically specified significant significantly classified classification"
    " classifier classifiers identify identified identification difficult efficient efficiently efficiency sufficient"
    " coefficient coefficients office official different difference differences differ effect effects effective effectively"
    " effort offer offers off affect affects suffer buffer offline staff flow flows flexible flat fluctuations influence"
    " conflict conflicts reflect reflects baffle offload affine modified modify verify verified benefit benefits profile"
    " profiles confidence satisfied satisfy configuration simplified artificial beneficial infinite refine refined efficacy the this that these they then there their theory".split()
)
"""Words with ligatures that papers hold, for fonts all of whose ligatures are unknown."""
_MOST_WORDS = 400


def spelled(pages: "Sequence[Page]", words: frozenset[str], unknown: Mapping[str, str]) -> "list[list[Line]]":
    """Return the pages with unknown characters spelled as the ligatures that make most words.

    `unknown` names the last letter of some; the others are dropped where no ligature makes a word.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        for line in page:
            for word in _WORD.findall(line.text):
                for char in set(_EACH.findall(word)):
                    if len(found[char]) < _MOST_WORDS and len(word) > 1:
                        found[char].add(word)
    if not found:
        return [list(page) for page in pages]
    # What stands beside an unknown character counts as a word for those who do not know it.
    pieces = {piece.lower() for inside in found.values() for word in inside for piece in _EACH.split(word)}
    known = (words - pieces) | _COMMON
    table = str.maketrans({char: _best(char, inside, known, unknown.get(char, "")) for char, inside in found.items()})
    return [[replace(line, text=_EACH.sub("", line.text.translate(table))) for line in page] for page in pages]


def _best(char: str, inside: set[str], known: frozenset[str], last: str) -> str:
    fits = {
        each: sum(_EACH.sub("", word.replace(char, each)).lower() in known for word in inside)
        for each in (last, *_SPELLINGS)
        if each.endswith(last)
    }
    return max(fits, key=lambda each: fits[each])
