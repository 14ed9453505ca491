"""What an error of SQLite means for a cache: to wait, to make room, or to begin a new file beside the damaged one."""

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from digest.errors import ArchiveError, Busy, DigestError

_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT,
}  # fmt: skip
"""The last two: tables or columns are not those that we made."""


_LOCKING = _LOCKED | {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PROTOCOL}
"""What it is called where a file system takes no locks, as many network shares do not."""
_SOON, _LONG = 2, 30
"""Seconds after which to ask whether there are locks at all, and after which another process is waited for no more."""


_SEAL = 4
"""Bytes of a checksum."""


class Damaged(Exception):
    """The file holds what no cache of ours does. Never leaves the module that owns the file."""


def sealed(value: bytes) -> bytes:
    """Add a checksum to what is kept: SQLite has none of its own."""
    return value + _checksum(zlib.crc32(value))


def unsealed(value: object) -> bytes:
    """Return what was sealed. Raises Damaged where it is not what it was."""
    if not isinstance(value, bytes):
        raise Damaged(f"bytes are expected, not {type(value).__name__}")
    return b"".join(unsealed_pieces([value]))


def unsealed_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what was sealed, in pieces. Raises Damaged at the end where it is not what it was."""
    rest, sum_ = b"", 0
    for piece in pieces:
        rest += piece
        given, rest = rest[:-_SEAL], rest[-_SEAL:]
        sum_ = zlib.crc32(given, sum_)
        yield given
    if rest != _checksum(sum_):
        raise Damaged("a value is not what it was")


def _checksum(sum_: int) -> bytes:
    return sum_.to_bytes(_SEAL, "big")


def meaning(path: Path, cause: sqlite3.Error) -> DigestError | Damaged:
    """Return the error to raise for one of SQLite's: one for the user, or Damaged where a new file would help."""
    code: int | None = getattr(cause, "sqlite_errorcode", None)
    if code is None:  # an error of Python's sqlite3: a text that is not UTF-8, or a wrong call of ours
        damaged = isinstance(cause, sqlite3.OperationalError)
        return Damaged(str(cause)) if damaged else ArchiveError(f"{path}: cannot be used: {cause}")
    kind = code & 0xFF  # without what SQLite adds to it: https://www.sqlite.org/rescode.html
    if kind in _LOCKING and not has_locks(path.parent):
        return without_locks(path.parent)
    if kind in _LOCKED:
        return Busy(f"{path}: is locked by another process", hint="wait for it to finish, then rerun")
    if kind in _DAMAGED:
        return Damaged(str(cause))
    if kind == sqlite3.SQLITE_FULL:
        return ArchiveError(f"{path}: cannot be written: the disk is full", hint="free disk space, then rerun")
    if path.is_dir():
        return ArchiveError(f"{path}: cannot be used: it is a folder", hint="move or delete it")
    hint = "fix its permissions or the disk, or raise a limit (ulimit -a); the file is kept"
    return ArchiveError(f"{path}: cannot be used: {cause}", hint=hint)


def open_database(path: Path, prepare: Callable[[sqlite3.Connection], None], **options: Any) -> sqlite3.Connection:
    """Open a file of SQLite's and prepare it, as soon as other processes let us. Raises sqlite3.Error or ArchiveError.

    Where the file system takes no locks, waiting would be in vain, and SQLite would only say that it is locked.
    """
    db: sqlite3.Connection = sqlite3.connect(path, timeout=_SOON, **options)
    try:
        try:
            prepare(db)
        except sqlite3.OperationalError as cause:
            if getattr(cause, "sqlite_errorcode", 0) & 0xFF not in _LOCKED:
                raise
            if not has_locks(path.parent):
                raise without_locks(path.parent) from cause
            db.execute(f"PRAGMA busy_timeout={(_LONG - _SOON) * 1000}")
            prepare(db)
        db.execute(f"PRAGMA busy_timeout={_LONG * 1000}")
    except BaseException:
        db.close()
        raise
    return db


def has_locks(folder: Path) -> bool:
    """Return whether a file that nobody else knows can be locked in a folder."""
    probe = folder / f".locks-{os.getpid()}"
    db = None
    try:
        db = sqlite3.connect(probe, timeout=0)
        db.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as cause:
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF not in _LOCKING
    finally:
        if db is not None:
            db.close()
        for ending in ("", "-journal"):
            with suppress(OSError):
                probe.with_name(f"{probe.name}{ending}").unlink()
    return True


def without_locks(folder: Path) -> ArchiveError:
    """Return the error for a folder whose file system takes no locks."""
    return ArchiveError(
        f"{folder}: files cannot be locked here, as on some network shares",
        hint="set paths.cache to a folder on a local disk",
    )


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
