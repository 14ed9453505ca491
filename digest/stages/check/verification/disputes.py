"""Judge what a verifier objects to: only what it shows counts, in the claim's own words and in the paper's.

That a verifier finds nothing warns only where a second search finds nothing either: at first sight one in eight honest
claims was called unstated in the trial.
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
_PARTICLES = "에서는|에서도|으로는|으로|에서|에는|에도|보다|까지|부터|은|는|이|가|을|를|의|에|도|로|과|와|만"
_PARTICLE = re.compile(rf"(?<=\w)(?:{_PARTICLES})$")
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


def still_unstated(unstated: Iterable[Objection], claims: Sequence[SourcedClaim]) -> tuple[tuple[str, Finding], ...]:
    """Return a finding for each claim that was not found in a second search either.

    None for a claim that the paper states no limitations, which nothing in a paper says.
    """
    known = {claim.id: claim for claim in claims}
    found = []
    for objection in unstated:
        claim = known.get(objection.claim)
        if claim and not (claim.field == "limitations" and states_no_limitations(claim.claim.text)):
            what = f"nothing in the paper was found that says “{shorten(claim.claim.text, 300)}”"
            found.append((claim.id, Finding("verify", claim.field, what, claim.claim.text)))
    return tuple(found)


def _words_in(said: str, text: str) -> str:
    """Return the very words of a text that are quoted from it; empty where there are none.

    White space makes no difference, nor do Korean particles: verifiers write `GateNet이` for `GateNet은`.
    """
    words = said.strip(_QUOTES).split()
    if not words:
        return ""
    exact = _spaced("".join(words))
    bare = r"\s*".join(rf"{_spaced(_PARTICLE.sub('', word))}(?:{_PARTICLES})?" for word in words)
    found = re.search(exact, text, re.IGNORECASE) or re.search(rf"(?<!\w){bare}(?!\w)", text, re.IGNORECASE)
    return found[0] if found else ""


def _spaced(word: str) -> str:
    """Write the pattern of a word with white space anywhere in it."""
    return r"\s*".join(map(re.escape, word))


def _run(piece: str) -> str:
    return f" {' '.join(word for word, _, _ in tokens(piece.replace(UNHEADED, '')))} "
