"""What a run has asked and read already, for the series that come after the first: lists, records, documents."""

import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from itertools import count
from pathlib import Path

import msgspec

from digest.model import Document, Listing, Paper, PaperId

_QUICK = 1
"""How much zlib compresses: the least."""


class Readings:
    """Documents by paper, on the disk as long as the run goes on: each paper is fetched and parsed once.

    A paper that could not be read is tried again.
    """

    def __init__(self, read: Callable[[Paper], Document], folder: Path) -> None:
        self._read, self._folder, self._numbers = read, folder, count()
        self._known: dict[PaperId, tuple[int | None, Path]] = {}

    def read(self, paper: Paper) -> Document:
        """Return the document of a paper. Raises what reading it raises."""
        version, file = self._known.get(paper.id, (None, None))
        if file and (paper.version is None or version in (None, paper.version)):
            return msgspec.msgpack.decode(zlib.decompress(file.read_bytes()), type=Document, dec_hook=_paper_id)
        document = self._read(paper)
        file = self._folder / str(next(self._numbers))
        with suppress(OSError):  # a full disk costs a second reading
            file.write_bytes(zlib.compress(msgspec.msgpack.encode(document, enc_hook=str), _QUICK))
            self._known[paper.id] = (paper.version, file)
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
