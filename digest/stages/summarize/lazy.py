"""A summarizer that is made in the background while the day is listed."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

from digest.model import Document, Draft, Entry, Finding, Overview, Paper, SourcedClaim, Span, Usage, Verification
from digest.stages.summarize import Summarizer


class LazySummarizer:
    """A summarizer that is made when it is first needed, or earlier in the background; calls wait until it is there.

    What `make` opens goes onto the stack that it is given. `close` waits for a summarizer that is being made.
    """

    def __init__(self, make: Callable[[ExitStack], Summarizer]) -> None:
        self._make = make
        self._opened = ExitStack()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="summarizer")
        self._lock = threading.Lock()
        self._made: Future[Summarizer] | None = None

    def preload(self) -> None:
        """Begin, if nobody has."""
        with self._lock:
            if self._made is None:
                self._made = self._thread.submit(self._make, self._opened)

    def summarize(self, paper: Paper, document: Document) -> Draft:
        """Write a draft, once the summarizer is there."""
        return self._ready().summarize(paper, document)

    def revise(self, paper: Paper, draft: Draft, findings: Sequence[Finding]) -> Draft | None:
        """Write a better draft, once the summarizer is there."""
        return self._ready().revise(paper, draft, findings)

    def verify(self, claims: Sequence[SourcedClaim], usage: Usage) -> Verification:
        """Read claims a second time, once the summarizer is there."""
        return self._ready().verify(claims, usage)

    def overview(self, entries: Sequence[Entry], span: Span = "day") -> Overview:
        """Write the overview of a day, a week or a month, once the summarizer is there."""
        return self._ready().overview(entries, span)

    def close(self) -> None:
        """Join the thread, then close what was opened."""
        self._thread.shutdown(cancel_futures=True)
        self._opened.close()

    def _ready(self) -> Summarizer:
        self.preload()
        assert self._made is not None  # noqa: S101 - preload made it
        return self._made.result()
