"""What a run has asked and read already, for the series that come after the first: lists, records, documents."""

import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from itertools import count
from pathlib import Path
from typing import Protocol

import msgspec

from digest.model import Document, Listing, Paper, PaperId

_QUICK = 1
"""How much zlib compresses: the least."""


class Documents(Protocol):
    """Where packed documents are as long as a run goes on, by paper and version."""

    def document(self, paper_id: PaperId, version: int | None, /) -> bytes | None:
        """Return the document of a paper; None where there is none, or one of another version."""

    def keep_document(self, paper_id: PaperId, version: int | None, packed: bytes, /) -> None:
        """Keep a document, as far as that can be had."""


class DocumentFolder:
    """Documents on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count()
        self._known: dict[PaperId, tuple[int | None, Path]] = {}

    def document(self, paper_id: PaperId, version: int | None) -> bytes | None:
        """Return the document of a paper; of a paper whose version is not known, that of any."""
        known, file = self._known.get(paper_id, (None, None))
        return file.read_bytes() if file and (version is None or known in (None, version)) else None

    def keep_document(self, paper_id: PaperId, version: int | None, packed: bytes) -> None:
        """Write a document; a full disk costs a second reading."""
        file = self._folder / str(next(self._numbers))
        with suppress(OSError):
            file.write_bytes(packed)
            self._known[paper_id] = (version, file)


class Readings:
    """Reads papers, each once: what was read stays as a document for the next series.

    A paper that could not be read is tried again.
    """

    def __init__(self, read: Callable[[Paper], Document], documents: Documents) -> None:
        self._read, self._documents = read, documents

    def read(self, paper: Paper) -> Document:
        """Return the document of a paper. Raises what reading it raises."""
        if packed := self._documents.document(paper.id, paper.version):
            return msgspec.msgpack.decode(zlib.decompress(packed), type=Document, dec_hook=_paper_id)
        document = self._read(paper)
        packed = zlib.compress(msgspec.msgpack.encode(document, enc_hook=str), _QUICK)
        self._documents.keep_document(paper.id, paper.version, packed)
        return document


class ArxivRecords:
    """What arXiv's API said of papers in this run. A list of it that has gaps is asked for again."""

    def __init__(self, enrich: Callable[..., Listing]) -> None:
        self._enrich = enrich
        self._known: dict[PaperId, Paper] = {}

    def enrich(self, papers: tuple[Paper, ...], on_retry: Callable[[], None] = lambda: None) -> Listing:
        """Add what only arXiv knows of papers, asked once for each."""
        new = tuple(one for one in papers if one.id not in self._known)
        found = self._enrich(new, on_retry=on_retry) if new else Listing()
        given = {paper.id: paper for paper in found.papers}
        if not found.problems:
            self._known |= given
        both = {**self._known, **given}
        return msgspec.structs.replace(found, papers=tuple(both.get(one.id, one) for one in papers))


class DayLists:
    """The lists of days, each asked for once. One that could not be had is asked for again."""

    def __init__(self, list_day: Callable[[date], Listing]) -> None:
        self._list_day, self._known, self._lock = list_day, dict[date, Listing](), threading.Lock()

    def list_day(self, day: date) -> Listing:
        """Return the list of a day. Raises FetchError."""
        if (known := self._known.get(day)) is not None:
            return known
        listing = self._list_day(day)
        with self._lock:
            return self._known.setdefault(day, listing)


def _paper_id(kind: type, raw: object) -> PaperId:
    if kind is PaperId and isinstance(raw, str):
        return PaperId.parse(raw)
    raise msgspec.ValidationError(f"unexpected {raw!r:.40}")
