"""Tell figures that claim nothing of their own: list marks, names, dates, `하나`, counts of what is listed."""

import re

from digest.stages.check.figures.numerals import MONTHS, ONES, SCALES
from digest.stages.check.figures.quantity import Figure
from digest.stages.check.index.lists import enumerated
from digest.stages.check.index.names import NameIndex
from digest.stages.check.subject import Case

_NAME_BEFORE = re.compile(r"(?<![\w-])([A-Z][A-Za-z0-9.-]+)\s$")
_NUMBER = re.compile(r"\d+(?:\.\d+)*(?![A-Za-z%])")
_EACH = re.compile(r"에|당|마다|동안")
_UNIT_WORDS = {1.0: "second", 60.0: "minute", 3600.0: "hour", 86400.0: "da[iy]", 604800.0: "week", 2628000.0: "month"}
_KINDS_OF_THINGS = re.compile(r"\d\s?(?:가지|단계|종|부분|축|갈래|요소|측면|유형)")
_STEP_BEFORE = re.compile(r"(?:Stage|Step|Phase|Task|Part|Level|Tier|Type|RQ|단계|유형|과제)\s?$", re.IGNORECASE)
_STEP_AFTER = re.compile(r"\d\s?(단계|차|부|막|유형)")
_DIMENSION = re.compile(r"\d-?D(?![a-z])")
_WORDS = {value: word for word, value in ONES.items()}


def is_no_claim(figure: Figure, text: str, case: Case) -> bool:
    """Say whether a figure is right whatever the paper says, or is judged elsewhere, as names are."""
    counts = figure.kind in ("", "count", "repeats")
    if figure.form in ("label", "marker", "date", "part", "ordinal"):
        if _DIMENSION.fullmatch(text, figure.start, figure.end + 1):
            return _is_dimension_of(case.text, int(figure.value))
        return figure.form != "date" or _is_date_of(case, figure)
    if figure.form == "year":
        dates = (case.paper.submitted, case.paper.updated, case.paper.featured)
        return any(date is not None and date.year == figure.value for date in dates)
    if figure.value == 1 and figure.form != "fraction":
        return counts or (figure.kind == "time" and _is_one_unit(figure, text, case.text))
    if figure.form == "word" and ((figure.value <= 2 and counts) or text[figure.start : figure.end].lower() in SCALES):
        return True
    if not (2 <= figure.value <= 10 and figure.kind in ("", "count") and figure.value == int(figure.value)):
        return False
    return (
        text[figure.start : figure.end].endswith("번째")
        or enumerated(figure, text)
        or _numbers_steps(figure, text)
        or (figure.value in case.lists and _counts_kinds(figure, text))
    )


def _numbers_steps(figure: Figure, text: str) -> bool:
    """Say whether it numbers a step of the field's own: `1단계 … 2단계`, `Stage 1 … Stage 2`."""
    before = _STEP_BEFORE.search(text[max(0, figure.start - 12) : figure.start])
    after = _STEP_AFTER.match(text, figure.start)
    if not before and not after:
        return False
    left, right = (re.escape(before[0]), r"(?!\d)") if before else (r"(?<!\d)", r"\s?" + after[1] if after else "")
    return all(re.search(f"{left}{number}{right}", text) for number in range(1, int(figure.value)))


def _counts_kinds(figure: Figure, text: str) -> bool:
    """Say whether it counts things that are told apart, as an author's list does, and not how many were measured."""
    return figure.kind == "count" and (figure.form == "word" or bool(_KINDS_OF_THINGS.match(text, figure.start)))


def _is_dimension_of(paper: str, number: int) -> bool:
    """Say whether the paper speaks of 3D, or of no dimension at all; images and text are flat without saying so."""
    if number <= 2 or re.search(
        rf"(?<!\d){number}-?D(?![a-z])|{_WORDS.get(number)}[ -]dimension", paper, re.IGNORECASE
    ):
        return True
    return number <= 4 and not _DIMENSION.search(paper)


def _is_one_unit(figure: Figure, text: str, paper: str) -> bool:
    """Say whether it is `1초당`, or `1분` where the paper says `minute-long`, `hourly` or `sub-second`."""
    unit = _UNIT_WORDS.get(figure.factor)
    return bool(_EACH.match(text, figure.end)) or bool(
        unit and re.search(rf"(?i)\b{unit}(?:-[a-z]|ly\b)|sub-{unit}", paper)
    )


def _is_date_of(case: Case, figure: Figure) -> bool:
    """Say whether the paper, or its record, names the month that `5월` names."""
    dates = (case.paper.submitted, case.paper.updated, case.paper.featured)
    month = int(figure.value)
    known = {date.month for date in dates if date is not None}
    return month in known or (
        1 <= month <= 12
        and bool(re.search(rf"\b{MONTHS[month - 1]}\b|-{month:02d}-|\b{MONTHS[month - 1][:3]}\b", case.text))
    )


def ends_a_name(figure: Figure, text: str, names: NameIndex) -> bool:
    """Say whether a bare figure belongs to the name before it: `Llama 3.1`, `RTX 4090`."""
    name = _NAME_BEFORE.search(text[max(0, figure.start - 40) : figure.start])
    number = _NUMBER.match(text, figure.start)
    bare = figure.kind in ("", "count", "repeats")
    return bool(name and number and bare and names.has(f"{name[1]} {number[0]}"))
