"""Check that every figure of a field occurs in the paper, however either writes it.

Computes only what belongs together (`derived`); any other result that the paper does not state is a finding. Rounded
figures are findings unless the field says that it rounds (`약`, `about`, `이상`). The rules: docs/checks.md.
"""

import math
import re
from collections.abc import Iterator, Mapping

from digest.check.case import Case
from digest.check.derived import follows, restated
from digest.check.figure import Figure
from digest.check.figures import figures
from digest.check.ledger import Ledger, key
from digest.check.names_index import NameIndex
from digest.check.numerals import MONTHS
from digest.check.plain import plain
from digest.check.units import Kind
from digest.model import Finding

ALIKE: Mapping[Kind, tuple[Kind, ...]] = {
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
    r"감소|하락|낮|줄|손실|떨어|잃|악화|저하|단축|절감|drop|los[est]|lower|decreas|less|reduc|below|worse|declin|fall|fell"
    r"|degrad|minus|음의|마이너스|영하|-",
    re.IGNORECASE,
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
_NAME_BEFORE = re.compile(r"(?<![\w-])([A-Z][A-Za-z0-9.-]+)\s$")
_EACH = re.compile(r"에|당|마다|동안")
_LISTED = re.compile(r"[,·、]|및|그리고|(?<=[가-힣A-Za-z)])[와과]\s| and ")
_NUMBERED = re.compile(r"\(\d\)|[①-⑨]")
_MARKS = re.compile(r"\(\d\)|[①-⑨]|(?:^|\n)\s*[-*•\d]|첫째|둘째|셋째|넷째|다섯째|먼저|다음으로|마지막으로")


def check_numbers(case: Case) -> Iterator[Finding]:
    """Yield a finding for each figure of the summary that the paper does not have."""
    everywhere = [figures(plain(text).text) for text in case.fields.values()]
    for field, text in case.fields.items():
        readable = plain(text)
        said = figures(readable.text)
        for figure in said:
            if _is_no_claim(figure, readable.text, case) or _occurs(figure, readable.text, case.ledger):
                continue
            if follows(figure, readable.text, said, case.ledger, _rounding(figure, readable.text)):
                continue
            if any(restated(figure, readable.text, other, case.ledger) for other in everywhere):
                continue
            if _ends_a_name(figure, readable.text, case.names):
                continue
            words = readable.words(figure.start, figure.end).strip()
            yield Finding("numbers", field, _complaint(words, field, figure, case.ledger), words)


def _complaint(words: str, field: str, figure: Figure, paper: Ledger) -> str:
    others = [other for other in paper.written(figure.value) if other.kind and other.kind != figure.kind]
    others += [
        other for other in paper.written(figure.value) if other.kind == figure.kind and other.factor != figure.factor
    ]
    if others and figure.kind:
        there = " ".join(paper.text[others[0].start : others[0].end + 12].split())
        return f"{words} in {field} does not occur in the paper with this unit; there it is “{there}”"
    return f"{words} in {field} does not occur in the paper"


def _is_no_claim(figure: Figure, text: str, case: Case) -> bool:
    """Tell list marks, names, dates, `하나` and self-made enumerations from figures that claim something."""
    counts = figure.kind in ("", "count", "repeats")
    if figure.form in ("label", "marker", "date", "part", "ordinal"):
        return figure.form != "date" or _is_date_of(case, figure)
    if figure.form == "year":
        dates = (case.paper.submitted, case.paper.updated, case.paper.featured)
        return any(date is not None and date.year == figure.value for date in dates)
    if figure.value == 1 and figure.form != "fraction":
        return counts or (figure.kind == "time" and bool(_EACH.match(text, figure.end)))
    if figure.form == "word" and figure.value <= 2 and counts:
        return True
    if not (2 <= figure.value <= 10 and figure.kind in ("", "count") and figure.value == int(figure.value)):
        return False
    return text[figure.start : figure.end].endswith("번째") or _enumerated(figure, text)


def _is_date_of(case: Case, figure: Figure) -> bool:
    """Say whether the paper, or its record, names the month that `5월` names."""
    dates = (case.paper.submitted, case.paper.updated, case.paper.featured)
    month = int(figure.value)
    known = {date.month for date in dates if date is not None}
    return month in known or (
        1 <= month <= 12
        and bool(re.search(rf"\b{MONTHS[month - 1]}\b|-{month:02d}-|\b{MONTHS[month - 1][:3]}\b", case.text))
    )


def _ends_a_name(figure: Figure, text: str, names: NameIndex) -> bool:
    """Say whether a bare figure belongs to the name before it: `Llama 3.1`, `RTX 4090`."""
    name = _NAME_BEFORE.search(text[max(0, figure.start - 40) : figure.start])
    number = text[figure.start : figure.end]
    return bool(name and not figure.kind and number.isascii() and names.has(f"{name[1]} {number}"))


def _enumerated(figure: Figure, text: str) -> bool:
    """Say whether the field itself lists as many things as it counts: `세 가지`, then three of them."""
    if figure.form == "digits" and figure.kind != "count":
        return False
    if max(len(_MARKS.findall(text[figure.end :])), len(_NUMBERED.findall(text))) >= figure.value:
        return True
    start = max(text.rfind(". ", 0, figure.start), text.rfind("\n", 0, figure.start)) + 1
    ends = [end for end in (text.find(". ", figure.end), text.find("\n", figure.end)) if end >= 0]
    sentence = text[start : min(ends, default=len(text))]
    return len(_LISTED.findall(sentence)) + 1 >= figure.value


def _occurs(figure: Figure, text: str, paper: Ledger) -> bool:
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
    rounds = _rounding(figure, text)
    return any(_rounds_to(figure, other, rounds) for other in paper.all) if rounds else False


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
        return bool(written)
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


def _beside_a_share(bare: Figure, paper: Ledger) -> bool:
    """Say whether the sentence says `17 points` or `17%` before a bare `14`: the unit is left out."""
    start = max(paper.text.rfind(". ", 0, bare.start), paper.text.rfind("\n", 0, bare.start), 0)
    return any(
        other.kind in ("percent", "points") and start <= other.start < bare.start
        for other in paper.around(bare, bare.start - start)
    )


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
        return any("|" in text[other.start - 3 : other.end + 3] or _beside_a_share(other, paper) for other in bare)
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


def _rounding(figure: Figure, text: str) -> str:
    before, after = text[max(0, figure.start - 16) : figure.start], text[figure.end : figure.end + 10]
    if _NEAR.search(before) or _NEAR_AFTER.match(after):
        return "near"
    if _OVER_AFTER.match(after) or _OVER.search(before):
        return "over"
    if _UNDER_AFTER.match(after) or _UNDER.search(before):
        return "under"
    return ""


def _rounds_to(figure: Figure, other: Figure, rounds: str) -> bool:
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
