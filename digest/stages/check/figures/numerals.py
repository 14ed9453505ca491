"""Literal tables of numbers in words, English and Korean, and how they add up.

Not a parser of any spelled number: the ones that papers and summaries write out.
"""

import re

ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALES = {"dozen": 12, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SUFFIXES = {"K": 1e3, "k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_NAMED = """fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth
seventeenth eighteenth nineteenth twentieth"""
_NTH = _NAMED.split()
ORDINALS = {
    "zeroth": 0,
    "first": 1,
    "second": 2,
    "quadratic": 2,
    "third": 3,
    "cubic": 3,
    **{word: place for place, word in enumerate(_NTH, start=4)},
}
_PART = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    **{word: place for place, word in enumerate(_NTH, start=4)},
    "hundredth": 100,
}
PARTS = {**_PART, **{f"{word}s": value for word, value in _PART.items()}, "halves": 2}
_MONTHS = "January February March April May June July August September October November December"
MONTHS = tuple(_MONTHS.split())
MULTIPLES = {
    "twice": 2, "thrice": 3, "double": 2, "doubles": 2, "doubled": 2, "doubling": 2, "triple": 3, "triples": 3,
    "tripled": 3, "tripling": 3, "quadruple": 4, "quadruples": 4, "quadrupled": 4, "quadrupling": 4,
}  # fmt: skip
HALVES = ("half", "halve", "halves", "halved", "halving")
_PREFIXES = {
    "bi": 2,
    "di": 2,
    "tri": 3,
    "tetra": 4,
    "quad": 4,
    "quadri": 4,
    "quadru": 4,
    "penta": 5,
    "hexa": 6,
    "octa": 8,
}
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
    rf"(?:(?:{SMALL})(?:-(?:{SMALL}))?|an?(?=[ -](?:{'|'.join(SCALES)})))"
    rf"(?:[ -](?:{'|'.join(SCALES)})s?(?:(?: and)? (?:{SMALL})(?:-(?:{SMALL}))?)?)*(?![a-z])",
    re.IGNORECASE,
)
"""A number in English words: `five`, `twenty-five`, `two hundred`, `a million`."""

KOREAN_SCALES = {"십": 1e1, "백": 1e2, "천": 1e3, "만": 1e4, "억": 1e8, "조": 1e12}
NATIVE = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7,
    "여덟": 8, "아홉": 9, "열": 10, "열한": 11, "열두": 12, "열세": 13, "열네": 14, "열다섯": 15, "열여섯": 16,
    "열일곱": 17, "열여덟": 18, "열아홉": 19, "스무": 20, "스물": 20, "스물네": 24, "서른": 30, "마흔": 40, "쉰": 50,
}  # fmt: skip
SINO = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_NATIVE_WORD = "|".join(sorted(NATIVE, key=len, reverse=True))
KOREAN_SPELLED = re.compile(
    rf"(?<![^\s(\[\"'“‘~,·:/-])(?<!\s[수몇]\s)(?<!^[수몇]\s)(?:(?P<native>{_NATIVE_WORD})(?=(?:번째|가지|배(?![경치열포])|시간)|(?<!열)\s|\s(?:가지|배|번|개|명|종|건|편|장|달)(?![가-힣]))"
    r"|(?P<sino>[일이삼사오육칠팔구]?[십백천만억]{1,2})(?=\s?(?:배|개|명|건|회|장|쌍|편|단어|토큰|파라미터|번|여)))"
)
"""A native numeral before a counter or standing alone (`다섯 가지`, `두 배`), or a Sino-Korean one (`백만 개`)."""


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


def sino(word: str) -> float:
    """Return the value of a Sino-Korean numeral such as `백만` or `삼십`. Knows no longer ones."""
    value = float(SINO.get(word[:1], 1))
    for scale in word:
        value *= KOREAN_SCALES.get(scale, 1)
    return value
