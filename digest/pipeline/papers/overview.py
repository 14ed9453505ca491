"""The overview of an edition: written once for its entries, and held to them sentence by sentence."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from digest.errors import DigestError, OutOfTime, RunStopped, SummaryError
from digest.model import Edition, Entry, Event, Overview
from digest.model.text import counted
from digest.stages.check.overview import check_overview

_LEAST = 2
"""Entries that have something in common."""


@dataclass(frozen=True)
class Overviews:
    """Adds overviews to editions. A day goes on without one."""

    write: Callable[[Sequence[Entry]], Overview]
    report: Callable[[Event], None]

    def add(self, edition: Edition, known: Edition | None) -> Edition:
        """Return an edition with its overview: the one that it had where its entries are what they were."""
        if len(edition.entries) < _LEAST:
            return edition
        entries = _hash(edition.entries)
        if known is not None and known.overview is not None and known.overview.of == entries:
            return msgspec.structs.replace(edition, overview=known.overview)
        try:
            written = self.write(edition.entries)
        except (SummaryError, RunStopped, OutOfTime) as error:
            self._tell(edition, error)
            return edition
        kept = tuple(one for one in written.sentences if not check_overview(one, edition.entries, edition.language))
        if len(kept) < len(written.sentences):
            left_out = f"{len(written.sentences) - len(kept)} of {counted(len(written.sentences), 'sentence')}"
            text = f"{edition.name}: {left_out} of the overview left out, not borne out by the entries"
            self.report(Event(kind="problem", text=text))
        return msgspec.structs.replace(edition, overview=msgspec.structs.replace(written, sentences=kept, of=entries))

    def _tell(self, edition: Edition, error: DigestError) -> None:
        self.report(Event(kind="problem", text=f"{edition.name}: continuing without an overview: {error}"))


def _hash(entries: Sequence[Entry]) -> str:
    said = [[str(one.paper.id.base), one.paper.title, msgspec.to_builtins(one.summary)] for one in entries]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:16]
