"""What posts and editions say, remembered by their size and time: a night reads what changed, not ten years.

The memory is one file of the cache. It may be deleted; then everything is read once more.
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from digest.adapters.store.encoding import decode
from digest.adapters.store.files import read, write
from digest.errors import ArchiveError
from digest.model import BadPaperId, Edition, PaperId

MARKS = (b'"provisional"', b'"removed"')
"""Words of editions that somebody looks for."""
_ENTRY_LINK = re.compile(rb"^# .*\]\((https?://[^()\s]+|#file-[0-9a-f]+)\)\s*$", re.MULTILINE)
_FORMAT = 1
"""Rises when the meaning of a finding changes."""
_SETTLED = 2_000_000_000
"""Nanoseconds after which a change has another time on every file system."""


class _File(msgspec.Struct, array_like=True, gc=False):
    size: int
    time: int
    found: dict[str, Any]


class _Memory(msgspec.Struct, array_like=True, gc=False):
    format: int = _FORMAT
    files: dict[str, _File] = {}


class KnownFiles:
    """Findings of files by name. What a finding is must be plain values, and follow from the file's bytes alone."""

    def __init__(self, cache: Path | None = None) -> None:
        """`cache` is the folder in which the memory is kept; without it, nothing outlasts the object."""
        self._path = cache and cache / "archive.msgpack"
        self._memory: _Memory | None = None
        self._changed = False

    def of(self, path: Path, name: str, find: Callable[[bytes], Any]) -> Any:
        """Return what is found in a file, which is read where that is not known. Raises what `find` and `read` raise.

        A file that is gone counts as empty.
        """
        files = self._files()
        place = str(path)
        try:
            status = path.stat()
        except OSError:
            return find(read(path) or b"")
        known = files.get(place)
        if known is None or (known.size, known.time) != (status.st_size, status.st_mtime_ns):
            known = _File(status.st_size, status.st_mtime_ns, {})
        if name not in known.found:
            settled = time.time_ns() - status.st_mtime_ns > _SETTLED
            found = find(read(path) or b"")
            if not settled:
                return found
            known.found[name] = found
            files[place] = known
            self._changed = True
        return known.found[name]

    def save(self) -> None:
        """Write down what was found anew, without the files that are gone. Where that fails, nothing is remembered."""
        if self._path is None or not self._changed:
            return
        there = {place: file for place, file in self._files().items() if Path(place).exists()}
        try:
            write(self._path, msgspec.msgpack.encode(_Memory(files=there)))
        except ArchiveError:
            return  # what it saves is time
        self._changed = False

    def _files(self) -> dict[str, _File]:
        if self._memory is None:
            self._memory = _Memory()
            with suppress(ArchiveError, msgspec.MsgspecError):
                kept = read(self._path) if self._path else None
                memory = msgspec.msgpack.decode(kept, type=_Memory) if kept else self._memory
                self._memory = memory if memory.format == _FORMAT else self._memory
        return self._memory.files


def edition(raw: bytes, name: str) -> Edition:
    """Read the edition of a name. Raises ArchiveError where it is another one, or none."""
    found = decode(raw, f"{name}.json")
    if found.name != name:
        raise ArchiveError(f"{name}.json: contains edition {found.name}", hint=f"rename it to {found.name}.json")
    return found


def linked(raw: bytes) -> list[str]:
    """Return the ids of the papers of a post."""
    found: list[str] = []
    for link in _ENTRY_LINK.findall(raw):
        with suppress(BadPaperId):
            found.append(str(PaperId.of_link(link.decode()).base))
    return found


def marks(raw: bytes) -> list[int]:
    """Return the numbers of the MARKS that an edition has."""
    return [number for number, mark in enumerate(MARKS) if mark in raw]


def imported(raw: bytes, name: str) -> list[str]:
    """Return the ids of the papers of an edition that was imported; none of another one."""
    found = edition(raw, name)
    return [str(paper.id.base) for paper in found.papers] if found.listing == "imported" else []


class _Written(msgspec.Struct):
    """As much of an edition as its language takes."""

    language: str = "ko"
    entries: tuple[msgspec.Raw, ...] = ()


def language(raw: bytes) -> str:
    """Return the language that the summaries of an edition are in; empty where it has none, or is none itself."""
    try:
        found = msgspec.json.decode(raw, type=_Written)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""
    return found.language if found.entries else ""


def costs(raw: bytes, name: str) -> dict[str, float]:
    """Return what an edition cost by month: an entry in that in which it was made, all else in that of its day."""
    found, by_month = edition(raw, name), defaultdict[str, float](float)
    day = f"{found.day:%Y-%m}"
    for usage in (*(skip.usage for skip in found.skips), *([found.overview.usage] if found.overview else [])):
        by_month[day] += usage.cost or 0.0
    for made in (entry.provenance for entry in found.entries):
        if made.made:
            by_month[f"{made.made:%Y-%m}"] += made.usage.cost or 0.0
    return dict(by_month)
