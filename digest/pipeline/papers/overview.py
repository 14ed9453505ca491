"""The overview of an edition: written once for its entries, and held to them sentence by sentence."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from digest.errors import DigestError, OutOfTime, RunStopped, SummaryError
from digest.model import Edition, Entry, Event, Overview
from digest.model.text import counted
from digest.stages.check.overview import check_overview

LEAST = 2
"""Entries that have something in common."""


@dataclass(frozen=True)
class Overviews:
    """Adds overviews to editions. A day goes on without one."""

    write: Callable[[Sequence[Entry]], Overview]
    report: Callable[[Event], None]

    def add(self, edition: Edition, known: Edition | None) -> Edition:
        """Return an edition with its overview: the one that it had where its entries are what they were."""
        if len(edition.entries) < LEAST:
            return edition
        if known is not None and known.overview is not None and known.overview.of == mark_of(edition.entries):
            return msgspec.structs.replace(edition, overview=known.overview)
        try:
            written = self.write(edition.entries)
        except (SummaryError, RunStopped, OutOfTime) as error:
            self._tell(edition, error)
            return edition
        held = held_to(written, edition.entries, edition.language)
        if left_out := left_out_of(written, held):
            self.report(Event(kind="problem", text=f"{edition.name}: {left_out}"))
        return msgspec.structs.replace(edition, overview=held)

    def _tell(self, edition: Edition, error: DigestError) -> None:
        self.report(Event(kind="problem", text=f"{edition.name}: continuing without an overview: {error}"))


def held_to(overview: Overview, entries: Sequence[Entry], language: str) -> Overview:
    """Return an overview with no more than its sentences that these entries bear out."""
    there = overview.within({entry.paper.id for entry in entries})
    kept = tuple(one for one in there if not check_overview(one, entries, language))
    return msgspec.structs.replace(overview, sentences=kept, of=mark_of(entries))


def left_out_of(written: Overview, held: Overview) -> str:
    """Say how many sentences were left out; empty where none was."""
    number = len(written.sentences) - len(held.sentences)
    left_out = f"{number} of {counted(len(written.sentences), 'sentence')}"
    return f"{left_out} of the overview left out, not borne out by the entries" if number else ""


def mark_of(entries: Sequence[Entry]) -> str:
    """Stand for what some entries say."""
    said = [[str(one.paper.id.base), one.paper.title, msgspec.to_builtins(one.summary)] for one in entries]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:16]
