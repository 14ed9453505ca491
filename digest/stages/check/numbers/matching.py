"""Look a figure of the summary up among those of the paper: as it is, said otherwise, or rounded as the field says."""

import re

from digest.stages.check.figures.quantity import Figure
from digest.stages.check.figures.units import ALIKE
from digest.stages.check.index.figures import Ledger
from digest.stages.check.numbers.rounding import rounding, rounds_to

_FALLING = re.compile(
    r"감소|하락|낮|줄|손실|떨어|잃|악화|저하|단축|절감|drop|los[est]|lower|decreas|less|reduc|below|worse|declin|fall|fell"
    r"|degrad|minus|음의|마이너스|영하|-",
    re.IGNORECASE,
)
_BOUNDS = (
    (re.compile(r"[이가은는]?\s?이상"), -1, re.compile(r"(?i:more than|over|above|exceeding|beyond)\s$")),
    (re.compile(r"[이가은는]?\s?이하"), 1, re.compile(r"(?i:fewer than|less than|below|under)\s$")),
    (re.compile(r"[이가을를은는]?\s?(?:초과|넘)"), 1, re.compile(r"(?i:at least)\s$")),
    (re.compile(r"\s?미만"), -1, re.compile(r"(?i:at most|up to|no more than)\s$")),
)
_SCALE_OF = re.compile(r"\s?(?:만점|척도)")
_TOP = re.compile(r"[상하]위\s?$")
"""The top 0.1% lie above the 99.9th percentile."""
_SPEEDUP = re.compile(r"\||speed-?up|multipl|factor|ratio|faster|times|fold", re.IGNORECASE)
"""Where a bare figure may be a multiple."""
_NO = re.compile(r"\b(?:no|without|vanish\w*|none|never)\b", re.IGNORECASE)


def is_stated(figure: Figure, text: str, paper: Ledger) -> bool:
    """Say whether the paper has this figure. Computes nothing of two figures: see `derived`."""
    values = {figure.value, figure.binary or figure.value}
    if any(_stated(figure, value, text, paper) for value in values):
        return True
    if figure.form == "year":
        return False
    if _said_from_the_other_side(figure, text, paper) or _said_per_second(figure, text, paper):
        return True
    if figure.kind in ("", "points", "count") and _SCALE_OF.match(text, figure.end) and paper.written(figure.value):
        return True
    if figure.kind == "percent" and _TOP.search(text[: figure.start]) and paper.written(100 - figure.value):
        return True
    rounds = rounding(figure, text)
    return any(rounds_to(figure, other, rounds) for other in paper.all) if rounds else False


def _said_from_the_other_side(figure: Figure, text: str, paper: Ledger) -> bool:
    """Let `세 마리 이상` be "more than two", `네 개 이하` "fewer than five", and `두 개 초과` "at least three"."""
    if figure.kind not in ("", "count", "repeats") or figure.value != int(figure.value) or figure.value > 100:
        return False
    for bound, step, words in _BOUNDS:
        if bound.match(text, figure.end) and any(
            words.search(paper.text[max(0, other.start - 14) : other.start])
            for other in paper.written(figure.value + step)
        ):
            return True
    return False


def _said_per_second(figure: Figure, text: str, paper: Ledger) -> bool:
    """Let `초당 5천 번` be "5 kHz"."""
    counted = figure.kind in ("", "count", "repeats") and text[: figure.start].rstrip(" 약").endswith("초당")
    return counted and bool(paper.measured("frequency", figure.value))


def _stated(figure: Figure, value: float, text: str, paper: Ledger) -> bool:
    """Look the value up under its own kind, then under kinds that may stand for it, then among bare figures."""
    written = [other for other in paper.written(value) if _sign_fits(figure, other, text, paper.text)]
    if value == 0:
        return bool(written) or (figure.step == 1 and bool(_NO.search(paper.text)))
    if not figure.kind:
        return _stated_bare(figure, value, written, paper)
    alike = ALIKE.get(figure.kind, ())
    return (
        any(other.kind in alike for other in written)
        or (not alike and bool(paper.measured(figure.kind, value * figure.factor)))
        or (figure.kind == "times" and value == 2 and any(_halves(half, paper.text) for half in paper.written(0.5)))
        or (figure.kind == "count" and any(other.form in ("part", "ordinal") for other in written))
        or (figure.kind == "percent" and any(not other.kind for other in paper.written(value / 100)))
        or _bare_will_do(figure, value, written, paper)
    )


def _stated_bare(figure: Figure, value: float, written: list[Figure], paper: Ledger) -> bool:
    """Let a figure without a unit be any of that value, a share also a percentage, a fraction also a multiple."""
    if figure.form == "fraction" and value >= 1:
        return any(other.form == "fraction" for other in written)
    share = value < 1 and bool(paper.measured("percent", value * 100))
    return bool(written) or share or (figure.form == "fraction" and bool(paper.measured("times", 1 / value)))


def _halves(half: Figure, text: str) -> bool:
    """Say whether `half` compares (`halved`, `by half`, `half the`) and is no share of something."""
    around = text[max(0, half.start - 3) : half.start], text[half.start : half.end + 4].lower()
    return around[0] == "by " or around[1].startswith("halv") or around[1].endswith((" the", " as"))


def _bare_will_do(figure: Figure, value: float, written: list[Figure], paper: Ledger) -> bool:
    """Let a bare figure of the paper stand for one with a unit, unless the paper says which unit it has.

    It does where the same value is there with a unit of its own (16 GB, never 16 MB). Tables often leave out `%`, so
    there a small whole number may have a namesake.
    """
    text = paper.text
    bare = [other for other in written if not other.kind and other.form in ("digits", "fraction")]
    rivals = {other.kind for other in written if other.kind and other.kind not in ("count", "repeats", "points")}
    particular = len(f"{value:g}".replace(".", "").strip("0")) >= 3 or value != int(value)
    if figure.kind == "percent" and not particular:
        # Where the sentence says `17 points` or `17%` before a bare `14`, the unit is left out.
        return any("|" in text[other.start - 3 : other.end + 3] or paper.beside_a_share(other) for other in bare)
    if figure.kind == "times":
        bare = [other for other in bare if _SPEEDUP.search(text[max(0, other.start - 60) : other.end + 3])]
    return bool(bare) and not rivals


def _sign_fits(figure: Figure, other: Figure, text: str, paper: str) -> bool:
    """A minus may be said in words (`2.1 하락`), on either side; it may not get lost."""
    if figure.negative == other.negative:
        return True
    around = text if other.negative else paper
    place = figure if other.negative else other
    return bool(_FALLING.search(around[max(0, place.start - 80) : place.end + 40]))
