"""The second reading of one draft: claims and their pieces to whoever is asked, what is objected to findings.

Code chooses the pieces and decides which objections count; a model only reads, and is reached by `ask` alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from digest.model import Claim, Document, Draft, Finding, Paper, SourcedClaim, Usage, Verdict, Verification
from digest.model.text import estimate_tokens
from digest.stages.check.verification.disputes import judge, still_unstated
from digest.stages.check.verification.pieces import MOST_TOKENS, gather, widen
from digest.stages.check.verification.units import UnitIndex, index_units

Ask = Callable[[Sequence[SourcedClaim], Usage], Verification]
_SHARE = 0.6
"""Of what the first reading took, what the second may take."""
_LEAST = 1_500
_SHORT = ("contribution", "goal", "results")
"""The fields that a one-line summary sums up."""

_Key = tuple[str, Claim]


@dataclass(frozen=True)
class Reading:
    """What the second reading of a draft found. `judged` lets a later draft's unchanged claims go unasked."""

    findings: tuple[Finding, ...] = ()
    usage: Usage = field(default_factory=Usage)
    failed: str = ""
    """Why it came to nothing; what was found before that still counts."""
    judged: Mapping[_Key, tuple[Finding, ...]] = field(default_factory=dict)
    index: UnitIndex | None = None
    document: Document | None = None
    """What `index` was made of: a later draft of the same one needs no other."""


def read_again(paper: Paper, draft: Draft, verdict: Verdict, ask: Ask, before: Reading | None = None) -> Reading:
    """Have the claims of a checked draft read beside pieces of the paper; those that `before` judged are not asked.

    What is called unstated is looked up and asked about once more. One that failed before is not tried again. Where it
    fails, earlier findings count as long as their words stand in the draft. Raises RunStopped.
    """
    before = before or Reading()
    if before.failed:
        return replace(before, findings=_standing(before, draft))
    index = before.index if before.index and before.document is draft.document else index_units(paper, draft.document)
    sourced = _sourced(index, draft, verdict)
    asked = [claim for claim in sourced if (claim.field, claim.claim) not in before.judged]
    first = ask(asked, before.usage)
    dispute = judge(first.objections, asked)
    found, usage, failed = dispute.findings, first.usage, first.failed
    if dispute.unstated and not failed:
        by_id = {claim.id: claim for claim in asked}
        wider = [widen(index, by_id[one.claim], one.look_for) for one in dispute.unstated]
        again = ask(wider, usage)
        second = judge(again.objections, wider)
        found += second.findings + still_unstated(second.unstated, wider)
        usage, failed = again.usage, again.failed
    judged: dict[_Key, tuple[Finding, ...]] = {
        (claim.field, claim.claim): tuple(finding for id_, finding in found if id_ == claim.id) for claim in asked
    }
    judged = {**before.judged, **judged}
    findings = dict.fromkeys(finding for claim in sourced for finding in judged[claim.field, claim.claim])
    if failed:
        findings |= dict.fromkeys(_standing(before, draft))
    return Reading(tuple(findings), usage, failed, {} if failed else judged, index, draft.document)


def sources(paper: Paper, draft: Draft, verdict: Verdict) -> tuple[SourcedClaim, ...]:
    """Return the claims of a checked draft, each beside its pieces of the paper: what a first reading is asked."""
    return _sourced(index_units(paper, draft.document), draft, verdict)


def _sourced(index: UnitIndex, draft: Draft, verdict: Verdict) -> tuple[SourcedClaim, ...]:
    claims = {**verdict.claims, "tldr": _in_short(draft.summary.tldr, verdict.claims)}
    return gather(index, claims, tokens=most_tokens(draft.document))


def _standing(before: Reading, draft: Draft) -> tuple[Finding, ...]:
    """Return the findings of an earlier draft whose words a later one still has."""
    return tuple(one for one in before.findings if one.where in draft.summary.field(one.field))


def _in_short(tldr: str, claims: Mapping[str, Sequence[Claim]]) -> tuple[Claim, ...]:
    """Return the one-line summary as a claim that rests on what its fields begin with."""
    firsts = [several[0] for name in _SHORT if (several := claims.get(name))]
    anchors = dict.fromkeys(one.anchors[0] for one in firsts if one.anchors)
    words = dict.fromkeys(word for one in firsts for word in one.keywords)
    return (Claim(text=tldr, anchors=tuple(anchors), keywords=tuple(words)[:10]),)


def most_tokens(document: Document) -> int:
    """Return how many tokens all pieces of a paper may take together."""
    return min(MOST_TOKENS, max(_LEAST, int(_SHARE * estimate_tokens(document.text))))
