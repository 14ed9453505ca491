"""The cache of what was fetched and bought, in one SQLite file."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from digest.adapters.store.damage import Damaged, meaning, open_database, set_aside
from digest.errors import ArchiveError
from digest.model import Fetched, Usage

_TABLES = """
CREATE TABLE IF NOT EXISTS pages(url TEXT PRIMARY KEY, final TEXT, type TEXT, body BLOB, at TEXT);
-- Behind a large body a column is slow to read: what is old must be found without it.
CREATE INDEX IF NOT EXISTS pages_at ON pages(at);
CREATE TABLE IF NOT EXISTS replies(key TEXT PRIMARY KEY, raw TEXT, usage BLOB, at TEXT);
CREATE TABLE IF NOT EXISTS facts(key TEXT PRIMARY KEY, value TEXT);
"""


class Cache:
    """Fetched pages and paid replies in one SQLite file. May be deleted at any time; then they cost again.

    A damaged file is set aside under another name, and a new one begun. A single value that is none of ours counts as
    not there: SQLite keeps any type in any column, and one damaged byte makes a body a text.

    Safe to share between threads: one connection behind one lock, every write its own transaction.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._path = folder / "cache.sqlite3"
        self.notice = ""
        """What became of a damaged file, in one line; empty where none was met."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise ArchiveError(f"{folder}: cannot be written: {cause.strerror}", hint="set paths.cache") from cause
        try:
            self._db = self._connect()
        except Damaged:
            self._begin_anew()

    def _connect(self) -> sqlite3.Connection:
        try:
            return open_database(self._path, _prepare, check_same_thread=False)
        except sqlite3.Error as cause:
            raise meaning(self._path, cause) from cause

    def _begin_anew(self) -> None:
        """Set the damaged file aside, with all that was paid for, and begin a new one."""
        kept = set_aside(self._path)
        self.notice = (
            f"{self._path}: was damaged, renamed to {kept.name}; what it held must be fetched and paid for again"
        )
        try:
            self._db = self._connect()
        except Damaged as cause:
            raise ArchiveError(
                f"{self._path}: cannot be used: {cause}", hint="set paths.cache to another disk"
            ) from cause

    def close(self) -> None:
        """Close the file, once what is under way is done. Whoever uses the cache later gets a ValueError."""
        with self._lock:
            self._closed = True
            self._db.close()

    def page(self, url: str, since: datetime) -> Fetched | None:
        """Return what was fetched from `url` at or after `since`."""
        row = self._one("SELECT final, type, body FROM pages WHERE url = ? AND at >= ?", url, _stamp(since))
        return _fetched(*row) if row else None

    def keep_page(self, url: str, page: Fetched, now: datetime, days: int = 30) -> None:
        """Keep a page, and let go of pages older than `days`."""
        self._do(
            "INSERT OR REPLACE INTO pages VALUES(?,?,?,?,?)", url, page.url, page.content_type, page.body, _stamp(now)
        )
        self._do("DELETE FROM pages WHERE at < ?", _stamp(now - timedelta(days=days)))

    def reply(self, key: str) -> tuple[str, Usage] | None:
        """Return the reply that was paid for under `key`, with what it took."""
        row = self._one("SELECT raw, usage FROM replies WHERE key = ?", key)
        if row is None or not isinstance(row[0], str):
            return None
        try:
            return row[0], msgspec.json.decode(row[1], type=Usage)
        except (msgspec.DecodeError, TypeError):
            return None

    def keep_reply(self, key: str, raw: str, usage: Usage, now: datetime) -> None:
        """Keep a reply as soon as it is there: it is paid for, whatever happens next."""
        self._do("INSERT OR REPLACE INTO replies VALUES(?,?,?,?)", key, raw, msgspec.json.encode(usage), _stamp(now))

    def forget_reply(self, key: str) -> None:
        """Drop a reply that turned out unusable, so that the next run asks anew."""
        self._do("DELETE FROM replies WHERE key = ?", key)

    def fact(self, key: str) -> str | None:
        """Return a small thing learnt about a service, such as what a server can do."""
        row = self._one("SELECT value FROM facts WHERE key = ?", key)
        return row[0] if row and isinstance(row[0], str) else None

    def keep_fact(self, key: str, value: str) -> None:
        """Remember a small thing learnt about a service; what is known already is not written again."""
        changed = "ON CONFLICT DO UPDATE SET value=excluded.value WHERE value IS NOT excluded.value"
        self._do(f"INSERT INTO facts VALUES(?,?) {changed}", key, value)

    def _one(self, query: str, *values: object) -> Any:
        return self._ask(lambda: self._db.execute(query, values).fetchone())

    def _do(self, query: str, *values: object) -> None:
        def write() -> None:
            with self._db:
                self._db.execute(query, values)

        self._ask(write)

    def _ask(self, work: Callable[[], Any]) -> Any:
        with self._lock:
            # sqlite3 would end the process with a segmentation fault where a closed connection is used.
            if self._closed:
                raise ValueError("operation on a closed cache")
            try:
                return work()
            except sqlite3.Error as cause:
                error = meaning(self._path, cause)
                if not isinstance(error, Damaged):
                    raise error from cause
            self._db.close()
            self._begin_anew()
            return work()


def _prepare(db: sqlite3.Connection) -> None:
    with suppress(sqlite3.OperationalError):  # without shared memory, as on network shares, it works without WAL
        db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.executescript(_TABLES)


def _fetched(url: object, content_type: object, body: object) -> Fetched | None:
    if not (isinstance(url, str) and isinstance(content_type, str) and isinstance(body, bytes)):
        return None
    try:
        urlsplit(url)
    except ValueError:
        return None
    return Fetched(url, content_type, body)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
