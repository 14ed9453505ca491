"""What the last build read and wrote, in one SQLite file of the cache folder. May be deleted; then all is made again.

The file is no more than a memory: every answer it gives can be found again from the archive. It is written in three
steps, so that a build that is killed leaves a note of every file it may have touched.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from digest.errors import ArchiveError
from digest.site.nouns import Bone, Day, Output

FORMAT = 3
_TABLES = """
CREATE TABLE IF NOT EXISTS state(name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS posts(name TEXT PRIMARY KEY, input BLOB, bone BLOB);
CREATE TABLE IF NOT EXISTS days(name TEXT PRIMARY KEY, day BLOB);
CREATE TABLE IF NOT EXISTS pieces(name TEXT PRIMARY KEY, key BLOB, value BLOB);
CREATE TABLE IF NOT EXISTS units(name TEXT PRIMARY KEY, key BLOB, outputs BLOB);
CREATE TABLE IF NOT EXISTS claims(path TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_day = msgspec.msgpack.Decoder(Day)
_bone = msgspec.msgpack.Decoder(Bone)
_outputs = msgspec.msgpack.Decoder(tuple[Output, ...])
_encode = msgspec.msgpack.Encoder().encode


class Known(NamedTuple):
    """A unit of the last build: what it depended on, and the files it made."""

    key: bytes
    outputs: bytes

    @classmethod
    def of(cls, key: bytes, files: Sequence[Output]) -> "Known":
        """Pack the files: tens of thousands wait in memory for a build to end."""
        return cls(key, _encode(tuple(files)))

    @property
    def files(self) -> tuple[Output, ...]:
        """The files, unpacked."""
        return _outputs.decode(self.outputs)


class Manifest:
    """The memory of one site."""

    def __init__(self, folder: Path) -> None:
        path = folder / "site.sqlite3"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = self._open(path)
        except (sqlite3.DatabaseError, OSError):
            # It is a memory only: better to forget than to fail.
            try:
                path.unlink(missing_ok=True)
                self._db = self._open(path)
            except (sqlite3.Error, OSError) as cause:
                raise ArchiveError(f"{path}: the cache cannot be used: {cause}", hint="delete the folder") from cause
        self._days: OrderedDict[str, Day] = OrderedDict()

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        db = sqlite3.connect(path, isolation_level=None, timeout=30)
        db.executescript("PRAGMA synchronous=OFF; PRAGMA cache_size=-4000;" + _TABLES)
        row = db.execute("SELECT value FROM state WHERE name='format'").fetchone()
        if row is None or row[0] != FORMAT:
            for table in ("state", "posts", "days", "pieces", "units"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
            db.execute("INSERT INTO state VALUES('format', ?)", (FORMAT,))
        return db

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

    def state(self, name: str) -> Any:
        """Return a fact about the last build; None where there is none."""
        row = self._db.execute("SELECT value FROM state WHERE name=?", (name,)).fetchone()
        return None if row is None else row[0]

    def keep_state(self, **facts: object) -> None:
        """Write facts down; None forgets one."""
        for name, value in facts.items():
            if value is None:
                self._db.execute("DELETE FROM state WHERE name=?", (name,))
            else:
                self._db.execute("INSERT OR REPLACE INTO state VALUES(?,?)", (name, value))

    def posts(self) -> dict[str, tuple[bytes, Bone]]:
        """Return every post's input hash and bones."""
        rows = self._db.execute("SELECT name, input, bone FROM posts")
        return {name: (known, _bone.decode(bone)) for name, known, bone in rows}

    def keep_post(self, name: str, known: bytes, bone: Bone | None, day: bytes | None) -> None:
        """Write a post down, `day` packed; without bones it is one that does not want to be shown."""
        if bone is None:
            self.drop_post(name)
            return
        self._db.execute("INSERT OR REPLACE INTO posts VALUES(?,?,?)", (name, known, _encode(bone)))
        self._days.pop(name, None)
        if day is not None:
            self._db.execute("INSERT OR REPLACE INTO days VALUES(?,?)", (name, day))

    def drop_post(self, name: str) -> None:
        """Forget a post."""
        for table in ("posts", "days"):
            self._db.execute(f"DELETE FROM {table} WHERE name=?", (name,))  # noqa: S608 - names of our own
        self._days.pop(name, None)

    def day(self, name: str) -> Day:
        """Return a post in full. The last few are kept at hand."""
        known = self._days.get(name)
        if known is None:
            row = self._db.execute("SELECT day FROM days WHERE name=?", (name,)).fetchone()
            known = self._days[name] = _day.decode(row[0])
            if len(self._days) > 16:
                self._days.popitem(last=False)
        else:
            self._days.move_to_end(name)
        return known

    def piece(self, name: str, key: bytes) -> bytes | None:
        """Return something that took work to make, if it was made from the same `key`."""
        row = self._db.execute("SELECT value FROM pieces WHERE name=? AND key=?", (name, key)).fetchone()
        return row[0] if row else None

    def keep_piece(self, name: str, key: bytes, value: bytes) -> None:
        """Keep something that took work to make."""
        self._db.execute("INSERT OR REPLACE INTO pieces VALUES(?,?,?)", (name, key, value))

    def drop_pieces(self, names: Iterable[str]) -> None:
        """Forget pieces by name."""
        self._db.executemany("DELETE FROM pieces WHERE name=?", ((name,) for name in names))

    def piece_names(self) -> list[str]:
        """List the pieces."""
        return [row[0] for row in self._db.execute("SELECT name FROM pieces")]

    def units(self) -> dict[str, Known]:
        """Return the units of the last build that came to its end."""
        return {
            name: Known(key, outputs) for name, key, outputs in self._db.execute("SELECT name, key, outputs FROM units")
        }

    def keep_units(self, made: Mapping[str, Known], gone: Iterable[str]) -> None:
        """Write down the units that were made, and forget those that are gone."""
        self._db.executemany("DELETE FROM units WHERE name=?", ((name,) for name in gone))
        self._db.executemany(
            "INSERT OR REPLACE INTO units VALUES(?,?,?)",
            ((name, *known) for name, known in made.items()),
        )

    def all_outputs(self) -> Iterator[Output]:
        """Go through all files that the site consists of, in an order that depends on nothing but them."""
        for (blob,) in self._db.execute("SELECT outputs FROM units ORDER BY name"):
            yield from _outputs.decode(blob)

    def claims(self) -> set[str]:
        """Return the files that a build which did not come to its end may have written."""
        return {row[0] for row in self._db.execute("SELECT path FROM claims")}

    def claim(self, paths: Iterable[str]) -> None:
        """Note the files that are about to be written."""
        self._db.executemany("INSERT OR IGNORE INTO claims VALUES(?)", ((path,) for path in paths))

    def drop_claims(self) -> None:
        """All claimed files are accounted for."""
        self._db.execute("DELETE FROM claims")

    def forget(self, *tables: str) -> None:
        """Empty tables."""
        for table in tables:
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
        self._days.clear()
