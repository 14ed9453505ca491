"""The cache of what was fetched and bought, in one SQLite file."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from digest.errors import ArchiveError
from digest.model import Fetched, Usage


class Cache:
    """Fetched pages and paid replies in one SQLite file. May be deleted at any time; then they cost again.

    Safe to share between threads: one connection behind one lock, every write its own transaction.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._closed = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(folder / "cache.sqlite3", check_same_thread=False, timeout=30)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(
                "CREATE TABLE IF NOT EXISTS pages(url TEXT PRIMARY KEY, final TEXT, type TEXT, body BLOB, at TEXT);"
                # Behind a large body a column is slow to read: what is old must be found without it.
                "CREATE INDEX IF NOT EXISTS pages_at ON pages(at);"
                "CREATE TABLE IF NOT EXISTS replies(key TEXT PRIMARY KEY, raw TEXT, usage BLOB, at TEXT);"
                "CREATE TABLE IF NOT EXISTS facts(key TEXT PRIMARY KEY, value TEXT);"
            )
        except (sqlite3.Error, OSError) as cause:
            raise ArchiveError(f"{folder}: the cache cannot be used: {cause}", hint="delete the folder") from cause

    def close(self) -> None:
        """Close the file, once what is under way is done. Whoever uses the cache later gets a ValueError."""
        with self._lock:
            self._closed = True
            self._db.close()

    def page(self, url: str, since: datetime) -> Fetched | None:
        """Return what was fetched from `url` at or after `since`."""
        row = self._one("SELECT final, type, body FROM pages WHERE url = ? AND at >= ?", url, _stamp(since))
        return Fetched(row[0], row[1], row[2]) if row else None

    def keep_page(self, url: str, page: Fetched, now: datetime, days: int = 30) -> None:
        """Keep a page, and let go of pages older than `days`."""
        self._do(
            "INSERT OR REPLACE INTO pages VALUES(?,?,?,?,?)", url, page.url, page.content_type, page.body, _stamp(now)
        )
        self._do("DELETE FROM pages WHERE at < ?", _stamp(now - timedelta(days=days)))

    def reply(self, key: str) -> tuple[str, Usage] | None:
        """Return the reply that was paid for under `key`, with what it took."""
        row = self._one("SELECT raw, usage FROM replies WHERE key = ?", key)
        return (row[0], msgspec.json.decode(row[1], type=Usage)) if row else None

    def keep_reply(self, key: str, raw: str, usage: Usage, now: datetime) -> None:
        """Keep a reply as soon as it is there: it is paid for, whatever happens next."""
        self._do("INSERT OR REPLACE INTO replies VALUES(?,?,?,?)", key, raw, msgspec.json.encode(usage), _stamp(now))

    def forget_reply(self, key: str) -> None:
        """Drop a reply that turned out unusable, so that the next run asks anew."""
        self._do("DELETE FROM replies WHERE key = ?", key)

    def fact(self, key: str) -> str | None:
        """Return a small thing learnt about a service, such as what a server can do."""
        row = self._one("SELECT value FROM facts WHERE key = ?", key)
        return row[0] if row else None

    def keep_fact(self, key: str, value: str) -> None:
        """Remember a small thing learnt about a service."""
        self._do("INSERT OR REPLACE INTO facts VALUES(?,?)", key, value)

    def _one(self, query: str, *values: object) -> Any:
        try:
            with self._lock:
                self._refuse_closed()
                return self._db.execute(query, values).fetchone()
        except sqlite3.Error as cause:
            raise ArchiveError(f"the cache cannot be read: {cause}", hint="delete the cache folder") from cause

    def _do(self, query: str, *values: object) -> None:
        try:
            with self._lock:
                self._refuse_closed()
                with self._db:
                    self._db.execute(query, values)
        except sqlite3.Error as cause:
            raise ArchiveError(f"the cache cannot be written: {cause}", hint="free disk space, or delete it") from cause

    def _refuse_closed(self) -> None:
        # sqlite3 would end the process with a segmentation fault where another thread closes a connection in use.
        if self._closed:
            raise ValueError("operation on a closed cache")


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
