"""Check that every figure of a field occurs in the passages that its claim quotes, however either writes it.

Figures that claim nothing of their own are exempt: list marks, names, dates, `하나`, counts of what the field lists.
Computes only what belongs together (`derived`); any other result that the paper does not state is a finding. Rounded
figures are findings unless the field says that it rounds (`약`, `about`, `이상`). The rules: docs/checks.md.
"""

import re
from collections.abc import Iterable, Iterator

from digest.model import Finding
from digest.stages.check.figures.numerals import MONTHS, ONES, SCALES
from digest.stages.check.figures.quantity import Quantity
from digest.stages.check.index.figures import FigureIndex
from digest.stages.check.index.names import NameIndex
from digest.stages.check.numbers.derived import derivable, derivable_elsewhere
from digest.stages.check.numbers.matching import matches_paper, rounding
from digest.stages.check.scopes import Scope
from digest.stages.check.subject import Subject, scope_at

_NAME_BEFORE = re.compile(r"(?<![\w-])([A-Z][A-Za-z0-9.-]+)\s$")
_NUMBER = re.compile(r"\d+(?:\.\d+)*(?![A-Za-z%])")
_EACH = re.compile(r"에|당|마다|동안")
_UNIT_WORDS = {1.0: "second", 60.0: "minute", 3600.0: "hour", 86400.0: "da[iy]", 604800.0: "week", 2628000.0: "month"}
_KINDS_OF_THINGS = re.compile(r"\d\s?(?:가지|단계|종|부분|축|갈래|요소|측면|유형)")
_STEP_BEFORE = re.compile(r"(?:Stage|Step|Phase|Task|Part|Level|Tier|Type|RQ|단계|유형|과제)\s?$", re.IGNORECASE)
_STEP_AFTER = re.compile(r"\d\s?(단계|차|부|막|유형)")
_DIMENSION = re.compile(r"\d-?D(?![a-z])")
_WORDS = {value: word for word, value in ONES.items()}
_LISTED = re.compile(r"[,·、]|및|그리고|(?<=[가-힣A-Za-z)])[와과]\s| and ")
_NUMBERED = re.compile(r"\(\d\)|[①-⑨]")
_MARKS = re.compile(
    r"\(\d\)|[①-⑨]|(?:^|\n)[^\S\n]*+[-*•\d]|첫째|둘째|셋째|넷째|다섯째|먼저|다음으로|이어서?\s|마지막으로|끝으로"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def check_numbers(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each figure that the paper does not have, or has elsewhere than where its claim leans on."""
    for field, figure, words, scope in _judged(subject):
        if scope and _is_in_scope(figure, field, scope, subject):
            continue
        if not _is_in_paper(figure, field, subject):
            yield Finding("numbers", field, _message(words, field, figure, subject.paper_figures), words)
        elif scope:
            yield Finding("anchors", field, _elsewhere(words, field, figure, subject.paper_figures), words)


def count_figures(subject: Subject, findings: Iterable[Finding]) -> tuple[int, int]:
    """Count the figures that were looked for in the passages of their claims, and those that are borne out there."""
    against = {(one.field, one.where) for one in findings if one.check in ("numbers", "anchors")}
    right = [(field, words) not in against for field, _, words, scope in _judged(subject) if scope]
    return len(right), sum(right)


def _judged(subject: Subject) -> Iterator[tuple[str, Quantity, str, Scope | None]]:
    """Yield the figures that are not exempt: field, figure, its words, and what its claim rests on."""
    for field, found in subject.figures.items():
        for figure in found:
            scope = scope_at(subject, field, figure.start)
            if not _is_exempt(figure, field, subject, scope):
                yield field, figure, subject.readable[field].source_span(figure.start, figure.end).strip(), scope


def _is_in_scope(figure: Quantity, field: str, scope: Scope, subject: Subject) -> bool:
    """Return whether the passages of the claim have the figure, or it follows from figures that they have."""
    text = subject.readable[field].text
    return (
        _follows(figure, field, scope.figures, subject)
        or _ends_a_name(figure, text, scope.names)
        or _ends_a_name(figure, text, subject.known_names)
    )


def _follows(figure: Quantity, field: str, paper: FigureIndex, subject: Subject) -> bool:
    """Return whether the text behind an index has a figure, or figures of its field that it follows from."""
    text = subject.readable[field].text
    return matches_paper(figure, text, paper) or derivable(
        figure, text, subject.figures[field], paper, rounding(figure, text)
    )


def _elsewhere(words: str, field: str, figure: Quantity, paper: FigureIndex) -> str:
    places = paper.written(figure.value)
    there = ""
    if places:
        start = paper.sentence_start(places[0])
        sentence = paper.text[start : places[0].end + 40].removeprefix(".")
        there = f": “{' '.join(sentence.split())[:200]}”"
    return f"{words} in {field} is not in the passages quoted for its claim; it stands elsewhere in the paper{there}"


def _is_in_paper(figure: Quantity, field: str, subject: Subject) -> bool:
    """Return whether the paper has the figure, or it follows from figures that the paper has."""
    text, paper = subject.readable[field].text, subject.paper_figures
    return (
        _follows(figure, field, paper, subject)
        or any(derivable_elsewhere(figure, text, other, paper) for other in subject.figures.values())
        or _ends_a_name(figure, text, subject.paper_names)
    )


def _message(words: str, field: str, figure: Quantity, paper: FigureIndex) -> str:
    others = [other for other in paper.written(figure.value) if other.kind and other.kind != figure.kind]
    others += [
        other for other in paper.written(figure.value) if other.kind == figure.kind and other.factor != figure.factor
    ]
    if others and figure.kind:
        there = " ".join(paper.text[others[0].start : others[0].end + 12].split())
        return f"{words} in {field} does not occur in the paper with this unit; there it is “{there}”"
    return f"{words} in {field} does not occur in the paper"


def _is_exempt(figure: Quantity, field: str, subject: Subject, scope: Scope | None) -> bool:
    """Return whether a figure is right whatever the paper says, or is judged elsewhere, as names are."""
    text = subject.readable[field].text
    counts = figure.kind in ("", "count", "repeats")
    if figure.form in ("label", "marker", "date", "part", "ordinal"):
        if _DIMENSION.fullmatch(text, figure.start, figure.end + 1):
            return _is_dimension_of(subject.paper_text, int(figure.value))
        return figure.form != "date" or _is_date_of(subject, figure)
    if figure.form == "year":
        dates = (subject.paper.submitted, subject.paper.updated, subject.paper.featured)
        return any(date is not None and date.year == figure.value for date in dates)
    if figure.value == 1 and figure.form != "fraction":
        return counts or (figure.kind == "time" and _is_one_unit(figure, text, subject.paper_text))
    if figure.form == "word" and ((figure.value <= 2 and counts) or text[figure.start : figure.end].lower() in SCALES):
        return True
    if not (2 <= figure.value <= 10 and figure.kind in ("", "count") and figure.value == int(figure.value)):
        return False
    return (
        text[figure.start : figure.end].endswith("번째")
        or _enumerates(figure, text)
        or _numbers_steps(figure, text)
        or (figure.value in (scope or subject).list_sizes and _counts_kinds(figure, text))
    )


def _numbers_steps(figure: Quantity, text: str) -> bool:
    """Return whether it numbers a step of the field's own: `1단계 … 2단계`, `Stage 1 … Stage 2`."""
    before = _STEP_BEFORE.search(text[max(0, figure.start - 12) : figure.start])
    after = _STEP_AFTER.match(text, figure.start)
    if not before and not after:
        return False
    left, right = (re.escape(before[0]), r"(?!\d)") if before else (r"(?<!\d)", r"\s?" + after[1] if after else "")
    return all(re.search(f"{left}{number}{right}", text) for number in range(1, int(figure.value)))


def _counts_kinds(figure: Quantity, text: str) -> bool:
    """Return whether it counts kinds of things, as an author's list does, and not how many were measured."""
    return figure.kind == "count" and (figure.form == "word" or bool(_KINDS_OF_THINGS.match(text, figure.start)))


def _is_dimension_of(paper: str, number: int) -> bool:
    """Return whether the paper speaks of 3D, or of no dimension at all; images and text are flat without saying so."""
    if number <= 2 or re.search(
        rf"(?<!\d){number}-?D(?![a-z])|{_WORDS.get(number)}[ -]dimension", paper, re.IGNORECASE
    ):
        return True
    return number <= 4 and not _DIMENSION.search(paper)


def _is_one_unit(figure: Quantity, text: str, paper: str) -> bool:
    """Return whether it is `1초당`, or `1분` where the paper says `minute-long`, `hourly` or `sub-second`."""
    unit = _UNIT_WORDS.get(figure.factor)
    return bool(_EACH.match(text, figure.end)) or bool(
        unit and re.search(rf"(?i)\b{unit}(?:-[a-z]|ly\b)|sub-{unit}", paper)
    )


def _is_date_of(subject: Subject, figure: Quantity) -> bool:
    """Return whether the paper, or its record, names the month that `5월` names."""
    dates = (subject.paper.submitted, subject.paper.updated, subject.paper.featured)
    month = int(figure.value)
    known = {date.month for date in dates if date is not None}
    return month in known or (
        1 <= month <= 12
        and bool(re.search(rf"\b{MONTHS[month - 1]}\b|-{month:02d}-|\b{MONTHS[month - 1][:3]}\b", subject.paper_text))
    )


def _ends_a_name(figure: Quantity, text: str, names: NameIndex) -> bool:
    """Return whether a bare figure belongs to the name before it: `Llama 3.1`, `RTX 4090`."""
    name = _NAME_BEFORE.search(text[max(0, figure.start - 40) : figure.start])
    number = _NUMBER.match(text, figure.start)
    bare = figure.kind in ("", "count", "repeats")
    return bool(name and number and bare and names.has(f"{name[1]} {number[0]}"))


def _enumerates(figure: Quantity, text: str) -> bool:
    """Return whether the field itself lists as many things as it counts: `세 가지`, then three of them."""
    if figure.form == "digits" and figure.kind != "count":
        return False
    if max(len(_MARKS.findall(text[figure.end :])), len(_NUMBERED.findall(text))) >= figure.value:
        return True
    start = max(text.rfind(". ", 0, figure.start), text.rfind("\n", 0, figure.start)) + 1
    ends = [end for end in (text.find(". ", figure.end), text.find("\n", figure.end)) if end >= 0]
    sentence, after = text[start : min(ends, default=len(text))], text[min(ends, default=len(text)) :]
    listed = len(_LISTED.findall(sentence)) + 1
    if listed == figure.value or (figure.form == "word" and listed > figure.value):
        return True
    following = _SENTENCE.split(after.lstrip(". \n"))[0]
    return len(_LISTED.findall(following)) + 1 == figure.value
