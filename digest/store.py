"""What lasts on disk: posts and editions, written whole or not at all; and the cache of what was fetched and bought."""

import hashlib
import os
import re
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from filelock import FileLock, Timeout

from digest.errors import ArchiveError, Busy
from digest.model import ArxivId, BadArxivId, Edition, Fetched, Usage, file_name

_FORMAT = 1  # of editions; a digest that writes another one must read this one too
_ENTRY_LINK = re.compile(rb"^# .*\]\(https?://arxiv\.org/abs/([\w./-]+)\)", re.MULTILINE)


def encode(noun: msgspec.Struct) -> bytes:
    """Write a noun as indented JSON. The same noun gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(noun, enc_hook=str), indent=1) + b"\n"


def decode(raw: bytes, file: str) -> Edition:
    """Read an edition. Raises ArchiveError that names the file and the first thing that is wrong in it."""
    try:
        edition = msgspec.json.decode(raw, type=Edition, dec_hook=_decode_other)
    except (msgspec.MsgspecError, ValueError, RecursionError) as cause:
        raise ArchiveError(f"{file}: not an edition: {cause}", hint="restore it from git or delete it") from cause
    if edition.format != _FORMAT:
        raise ArchiveError(f"{file}: of format {edition.format}, written by another digest", hint="update digest")
    return edition


def _decode_other(kind: type, raw: Any) -> Any:
    if kind is ArxivId and isinstance(raw, str):
        return ArxivId.parse(raw)
    raise msgspec.ValidationError(f"unexpected {raw!r:.40}")


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, through a temporary file beside it. Makes the folders it needs.

    Raises ArchiveError where the disk is full or the folder is not ours to write.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as cause:
        raise ArchiveError(f"{path}: cannot be written: {cause.strerror or cause}") from cause


def read(path: Path) -> bytes | None:
    """Read a file whole; None where there is none. Raises ArchiveError where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as cause:
        raise ArchiveError(f"{path}: cannot be read: {cause.strerror or cause}") from cause


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


class Archive:
    """The posts and editions of one site."""

    def __init__(self, posts: Path, data: Path) -> None:
        self.posts = posts
        self.data = data

    def edition_path(self, name: str) -> Path:
        """Where the edition of that name is kept. Raises BadName where that would be elsewhere."""
        return self.data / f"{file_name(name)}.json"

    def load(self, name: str) -> Edition | None:
        """Load an edition; None where there is none. Raises ArchiveError where it cannot be read."""
        path = self.edition_path(name)
        raw = read(path)
        if raw is None:
            return None
        edition = decode(raw, path.name)
        if edition.name != name:
            raise ArchiveError(f"{path.name}: holds the edition {edition.name}", hint=f"rename it to {edition.name}.json")
        return edition

    def save(self, edition: Edition) -> None:
        """Save an edition, unless the file already holds just that."""
        path, content = self.edition_path(edition.name), encode(edition)
        if read(path) != content:
            write(path, content)

    def names(self) -> list[str]:
        """List the editions by name, oldest first."""
        return sorted(path.stem for path in self.data.glob("*.json"))

    def published(self, file: str) -> dict[ArxivId, str]:
        """Tell which papers stand in earlier posts of the same series as `file` (`DAY-slug.md`), and on which day.

        Reads the posts, not the editions: they are the archive, whoever wrote them.
        """
        found: dict[ArxivId, str] = {}
        for path in sorted(self.posts.glob(f"????-??-??{file[10:]}")):
            if path.name < file:
                for number in _ENTRY_LINK.findall(read(path) or b""):
                    with suppress(BadArxivId):
                        found.setdefault(ArxivId.parse(number.decode()).base, path.name[:10])
        return found

    def find_posts(self, names: Iterable[str]) -> list[Path]:
        """Find posts by day, by file name or by path; without names, the newest one. Raises ArchiveError."""
        found: list[Path] = []
        for name in names:
            path = Path(name)
            days = sorted(self.posts.glob(f"{name}-*.md")) if re.fullmatch(r"\d{4}-\d\d-\d\d", name) else []
            here = [place for place in (path, self.posts / path.name) if place.is_file()]
            if not days and not here:
                raise ArchiveError(f"there is no post {name}", hint=f"looked in {self.posts}")
            found += days or here[:1]
        newest = sorted(self.posts.glob("????-??-??-*.md"))[-1:]
        if not found and not newest:
            raise ArchiveError(f"there is no post in {self.posts}")
        return found or newest

    def post(self, file: str) -> bytes | None:
        """Return a post as it stands, None where there is none."""
        return read(self.posts / file_name(file))

    def write_post(self, file: str, content: bytes) -> None:
        """Write a post, unless the file already holds just that."""
        if self.post(file) != content:
            write(self.posts / file_name(file), content)


@contextmanager
def only_run(folder: Path, *kept: Path) -> Iterator[None]:
    """Hold the folder for one run; the system lets go of it when the run dies. Raises Busy when another holds it.

    What a run that was killed left half-written in the folders `kept` is cleared away: nobody is writing it now.
    """
    lock = FileLock(folder / "run.lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as cause:
        raise Busy(f"another run is at work in {folder.parent}", hint="wait for it, or stop it") from cause
    except OSError as cause:
        raise ArchiveError(f"{folder}: cannot be written: {cause.strerror or cause}") from cause
    try:
        for half in (path for place in kept for path in place.glob(".*.part")):
            with suppress(OSError):
                half.unlink()
        yield
    finally:
        lock.release()


class Cache:
    """Fetched pages and paid replies in one SQLite file. May be deleted at any time; then they cost again.

    Safe to share between threads: one connection behind one lock, every write its own transaction.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
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
        """Close the file."""
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
                return self._db.execute(query, values).fetchone()
        except sqlite3.Error as cause:
            raise ArchiveError(f"the cache cannot be read: {cause}", hint="delete the cache folder") from cause

    def _do(self, query: str, *values: object) -> None:
        try:
            with self._lock, self._db:
                self._db.execute(query, values)
        except sqlite3.Error as cause:
            raise ArchiveError(f"the cache cannot be written: {cause}", hint="free disk space, or delete it") from cause


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
