"""Who writes the summaries. A summarizer takes a paper and what could be read of it, and returns an unchecked draft."""

from collections.abc import Sequence
from typing import Protocol

from digest.model import Document, Draft, Finding, Paper


class Summarizer(Protocol):
    """Writes drafts; safe to call from several threads at once.

    Raises SummaryError where this paper cannot be summarised, RunStopped where no paper can.
    """

    def summarize(self, paper: Paper, document: Document) -> Draft:
        """Write a draft."""

    def revise(self, paper: Paper, draft: Draft, findings: Sequence[Finding]) -> Draft | None:
        """Write a better draft; None where the paper has had all the calls it may have."""
