"""The cache of what was fetched and bought, in one SQLite file."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from digest.adapters.store.database import Database
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
        self._database = Database(folder / "cache.sqlite3", _TABLES, "what it held must be fetched and paid for again")

    @property
    def notice(self) -> str:
        """What became of a damaged file, in one line; empty where none was met."""
        return self._database.notice

    def close(self) -> None:
        """Close the file, once what is under way is done. Whoever uses the cache later gets a ValueError."""
        self._database.close()

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
        return self._database.ask(lambda db: db.execute(query, values).fetchone())

    def _do(self, query: str, *values: object) -> None:
        def write(db: sqlite3.Connection) -> None:
            with db:
                db.execute(query, values)

        self._database.ask(write)


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
