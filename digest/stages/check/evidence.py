"""Check that the passages on which each claim rests, according to the model, are in the paper.

Does not judge whether a passage supports its claim.
"""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from digest.model import Claim, Finding
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


def found_claims(subject: Subject) -> Mapping[str, tuple[Claim, ...]]:
    """Return the claims with those of their passages that are really in the paper, in the paper's own words."""
    return {
        field: tuple(
            replace(
                claim,
                anchors=tuple(
                    dict.fromkeys(
                        found for quote in claim.anchors if (found := subject.anchors[quote.quote].found) is not None
                    )
                ),
            )
            for claim in claims
        )
        for field in NAMES
        if (claims := subject.claims.get(field, ()))
    }


def _states_nothing(field: str, text: str) -> bool:
    return field == "limitations" and states_no_limitations(text)
