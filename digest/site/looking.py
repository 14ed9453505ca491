"""The files below some folders at one moment: what a build or a preview rests on. Needs only the standard library."""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

SETTLED = 2_000_000_000
"""Nanoseconds. A file that changed less than this before it was looked at may change again unseen."""

File = tuple[str, tuple[int, ...]]
"""A path, and its size and times as its folder tells them; without them where that cannot be had."""


class Look(NamedTuple):
    """The files below some places at one moment."""

    places: tuple[str, ...]
    files: list[File]
    at: int

    def mark(self) -> str:
        """Stand for the files."""
        return hashlib.blake2b(os.fsencode(repr(self.files)), digest_size=16).hexdigest()

    def settled(self) -> bool:
        """Tell whether no file can have changed again without a trace."""
        return all(max(facts[1:], default=0) + SETTLED < self.at for _, facts in self.files)


def look(places: Iterable[Path | str]) -> Look:
    """Look at every file below some folders, or at the files themselves. Never raises OSError."""
    at, names = time.time_ns(), tuple(map(str, places))
    return Look(names, sorted(_walk(names)), at)


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
    """Describe a file or folder as `look` does."""
    try:
        seen = file.stat()
    except OSError:
        return path, ()
    return path, (seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)
