"""Find the figures of a text, English or Korean, with their value and what they measure.

Does not judge them. A digit inside a name (`GPT-4`, `H100`) is part of the name; only a size at its end (`Wan2.1-14B`)
is kept, as a `part`.
"""

import re
from dataclasses import replace

from digest.stages.check.figures.patterns import HINT, TOKEN
from digest.stages.check.figures.quantity import Figure
from digest.stages.check.figures.readers import READERS

_LIST = re.compile(
    r"\s?(?:(?P<range>[~–—-]|to|에서|내지|부터|of|of the|of its|out of)|,|and|or|및|와|과|또는|/|, and|×|중)\s?"
)
_DIGITS = re.compile(r"\d{1,12}(?:\.\d{1,12})?(?![\d,])")
_JOINT = re.compile(r",? (?:and )?|")
_AND_HALF = re.compile(r"\s반(?![가-힣])|\s반(?=이|을|만|에|의|가|정|이상)")
_AGAINST = re.compile(
    r"\s(?:instead of|rather than|compared with|compared to|versus|vs\.?|against|to|from|down from|up from)\s"
)


def figures(text: str) -> list[Figure]:
    """List the figures of readable text (see `plain`) in order. Never raises, whatever the text."""
    found: list[Figure] = []
    hint = HINT.search(text)
    start = _word_start(text, hint.start(), 0) if hint else 0
    while hint:
        token = TOKEN.search(text, start)
        if not token:
            break
        figure = READERS[str(token.lastgroup)](token, text)
        if figure:
            found.append(figure)
        # Qwen3-30B-A3B has two sizes.
        start = figure.end if figure and figure.form == "part" else max(figure.end if figure else 0, token.end())
        # A hint that is still ahead is not looked for again: a long word with a digit at its end has many tokens.
        if start > hint.start() and (hint := HINT.search(text, start)):
            start = _word_start(text, hint.start(), start)
    return _shared_units(text, _compounds(text, found))


def _word_start(text: str, place: int, limit: int) -> int:
    """Go back to where the word at `place` begins, and over the blanks before it, but not behind `limit`."""
    while place > limit and not text[place - 1].isspace():
        place -= 1
    while place > limit and text[place - 1] in " \t":
        place -= 1
    return place


def _compounds(text: str, found: list[Figure]) -> list[Figure]:
    """Read `2시간 30분`, `2 min 40 s`, `1시간 반` and `an hour and a half` as one figure each."""
    joined: list[Figure] = []
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
        if (half := _AND_HALF.match(text, figure.end)) and figure.kind == "time":
            joined[-1] = replace(figure, end=half.end(), value=figure.value + 0.5, step=0.5)
    return joined


def _shared_units(text: str, found: list[Figure]) -> list[Figure]:
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
        if between and (between.lastgroup or after.kind != "count" or figure.value == int(min(figure.value, 1e15))):
            shared[place] = replace(figure, kind=after.kind, factor=after.factor)
    return shared


def _scale_of(figure: Figure, text: str) -> float:
    """Return what `billion` or `만` makes of the digits before it, 0 where nothing does: `0.5 to 72 billion`."""
    written = _DIGITS.match(text, figure.start)
    scale = figure.value / float(written[0]) if written and figure.form == "digits" and float(written[0]) else 0
    return scale if scale >= 1000 else 0
