"""Read one figure where it stands: a row of patterns, each with the function that makes a figure of what it matched.

Does not look beyond the unit behind the number; figures that share one are joined in `figures`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from digest.check.figure import Figure
from digest.check.numerals import (
    COUNTS,
    HALVES,
    KOREAN_SCALES,
    KOREAN_SPELLED,
    MONTHS,
    MULTIPLES,
    NATIVE,
    ONES,
    ORDINALS,
    PARTS,
    SCALES,
    SMALL,
    SPELLED,
    SUFFIXES,
    TENS,
    english,
    sino,
)
from digest.check.units import unit_at

_NUM = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+"
_SCALE = "|".join(SCALES)
_MONTHS = "|".join(MONTHS)
_STOP = """and or to of on in at for with while when than by from is are was were as but after before under over
versus vs compared respectively against per using without which that the a an it its this these those we
our they if so both each every respectively below above within during across between among into through
via not no only where whereas instead rather although because since until yet still also even more less
fewer greater better worse higher lower larger smaller faster slower absolute relative has have had can
could may might will would must do does did be been out"""
_NOUN = re.compile(rf"(?:-|[ ]?×?[ ])(?!(?:{'|'.join(_STOP.split())})(?![a-z]))[A-Za-z][a-z]", re.IGNORECASE)
TOKEN = re.compile(
    rf"""
    (?P<date>(?<!\d)(?:19|20)\d\d-\d\d?-\d\d?(?!\d)|(?<![\d.])\d{{1,2}}월(?:\s?\d{{1,2}}일)?
      |(?<![\d.])\d{{1,2}}(?=(?:월)?\s?[~–-]\s?\d{{1,2}}월))
  | (?P<label>\b(?:Tables?|Tab|Figures?|Figs?|Sections?|Secs?|Eqs?|Equations?|Appendix|Algorithms?|Theorems?|Lemmas?
      |Chapter|§)\.?[ ]?\(?[A-Z]?\.?\d+(?:\.\d+)*[a-z]?\)?
      |(?<![가-힣])(?:표|그림|수식|알고리즘|부록|정리)\s?\(?\d+(?:\.\d+)*\)?)
  | (?P<cite>\[\d{{1,3}}(?:\s?[,–-]\s?\d{{1,3}})*\])
  | (?P<marker>(?:(?<=\n)|^)\s*\(?\d{{1,2}}[.)](?=\s)|\(\d\)(?=[ ]?[가-힣A-Za-z])|(?<=[\s(])\d\)(?=\s)
      |(?<!\d)\d(?=\s?사?분기))
  | (?P<version>(?<![\w.])\d+(?:\.\d+){{2,}})
  | (?P<day>(?:{_MONTHS})[ ]\d{{1,2}}(?:st|nd|rd|th)?(?!\d)|\d{{1,2}}(?:st|nd|rd|th)?[ ](?:{_MONTHS})(?![a-z]))
  | (?P<third>(?P<below>\d[\d,]*|[이삼사오십백천만])\s?분의\s?(?P<above>\d+|[일이삼]))
  | (?P<ratio>(?<![\w./])\d{{1,3}}/\d{{1,3}}(?![\d/]))
  | (?P<powered>(?P<mantissa>(?<![\w.]){_NUM})?(?:\s?[×x·*]\s?)?(?<![\d.])10\s?\^\s?\(?(?P<power>[-+]?\d{{1,3}})\)?)
  | (?P<tail>(?<![\w])[a-z]+-(?=\d+(?:\.\d+)?(?![\w.]*[A-Za-z])))
  | (?P<name>[A-Za-z_]++(?:[-/][A-Za-z_]++)*+-?\d[A-Za-z0-9]*(?:(?:[-_/]|(?<=\d)\.(?=\d))[A-Za-z0-9]+)*)
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
_KOREAN_SCALE = re.compile(
    r"\s?([십백천만억조]{1,2})(?!큼|에\s)(?!\s?(?:으로|이|을|를|에|은|는)\b)(?:\s?(\d[\d,]*)(?![\d.]*%))?"
)
_ENGLISH_SCALE = re.compile(
    rf"[ -]?(?:(?:({_SCALE})s?|([KMBTk])(?![A-Za-z0-9]))(?![a-z])|(mega)(?=pixel))", re.IGNORECASE
)
_SIZE = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)([KkMBT])(?=$|[-_/])")
_NUMBER_WORDS = frozenset({*ONES, *TENS, *SCALES, "a", "an", "order"})
_SINGLE_WORDS: Mapping[str, tuple[float, str, str]] = {
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
_SINO_ONLY = re.compile(r"[초분일년도원]$")
"""Units that no native numeral goes with: `두 일` are two jobs, two days are `이틀`."""
_SPELLED_FOLD = re.compile(rf"({SMALL})fold(?![a-z])", re.IGNORECASE)
_MAGNITUDE = re.compile(r"[ -]of[ -]magnitude")
_MAGNITUDES = re.compile(r"[ -]orders[ -]of[ -]magnitude")
_SCALE_ALONE = re.compile(rf"(?<![\w-])(?:{_SCALE})(?=-[a-z])", re.IGNORECASE)
"""`million-token` is one million; `several million tokens` is not."""
_COUNTED = re.compile(r"D(?![A-Za-z])|DoF|[x×](?=[A-Z])")
"""What may follow the digits of a count without a blank: 3D, 6DoF, 8xH100."""
_WIDTH = re.compile(r"(?:u?int|(?:mx|nv)?fp|bf|nf|tf|w)-?(\d{1,2})(?:a\d+)?", re.IGNORECASE)
_PER_SCALE = re.compile(rf"per ({_SCALE})(?![a-z])", re.IGNORECASE)
_PERIOD_BEFORE = re.compile(r"(?<![a-z])(weeks?|days?|months?|hours?) $", re.IGNORECASE)
_PERCENTILE = re.compile(r"[pP](\d\d(?:\.\d+)?)")
_ORDINAL_END = re.compile(r"(?:st|nd|rd|th)(?![a-z])")
_FOLD = re.compile(r"[ -]?fold(?![a-z])", re.IGNORECASE)


_LABELS = """tab table tables fig figs figure figures sec secs section sections eq eqs equation equations appendix
algorithm algorithms theorem theorems lemma lemmas chapter per every each"""
_HINT_WORDS = sorted({*_NUMBER_WORDS, *_SINGLE_WORDS, *PARTS, *map(str.lower, MONTHS), *_LABELS.split()})


def _by_first_letter(words: list[str]) -> str:
    """Write an alternation that looks at one letter before it tries any word: five times as fast over a long text."""
    rests = {word[0]: [other[1:] for other in reversed(words) if other[0] == word[0]] for word in words}
    return "|".join(f"[{first}{first.upper()}](?i:{'|'.join(rest)})" for first, rest in rests.items())


HINT = re.compile(
    rf"\d|(?<![A-Za-z])(?:{_by_first_letter(_HINT_WORDS)})(?![A-Za-z])|(?<=[a-z])fold(?![a-z])"
    r"|§|절반|분의|표|그림|수식|알고리즘|부록|정리|" + KOREAN_SPELLED.pattern
)
"""Where a figure may be near: what a long text is searched for before the patterns are tried."""


def _mark(token: re.Match[str], _: str) -> Figure:
    digits = re.search(r"\d+", token[0])
    form = "label" if token["label"] else "date" if token["date"] else "marker"
    return Figure(*token.span(), float(digits[0]) if digits else 0, form=form)


def _nothing(_: re.Match[str], __: str) -> None:
    return None


def _fraction(token: re.Match[str], _: str) -> Figure | None:
    if token["half"]:
        return Figure(*token.span(), 0.5, form="fraction", step=0)
    if token["part"]:
        top, _, part = token["part"].lower().replace("-", " ").rpartition(" ")
        parts = PARTS[part]
        # Two halves are each a half.
        return Figure(*token.span(), (english(top) if 0 < english(top) < parts else 1) / parts, form="fraction", step=0)
    sides = token["ratio"].split("/") if token["ratio"] else (token["above"], token["below"].replace(",", ""))
    above, below = (float(side) if side.isdigit() else sino(side) for side in sides)
    return Figure(*token.span(), above / below, form="fraction", step=0) if below else None


def _day(token: re.Match[str], _: str) -> Figure:
    day = re.search(r"\d+", token[0])
    return Figure(*token.span(), float(day[0]) if day else 0, "time", 86400, form="word")


def _each(token: re.Match[str], text: str) -> Figure | None:
    """Read `every second` and `half an hour`, where the unit alone makes the figure."""
    if token[0].lower() == "per ":
        return None
    kind, factor, after = unit_at(text, token.end())
    value = 0.5 if token["half_a"] else 1
    if kind == "time" or (kind and token["half_a"]):
        return Figure(token.start(), after, value, kind, factor, form="word")
    return Figure(*token.span(), 0.5, form="fraction", step=0) if token["half_a"] else None


def _korean(token: re.Match[str], text: str) -> Figure:
    if not token["native"]:
        return _measured(text, *token.span(), sino(token["sino"]), form="word")
    figure = _measured(text, *token.span(), float(NATIVE[token["native"]]), form="word")
    if _SINO_ONLY.search(text, token.end(), figure.end):
        return replace(figure, end=token.end(), kind="count", factor=1)
    return figure


def _powered(token: re.Match[str], text: str) -> Figure:
    mantissa = float((token["mantissa"] or "1").replace(",", "")[:300])
    value = mantissa * 10.0 ** int(token["power"]) if abs(int(token["power"])) < 300 else 0.0
    return _measured(text, *token.span(), value if value < 1e300 else 0.0, step=0)


def _in_name(token: re.Match[str], _: str) -> Figure | None:
    name, start = token[0], token.start()
    if size := _SIZE.search(name):
        return Figure(start, start + size.end(), float(size[1]) * SUFFIXES[size[2]], form="part")
    if rank := _PERCENTILE.fullmatch(name):
        return Figure(start, start + len(name), float(rank[1]), form="part")
    if width := _WIDTH.fullmatch(name):
        return Figure(start, start + len(name), float(width[1]), "bits", form="part")
    return None


def _digits(token: re.Match[str], text: str) -> Figure | None:
    start, end = token.span()
    written = token["num"].replace(",", "")
    decimals = len(written.partition(".")[2])
    step = 10.0**-decimals if decimals else 10.0 ** (len(written) - len(written.rstrip("0")) if float(written) else 0)
    value = float(written + (token["exp"] or "")) if len(written) < 300 else 0.0
    step = 0 if token["exp"] else step
    if _ORDINAL_END.match(text, end):
        return Figure(start, end + 2, value, form="ordinal")
    scaled, binary, after = _scale(text, end, value)
    if scaled != value and value:
        step = step * scaled / value if decimals else 10.0 ** (len(f"{scaled:.0f}") - len(f"{scaled:.0f}".rstrip("0")))
    negative = token["sign"] == "-"
    plain_year = after == end and not token["sign"] and re.fullmatch(r"(?:19|20)\d\d", token["num"])
    figure = _measured(text, start, after, scaled, step=step, negative=negative, binary=binary)
    if figure.end == end and re.match("[A-Za-z]", text[end : end + 1]):
        return Figure(start, end, value, "count", form="part") if _COUNTED.match(text, end) else None
    if plain_year and (text[end : end + 1] == "년" or figure.kind == ""):
        return replace(figure, form="year", kind="", factor=1)
    return figure


def _scale(text: str, end: int, value: float) -> tuple[float, float, int]:
    """Read what multiplies a number: `K`, `million`, `만`, also `2만 2758`. Returns value, binary reading, end."""
    scale = _ENGLISH_SCALE.match(text, end)
    if scale and scale[3]:
        return value * 1e6, 0, scale.end()
    if scale and scale[1]:
        return value * SCALES[scale[1].lower()], 0, scale.end()
    if scale and scale[2] in SUFFIXES and (scale[2] != "T" or text[end : end + 1] == "T"):
        binary = value * {"K": 1024.0, "k": 1024.0, "M": 1048576.0}.get(scale[2], 0)
        return value * SUFFIXES[scale[2]], binary, scale.end()
    total, part = 0.0, value
    while korean := _KOREAN_SCALE.match(text, end):
        size = 1.0
        for letter in korean[1]:
            size *= KOREAN_SCALES[letter]
        rest = float(korean[2].replace(",", "")) if korean[2] else 0.0
        if rest >= size or (size > 1e4 and rest < 1e3 and text[korean.end() :][:1] not in KOREAN_SCALES):
            total, part, end = total + part * size, 0.0, korean.end(1)
            break
        total, part, end = total + part * size, rest, korean.end()
    return total + part, 0, end


def _word(token: re.Match[str], text: str) -> Figure | None:
    start, end = token.span()
    written = token["english"].lower()
    if written in _SINGLE_WORDS:
        value, kind, form = _SINGLE_WORDS[written]
        factor = 31536000.0 if kind == "time" else 1.0
        return Figure(start, end, value, kind, factor, form, step=0 if form == "fraction" else 1)
    if written not in _NUMBER_WORDS and not written.endswith("fold"):
        return None
    if written == "order" and (scale := _MAGNITUDE.match(text, end)):
        return Figure(start, scale.end(), 10, "times", form="word")
    if written in ("a", "an", "one"):
        kind, factor, after = unit_at(text, end)
        if after > end + 3 and kind not in ("", "count", "times", "points"):
            return Figure(start, after, 1, kind, factor, form="word")
    return _spelled(start, text)


def _spelled(start: int, text: str) -> Figure | None:
    if (per := _PER_SCALE.match(text, max(0, start - 4))) and per.start(1) == start:
        return _measured(text, start, per.end(), SCALES[per[1].lower()], form="word")
    if alone := _SCALE_ALONE.match(text, start):
        return _measured(text, start, alone.end(), SCALES[alone[0].lower()], form="word")
    spelled = SPELLED.match(text, start) or _SPELLED_FOLD.match(text, start)
    if not spelled:
        return None
    if spelled.re is _SPELLED_FOLD:
        return Figure(start, spelled.end(), english(spelled[1]), "times", form="word")
    value, end = english(spelled[0]), spelled.end()
    if text.startswith(" and a half", end):
        value, end = value + 0.5, end + 11
    if (scale := _MAGNITUDES.match(text, end)) and value < 20:
        return Figure(start, scale.end(), 10**value, "times", form="word")
    return _measured(text, start, end, value, form="word")


def _measured(
    text: str, start: int, end: int, value: float, *, form: str = "digits", step: float = 1,
    negative: bool = False, binary: float = 0,
) -> Figure:  # fmt: skip
    """Put the unit behind a number to it, or `count` where an English noun follows a whole number."""
    value = value if value < 1e300 else 0.0
    if (fold := _FOLD.match(text, end)) and text[fold.end() :][1:6] != "cross":
        return Figure(start, fold.end(), value, "times", 1, form, step, negative, binary)
    kind, factor, after = unit_at(text, end)
    if not kind and text[max(0, start - 1) : start] == "$":
        kind = "dollars"
    if not kind and text[max(0, start - 10) : start].rstrip().endswith("factor of"):
        kind = "times"
    if not kind and (period := _PERIOD_BEFORE.search(text[max(0, start - 8) : start])):
        kind, factor, _ = unit_at(period[1].lower(), 0)
    if not kind and value == int(min(abs(value), 1e15)) and (form == "word" or _NOUN.match(text, end)):
        kind = "count"
    return Figure(start, after, value, kind, factor, form, step, negative, binary)


READERS: Mapping[str, Callable[[re.Match[str], str], Figure | None]] = {
    "date": _mark, "label": _mark, "marker": _mark, "cite": _mark, "name": _in_name, "third": _fraction,
    "ratio": _fraction, "part": _fraction, "half": _fraction, "day": _day, "half_a": _each, "each": _each,
    "native": _korean, "sino": _korean, "powered": _powered, "english": _word, "tail": _nothing, "version": _nothing,
    "number": _digits,
}  # fmt: skip
