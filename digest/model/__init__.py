"""The nouns: frozen values that one stage returns and the next one takes. They do nothing but hold together.

Each is imported when it is first asked for: `digest.model.text` serves commands that end before msgspec is imported.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digest.model.editions import Edition, Entry, Header, Provenance, Skip, Written
    from digest.model.ids import BadName, Noun, file_name
    from digest.model.paper_ids import ArxivId, BadArxivId, BadPaperId, PaperId
    from digest.model.papers import Document, Fetched, Figure, Listing, Origin, Paper, Section, SectionKind
    from digest.model.posts import Event, Post, PostEntry
    from digest.model.selection import Example, Exclusion, Reason, ReasonKind, Selection
    from digest.model.summaries import (
        Claim,
        Draft,
        Evidence,
        Finding,
        Objection,
        Overview,
        OverviewSentence,
        SourcedClaim,
        Span,
        Summary,
        Usage,
        Verdict,
        Verification,
    )

__all__ = [
    "ArxivId",
    "BadArxivId",
    "BadName",
    "BadPaperId",
    "Claim",
    "Document",
    "Draft",
    "Edition",
    "Entry",
    "Event",
    "Evidence",
    "Example",
    "Exclusion",
    "Fetched",
    "Figure",
    "Finding",
    "Header",
    "Listing",
    "Noun",
    "Objection",
    "Origin",
    "Overview",
    "OverviewSentence",
    "Paper",
    "PaperId",
    "Post",
    "PostEntry",
    "Provenance",
    "Reason",
    "ReasonKind",
    "Section",
    "SectionKind",
    "Selection",
    "Skip",
    "SourcedClaim",
    "Span",
    "Summary",
    "Usage",
    "Verdict",
    "Verification",
    "Written",
    "file_name",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in ("ids", "paper_ids", "papers", "summaries", "editions", "posts", "selection"):
            if found := vars(import_module(f"digest.model.{module}")).get(name):
                globals()[name] = found
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
