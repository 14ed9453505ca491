"""How numbers are written: English words and what they are worth, scales, and a pattern for each notation.

Not a parser of any spelled number: the ones that papers and summaries write out.
"""

import re
from collections.abc import Mapping

from digest.stages.check.figures.korean import KOREAN_SCALES, SPELLED_KOREAN

ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALES = {"dozen": 12, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SCALE = "|".join(SCALES)
SUFFIXES = {"K": 1e3, "k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_NAMED = """fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth
seventeenth eighteenth nineteenth twentieth"""
_NTH = _NAMED.split()
ORDINALS = {
    "zeroth": 0, "first": 1, "second": 2, "quadratic": 2, "third": 3, "cubic": 3,
    **{word: place for place, word in enumerate(_NTH, start=4)},
}  # fmt: skip
_PART = {
    "half": 2, "third": 3, "quarter": 4, **{word: place for place, word in enumerate(_NTH, start=4)}, "hundredth": 100,
}  # fmt: skip
PARTS = {**_PART, **{f"{word}s": value for word, value in _PART.items()}, "halves": 2}
_MONTHS = "January February March April May June July August September October November December"
MONTHS = tuple(_MONTHS.split())
MULTIPLES = {
    "twice": 2, "thrice": 3, "double": 2, "doubles": 2, "doubled": 2, "doubling": 2, "triple": 3, "triples": 3,
    "tripled": 3, "tripling": 3, "quadruple": 4, "quadruples": 4, "quadrupled": 4, "quadrupling": 4,
}  # fmt: skip
HALVES = ("half", "halve", "halves", "halved", "halving")
_PREFIXES = {
    "bi": 2, "di": 2, "tri": 3, "tetra": 4, "quad": 4, "quadri": 4, "quadru": 4, "penta": 5, "hexa": 6, "octa": 8,
}  # fmt: skip
_ENDS = """lemma lemmas chotomy nary partite logy plane planes angle angles angular gon gonal hedron hedral linear
modal lingual manual ped peds pedal pod pods rotor rotors plet plets plicate section level stage"""
COUNTS = {
    "none": 0, "single": 1, "sole": 1, "once": 1, "both": 2, "pair": 2, "pairs": 2, "dual": 2, "dyad": 2, "dyads": 2,
    "dyadic": 2, "twin": 2, "duo": 2, "binary": 2, "trio": 3, "triad": 3, "triads": 3, "triadic": 3, "ternary": 3,
    "quartet": 4, "quartets": 4, "quintet": 5, "quintuple": 5, "quintuples": 5, "quintuplet": 5, "quintuplets": 5,
    **_PREFIXES,
    **{prefix + end: value for prefix, value in _PREFIXES.items() for end in _ENDS.split()},
}  # fmt: skip
"""Words that count by themselves, also by what they begin with: `trilemma`, `tripartite`, `quadruped`."""
SMALL = "|".join(sorted({*ONES, *TENS}, key=len, reverse=True))
SPELLED = re.compile(
    rf"(?:(?:{SMALL})(?:-(?:{SMALL}))?|an?(?=[ -](?:{_SCALE})))"
    rf"(?:[ -](?:{_SCALE})s?(?:(?: and)? (?:{SMALL})(?:-(?:{SMALL}))?)?)*(?![a-z])",
    re.IGNORECASE,
)
"""A number in English words: `five`, `twenty-five`, `two hundred`, `a million`."""

_KOREAN_SCALE = re.compile(
    r"\s?([십백천만억조]{1,2})(?!큼|에\s)(?!\s?(?:으로|이|을|를|에|은|는)\b)(?:\s?(\d[\d,]{0,29})(?![\d.]{0,30}%))?"
)
_ENGLISH_SCALE = re.compile(
    rf"[ -]?(?:(?:({_SCALE})s?|([KMBTk])(?![A-Za-z0-9]))(?![a-z])|(mega)(?=pixel))", re.IGNORECASE
)
_ONLY = re.compile(r"만\s[가-힣]+(?:다|다고|고|며|지만|하여|해)(?![가-힣])")
_LISTED = re.compile(r"(?<![\d.,])\d{1,2}(?:와|과|,)\s\d{1,2}$")
"""`2와 3만 살폈다`: only 2 and 3, where a verb follows and nothing is counted."""
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

_NUM = r"\d{1,3}(?:[,'’]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+"
_MONTH = "|".join(MONTHS)
_TAKEN = (
    r"[ ](?:times|fold|runs|seeds|trials|rounds|repetitions|repeats|epochs|iterations|steps|hours|days|weeks|GPUs)"
    r"(?![a-z])"
)
"""What `(3)` counts where a text writes `multiple (3) times` or `three (3) seeds`; before other words it is a mark."""
TOKEN = re.compile(
    rf"""
    (?P<date>(?<!\d)(?:19|20)\d\d-\d\d?-\d\d?(?!\d)|(?<![\d.])\d{{1,2}}월(?:\s?\d{{1,2}}일)?
      |(?<![\d.])\d{{1,2}}(?=(?:월)?\s?[~–-]\s?\d{{1,2}}월))
  | (?P<label>\b(?:Tables?|Tab|Figures?|Figs?|Sections?|Secs?|Eqs?|Equations?|Appendix|Algorithms?|Theorems?|Lemmas?
      |Chapter|§)\.?[ ]?\(?[A-Z]?\.?\d+(?:\.\d+)*[a-z]?\)?
      |(?<![가-힣])(?:표|그림|수식|알고리즘|부록|정리)\s?\(?\d+(?:\.\d+)*\)?)
  | (?P<cite>\[\d{{1,3}}(?:\s?[,–-]\s?\d{{1,3}})*\])
  | (?P<marker>(?:(?<=\n)|^)[^\S\n]*+\(?\d{{1,2}}[.)](?=\s)|\(\d\)(?=[ ]?[가-힣A-Za-z])(?!{_TAKEN})
      |(?<=[\s(])\d\)(?=\s)(?!{_TAKEN})
      |(?<!\d)\d(?=\s?사?분기))
  | (?P<version>(?<![\w.])\d+(?:\.\d+){{2,}})
  | (?P<day>(?:{_MONTH})[ ]\d{{1,2}}(?:st|nd|rd|th)?(?!\d)|\d{{1,2}}(?:st|nd|rd|th)?[ ](?:{_MONTH})(?![a-z]))
  | (?P<third>(?P<below>\d[\d,]{{0,29}}|[이삼사오육칠팔구십백천만]{{1,4}})\s?분의\s?(?P<above>\d+|[일이삼]))
  | (?P<ratio>(?<![\w./])\d{{1,3}}/\d{{1,3}}(?![\d/]))
  | (?P<powered>(?P<mantissa>(?<![\w.]){_NUM})?(?:\s?[×x·*]\s?)?(?<![\d.])10\s?\^\s?\(?(?P<power>[-+]?\d{{1,3}})\)?)
  | (?P<tail>(?<![\w])[a-z]+-(?=\d++(?:\.\d++)?(?![\w.]*[A-Za-z])))
  | (?P<glued>(?<![\w-])[a-z]{{3,}}(?=0\.\d|\d+(?:\.\d+)?\s?%))
  | (?P<name>(?<![A-Za-z_])[A-Za-z_]++(?:[-/][A-Za-z_]++){{0,9}}+-?\d[A-Za-z0-9]*
      (?:(?:[-_/]|(?<=\d)\.(?=\d))[A-Za-z0-9]+)*)
  | (?P<number>(?P<sign>(?<![\w.)\]%~–])[-+](?=[\d.]))?(?P<num>{_NUM})(?P<exp>[eE][-+]?\d{{1,3}}(?![A-Za-z0-9_]))?)
  | (?P<part>(?i:(?:{SMALL}|an?)[ -](?:{"|".join(sorted(PARTS, key=len, reverse=True))}))(?![a-z]))
  | (?P<half_a>(?i:half)[ ]an?[ ](?=[a-z]))
  | (?P<each>(?:per|every|each|a)[ ](?=second|minute|hour|day|week|month|year))
  | (?P<english>[A-Za-z]+)
  | (?P<half>(?<![가-힣])절반)
  | {SPELLED_KOREAN}
    """,
    re.VERBOSE,
)
"""What a figure may look like. Each branch has its reader in `figures`."""
_LABELS = """tab table tables fig figs figure figures sec secs section sections eq eqs equation equations appendix
algorithm algorithms theorem theorems lemma lemmas chapter per every each"""
_HINT_WORDS = sorted({*NUMBER_WORDS, *SINGLE_WORDS, *PARTS, *map(str.lower, MONTHS), *_LABELS.split()})


def _by_first_letter(words: list[str]) -> str:
    """Write an alternation that looks at one letter before it tries any word: five times as fast over a long text."""
    rests = {word[0]: [other[1:] for other in reversed(words) if other[0] == word[0]] for word in words}
    return "|".join(f"[{first}{first.upper()}](?i:{'|'.join(rest)})" for first, rest in rests.items())


HINT = re.compile(
    rf"\d|(?<![A-Za-z])(?:{_by_first_letter(_HINT_WORDS)})(?![A-Za-z])|(?<=[a-z])fold(?![a-z])"
    r"|§|절반|분의|표|그림|수식|알고리즘|부록|정리|" + SPELLED_KOREAN
)
"""Where a figure may be near: what a long text is searched for before the patterns are tried."""


def plain(number: str) -> str:
    """Return written digits without what groups them."""
    return re.sub("[,'’]", "", number)


def english(words: str) -> float:
    """Return the value of what `SPELLED` matched."""
    total = part = 0.0
    for word in re.split(r"[ -]", words.lower()):
        bare = word if word in SCALES else word.removesuffix("s") if word.removesuffix("s") in SCALES else word
        if bare in SCALES:
            part = (part or 1) * SCALES[bare]
            if SCALES[bare] >= 1e3:
                total, part = total + part, 0.0
        else:
            part += ONES.get(bare, TENS.get(bare, 0))
    return total + part


def scaled_by(text: str, end: int, value: float) -> tuple[float, float, int]:
    """Read what multiplies a number: `K`, `million`, `만`, also `2만 2758`. Returns value, binary reading, end."""
    scale = _ENGLISH_SCALE.match(text, end)
    if scale and scale[3]:
        return value * 1e6, 0, scale.end()
    if scale and scale[1]:
        return value * SCALES[scale[1].lower()], 0, scale.end()
    if scale and scale[2] in SUFFIXES and (scale[2] != "T" or text[end : end + 1] == "T"):
        binary = value * {"K": 1024.0, "k": 1024.0, "M": 1048576.0}.get(scale[2], 0)
        return value * SUFFIXES[scale[2]], binary, scale.end()
    if _ONLY.match(text, end) and _LISTED.search(text[max(0, end - 16) : end]):
        return value, 0, end
    total, part = 0.0, value
    while korean := _KOREAN_SCALE.match(text, end):
        size = 1.0
        for letter in korean[1]:
            size *= KOREAN_SCALES[letter]
        rest = float(korean[2].replace(",", "")) if korean[2] else 0.0
        if rest >= size or (size > 1e4 and rest < 1e3 and text[korean.end() : korean.end() + 1] not in KOREAN_SCALES):
            total, part, end = total + part * size, 0.0, korean.end(1)
            break
        total, part, end = total + part * size, rest, korean.end()
    return total + part, 0, end
