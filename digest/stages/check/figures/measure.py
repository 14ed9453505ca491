"""Read what stands behind a number: the scale that multiplies it and the unit that it measures."""

import re

from digest.stages.check.figures.numerals import KOREAN_SCALES, SCALES, SUFFIXES
from digest.stages.check.figures.quantity import Figure
from digest.stages.check.figures.units import unit_at

_SCALE = "|".join(SCALES)
_STOP = """and or to of on in at for with while when than by from is are was were as but after before under over
versus vs compared respectively against per using without which that the a an it its this these those we
our they if so both each every respectively below above within during across between among into through
via not no only where whereas instead rather although because since until yet still also even more less
fewer greater better worse higher lower larger smaller faster slower absolute relative has have had can
could may might will would must do does did be been out"""
_NOUN = re.compile(rf"(?:-|[ ]?×?[ ])(?!(?:{'|'.join(_STOP.split())})(?![a-z]))[A-Za-z][a-z]", re.IGNORECASE)
_KOREAN_SCALE = re.compile(
    r"\s?([십백천만억조]{1,2})(?!큼|에\s)(?!\s?(?:으로|이|을|를|에|은|는)\b)(?:\s?(\d[\d,]{0,29})(?![\d.]{0,30}%))?"
)
_ENGLISH_SCALE = re.compile(
    rf"[ -]?(?:(?:({_SCALE})s?|([KMBTk])(?![A-Za-z0-9]))(?![a-z])|(mega)(?=pixel))", re.IGNORECASE
)
_PERIOD_BEFORE = re.compile(r"(?<![a-z])(weeks?|days?|months?|hours?) $", re.IGNORECASE)
_FOLD = re.compile(r"[ -]?fold(?![a-z])", re.IGNORECASE)


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


def measured(
    text: str, start: int, end: int, value: float, *, form: str = "digits", step: float = 1,
    negative: bool = False, binary: float = 0,
) -> Figure:  # fmt: skip
    """Put the unit behind a number to it, or `count` where an English noun follows a whole number."""
    value = value if value < 1e300 else 0.0
    if (fold := _FOLD.match(text, end)) and not text.startswith("cross", fold.end() + 1):
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
