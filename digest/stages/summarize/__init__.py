"""Who writes the summaries. A summarizer takes a paper and what could be read of it, and returns an unchecked draft."""

from collections.abc import Sequence
from typing import Protocol

from digest.model import Document, Draft, Entry, Finding, Overview, Paper, SourcedClaim, Span, Usage, Verification


class Summarizer(Protocol):
    """Writes drafts; safe to call from several threads at once.

    Raises SummaryError where this paper cannot be summarised, RunStopped where no paper can.
    """

    def summarize(self, paper: Paper, document: Document) -> Draft:
        """Write a draft."""

    def revise(self, paper: Paper, draft: Draft, findings: Sequence[Finding]) -> Draft | None:
        """Write a better draft; None where the paper has had all the calls it may have."""

    def verify(self, claims: Sequence[SourcedClaim], usage: Usage) -> Verification:
        """Say which claims the pieces beside them do not support. Raises RunStopped; other failures are a result."""

    def overview(self, entries: Sequence[Entry], span: Span = "day") -> Overview:
        """Write a paragraph about the entries of a day, a week or a month. Raises SummaryError and RunStopped."""
