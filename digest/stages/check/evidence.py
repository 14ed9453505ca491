"""Check that the sentence on which a field rests, according to the model, is in the paper.

Does not judge whether the sentence supports the field.
"""

from collections.abc import Mapping

from digest.model import Evidence, Finding
from digest.model.schema import NAMES
from digest.stages.check.index.passages import tokens
from digest.stages.check.prose import states_no_limitations
from digest.stages.check.subject import Subject

MIN_WORDS = 4
"""A quote of fewer words could be anywhere."""


def check_evidence(subject: Subject) -> list[Finding]:
    """List the fields whose evidence is missing, too short, not in the paper or altered."""
    return [finding for finding, _ in _judge_all(subject).values() if finding]


def found_evidence(subject: Subject) -> Mapping[str, Evidence]:
    """Return the evidence that is really in the paper, in the paper's own words."""
    return {field: evidence for field, (_, evidence) in _judge_all(subject).items() if evidence}


def _judge_all(subject: Subject) -> dict[str, tuple[Finding | None, Evidence | None]]:
    return {field: _judge(field, subject) for field in NAMES}


def _judge(field: str, subject: Subject) -> tuple[Finding | None, Evidence | None]:
    quote = subject.quotes.get(field, "").strip()
    if not quote:
        excused = field == "limitations" and states_no_limitations(subject.fields[field])
        return (None if excused else Finding("evidence", field, f"{field} comes without a sentence of the paper"), None)
    if sum(word.isalpha() for word, _, _ in tokens(quote)) < MIN_WORDS:
        return Finding("evidence", field, f"the sentence given for {field} is too short to be found (“{quote}”)"), None
    found = subject.passages.find(quote)
    if isinstance(found, Evidence):
        return None, found
    shown = quote if len(quote) <= 80 else quote[:79] + "…"
    why = f": {found}" if found else ""
    return Finding("evidence", field, f"the sentence given for {field} is not in the paper (“{shown}”){why}"), None
