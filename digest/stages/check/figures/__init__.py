"""Find the figures of a text, English or Korean, with their value and what they measure.

Does not judge them. A digit inside a name (`GPT-4`, `H100`) is part of the name; only a size at its end (`Wan2.1-14B`)
is kept, as a `part`. First each figure is read in its place, by the reader of its notation; then figures that belong
together are joined.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from digest.stages.check.figures import numerals
from digest.stages.check.figures.korean import read_korean, sino
from digest.stages.check.figures.quantity import Quantity, measured, unit_at

_LIST = re.compile(
    r"\s?(?:(?P<range>[~–—-]|to|(?P<from>에서|부터)|내지|of|of the|of its|out of)"
    r"|,|and|or|및|와|과|또는|/|, and|×|중|±|\+/-)\s?"
)
_PART_OF_NAME = re.compile(r"[A-Z][A-Za-z]*[ -]$")
"""Before `Successive Halving`'s second word."""
_UNTIL = re.compile(r"[^\s,.]{0,3}\s?(?:까지|사이|으?로(?![가-힣])|에\s이르)")
"""What follows the end of a range: `4에서 8배까지`, while in `32에서 1.06배` the first figure is a place."""
_DIGITS = re.compile(r"\d{1,12}(?:\.\d{1,12})?(?![\d,])")
_JOINT = re.compile(r",? (?:and )?|")
_AND_HALF = re.compile(r"\s반(?![가-힣])|\s반(?=이|을|만|에|의|가|정|이상)")
_AGAINST = re.compile(
    r"\s(?:instead of|rather than|compared with|compared to|versus|vs\.?|against|to|from|down from|up from)\s"
)
_SCALE = "|".join(numerals.SCALES)
_SIZE = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)([KkMBT])(?=$|[-_/])")
_SPELLED_FOLD = re.compile(rf"({numerals.SMALL})fold(?![a-z])", re.IGNORECASE)
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


def figures(text: str) -> list[Quantity]:
    """List the figures of readable text (see `readable`) in order. Never raises, whatever the text."""
    found: list[Quantity] = []
    hint = numerals.HINT.search(text)
    start = _word_start(text, hint.start(), 0) if hint else 0
    while hint:
        token = numerals.TOKEN.search(text, start)
        if not token:
            break
        figure = _READERS[str(token.lastgroup)](token, text)
        if figure:
            found.append(figure)
        # Qwen3-30B-A3B has two sizes.
        start = figure.end if figure and figure.form == "part" else max(figure.end if figure else 0, token.end())
        # A hint that is still ahead is not looked for again: a long word with a digit at its end has many tokens.
        if start > hint.start() and (hint := numerals.HINT.search(text, start)):
            start = _word_start(text, hint.start(), start)
    return _shared_units(text, _compounds(text, found))


def _word_start(text: str, place: int, limit: int) -> int:
    """Go back to where the word at `place` begins, and over the blanks before it, but not behind `limit`."""
    while place > limit and not text[place - 1].isspace():
        place -= 1
    while place > limit and text[place - 1] in " \t":
        place -= 1
    return place


def _compounds(text: str, found: list[Quantity]) -> list[Quantity]:
    """Read `2시간 30분`, `2 min 40 s`, `1시간 반` and `an hour and a half` as one figure each."""
    joined: list[Quantity] = []
    for figure in found:
        before = joined[-1] if joined else None
        if before and before.kind == "time" and before.step == 1 and _JOINT.fullmatch(text, before.end, figure.start):
            minutes = text[figure.start : figure.end].endswith("m") and figure.kind == "length"
            factor = 60.0 if minutes else figure.factor
            lower = (figure.kind == "time" or minutes) and figure.value * factor < before.factor
            if lower or (figure.value == 0.5 and not figure.kind and text[figure.start] in "aA"):
                added = figure.value * factor / before.factor if lower else 0.5
                step = factor / before.factor if lower else 0.5
                joined[-1] = replace(before, end=figure.end, value=before.value + added, step=step)
                continue
        joined.append(figure)
        if (half := _AND_HALF.match(text, figure.end)) and figure.kind in ("time", "times"):
            joined[-1] = replace(figure, end=half.end(), value=figure.value + 0.5, step=0.5)
    return joined


def _shared_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """Let `10~20%` and `2, 4 and 8 bits` share the last one's unit, `2.3 hours instead of 41` the first one's."""
    shared = list(found)
    for place in range(1, len(shared)):
        before, figure = shared[place - 1], shared[place]
        if (
            not figure.kind
            and figure.form == "digits"
            and before.kind
            and _AGAINST.fullmatch(text, before.end, figure.start)
        ):
            shared[place] = replace(figure, kind=before.kind, factor=before.factor)
    for place in range(len(shared) - 2, -1, -1):
        figure, after = shared[place], shared[place + 1]
        if figure.form == "digits" and not figure.binary and _LIST.fullmatch(text, figure.end, after.start):
            figure = shared[place] = replace(figure, binary=figure.value * _scale_of(after, text))
        if figure.kind or figure.form not in ("digits", "word") or not after.kind or after.start < figure.end:
            continue
        between = _LIST.fullmatch(text, figure.end, after.start) or _AGAINST.fullmatch(text, figure.end, after.start)
        if between and between.groupdict().get("from") and not _UNTIL.match(text, after.end):
            continue
        if between and (between.lastgroup or after.kind != "count" or figure.value == int(min(figure.value, 1e15))):
            shared[place] = replace(figure, kind=after.kind, factor=after.factor)
    return shared


def _scale_of(figure: Quantity, text: str) -> float:
    """Return what `billion` or `만` makes of the digits before it, 0 where nothing does: `0.5 to 72 billion`."""
    written = _DIGITS.match(text, figure.start)
    scale = figure.value / float(written[0]) if written and figure.form == "digits" and float(written[0]) else 0
    return scale if scale >= 1000 else 0


def _mark(token: re.Match[str], _: str) -> Quantity:
    digits = re.search(r"\d+", token[0])
    form = "label" if token["label"] else "date" if token["date"] else "marker"
    return Quantity(*token.span(), float(digits[0]) if digits else 0, form=form)


def _nothing(_: re.Match[str], __: str) -> None:
    return None


def _fraction(token: re.Match[str], _: str) -> Quantity | None:
    if token["half"]:
        return Quantity(*token.span(), 0.5, form="fraction", step=0)
    if token["part"]:
        top, _, part = token["part"].lower().replace("-", " ").rpartition(" ")
        count, parts = numerals.english(top), numerals.PARTS[part]
        # Two halves are each a half.
        return Quantity(*token.span(), (count if 0 < count < parts else 1) / parts, form="fraction", step=0)
    sides = token["ratio"].split("/") if token["ratio"] else (token["above"], token["below"].replace(",", ""))
    above, below = (float(side) if side.isdigit() else sino(side) for side in sides)
    return Quantity(*token.span(), above / below, form="fraction", step=0) if below else None


def _day(token: re.Match[str], _: str) -> Quantity:
    day = re.search(r"\d+", token[0])
    return Quantity(*token.span(), float(day[0]) if day else 0, "time", 86400, form="word")


def _each(token: re.Match[str], text: str) -> Quantity | None:
    """Read `every second` and `half an hour`, where the unit alone makes the figure."""
    if token[0].lower() == "per ":
        return None
    kind, factor, after = unit_at(text, token.end())
    value = 0.5 if token["half_a"] else 1
    if kind == "time" or (kind and token["half_a"]):
        return Quantity(token.start(), after, value, kind, factor, form="word")
    return Quantity(*token.span(), 0.5, form="fraction", step=0) if token["half_a"] else None


def _powered(token: re.Match[str], text: str) -> Quantity:
    mantissa = float(numerals.plain(token["mantissa"] or "1")[:300])
    value = mantissa * 10.0 ** int(token["power"]) if abs(int(token["power"])) < 300 else 0.0
    return measured(text, *token.span(), value if value < 1e300 else 0.0, step=0)


def _in_name(token: re.Match[str], _: str) -> Quantity | None:
    name, start = token[0], token.start()
    if size := _SIZE.search(name):
        return Quantity(start, start + size.end(), float(size[1]) * numerals.SUFFIXES[size[2]], form="part")
    if rank := _PERCENTILE.fullmatch(name):
        return Quantity(start, start + len(name), float(rank[1]), form="part")
    if width := _WIDTH.fullmatch(name):
        return Quantity(start, start + len(name), float(width[1]), "bits", form="part")
    return None


def _digits(token: re.Match[str], text: str) -> Quantity | None:
    start, end = token.span()
    written = numerals.plain(token["num"])
    decimals = len(written.partition(".")[2])
    step = 10.0**-decimals if decimals else 10.0 ** (len(written) - len(written.rstrip("0")) if float(written) else 0)
    value = float(written + (token["exp"] or "")) if len(written) < 300 else 0.0
    step = 0 if token["exp"] else step
    if _ORDINAL_END.match(text, end):
        return Quantity(start, end + 2, value, form="ordinal")
    scaled, binary, after = numerals.scaled_by(text, end, value)
    if scaled != value and value:
        step = step * scaled / value if decimals else 10.0 ** (len(f"{scaled:.0f}") - len(f"{scaled:.0f}".rstrip("0")))
    negative = token["sign"] == "-"
    plain_year = after == end and not token["sign"] and re.fullmatch(r"(?:19|20)\d\d", token["num"])
    figure = measured(text, start, after, scaled, step=step, negative=negative, binary=binary)
    if figure.end == end and re.match("[A-Za-z]", text[end : end + 1]):
        if _COUNTED.match(text, end):
            return Quantity(start, end, value, "count", form="part")
        return replace(figure, kind="", factor=1) if decimals and not token["sign"] else None  # 0.4S: a coefficient
    if plain_year and (text[end : end + 1] == "년" or figure.kind == ""):
        return replace(figure, form="year", kind="", factor=1)
    return figure


def _word(token: re.Match[str], text: str) -> Quantity | None:
    start, end = token.span()
    written = token["english"].lower()
    if (
        written in numerals.HALVES
        and token["english"][0].isupper()
        and _PART_OF_NAME.search(text[max(0, start - 24) : start])
    ):
        return None
    if written in numerals.SINGLE_WORDS:
        value, kind, form = numerals.SINGLE_WORDS[written]
        factor = 31536000.0 if kind == "time" else 1.0
        return Quantity(start, end, value, kind, factor, form, step=0 if form == "fraction" else 1)
    if written not in numerals.NUMBER_WORDS and not written.endswith("fold"):
        return None
    if written == "order" and (scale := _MAGNITUDE.match(text, end)):
        return Quantity(start, scale.end(), 10, "times", form="word")
    if written in ("a", "an", "one"):
        kind, factor, after = unit_at(text, end)
        if after > end + 3 and kind not in ("", "count", "times", "points"):
            return Quantity(start, after, 1, kind, factor, form="word")
    return _spelled(start, text)


def _spelled(start: int, text: str) -> Quantity | None:
    if (per := _PER_SCALE.match(text, max(0, start - 4))) and per.start(1) == start:
        return measured(text, start, per.end(), numerals.SCALES[per[1].lower()], form="word")
    if alone := _SCALE_ALONE.match(text, start):
        return measured(text, start, alone.end(), numerals.SCALES[alone[0].lower()], form="word")
    spelled = numerals.SPELLED.match(text, start) or _SPELLED_FOLD.match(text, start)
    if not spelled:
        return None
    if spelled.re is _SPELLED_FOLD:
        return Quantity(start, spelled.end(), numerals.english(spelled[1]), "times", form="word")
    value, end = numerals.english(spelled[0]), spelled.end()
    if text.startswith(" and a half", end):
        value, end = value + 0.5, end + 11
    if (scale := _MAGNITUDES.match(text, end)) and value < 20:
        return Quantity(start, scale.end(), 10**value, "times", form="word")
    return measured(text, start, end, value, form="word")


_READERS: Mapping[str, Callable[[re.Match[str], str], Quantity | None]] = {
    "date": _mark, "label": _mark, "marker": _mark, "cite": _mark, "name": _in_name, "third": _fraction,
    "ratio": _fraction, "part": _fraction, "half": _fraction, "day": _day, "half_a": _each, "each": _each,
    "native": read_korean, "some": read_korean, "sino": read_korean, "powered": _powered, "english": _word,
    "tail": _nothing, "version": _nothing, "glued": _nothing, "number": _digits,
}  # fmt: skip
