"""Judge what a verifier objects to: only what it shows counts, in the claim's own words and in the paper's.

That a verifier finds nothing never warns by itself: one in eight honest claims was called unstated in the trial.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digest.model import Finding, Objection, SourcedClaim
from digest.model.text import shorten
from digest.stages.check.index.passages import tokens
from digest.stages.check.prose import states_no_limitations
from digest.stages.check.verification.units import UNHEADED

MIN_WORDS = 4
"""Words of the paper that contradict without a figure among them."""
_QUOTES = " \t\n\"'“”‘’「」.,…"


@dataclass(frozen=True, slots=True)
class Dispute:
    """What the objections come to: contradictions that are shown, and claims about which more must be looked up."""

    findings: tuple[tuple[str, Finding], ...] = ()
    """The id of a claim, and what contradicts it."""
    unstated: tuple[Objection, ...] = ()


def judge(objections: Iterable[Objection], claims: Sequence[SourcedClaim]) -> Dispute:
    """Part objections into contradictions that count and claims of which nothing was found; drop all others."""
    known = {claim.id: claim for claim in claims}
    findings: dict[tuple[str, Finding], None] = {}
    unstated: dict[str, Objection] = {}
    for objection in objections:
        claim = known.get(objection.claim)
        if claim is None:
            continue
        if finding := contradiction(objection, claim):
            findings[claim.id, finding] = None
        elif not objection.paper_says:
            unstated.setdefault(claim.id, objection)
    contradicted = {id_ for id_, _ in findings}
    return Dispute(tuple(findings), tuple(one for id_, one in unstated.items() if id_ not in contradicted))


def contradiction(objection: Objection, claim: SourcedClaim) -> Finding | None:
    """Return what contradicts a claim where its words and the paper's are really there, and differ."""
    where = _words_in(objection.claim_says, claim.claim.text)
    said = [word for word, _, _ in tokens(objection.paper_says)]
    if not where or not said or said == [word for word, _, _ in tokens(where)]:
        return None
    if sum(map(str.isalpha, said)) < MIN_WORDS and not any(word[0].isdigit() for word in said):
        return None
    wanted = f" {' '.join(said)} "
    if not any(wanted in _run(piece) for piece in claim.pieces):
        return None
    paper = shorten(objection.paper_says.strip(_QUOTES.replace(".", "").replace(",", "")), 300)
    what = f"{claim.field} says “{where}”, but the paper says “{paper}”"
    return Finding("verify", claim.field, what, where, paper)


def still_unstated(
    unstated: Iterable[Objection], claims: Sequence[SourcedClaim], findings: Sequence[Finding]
) -> tuple[tuple[str, Finding], ...]:
    """Return a finding for each claim that was not found in a second search either, where that means something.

    It does for limitations, which the paper states or not, and where code misses a figure or name of the claim.
    """
    known = {claim.id: claim for claim in claims}
    found = []
    for objection in unstated:
        claim = known.get(objection.claim)
        if claim is None:
            continue
        limitation = claim.field == "limitations" and not states_no_limitations(claim.claim.text)
        if limitation or _lacks_words(claim, findings):
            what = f"nothing in the paper was found that says “{shorten(claim.claim.text, 300)}”"
            found.append((claim.id, Finding("verify", claim.field, what, claim.claim.text)))
    return tuple(found)


def _lacks_words(claim: SourcedClaim, findings: Sequence[Finding]) -> bool:
    """Return whether the paper lacks a figure or a name of the claim, by the checks of those."""
    return any(
        one.field == claim.field and one.check in ("numbers", "names") and one.where and one.where in claim.claim.text
        for one in findings
    )


def _words_in(said: str, text: str) -> str:
    """Return the very words of a text that are quoted from it, whatever the white space; empty where there are none."""
    letters = said.strip(_QUOTES).split()
    if not letters:
        return ""
    found = re.search(r"\s*".join(re.escape(part) for part in letters), text, re.IGNORECASE)
    return found[0] if found else ""


def _run(piece: str) -> str:
    return f" {' '.join(word for word, _, _ in tokens(piece.replace(UNHEADED, '')))} "
