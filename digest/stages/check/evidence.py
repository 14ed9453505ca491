"""Check that the passages on which each claim rests, according to the model, are in the paper.

Where the paper states its limits, a claim that it states none rests on nothing. Does not judge whether a passage
supports its claim.
"""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from digest.model import Claim, Evidence, Finding
from digest.model.schema import NAMES
from digest.stages.check.prose import states_no_limitations
from digest.stages.check.subject import Subject


def check_evidence(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each claim without a passage, and for each passage that is not in the paper."""
    for field in NAMES:
        claims = subject.claims.get(field, ())
        for claim in claims or (Claim(),):
            if not claim.anchors and not _states_nothing(field, claim.text or subject.fields[field]):
                of = "a claim of " if claim.text else ""
                yield Finding("evidence", field, f"{of}{field} comes without a passage of the paper", claim.text)
            for quote in claim.anchors:
                anchor = subject.anchors[quote.quote]
                if anchor.found is None:
                    shown = quote.quote if len(quote.quote) <= 80 else quote.quote[:79] + "…"
                    why = f": {anchor.why}" if anchor.why else ""
                    what = f"a passage quoted for {field} is not in the paper (“{shown}”){why}"
                    yield Finding("evidence", field, what, claim.text)
    if subject.limitations:
        what = f"limitations says that the paper states none, but it does: “{subject.limitations}”"
        yield Finding("evidence", "limitations", what, subject.fields["limitations"].strip())


def found_claims(subject: Subject) -> Mapping[str, tuple[Claim, ...]]:
    """Return the claims with those of their passages that are really in the paper, in the paper's own words.

    Captions and heading rows that come with another passage of the claim anyway are left out.
    """
    return {
        field: tuple(replace(claim, anchors=_found(claim, subject)) for claim in claims)
        for field in NAMES
        if (claims := subject.claims.get(field, ()))
    }


def _found(claim: Claim, subject: Subject) -> tuple[Evidence, ...]:
    found = dict.fromkeys(one for quote in claim.anchors if (one := subject.anchors[quote.quote].found) is not None)
    shown = {line for one in found for line in one.context.split("\n")}
    return tuple(one for one in found if one.quote not in shown)


def _states_nothing(field: str, text: str) -> bool:
    return field == "limitations" and states_no_limitations(text)
