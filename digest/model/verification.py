"""The second reading of a summary: what a verifier is shown of each claim, and what it answers."""

from digest.model.ids import Noun
from digest.model.summaries import Claim, Usage


class SourcedClaim(Noun, frozen=True, kw_only=True):
    """A claim beside the pieces of the paper that it is compared with."""

    id: str
    """Its field and its place there, from 1: `results.2`."""
    field: str
    claim: Claim
    pieces: tuple[str, ...] = ()
    """Passages of the paper, verbatim, each a line or, of a table, several."""


class Objection(Noun, frozen=True, kw_only=True):
    """What a verifier says of a claim that it finds unsupported. Nothing in it is confirmed."""

    claim: str
    """The id of the claim."""
    claim_says: str = ""
    paper_says: str = ""
    """The words that contradict it; empty where the verifier finds nothing about it."""
    look_for: tuple[str, ...] = ()
    """English words under which the paper may speak of it."""


class Verification(Noun, frozen=True, kw_only=True):
    """What a verifier answered about some claims."""

    objections: tuple[Objection, ...] = ()
    usage: Usage = Usage()
    failed: str = ""
    """Why there is no usable answer."""
