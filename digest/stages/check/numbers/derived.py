"""Derive a figure of the summary from two figures of the paper: a difference, a ratio, a share, a sum.

Computes only what a summary may compute in its head, from figures that belong together: both stand in the sentence or
side by side in another field, or one does and the other is near it in the paper.
Does not search the paper for any two figures that happen to fit.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from digest.stages.check.figures.quantity import Quantity
from digest.stages.check.index.figures import FigureIndex, key

SIDE = 60
"""How many characters lie at most between two figures of a field that stand side by side."""
AROUND = 30
"""How many figures of a field on either side are looked at: prose has fewer, and a list of thousands is none."""
NEAR = 160
"""How many characters of the paper lie at most between two figures that are compared."""
YEAR = 31536000
_YEAR = re.compile(r"(?:19|20)\d\d(?![\d,.%]\d|\d)")
_POINTS = re.compile(r"%p|점|포인트|points?|pp", re.IGNORECASE)
_SUM = re.compile(r"(?:총|모두|합계|합쳐|합해|도합|전체|total of)\s?(?:약\s?)?$")
_HALF_OF = re.compile(r"절반(?:인|에 해당하는)\s?$")
_COMPARES = re.compile(
    r"(?:\s?(?:이상|가량|정도|가까이|넘게|수준|으로|로|이|가|만큼|더|나|이나|쯤)(?![가-힣]))*\s?(?:빠|빨|느|늘|증|감|줄|향|높|낮"
    r"|많|적|크|작|커|개선|상승|하락|단축|절감|짧|길|차이|비싸|저렴|웃|앞)"
)
_WITH = re.compile(r"(?:(?:의|보다|대비|비해|비하면)|(?:차이|격차|폭|상승분|감소분)[가는은이]?)\s(?:약\s|거의\s)?$")
_COMPARED = ("", "percent", "points")


def derivable(figure: Quantity, text: str, field: Sequence[Quantity], paper: FigureIndex, rounds: str) -> bool:
    """Return whether a figure that the paper lacks follows from figures that it has. `rounds`: how the field rounds."""
    start, end = _sentence(text, figure)
    at = bisect_left(field, figure.start, key=lambda other: other.start)
    known = [
        other
        for other in field[max(0, at - AROUND) : at + AROUND]
        if other is not figure and other.kind != "times" and paper.written(other.value)
    ]
    given = [other for other in known if start <= other.start < end]
    if figure.kind in ("percent", "points") and _POINTS.search(text[figure.start : figure.end]):
        earlier = given or [other for other in known if other.start < figure.start]
        return any(_is_difference(figure, one, other) for one, other in _all_pairs(earlier, paper))
    if figure.kind == "time" and figure.factor == YEAR:
        return _spans_years(figure, paper)
    if figure.kind == "count" and _SUM.search(text[: figure.start]):
        return any(key(one.value + other.value) == key(figure.value) for one, other in _all_pairs(given, paper))
    if figure.kind == "count" and _HALF_OF.search(text[: figure.start]):
        return any(other.value == 2 * figure.value for other in given)
    return _is_compared(figure, text) and any(_fits(figure, one, other, rounds) for one, other in _field_pairs(given))


def derivable_elsewhere(figure: Quantity, text: str, field: Sequence[Quantity], paper: FigureIndex) -> bool:
    """Return whether it follows from two figures of the paper that stand side by side in some other field."""
    in_points = figure.kind in ("percent", "points") and bool(_POINTS.search(text[figure.start : figure.end]))
    if not in_points and not _is_compared(figure, text):
        return False
    known = [other for other in field[: 2 * AROUND] if other.kind != "times" and paper.written(other.value)]
    side = [
        pair for one, other in pairwise(known) for pair in _field_pairs([one, other]) if other.start - one.end < SIDE
    ]
    if in_points:
        return any(_is_difference(figure, one, other) for one, other in side)
    return any(_fits(figure, one, other, "") for one, other in side)


def _spans_years(figure: Quantity, paper: FigureIndex) -> bool:
    """Return whether two years near each other in the paper lie so far apart, or so many with the first and last."""
    years: dict[float, list[Quantity]] = {}
    for year in paper.all:
        if _is_year(year, paper):
            years.setdefault(year.value, []).append(year)
    return any(
        0 <= figure.value - (later.value - year) <= 1 < figure.value
        for year, places in years.items()
        for later in paper.near(places, NEAR)
        if _is_year(later, paper) and later.value > year
    )


def _is_year(figure: Quantity, paper: FigureIndex) -> bool:
    """Return whether it is a year, also one before a noun (`the 2014 models`), where it looks like a count."""
    return bool(_YEAR.match(paper.text, figure.start))


def _is_compared(figure: Quantity, text: str) -> bool:
    if figure.form == "fraction":
        return True
    return bool(_COMPARES.match(text, figure.end) or _WITH.search(text[max(0, figure.start - 10) : figure.start]))


def _fits(figure: Quantity, one: Quantity, other: Quantity, rounds: str) -> bool:
    """Return whether the figure is the change or ratio of two others, or the difference of two of its own kind."""
    if figure.kind == "percent":
        return _is_close(abs(one.base - other.base) / other.base * 100, figure, rounds)
    if figure.kind == "times" or figure.form == "fraction":
        return _is_close(one.base / other.base, figure, rounds)
    return figure.kind == one.kind == other.kind and key(abs(one.base - other.base)) == key(figure.base)


def _sentence(text: str, figure: Quantity) -> tuple[int, int]:
    start = max(text.rfind("다. ", 0, figure.start), text.rfind("\n", 0, figure.start), 0)
    ends = [place for place in (text.find("다. ", figure.end), text.find("\n", figure.end)) if place >= 0]
    return start, min(ends, default=len(text))


def _field_pairs(given: list[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    """Yield the pairs of figures of the field that measure the same, in either order."""
    for one in given:
        for other in given:
            if one.base != other.base and one.base > 0 and other.base > 0 and _comparable(one, other):
                yield one, other


def _all_pairs(given: list[Quantity], paper: FigureIndex) -> Iterator[tuple[Quantity, Quantity]]:
    """Yield the pairs of the field, then those of a figure of the field with one near it in the paper."""
    yield from _field_pairs(given)
    for one in given:
        for places in _alike(paper.written(one.value)):
            for other in paper.near(places, NEAR):
                if _comparable(places[0], other):
                    yield places[0], other


def _alike(places: list[Quantity]) -> Iterable[list[Quantity]]:
    """Group figures that differ in their place only: one comparison speaks for all of them."""
    groups: dict[tuple[float, str, str], list[Quantity]] = {}
    for place in places:
        groups.setdefault((place.value, place.kind, place.form), []).append(place)
    return groups.values()


def _comparable(one: Quantity, other: Quantity) -> bool:
    counted = {one.kind, other.kind} <= {"", "count", "repeats"}
    compared = one.kind in _COMPARED and other.kind in _COMPARED
    # Tables leave the sign out: 82.1 beside 85.2%. A share of one, 0.7576, is no such figure beside 1.49%.
    same = one.kind == other.kind or counted or (compared and ((one.kind and other.kind) or one.step == other.step))
    return bool(same) and one.form in ("digits", "word") and other.form in ("digits", "word")


def _is_difference(figure: Quantity, one: Quantity, other: Quantity) -> bool:
    return key(abs(one.value - other.value)) == key(figure.value)


def _is_close(value: float, figure: Quantity, rounds: str) -> bool:
    """Return whether a computed value, rounded as the field says it rounds, is the figure."""
    if rounds in ("over", "under"):
        low, high = (figure.value, figure.value * 1.3) if rounds == "over" else (figure.value * 0.7, figure.value)
        return low <= value <= high and figure.kind != "percent"
    off, share = abs(value - figure.value), 0.08 if figure.kind != "percent" else 0.0
    if rounds:
        return off <= max(share * figure.value, 0.5 * min(figure.step, 1))
    return off <= (min(0.5 * figure.step, 0.05 * figure.value) or 1e-9)
