"""Read how a field says that it rounds a figure, and compare it so. Knows nothing of where the figures stand."""

import math
import re

from digest.stages.check.figures.quantity import Figure
from digest.stages.check.figures.units import ALIKE
from digest.stages.check.index.figures import key

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


def rounding(figure: Figure, text: str) -> str:
    """Return how the field rounds a figure: `near`, `over`, `under`, or nothing where it is to be exact."""
    before, after = text[max(0, figure.start - 16) : figure.start], text[figure.end : figure.end + 10]
    if _NEAR.search(before) or _NEAR_AFTER.match(after):
        return "near"
    if _OVER_AFTER.match(after) or _OVER.search(before):
        return "over"
    if _UNDER_AFTER.match(after) or _UNDER.search(before):
        return "under"
    return ""


def rounds_to(figure: Figure, other: Figure, rounds: str) -> bool:
    """Say whether `other` of the paper, rounded to the last digit that `figure` writes, is `figure`."""
    kinds = (figure.kind, *ALIKE.get(figure.kind, ()))
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
