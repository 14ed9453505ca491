"""Look a figure of the summary up among those of the paper: as it is, in other words, or rounded as the field says.

Computes nothing of two figures: see `derived`.
"""

import math
import re

from digest.stages.check.figures.quantity import Kind, Quantity
from digest.stages.check.index.figures import FigureIndex, key

_ALIKE: dict[Kind, tuple[Kind, ...]] = {
    "percent": ("percent", "points"),
    "points": ("points", "percent"),
    "times": ("times",),
    "repeats": ("repeats", "times", "count"),
    "count": ("count", "repeats", "rate", "points"),
    "rate": ("rate", "count"),
    "angle": ("angle", "temperature"),
    "temperature": ("temperature", "angle"),
}
"""Which kinds of the paper's figures may stand behind a kind of the summary's, at the same written value."""
_FALLING = re.compile(
    r"감소|하락|낮|줄[이어었였인일고며]|손실|떨어|잃|악화|나빠|저하|단축|절감|음[의수]|마이너스|영하|뒤[지졌처떨]|밀[리렸]|못[하했미]|덜"
    r"|느[리려렸린]|작[아은았]|적[어은었게]|짧|차이|격차|오차|역상관|반비례|절댓값"
    r"|(?<![a-z])(?:drop\w*|los(?:e|es|t|s|ses|ing)|lower\w*|decreas\w*|less|fewer|reduc\w*|below|worse\w*|declin\w*"
    r"|f[ae]ll\w*|degrad\w*|minus|negativ\w*|inverse\w*|shrink\w*|shr[au]nk|down|behind|under\w*|difference|gap)(?![a-z])",
    re.IGNORECASE,
)
"""Words that put a minus: whole ones, for `closeness` loses nothing."""
_MINUS = re.compile(r"(?:음의|음수인?|마이너스|negative|minus)\s(?:약\s)?$", re.IGNORECASE)
_PLUS = re.compile(r"(?:양의|양수인?|플러스|positive|plus)\s(?:약\s)?$|\+$", re.IGNORECASE)
_NO_SIGN = re.compile(r"(?:\d\s|(?:^|\n)\s*)$")
"""What stands before a hyphen that is no minus: the beginning of a range, or nothing, as before the item of a list."""
_CLAUSE_END = re.compile(r"(?<!\d)[.!?]\s|[.!?]\s(?=[A-Z가-힣])|\n|;\s")
_SCALE_OF = re.compile(r"\s?(?:만점|척도)")
_TOP = re.compile(r"[상하]위\s?$")
"""The top 0.1% lie above the 99.9th percentile."""
_UNMEASURED = ("percent", "points", "count", "repeats")
"""Kinds whose sign or word tables leave out."""
_SPEEDUP = re.compile(r"×|speed-?up|multipl|factor|ratio|faster|times|fold", re.IGNORECASE)
"""Where a bare figure may be a multiple."""
_NO = re.compile(r"\b(?:no|without|vanish\w*|none|never)\b", re.IGNORECASE)
_VAGUE = re.compile(
    r"\b(?:dozens|tens|hundreds|thousands|millions|billions|trillions|decades?|centur(?:y|ies)|many|numerous|several"
    r"|orders? of magnitude)\b|[수몇]\s?[십백천만억]",
    re.IGNORECASE,
)
_VAGUE_TIMES = re.compile(
    r"\b(?:dozens|tens|hundreds|thousands|orders?[ -]of[ -]magnitude)\b|[수몇]\s?[십백천만억]+\s?배", re.I
)
_NEAR = re.compile(
    r"(?:약|대략|거의|얼추|어림잡아|about|around|approximately|roughly|nearly|almost|some|[~≈])\s?$", re.IGNORECASE
)
_NEAR_AFTER = re.compile(r"\s?(?:가량|정도|내외|안팎|쯤)")
_OVER_AFTER = re.compile(r"(?:[가를을이은는]?\s?(?:이상|초과|넘|웃|남짓|여\s?[개명건종편장만]|여(?=\s)|\+)|\s?or more)")
_OVER = re.compile(r"(?:more than|over|at least|above|최소)\s?$", re.IGNORECASE)
_UNDER_AFTER = re.compile(r"[에도]?\s?(?:미만|이하|가까|육박|못\s?미)")
_UNDER = re.compile(r"(?:less than|under|below|at most|up to|최대)\s?$", re.IGNORECASE)
_FAR = {"near": 0.1, "under": 0.15, "over": 0.4}
"""How far rounding may lead away, as a share: `about 10` is not 14."""


def matches_paper(figure: Quantity, text: str, paper: FigureIndex) -> bool:
    """Return whether the paper has this figure. Computes nothing of two figures: see `derived`."""
    if figure.form == "some":
        return _some(figure, paper)
    values = {figure.value, figure.binary or figure.value}
    if any(_matches(figure, value, text, paper) for value in values):
        return True
    if figure.form == "year":
        return False
    if _per_second(figure, text, paper):
        return True
    if figure.kind in ("", "points", "count") and _SCALE_OF.match(text, figure.end) and paper.written(figure.value):
        return True
    if figure.kind == "percent" and _TOP.search(text[: figure.start]) and paper.written(100 - figure.value):
        return True
    rounds = rounding(figure, text)
    return any(_rounds_to(figure, other, rounds) for other in paper.all) if rounds else False


def _some(figure: Quantity, paper: FigureIndex) -> bool:
    """Return whether `수백 개` is one of the paper's figures, or as vague there; a multiple must be one there, too."""
    if (_VAGUE_TIMES if figure.kind == "times" else _VAGUE).search(paper.text):
        return True
    kinds = (figure.kind,) if figure.kind == "times" else (figure.kind, "", *_ALIKE.get(figure.kind, ()))
    return any(other.kind in kinds and 1 <= other.base / figure.base < 10 for other in paper.all)


def _per_second(figure: Quantity, text: str, paper: FigureIndex) -> bool:
    """Let `초당 5천 번` be "5 kHz"."""
    counted = figure.kind in ("", "count", "repeats") and text[: figure.start].rstrip(" 약").endswith("초당")
    return counted and bool(paper.measured("frequency", figure.value))


def _matches(figure: Quantity, value: float, text: str, paper: FigureIndex) -> bool:
    """Look the value up under its own kind, then under kinds that may stand for it, then among bare figures."""
    written = [other for other in paper.written(value) if _sign_fits(figure, other, text, paper.text)]
    if value == 0:
        return bool(written) or (figure.step == 1 and bool(_NO.search(paper.text)))
    if not figure.kind:
        return _matches_unitless(figure, value, written, paper)
    alike = _ALIKE.get(figure.kind, ())
    return (
        any(other.kind in alike for other in written)
        or (not alike and bool(paper.measured(figure.kind, value * figure.factor)))
        or (figure.kind == "count" and any(other.form in ("part", "ordinal") for other in written))
        or (figure.kind == "percent" and any(not other.kind for other in paper.written(value / 100)))
        or _unitless_match(figure, value, written, paper)
    )


def _matches_unitless(figure: Quantity, value: float, written: list[Quantity], paper: FigureIndex) -> bool:
    """Let a figure without a unit be any of that value, a share also a percentage, a fraction also a multiple."""
    if figure.form == "fraction" and value >= 1:
        return any(other.form == "fraction" for other in written)
    share = value < 1 and bool(paper.measured("percent", value * 100))
    return bool(written) or share or (figure.form == "fraction" and bool(paper.measured("times", 1 / value)))


def _unitless_match(figure: Quantity, value: float, written: list[Quantity], paper: FigureIndex) -> bool:
    """Let a bare figure of the paper stand for one with a unit, unless the paper says which unit it has.

    It does where the same value is there with a unit of its own (16 GB, never 16 MB). A measure must be named apart
    from the figure, as in `Latency, in ms`. Tables often leave out `%`, so there a small whole number may have a
    namesake.
    """
    text = paper.text
    bare = [other for other in written if not other.kind and other.form in ("digits", "fraction")]
    rivals = {other.kind for other in written if other.kind and other.kind not in ("count", "repeats", "points")}
    particular = len(f"{value:g}".replace(".", "").strip("0")) >= 3 or value != int(value)
    if figure.kind == "percent" and not particular:
        return any("|" in text[other.start - 3 : other.end + 3] for other in bare)
    if figure.kind == "times":
        bare = [other for other in bare if _SPEEDUP.search(paper.around(other))]
    elif figure.kind not in _UNMEASURED and not paper.names_unit(figure.kind, figure.factor):
        return False
    return bool(bare) and not rivals


def _sign_fits(figure: Quantity, other: Quantity, text: str, paper: str) -> bool:
    """Return whether the signs agree. Either side may put a minus in words (`2.1 하락`), but none may get lost."""
    mine, theirs = _sign(figure, text), _sign(other, paper)
    if theirs < 0 and _NO_SIGN.search(paper[max(0, other.start - 12) : other.start]):
        return True
    if mine < 0 <= theirs:
        return bool(_FALLING.search(_sentence(other, paper)))
    if theirs < 0 <= mine:
        return mine == 0 and bool(_FALLING.search(_sentence(figure, text)))
    return True


def _sign(figure: Quantity, text: str) -> int:
    """Return -1 for a minus in digits or words, 1 for a plus, 0 where neither is written."""
    before = text[max(0, figure.start - 16) : figure.start]
    if figure.negative or _MINUS.search(before):
        return -1
    return int(text.startswith("+", figure.start) or bool(_PLUS.search(before)))


def _sentence(figure: Quantity, text: str) -> str:
    """Return what stands around a figure in its sentence, its clause, or its row of a table."""
    before, after = text[max(0, figure.start - 80) : figure.start], text[figure.end : figure.end + 40]
    return _CLAUSE_END.split(before)[-1] + _CLAUSE_END.split(after)[0]


def rounding(figure: Quantity, text: str) -> str:
    """Return how the field rounds a figure: `near`, `over`, `under`, or nothing where it is to be exact."""
    before, after = text[max(0, figure.start - 16) : figure.start], text[figure.end : figure.end + 10]
    if _NEAR.search(before) or _NEAR_AFTER.match(after):
        return "near"
    if _OVER_AFTER.match(after) or _OVER.search(before):
        return "over"
    if _UNDER_AFTER.match(after) or _UNDER.search(before):
        return "under"
    return ""


def _rounds_to(figure: Quantity, other: Quantity, rounds: str) -> bool:
    """Return whether `other` of the paper, rounded to the last digit that `figure` writes, is `figure`."""
    kinds = (figure.kind, *_ALIKE.get(figure.kind, ()))
    particular = figure.value / figure.step >= 10 if figure.step else False
    if not figure.step or (figure.kind and other.kind not in kinds and (other.kind or not particular)):
        return False
    factor = figure.factor if other.kind == figure.kind else other.factor
    scaled = other.base / factor / figure.step
    aim = key(figure.value / figure.step)
    if abs(scaled) > 1e15 or not math.isfinite(scaled):
        return False
    if abs(scaled - aim) > _FAR[rounds] * aim:
        return False
    near = {key(math.floor(scaled)), key(math.ceil(scaled))} if abs(scaled) >= 2 else {key(float(round(scaled)))}
    rounded = {"near": {key(float(math.floor(scaled + 0.5)))}, "over": {min(near)}, "under": {max(near)}}[rounds]
    return aim in rounded and aim != 0
