"""Check that the sentence which a field is said to rest on stands in the paper.

Does not judge whether the sentence bears the field out.
"""

from collections.abc import Mapping

from digest.model import Evidence, Finding
from digest.model.schema import NAMES
from digest.stages.check.index.passages import tokens
from digest.stages.check.phrases import STATES_NONE
from digest.stages.check.subject import Case

MIN_WORDS = 4
"""A quote of fewer words could stand anywhere."""


def check_evidence(case: Case) -> list[Finding]:
    """List the fields whose evidence is missing, too short, not in the paper or altered."""
    return [finding for finding, _ in _judged(case).values() if finding]


def found_evidence(case: Case) -> Mapping[str, Evidence]:
    """Return the evidence that is really in the paper, in the paper's own words."""
    return {field: evidence for field, (_, evidence) in _judged(case).items() if evidence}


def _judged(case: Case) -> dict[str, tuple[Finding | None, Evidence | None]]:
    return {field: _judge(field, case) for field in NAMES}


def _judge(field: str, case: Case) -> tuple[Finding | None, Evidence | None]:
    quote = case.claims.get(field, "").strip()
    if not quote:
        excused = field == "limitations" and STATES_NONE.search(case.fields[field])
        return (None if excused else Finding("evidence", field, f"{field} comes without a sentence of the paper"), None)
    if sum(word.isalpha() for word, _, _ in tokens(quote)) < MIN_WORDS:
        return Finding("evidence", field, f"the sentence given for {field} is too short to be found (“{quote}”)"), None
    found = case.passages.find(quote)
    if isinstance(found, Evidence):
        return None, found
    shown = quote if len(quote) <= 80 else quote[:79] + "…"
    why = f": {found}" if found else ""
    return Finding("evidence", field, f"the sentence given for {field} is not in the paper (“{shown}”){why}"), None
