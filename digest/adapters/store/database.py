"""An SQLite file that may be deleted at any time: shared between threads, begun anew where it is damaged."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from digest.adapters.store.damage import Damaged, meaning, open_database, set_aside
from digest.errors import ArchiveError

T = TypeVar("T")


class Database:
    """A file of SQLite's with some tables, one connection behind one lock.

    A damaged file is set aside under another name, and a new one begun.
    """

    def __init__(self, path: Path, tables: str, lost: str) -> None:
        """`tables` is the script that makes the tables, `lost` what becomes of the content of a damaged file."""
        self._path = path
        self._tables = tables
        self._lost = lost
        self._lock = threading.Lock()
        self._closed = False
        self.notice = ""
        """What became of a damaged file, in one line; empty where none was met."""
        folder = path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise ArchiveError(f"{folder}: cannot be written: {cause.strerror}", hint="set paths.cache") from cause
        try:
            self._db = self._connect()
        except Damaged:
            self._begin_anew()

    def close(self) -> None:
        """Close the file, once what is under way is done. Whoever uses it later gets a ValueError."""
        with self._lock:
            self._closed = True
            self._db.close()

    def ask(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what `work` makes of the connection; done again on a new file where this one is damaged."""
        with self._lock:
            # sqlite3 would end the process with a segmentation fault where a closed connection is used.
            if self._closed:
                raise ValueError("operation on a closed cache")
            try:
                return work(self._db)
            except sqlite3.Error as cause:
                error = meaning(self._path, cause)
                if not isinstance(error, Damaged):
                    raise error from cause
            self._db.close()
            self._begin_anew()
            return work(self._db)

    def _connect(self) -> sqlite3.Connection:
        try:
            return open_database(self._path, self._prepare, check_same_thread=False)
        except sqlite3.Error as cause:
            raise meaning(self._path, cause) from cause

    def _prepare(self, db: sqlite3.Connection) -> None:
        with suppress(sqlite3.OperationalError):  # without shared memory, as on network shares, it works without WAL
            db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.executescript(self._tables)

    def _begin_anew(self) -> None:
        """Set the damaged file aside, with all that it held, and begin a new one."""
        kept = set_aside(self._path)
        self.notice = f"{self._path}: was damaged, renamed to {kept.name}; {self._lost}"
        try:
            self._db = self._connect()
        except Damaged as cause:
            raise ArchiveError(
                f"{self._path}: cannot be used: {cause}", hint="set paths.cache to another disk"
            ) from cause
