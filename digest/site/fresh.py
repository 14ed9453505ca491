"""Tell in a few hundredths of a second that nothing changed, before settings, templates or Jinja are even imported.

The command line asks `is_fresh` first; only where the answer is no does it import the rest, build, and `remember`.
Needs nothing but the standard library. Says yes only where it is certain.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

_FILE = "site-fresh.json"
_SETTLED = 2_000_000_000
"""Nanoseconds. A file that changed less than this before it was looked at may change again unseen."""


def is_fresh(cache: Path, asked: bytes) -> str | None:
    """Return the line that `remember` was given, if every file is as it was then; else None.

    `asked` stands for what decides the build beside files: the settings' text, the environment's share, the version.
    """
    try:
        known = json.loads((cache / _FILE).read_bytes())
        folders = [Path(folder) for folder in known["folders"]]
        if known["asked"] != asked.hex():
            return None
        found, newest = _look(folders)
        settled = newest + _SETTLED < known["at"]
        return str(known["line"]) if settled and found == known["found"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(cache: Path, asked: bytes, folders: Iterable[Path], line: str) -> None:
    """Note the state of all files below `folders` after a build. `folders` may also be files."""
    places = [folder.resolve() for folder in folders]
    at = time.time_ns()
    found, _ = _look(places)
    known = {"asked": asked.hex(), "folders": [str(place) for place in places], "found": found, "at": at, "line": line}
    cache.mkdir(parents=True, exist_ok=True)
    part = cache / f"{_FILE}.part"
    part.write_text(json.dumps(known), "utf-8")
    part.replace(cache / _FILE)


def _look(places: Iterable[Path]) -> tuple[str, int]:
    """Return a hash of every file's name, size and times, and the latest of the times."""
    made, newest = hashlib.blake2b(digest_size=16), 0
    waiting = [os.fspath(place) for place in places]
    while waiting:
        place = waiting.pop()
        try:
            entries = sorted(os.scandir(place), key=lambda entry: entry.name)
        except NotADirectoryError:
            seen = os.stat(place)  # noqa: PTH116 - as quick as can be
            made.update(f"{place} {seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns}\n".encode())
            newest = max(newest, seen.st_mtime_ns, seen.st_ctime_ns)
            continue
        except FileNotFoundError:
            made.update(f"{place} is not there\n".encode())
            continue
        for entry in entries:
            if entry.name == "__pycache__":
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
                continue
            seen = entry.stat()
            made.update(f"{entry.path} {seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns}\n".encode())
            newest = max(newest, seen.st_mtime_ns, seen.st_ctime_ns)
    return made.hexdigest(), newest
