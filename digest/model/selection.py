"""Which papers are read: the reasons of their scores, the examples behind them, what is chosen and left out."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from digest.model.ids import Noun
from digest.model.paper_ids import PaperId
from digest.model.papers import Paper

ReasonKind = Literal["similar", "words", "authors", "organizations", "categories", "venues", "votes"]


class Reason(Noun, frozen=True, kw_only=True):
    """One part of a paper's score."""

    kind: ReasonKind
    points: float
    """What it adds to the score, or takes off it."""
    name: str = ""
    """The word, the person, the place; for `similar` the title of the nearest example."""
    amount: float | None = None
    """For `similar` how much it is like that example, 0 to 1; for `votes` their number."""


class Example(Noun, frozen=True, kw_only=True):
    """A paper that a reader likes."""

    title: str
    abstract: str = ""
    id: str = ""
    """Its arXiv id, where one is known."""
    added: date | None = None
    """When it joined the library; where that is unknown, when it appeared."""


class Exclusion(Noun, frozen=True, kw_only=True):
    """A paper that was listed and left out by a rule of the configuration."""

    paper: Paper
    rule: Literal["limit", "diversity", "min_upvotes", "include", "exclude", "published", "withdrawn", "removed"]
    detail: str = ""
    """The rule's limit or word; for `diversity` the paper that this one is too much like."""
    reasons: tuple[Reason, ...] = ()
    """What its rank was made of, as in an entry."""


class Selection(Noun, frozen=True, kw_only=True):
    """The listed papers, parted: those to be read, best first, and the others with the rule that left them out."""

    chosen: tuple[Paper, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    unread: tuple[str, ...] = ()
    open: bool = False
    reasons: Mapping[PaperId, tuple[Reason, ...]] = {}
    """Why the papers were chosen."""
