"""Read one figure where it stands: for each branch of the pattern the function that makes a figure of what it matched.

Does not look beyond the unit behind the number; figures that share one are joined in `figures`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from digest.stages.check.figures.measure import measured, scaled_by
from digest.stages.check.figures.numerals import NATIVE, PARTS, SCALES, SMALL, SPELLED, SUFFIXES, english, sino
from digest.stages.check.figures.patterns import NUMBER_WORDS, SINGLE_WORDS
from digest.stages.check.figures.quantity import Figure
from digest.stages.check.figures.units import unit_at

_SCALE = "|".join(SCALES)
_SIZE = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)([KkMBT])(?=$|[-_/])")
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
_PERCENTILE = re.compile(r"[pP](\d\d(?:\.\d+)?)")
_ORDINAL_END = re.compile(r"(?:st|nd|rd|th)(?![a-z])")


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
        return measured(text, *token.span(), sino(token["sino"]), form="word")
    figure = measured(text, *token.span(), float(NATIVE[token["native"]]), form="word")
    if _SINO_ONLY.search(text, token.end(), figure.end):
        return replace(figure, end=token.end(), kind="count", factor=1)
    return figure


def _powered(token: re.Match[str], text: str) -> Figure:
    mantissa = float((token["mantissa"] or "1").replace(",", "")[:300])
    value = mantissa * 10.0 ** int(token["power"]) if abs(int(token["power"])) < 300 else 0.0
    return measured(text, *token.span(), value if value < 1e300 else 0.0, step=0)


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
    scaled, binary, after = scaled_by(text, end, value)
    if scaled != value and value:
        step = step * scaled / value if decimals else 10.0 ** (len(f"{scaled:.0f}") - len(f"{scaled:.0f}".rstrip("0")))
    negative = token["sign"] == "-"
    plain_year = after == end and not token["sign"] and re.fullmatch(r"(?:19|20)\d\d", token["num"])
    figure = measured(text, start, after, scaled, step=step, negative=negative, binary=binary)
    if figure.end == end and re.match("[A-Za-z]", text[end : end + 1]):
        return Figure(start, end, value, "count", form="part") if _COUNTED.match(text, end) else None
    if plain_year and (text[end : end + 1] == "년" or figure.kind == ""):
        return replace(figure, form="year", kind="", factor=1)
    return figure


def _word(token: re.Match[str], text: str) -> Figure | None:
    start, end = token.span()
    written = token["english"].lower()
    if written in SINGLE_WORDS:
        value, kind, form = SINGLE_WORDS[written]
        factor = 31536000.0 if kind == "time" else 1.0
        return Figure(start, end, value, kind, factor, form, step=0 if form == "fraction" else 1)
    if written not in NUMBER_WORDS and not written.endswith("fold"):
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
        return measured(text, start, per.end(), SCALES[per[1].lower()], form="word")
    if alone := _SCALE_ALONE.match(text, start):
        return measured(text, start, alone.end(), SCALES[alone[0].lower()], form="word")
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
    return measured(text, start, end, value, form="word")


READERS: Mapping[str, Callable[[re.Match[str], str], Figure | None]] = {
    "date": _mark, "label": _mark, "marker": _mark, "cite": _mark, "name": _in_name, "third": _fraction,
    "ratio": _fraction, "part": _fraction, "half": _fraction, "day": _day, "half_a": _each, "each": _each,
    "native": _korean, "sino": _korean, "powered": _powered, "english": _word, "tail": _nothing, "version": _nothing,
    "glued": _nothing, "number": _digits,
}  # fmt: skip
