"""Hold the figures of an overview more strictly than those of a summary: readers have nothing but the entry beside it.

A per cent is no point, a bound is no other bound, a rise no fall, and a range is one of the entry's own. Says nothing
of a figure that the entries lack, which is a finding of `numbers`, nor of what it measures.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from digest.stages.check.figures import figures
from digest.stages.check.figures.quantity import Quantity
from digest.stages.check.index.figures import FigureIndex
from digest.stages.check.numbers.matching import matches_paper

_COMPARING = ("percent", "points", "times")
_POINTS = re.compile(r"%p|점|포인트|points?|pts?|pp", re.IGNORECASE)
_UPPER = re.compile(r"(?:최대|많게는|고작|\bup to|\bat most)\s(?:약\s)?$", re.IGNORECASE)
_LOWER = re.compile(r"(?:최소|적어도|\bat least|\bmore than|\bover)\s(?:약\s)?$", re.IGNORECASE)
_UPPER_AFTER = re.compile(r"[가를을이은는]?\s?(?:이하|미만|못\s?미)|\sor less")
_LOWER_AFTER = re.compile(r"[가를을이은는]?\s?(?:이상|초과|넘(?!지)|웃돌)|\sor more")
_RANGE = re.compile(r"\s?(?:[~–—-]|to)\s?")
_WAYS = re.compile(
    r"(?P<down>줄|감소|낮|떨어|하락|잃|단축|절감|덜|아끼|아꼈|적[은게었]|내[렸린려]|\b(?:less|fewer|lower)\b)"
    r"|(?P<up>늘|증가|높|올[라렸랐리린]|오른|상승|향상|더 많|끌어올|키[우웠운]|커[지졌진]|\b(?:more|higher)\b)"
)
_WORTH = re.compile(
    r"(?P<worse>나빠|나[쁘빴쁜]|악화|뒤[지졌처진떨]|밀[리렸린]|못[하했한])|(?P<better>나아|나[은았]|개선|좋|앞[서섰선]|능가|웃[돌돈])"
)
_CHANGED_TO = re.compile(r"(?:으로|로)\s")
_AFTER = 16
"""Characters behind a figure in which it is said whether something rose by it."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def misplaced(text: str, index: FigureIndex) -> Iterator[tuple[Quantity, str]]:
    """Yield the figures of a text that the entries have in another way, and in which."""
    mine = figures(text)
    for number, figure in enumerate(mine):
        places = [place for place in index.written(figure.value) if place.kind == figure.kind]
        if why := _otherwise(figure, text, index, places):
            yield figure, why
        elif (
            number and _is_range(mine[number - 1], figure, text) and not _together(mine[number - 1], figure, index.text)
        ):
            yield figure, "ends a range that no entry has"


def _is_range(one: Quantity, other: Quantity, text: str) -> bool:
    return other.kind in _COMPARING and bool(_RANGE.fullmatch(text, one.end, other.start))


def _otherwise(figure: Quantity, text: str, index: FigureIndex, places: list[Quantity]) -> str:
    written = [place for place in index.written(figure.value) if place.kind in _COMPARING]
    if figure.kind in _COMPARING and not matches_paper(figure, text, index):
        return "is computed"
    if figure.kind in ("percent", "points") and written:
        points = bool(_POINTS.search(text[figure.start : figure.end]))
        if all(place.kind == "times" or bool(_POINTS.search(index.text[place.start : place.end])) != points
               for place in written):  # fmt: skip
            return "has another unit in the entries"
    bound = _bound(figure, text)
    bounds = {_bound(place, index.text) for place in places} - {0}
    if bound and bounds == {-bound}:
        return "is bounded from the other side in the entries"
    changed = figure.kind in _COMPARING or bool(_CHANGED_TO.match(text, figure.end))
    for words in (_WAYS, _WORTH) if changed else ():
        way = _way(figure, text, words)
        ways = {_way(place, index.text, words) for place in places} - {""}
        if way and ways and way not in ways:
            return "goes the other way in the entries"
    return ""


def _bound(figure: Quantity, text: str) -> int:
    """Return 1 for a most, -1 for a least, 0 where neither or both are said."""
    before = text[max(0, figure.start - 14) : figure.start]
    upper = bool(_UPPER.search(before) or _UPPER_AFTER.match(text, figure.end))
    lower = bool(_LOWER.search(before) or _LOWER_AFTER.match(text, figure.end))
    return upper - lower


def _way(figure: Quantity, text: str, words: re.Pattern[str]) -> str:
    """Return whether something rises or falls by a figure: by the first word behind it that says so, in its clause."""
    after = re.split(r"\d|[,.;]|[고며]\s", text[figure.end : figure.end + _AFTER])[0]
    found = words.search(after)
    # 줄지 않았다, 높은 압축률: what is denied, or describes another noun, is no way of the figure.
    return str(found.lastgroup) if found and "않" not in after and "없" not in after else ""


def _together(one: Quantity, other: Quantity, entry: str) -> bool:
    """Return whether some sentence of the entries has both figures."""
    values = {one.value, other.value}
    return any(values <= several for several in _by_sentence(entry))


@lru_cache(maxsize=64)
def _by_sentence(entry: str) -> tuple[frozenset[float], ...]:
    return tuple(frozenset(figure.value for figure in figures(part)) for part in _SENTENCE.split(entry))
