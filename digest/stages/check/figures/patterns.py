"""What a figure may look like: one pattern with a branch per way of writing, and a fast one for where to try it.

Reads no values: see `reading`.
"""

import re
from collections.abc import Mapping

from digest.stages.check.figures.numerals import (
    COUNTS,
    HALVES,
    KOREAN_SPELLED,
    MONTHS,
    MULTIPLES,
    ONES,
    ORDINALS,
    PARTS,
    SCALES,
    SMALL,
    TENS,
)

_NUM = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+"
_MONTHS = "|".join(MONTHS)
TOKEN = re.compile(
    rf"""
    (?P<date>(?<!\d)(?:19|20)\d\d-\d\d?-\d\d?(?!\d)|(?<![\d.])\d{{1,2}}월(?:\s?\d{{1,2}}일)?
      |(?<![\d.])\d{{1,2}}(?=(?:월)?\s?[~–-]\s?\d{{1,2}}월))
  | (?P<label>\b(?:Tables?|Tab|Figures?|Figs?|Sections?|Secs?|Eqs?|Equations?|Appendix|Algorithms?|Theorems?|Lemmas?
      |Chapter|§)\.?[ ]?\(?[A-Z]?\.?\d+(?:\.\d+)*[a-z]?\)?
      |(?<![가-힣])(?:표|그림|수식|알고리즘|부록|정리)\s?\(?\d+(?:\.\d+)*\)?)
  | (?P<cite>\[\d{{1,3}}(?:\s?[,–-]\s?\d{{1,3}})*\])
  | (?P<marker>(?:(?<=\n)|^)[^\S\n]*+\(?\d{{1,2}}[.)](?=\s)|\(\d\)(?=[ ]?[가-힣A-Za-z])|(?<=[\s(])\d\)(?=\s)
      |(?<!\d)\d(?=\s?사?분기))
  | (?P<version>(?<![\w.])\d+(?:\.\d+){{2,}})
  | (?P<day>(?:{_MONTHS})[ ]\d{{1,2}}(?:st|nd|rd|th)?(?!\d)|\d{{1,2}}(?:st|nd|rd|th)?[ ](?:{_MONTHS})(?![a-z]))
  | (?P<third>(?P<below>\d[\d,]{{0,29}}|[이삼사오십백천만])\s?분의\s?(?P<above>\d+|[일이삼]))
  | (?P<ratio>(?<![\w./])\d{{1,3}}/\d{{1,3}}(?![\d/]))
  | (?P<powered>(?P<mantissa>(?<![\w.]){_NUM})?(?:\s?[×x·*]\s?)?(?<![\d.])10\s?\^\s?\(?(?P<power>[-+]?\d{{1,3}})\)?)
  | (?P<tail>(?<![\w])[a-z]+-(?=\d++(?:\.\d++)?(?![\w.]*[A-Za-z])))
  | (?P<glued>(?<![\w-])[a-z]{{3,}}(?=0\.\d|\d+(?:\.\d+)?\s?%))
  | (?P<name>(?<![A-Za-z_])[A-Za-z_]++(?:[-/][A-Za-z_]++){{0,9}}+-?\d[A-Za-z0-9]*
      (?:(?:[-_/]|(?<=\d)\.(?=\d))[A-Za-z0-9]+)*)
  | (?P<number>(?P<sign>(?<![\w.)\]%~–])[-+](?=[\d.]))?(?P<num>{_NUM})(?P<exp>[eE][-+]?\d{{1,3}}(?!\w))?)
  | (?P<part>(?i:(?:{SMALL}|an?)[ -](?:{"|".join(sorted(PARTS, key=len, reverse=True))}))(?![a-z]))
  | (?P<half_a>(?i:half)[ ]an?[ ](?=[a-z]))
  | (?P<each>(?:per|every|each|a)[ ](?=second|minute|hour|day|week|month|year))
  | (?P<english>[A-Za-z]+)
  | (?P<half>(?<![가-힣])절반)
  | {KOREAN_SPELLED.pattern}
    """,
    re.VERBOSE,
)
NUMBER_WORDS = frozenset({*ONES, *TENS, *SCALES, "a", "an", "order"})
SINGLE_WORDS: Mapping[str, tuple[float, str, str]] = {
    **{word: (float(value), "times", "word") for word, value in MULTIPLES.items()},
    **{word: (float(value), "", "ordinal") for word, value in ORDINALS.items()},
    **{word: (float(value), "count", "word") for word, value in COUNTS.items()},
    **dict.fromkeys(HALVES, (0.5, "", "fraction")),
    **dict.fromkeys(("quarter", "quarters"), (0.25, "", "fraction")),
    **dict.fromkeys(("quartile", "quartiles"), (0.25, "", "fraction")),
    **dict.fromkeys(("quintile", "quintiles"), (0.2, "", "fraction")),
    **dict.fromkeys(("decile", "deciles"), (0.1, "", "fraction")),
    **dict.fromkeys(("decade", "decades"), (10.0, "time", "word")),
    **dict.fromkeys(("century", "centuries"), (100.0, "time", "word")),
}
"""Words that are a figure by themselves: value, kind, form."""
_LABELS = """tab table tables fig figs figure figures sec secs section sections eq eqs equation equations appendix
algorithm algorithms theorem theorems lemma lemmas chapter per every each"""
_HINT_WORDS = sorted({*NUMBER_WORDS, *SINGLE_WORDS, *PARTS, *map(str.lower, MONTHS), *_LABELS.split()})


def _by_first_letter(words: list[str]) -> str:
    """Write an alternation that looks at one letter before it tries any word: five times as fast over a long text."""
    rests = {word[0]: [other[1:] for other in reversed(words) if other[0] == word[0]] for word in words}
    return "|".join(f"[{first}{first.upper()}](?i:{'|'.join(rest)})" for first, rest in rests.items())


HINT = re.compile(
    rf"\d|(?<![A-Za-z])(?:{_by_first_letter(_HINT_WORDS)})(?![A-Za-z])|(?<=[a-z])fold(?![a-z])"
    r"|§|절반|분의|표|그림|수식|알고리즘|부록|정리|" + KOREAN_SPELLED.pattern
)
"""Where a figure may be near: what a long text is searched for before the patterns are tried."""
