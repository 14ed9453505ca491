"""What arXiv's API knows of papers: asked for beside the reading, and taken where it is there in time."""

import math
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

import msgspec

from digest.adapters.http import limited
from digest.errors import OutOfTime
from digest.model import Entry, Event, Exclusion, Listing, Paper, PaperId, Skip

_BEFORE, _AFTER, _SHARE = 0.2, 1.0, 0.1
"""Seconds that papers wait for a first answer before they are read, and once all are done; at least this share of the
time that they took. A service that is well takes no longer, and one that has failed once is not waited for."""


class Lookup:
    """Categories, versions and withdrawals of some papers. A service that is down or slow holds nothing up.

    Asks on a thread of its own, which ends with the block.
    """

    def __init__(
        self,
        papers: Iterable[Paper],
        enrich: Callable[..., Listing],
        report: Callable[[Event], None] = lambda _: None,
    ) -> None:
        self._papers = tuple(papers)
        self._enrich = enrich
        self._report = report
        self._known: dict[PaperId, Paper] = {}
        self._bug: BaseException | None = None
        self._there, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._ask, name="lookup", daemon=True)
        self._begun = 0.0

    def __enter__(self) -> Self:
        self._begun = time.monotonic()
        if self._papers:
            self._thread.start()
        else:
            self._there.set()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._over.set()
        if self._papers:
            self._thread.join()
        if self._bug is not None and kind is None:
            raise self._bug

    def known(self, paper: Paper) -> Paper:
        """Return a paper with what is known of it by now, or within a moment of the asking."""
        self._there.wait(max(0.0, self._begun + _BEFORE - time.monotonic()))
        return self._known.get(paper.id, paper)

    def wait(self) -> None:
        """Wait for an answer that may still be under way once all papers are done: a moment, beside what they took."""
        self._there.wait(max(_AFTER, _SHARE * (time.monotonic() - self._begun)))

    def on_entry(self, entry: Entry) -> Entry:
        """Return an entry that this run made with what is known by now of its paper."""
        paper, made = self._now(entry.paper), entry.provenance
        if made.version is None and paper.version is not None:
            url = made.url.replace(paper.id, paper.id.at(paper.version), 1)
            made = msgspec.structs.replace(made, version=paper.version, url=url)
        entry = msgspec.structs.replace(entry, provenance=made).marked(paper)
        return msgspec.structs.replace(entry, paper=paper)

    def on_skip(self, skip: Skip) -> Skip:
        """Return a skip with what is known by now of its paper."""
        return msgspec.structs.replace(skip, paper=self._now(skip.paper))

    def on_exclusion(self, exclusion: Exclusion) -> Exclusion:
        """Return an exclusion with what is known by now of its paper."""
        return msgspec.structs.replace(exclusion, paper=self._now(exclusion.paper))

    def _now(self, paper: Paper) -> Paper:
        return self._known.get(paper.id, paper)

    def _ask(self) -> None:
        try:
            with limited(lambda: 0.0 if self._over.is_set() else math.inf):
                found = self._enrich(self._papers, on_retry=self._there.set)
            self._known = {paper.id: paper for paper in found.papers}
            for problem in dict.fromkeys(found.problems):
                self._report(Event(kind="problem", text=problem))
        except OutOfTime:
            self._report(Event(kind="problem", text="continuing without the arXiv API: no answer in time"))
        except BaseException as error:  # noqa: BLE001 - a bug goes to the thread that can report it
            self._bug = error
        finally:
            self._there.set()
