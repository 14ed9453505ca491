"""What an error of SQLite means for a cache: to wait, to make room, or to begin a new file beside the damaged one."""

import sqlite3
from itertools import count
from pathlib import Path

from digest.errors import ArchiveError, Busy, DigestError

_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT,
}  # fmt: skip
"""The last two: tables or columns are not those that we made."""


class Damaged(Exception):
    """The file holds what no cache of ours does. Never leaves the module that owns the file."""


def meaning(path: Path, cause: sqlite3.Error) -> DigestError | Damaged:
    """Return the error to raise for one of SQLite's: one for the user, or Damaged where a new file would help."""
    code: int | None = getattr(cause, "sqlite_errorcode", None)
    if code is None:  # an error of Python's sqlite3: a text that is not UTF-8, or a wrong call of ours
        damaged = isinstance(cause, sqlite3.OperationalError)
        return Damaged(str(cause)) if damaged else ArchiveError(f"{path}: cannot be used: {cause}")
    kind = code & 0xFF  # without what SQLite adds to it: https://www.sqlite.org/rescode.html
    if kind in _LOCKED:
        return Busy(f"{path}: is locked by another process", hint="wait for it to finish, then rerun")
    if kind in _DAMAGED:
        return Damaged(str(cause))
    if kind == sqlite3.SQLITE_FULL:
        return ArchiveError(f"{path}: cannot be written: the disk is full", hint="free disk space, then rerun")
    return ArchiveError(f"{path}: cannot be used: {cause}", hint="fix its permissions or the disk; the file is kept")


def set_aside(path: Path) -> Path:
    """Rename a damaged file, with what SQLite keeps beside it, and return its new name. Deletes nothing.

    Raises ArchiveError where the folder cannot be written.
    """
    for number in count(1):
        kept = path.with_name(f"{path.name}.damaged{f'-{number}' if number > 1 else ''}")
        if not kept.exists():
            break
    try:
        for ending in ("", "-wal", "-shm", "-journal"):
            beside = path.with_name(f"{path.name}{ending}")
            if beside.exists():
                beside.rename(f"{kept}{ending}")
    except OSError as cause:
        raise ArchiveError(f"{path}: is damaged and cannot be renamed: {cause.strerror}") from cause
    return kept
