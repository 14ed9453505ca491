"""The nouns: frozen values that one stage returns and the next one takes. They do nothing but hold together.

Imported when the first noun is asked for: a command that answers at once needs `model.text` alone, and not msgspec.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digest.model.editions import Edition, Entry, Exclusion, Header, Provenance, Selection, Skip, Written
    from digest.model.ids import ArxivId, BadArxivId, BadName, Noun, file_name
    from digest.model.papers import Document, Fetched, Figure, Listing, Origin, Paper, Section, SectionKind
    from digest.model.posts import Event, Post, PostEntry
    from digest.model.summaries import Draft, Evidence, Finding, Summary, Usage, Verdict

__all__ = [
    "ArxivId",
    "BadArxivId",
    "BadName",
    "Document",
    "Draft",
    "Edition",
    "Entry",
    "Event",
    "Evidence",
    "Exclusion",
    "Fetched",
    "Figure",
    "Finding",
    "Header",
    "Listing",
    "Noun",
    "Origin",
    "Paper",
    "Post",
    "PostEntry",
    "Provenance",
    "Section",
    "SectionKind",
    "Selection",
    "Skip",
    "Summary",
    "Usage",
    "Verdict",
    "Written",
    "file_name",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    for module in ("editions", "ids", "papers", "posts", "summaries"):
        found = vars(import_module(f"{__name__}.{module}"))
        globals().update((noun, found[noun]) for noun in __all__ if noun in found)
    return globals()[name]
