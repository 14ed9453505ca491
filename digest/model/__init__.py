"""The nouns: frozen values that one stage returns and the next one takes. They do nothing but hold together."""

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
