"""What is written of a paper, and what the checks say of it."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from digest.model.ids import Noun
from digest.model.paper_ids import PaperId
from digest.model.papers import Document
from digest.model.schema import NAMES


class Summary(Noun, frozen=True, kw_only=True):
    """Our text in the fixed schema (see `digest.model.schema`), plain unless `markup`."""

    goal: str
    motivation: str
    contribution: str
    method: str
    results: str
    limitations: str
    conclusion: str
    tldr: str = ""
    topics: tuple[str, ...] = ()
    markup: bool = False
    """True where the fields hold Markdown as somebody wrote it: an imported or hand-edited post."""

    @classmethod
    def of(cls, fields: Mapping[str, str], *, markup: bool = False) -> "Summary":
        """Make a summary of its fields by name; one that is not there is empty."""
        texts: dict[str, Any] = {name: fields.get(name, "") for name in NAMES}
        return cls(**texts, markup=markup)

    def field(self, name: str) -> str:
        """Return one of the seven fields by its name in `schema.NAMES`."""
        return str(getattr(self, name))


class Usage(Noun, frozen=True):
    """What a summary took. Tokens are the server's own count; `cost` is None where no price is known."""

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    """The part of `input_tokens` that the server billed as cached."""
    output_tokens: int = 0
    cost: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            self.calls + other.calls,
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.output_tokens + other.output_tokens,
            round(sum(costs), 6) if costs else None,
        )

    def since(self, before: "Usage") -> "Usage":
        """Return what was added to an earlier usage to come to this one."""
        cost = None if self.cost is None else round(self.cost - (before.cost or 0.0), 6)
        return Usage(
            self.calls - before.calls,
            self.input_tokens - before.input_tokens,
            self.cached_tokens - before.cached_tokens,
            self.output_tokens - before.output_tokens,
            cost,
        )


class Evidence(Noun, frozen=True):
    """A passage of the paper, verbatim: a sentence, a caption or a table row; and the title of its section."""

    quote: str
    section: str = ""
    context: str = ""
    """Of a table row: the table's caption and heading rows, a line each."""


class Claim(Noun, frozen=True, kw_only=True):
    """One sentence or bullet of a field with the passages of the paper that it rests on."""

    text: str = ""
    """Its words as the field has them, without a bullet; empty where the passages stand for the field as a whole."""
    anchors: tuple[Evidence, ...] = ()
    keywords: tuple[str, ...] = ()
    """English words under which the paper speaks of it."""


class Draft(Noun, frozen=True, kw_only=True):
    """An unchecked summary with the passages that the model says it rests on."""

    summary: Summary
    document: Document
    """What the model read: the document after the budget."""
    claims: Mapping[str, tuple[Claim, ...]] = {}
    """Field name → its claims in order, with the passages as the model gave them."""
    usage: Usage = Usage()
    reply: str = ""
    """The raw reply, needed to ask for a better one."""
    model: str = ""
    """Who wrote it, where several may."""


class Finding(Noun, frozen=True):
    """One result of a check: what in which field could not be confirmed, in English, for people and for the model."""

    check: Literal["complete", "language", "numbers", "names", "anchors", "evidence", "verify", "plugin"]
    field: str
    what: str
    """The complaint in a sentence."""
    where: str = ""
    """The very words of the field that it is about; empty where it is about the whole field."""
    paper: str = ""
    """The words of the paper that contradict them."""
    empty: bool = False
    """Whether the field says nothing of the paper: empty, a placeholder, a refusal. Such a field is never published."""


class Verdict(Noun, frozen=True):
    """What the checks say of a draft: findings, and the passages that were really found in the paper."""

    findings: tuple[Finding, ...] = ()
    claims: Mapping[str, tuple[Claim, ...]] = {}
    """Field name → its claims, each with those of its passages that are in the paper, in the paper's own words."""
    figures: tuple[int, int] = (0, 0)
    """How many figures were looked for in the passages of their claims, and how many of them are borne out there."""


Span = Literal["day", "week", "month"]
"""What an overview is of."""


class OverviewSentence(Noun, frozen=True):
    """One sentence of an overview, and the papers whose entries it rests on."""

    text: str
    papers: tuple[PaperId, ...]


class Overview(Noun, frozen=True, kw_only=True):
    """What the papers of a day, a week or a month have in common, in a paragraph."""

    sentences: tuple[OverviewSentence, ...]
    of: str = ""
    """Stands for the entries that it was written about."""
    model: str = ""
    usage: Usage = Usage()

    def within(self, papers: Collection[PaperId]) -> tuple[OverviewSentence, ...]:
        """Return the sentences that rest on nothing but these papers: an entry may have been taken off since."""
        return tuple(one for one in self.sentences if all(paper in papers for paper in one.papers))


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
