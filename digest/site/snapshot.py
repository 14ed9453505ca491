"""The files below some folders at one moment: what a build or a preview rests on. Needs only the standard library."""

import hashlib
import os
import time
import zlib
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

SETTLED = 2_000_000_000
"""Nanoseconds. A file that changed less than this before it was looked at may change again unseen."""

TICK = 20_000_000
"""Nanoseconds. The clock that dates files moves in steps of up to ten milliseconds."""

File = tuple[str, tuple[int, ...]]
"""A path, and its size and times as its folder tells them; without them where that cannot be had."""


class Snapshot(NamedTuple):
    """The files below some places at one moment."""

    places: tuple[str, ...]
    files: list[File]
    at: int

    def fingerprint(self) -> str:
        """Stand for the files."""
        return hashlib.blake2b(os.fsencode(repr(self.files)), digest_size=16).hexdigest()

    def settled(self) -> bool:
        """Return whether no file can have changed again without a trace."""
        return all(max(facts[1:], default=0) + SETTLED < self.at for _, facts in self.files)


def take_snapshot(places: Iterable[Path | str]) -> Snapshot:
    """Describe every file below some folders, or the files themselves. Never raises OSError."""
    at, names = time.time_ns(), tuple(map(str, places))
    return Snapshot(names, sorted(_walk(names)), at)


def _walk(places: Iterable[str]) -> Iterator[File]:
    """Yield the files below some places. A link is followed, and stands for itself, too."""
    waiting, known = list(places), set()
    while waiting:
        place = waiting.pop()
        if place in known:
            continue
        known.add(place)
        try:
            entries = list(os.scandir(place))
        except NotADirectoryError:
            yield described(place, Path(place))
            continue
        except OSError:
            yield place, ()
            continue
        for entry in entries:
            if entry.is_symlink():
                target = os.path.realpath(entry.path)
                yield f"{entry.path} -> {target}", ()
                waiting.append(target)
            elif not entry.is_dir(follow_symlinks=False):
                yield described(entry.path, entry)
            elif entry.name != "__pycache__":
                waiting.append(entry.path)


def described(path: str, file: "Path | os.DirEntry[str]") -> File:
    """Describe a file or folder as a snapshot does."""
    try:
        seen = file.stat()
    except OSError:
        return path, ()
    return path, (seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


_SUM = (1 << 63) - 1
facts = attrgetter("st_size", "st_mtime_ns", "st_ctime_ns", "st_ino", "st_mode")
"""What a file's folder tells of it that would be other after a change. The hash of it is the same in every process."""


def state_of(file: str) -> tuple[int, int]:
    """Return the hash of a file's `facts`, and its latest change; zeros where it is not there. Follows no link."""
    try:
        seen = os.lstat(file)
    except OSError:
        return 0, 0
    return hash(facts(seen)), max(seen.st_mtime_ns, seen.st_ctime_ns)


def together(others: int, path: str | bytes, known: int | None) -> int:
    """Add a file, by its path and the hash of its facts, to what stands for others; the order does not matter."""
    return (others + hash((zlib.crc32(os.fsencode(path)), known or 0))) & _SUM


def believable(changed: int, at: int) -> bool:
    """Return whether a file that changed last at `changed` would show a change after it was looked at `at`."""
    whole_seconds = changed % 1_000_000_000 == 0  # an old file system, or one of another machine
    return changed + (SETTLED if whole_seconds else TICK) < at
