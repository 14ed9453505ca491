"""What the last build read and wrote, in one SQLite file of the cache folder. May be deleted; then all is made again.

The file is no more than a memory: every answer it gives can be found again from the archive. Where it holds what it
cannot, Damaged is raised, and `build` begins a new one.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from digest.adapters.store.damage import Damaged, meaning, open_database, sealed, unsealed, unsealed_pieces
from digest.adapters.store.files import unwritable
from digest.site.records import PostPage, PostSummary
from digest.site.snapshot import together

FORMAT = 12
_TABLES = """
CREATE TABLE state(name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE posts(name TEXT PRIMARY KEY, input BLOB, summary BLOB);
CREATE TABLE pages(name TEXT PRIMARY KEY, page BLOB); CREATE TABLE compared(post TEXT PRIMARY KEY, words BLOB);
CREATE TABLE fragments(name TEXT PRIMARY KEY, key BLOB, value BLOB);
CREATE TABLE units(name TEXT PRIMARY KEY, key BLOB, lines BLOB);
CREATE TABLE files(path TEXT PRIMARY KEY, facts INTEGER) WITHOUT ROWID;
CREATE TABLE words(word TEXT PRIMARY KEY, papers BLOB) WITHOUT ROWID;
CREATE TABLE vectors(paper INTEGER PRIMARY KEY, model TEXT, numbers BLOB, squares INTEGER);
"""
_PIECE = 1 << 13
"""Bytes of a fragment that are read at a time."""
_post_page = msgspec.msgpack.Decoder(PostPage)
_summary = msgspec.msgpack.Decoder(PostSummary)
_encode = msgspec.msgpack.Encoder().encode
_Kind = TypeVar("_Kind")


@contextmanager
def understood(path: Path) -> Iterator[None]:
    """Turn what SQLite and msgspec raise of the file at `path` into an error for the user, or into Damaged."""
    try:
        yield
    except sqlite3.Error as cause:
        raise meaning(path, cause) from cause
    except msgspec.DecodeError as cause:
        raise Damaged(str(cause)) from cause


class Manifest:
    """The memory of one site. Opened, read and written within `understood`."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise unwritable(path.parent, cause) from cause
        self.connection = self._db = open_database(path, _open, isolation_level=None)
        self._pages: OrderedDict[str, PostPage] = OrderedDict()

    def close(self) -> None:
        """Close the file. An open transaction is lost."""
        self._db.close()

    def begin(self) -> None:
        """Start to write down; nothing counts before `commit`."""
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Keep what was written since `begin`."""
        self._db.execute("COMMIT")

    def rollback(self) -> None:
        """Forget what was written since `begin`."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def state(self, name: str) -> bytes | None:
        """Return a fact about the last build; None where there is none."""
        row = self._db.execute("SELECT value FROM state WHERE name=?", (name,)).fetchone()
        return None if row is None else unsealed(row[0])

    @property
    def name(self) -> str | None:
        """The name of the last build that came to its end; None where the site may be of none."""
        finished = self.state("finished")
        return None if finished is None else finished.decode()

    def fact(self, name: str, kind: type[_Kind]) -> _Kind | None:
        """Return a fact that was kept packed; None where there is none."""
        raw = self.state(name)
        return None if raw is None else msgspec.msgpack.decode(raw, type=kind)

    def keep_state(self, **facts: bytes | None) -> None:
        """Write facts down; None forgets one."""
        for name, value in facts.items():
            if value is None:
                self._db.execute("DELETE FROM state WHERE name=?", (name,))
            else:
                self._db.execute("INSERT OR REPLACE INTO state VALUES(?,?)", (name, sealed(value)))

    def posts(self) -> dict[str, tuple[bytes, PostSummary]]:
        """Return every post's input hash and summaries."""
        rows = self._db.execute("SELECT name, input, summary FROM posts")
        return {name: (known, _summary.decode(unsealed(summary))) for name, known, summary in rows}

    def keep_post(self, name: str, known: bytes, summary: PostSummary | None, page: bytes | None) -> None:
        """Write a post down, `page` packed; without summaries it is one that does not want to be shown."""
        if summary is None:
            self.drop_post(name)
            return
        self._db.execute("INSERT OR REPLACE INTO posts VALUES(?,?,?)", (name, known, sealed(_encode(summary))))
        self._pages.pop(name, None)
        if page is not None:
            self._db.execute("INSERT OR REPLACE INTO pages VALUES(?,?)", (name, sealed(page)))

    def drop_post(self, name: str) -> None:
        """Forget a post."""
        for table in ("posts", "pages"):
            self._db.execute(f"DELETE FROM {table} WHERE name=?", (name,))  # noqa: S608 - names of our own
        self._pages.pop(name, None)

    def post_page(self, name: str) -> PostPage:
        """Return a post in full. The last few are kept at hand."""
        known = self._pages.get(name)
        if known is None:
            row = self._db.execute("SELECT page FROM pages WHERE name=?", (name,)).fetchone()
            known = self._pages[name] = _post_page.decode(unsealed(row and row[0]))
            if len(self._pages) > 16:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(name)
        return known

    def fragment(self, name: str, key: bytes) -> bytes | None:
        """Return something that took work to make, if it was made from the same `key`."""
        row = self._db.execute("SELECT value FROM fragments WHERE name=? AND key=?", (name, key)).fetchone()
        return unsealed(row[0]) if row else None

    def has_fragment(self, name: str, key: bytes) -> bool:
        """Return whether there is something that was made from the same `key`."""
        return self._db.execute("SELECT 1 FROM fragments WHERE name=? AND key=?", (name, key)).fetchone() is not None

    def fragment_pieces(self, name: str) -> Iterator[bytes]:
        """Go through a large fragment that is there, of which no more than a piece is held."""
        row = self._db.execute("SELECT rowid FROM fragments WHERE name=?", (name,)).fetchone()
        if row is None:
            raise Damaged(f"{name} is missing")
        with self._db.blobopen("fragments", "value", row[0], readonly=True) as value:
            yield from unsealed_pieces(iter(lambda: value.read(_PIECE), b""))

    def put_fragment(self, name: str, key: bytes, value: bytes) -> None:
        """Keep something that took work to make."""
        self._db.execute("INSERT OR REPLACE INTO fragments VALUES(?,?,?)", (name, key, sealed(value)))

    def keep_fragments(self, names: Collection[str]) -> None:
        """Drop all fragments but those of these names."""
        there = [row[0] for row in self._db.execute("SELECT name FROM fragments")]
        self.drop_fragments(name for name in there if name not in names)

    def drop_fragments(self, names: Iterable[str]) -> None:
        """Drop the fragments of these names, where there are such."""
        self._db.executemany("DELETE FROM fragments WHERE name=?", ((name,) for name in names))

    def unit_keys(self) -> dict[str, bytes]:
        """Return what each unit of the last build that came to its end depended on."""
        return dict(self._db.execute("SELECT name, key FROM units"))

    def unit_lines(self, name: str) -> bytes:
        """Return the files of a unit, as `digest.site.output.listing` lists them."""
        row = self._db.execute("SELECT lines FROM units WHERE name=?", (name,)).fetchone()
        return _blob(row and row[0])

    def units(self) -> Iterator[tuple[str, bytes]]:
        """Yield each unit with its files."""
        rows = self._db.execute("SELECT name, lines FROM units")
        return ((name, _blob(lines)) for name, lines in rows)

    def keep_unit(self, name: str, key: bytes, lines: bytes) -> None:
        """Write down a unit that was made."""
        self._db.execute("INSERT OR REPLACE INTO units VALUES(?,?,?)", (name, key, lines))

    def drop_units(self, names: Iterable[str]) -> None:
        """Forget units that are gone."""
        self._db.executemany("DELETE FROM units WHERE name=?", ((name,) for name in names))

    def files(self) -> Iterator[tuple[str, int | None]]:
        """Yield each file that the last build left, with its facts; None where it is to be read again.

        Raises Damaged at the end where these are not all that `seal_files` saw.
        """
        sum_ = 0
        for path, facts in self._db.execute("SELECT path, facts FROM files"):
            sum_ = together(sum_, path, facts)
            yield path, facts
        if self.state("files") != _sum(sum_):
            raise Damaged("the files of the site are not what they were")

    def keep_files(self, facts: Iterable[tuple[str, int | None]]) -> None:
        """Write down the facts of files."""
        self._db.executemany("INSERT OR REPLACE INTO files VALUES(?,?)", facts)

    def drop_files(self, paths: Iterable[str]) -> None:
        """Forget files that are gone."""
        self._db.executemany("DELETE FROM files WHERE path=?", ((path,) for path in paths))

    def seal_files(self) -> int | None:
        """Write down what stands for the facts of all files. Returns it; None where one may change without a trace."""
        sum_, all_known = 0, True
        for path, facts in self._db.execute("SELECT path, facts FROM files"):
            sum_ = together(sum_, path, facts)
            all_known = all_known and facts is not None
        self.keep_state(files=_sum(sum_))
        return sum_ if all_known else None

    def listing(self) -> bytes:
        """Return the lines of all files that the site consists of, in an order that depends on nothing but them."""
        return b"".join(_blob(lines) for (lines,) in self._db.execute("SELECT lines FROM units ORDER BY name"))

    def forget(self, *tables: str) -> None:
        """Empty tables."""
        for table in tables:
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
        self._pages.clear()


def _open(db: sqlite3.Connection) -> None:
    db.executescript("PRAGMA synchronous=OFF; PRAGMA cache_size=-4000;")
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    row = db.execute("SELECT value FROM state WHERE name='format'").fetchone() if "state" in tables else None
    if row is None or row[0] != FORMAT:
        for table in tables:
            db.execute(f'DROP TABLE "{table}"')
        db.executescript(_TABLES)
        db.execute("INSERT INTO state VALUES('format', ?)", (FORMAT,))


def _sum(value: int) -> bytes:
    return value.to_bytes(8, "big")


def _blob(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise Damaged(f"bytes are expected, not {type(value).__name__}")
    return value
