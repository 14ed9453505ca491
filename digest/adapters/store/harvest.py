"""What OAI-PMH told about papers, and how far it was asked: one SQLite file beside the cache, page by page.

A page and the way to the next one are written in one transaction, so that a killed run goes on with the page after the
last. May be deleted at any time; then it is asked for again. Knows nothing of the service.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from digest.adapters.store.database import Database
from digest.adapters.store.months import Months
from digest.adapters.store.progress import Progress
from digest.model import ArxivId, Paper

_TABLES = """
CREATE TABLE IF NOT EXISTS papers(id TEXT PRIMARY KEY, month TEXT, body BLOB);
CREATE INDEX IF NOT EXISTS papers_month ON papers(month) WHERE body IS NOT NULL;
CREATE TABLE IF NOT EXISTS listed(category TEXT, id TEXT, day TEXT, scheduled TEXT, estimated INTEGER,
                                  PRIMARY KEY(category, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS listed_day ON listed(category, day);
CREATE INDEX IF NOT EXISTS listed_scheduled ON listed(category, scheduled);
CREATE TABLE IF NOT EXISTS shown(day TEXT PRIMARY KEY, stamp TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS progress(category TEXT PRIMARY KEY, state BLOB) WITHOUT ROWID;
"""
_ENCODE = msgspec.json.Encoder(enc_hook=str).encode
_DECODE = msgspec.json.Decoder(Paper, dec_hook=lambda _, raw: ArxivId.parse(raw)).decode


@dataclass(frozen=True)
class Sighting:
    """A paper in the list of a day, by its datestamp or, `estimated`, by when it was submitted."""

    paper: Paper
    day: date
    scheduled: date
    estimated: bool = False


class Harvest:
    """Papers by category and the day of their list. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder / "arxiv.sqlite3", _TABLES, "what it held is asked for again")
        self._ask = self._database.ask
        self._months = Months(folder / "arxiv")

    @property
    def notice(self) -> str:
        """What became of a damaged file, in one line; empty where none was met."""
        return self._database.notice

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def progress(self, category: str) -> Progress:
        """Return how far a category was asked for."""
        row = self._ask(lambda db: db.execute("SELECT state FROM progress WHERE category = ?", (category,)).fetchone())
        try:
            return msgspec.json.decode(row[0], type=Progress) if row else Progress()
        except (msgspec.DecodeError, TypeError):
            return Progress()

    def take(
        self,
        category: str,
        progress: Progress,
        sightings: Iterable[Sighting] = (),
        *,
        shown: Mapping[date, date] = MappingProxyType({}),
        deleted: Iterable[ArxivId] = (),
    ) -> None:
        """Take a page, whole or not at all. A paper that is known in the category keeps its day.

        `shown` are the days whose lists have been announced, with the latest datestamp that proves it.
        """
        found, gone = list(sightings), [(paper_id,) for paper_id in deleted]

        def write(db: sqlite3.Connection) -> None:
            with db:
                db.executemany(
                    "INSERT INTO papers VALUES(?,?,?) ON CONFLICT(id) DO UPDATE SET body = excluded.body"
                    " WHERE papers.body IS NOT NULL",
                    ((one.paper.id, str(one.day)[:7], _ENCODE(one.paper)) for one in found),
                )
                db.executemany(
                    "INSERT OR IGNORE INTO listed VALUES(?,?,?,?,?)",
                    ((category, one.paper.id, str(one.day), str(one.scheduled), one.estimated) for one in found),
                )
                db.executemany(
                    "INSERT INTO shown VALUES(?,?) ON CONFLICT(day) DO UPDATE SET stamp = max(stamp, excluded.stamp)",
                    ((str(day), str(stamp)) for day, stamp in shown.items()),
                )
                db.executemany("DELETE FROM listed WHERE id = ?", gone)
                db.executemany("DELETE FROM papers WHERE id = ?", gone)
                db.execute("INSERT OR REPLACE INTO progress VALUES(?,?)", (category, _ENCODE(progress)))

        self._ask(write)

    def finish(self, category: str, progress: Progress) -> None:
        """End a pass: papers whose announcement did not come on its day move to the one that they came with."""

        def write(db: sqlite3.Connection) -> None:
            with db:
                db.execute(
                    "UPDATE listed AS one SET estimated = 0, day = coalesce((SELECT min(other.day) FROM listed AS other"
                    " WHERE other.category = one.category AND other.scheduled = one.scheduled AND NOT other.estimated"
                    " AND one.day NOT IN (SELECT day FROM shown)), one.day)"
                    " WHERE category = ? AND estimated AND day >= ? AND day < (SELECT max(day) FROM shown)",
                    (category, str(progress.start)),
                )
                db.execute("INSERT OR REPLACE INTO progress VALUES(?,?)", (category, _ENCODE(progress)))

        self._ask(write)

    def is_announced(self, day: date, before: date) -> bool:
        """Return whether a day's list was announced, and all of it `before` another day, or at least a later list."""
        query = "SELECT 1 FROM shown WHERE day > ? OR (day = ? AND stamp < ?) LIMIT 1"
        return self._ask(lambda db: db.execute(query, (str(day), str(day), str(before))).fetchone()) is not None

    def ids(self, categories: Sequence[str], day: date) -> tuple[ArxivId, ...]:
        """Return the papers that the lists of a day have first among those of all these categories."""
        marks = ",".join("?" * len(categories))
        query = (
            f"SELECT DISTINCT id FROM listed AS one WHERE category IN ({marks}) AND day = ? AND NOT EXISTS"  # noqa: S608
            f" (SELECT 1 FROM listed AS other WHERE other.id = one.id AND other.category IN ({marks})"
            " AND other.day < one.day) ORDER BY id"
        )
        rows = self._ask(lambda db: db.execute(query, (*categories, str(day), *categories)).fetchall())
        return tuple(ArxivId(row[0]) for row in rows)

    def papers(self, ids: Sequence[ArxivId]) -> tuple[Paper, ...]:
        """Return papers in the order of their ids; those that were lost with a damaged file are left out."""
        found: dict[str, Paper] = {}
        filed: dict[str, list[str]] = {}
        query = "SELECT id, month, body FROM papers WHERE id = ?"
        rows = self._ask(lambda db: [row for one in ids for row in db.execute(query, (one,))])
        for paper_id, month, body in rows:
            if body is None:
                filed.setdefault(month, []).append(paper_id)
            else:
                found[paper_id] = _DECODE(body)
        for month, wanted in filed.items():
            found |= {paper.id: paper for paper in self._months.read(month, wanted)}
        return tuple(found[paper_id] for paper_id in ids if paper_id in found)

    def file_months(self, before: date) -> None:
        """Move the papers of months before a day to a file each, where such files can be written at all.

        Killed in between, a paper is here and there, and moved again.
        """
        if not self._months.available:
            return
        query = "SELECT DISTINCT month FROM papers WHERE body IS NOT NULL AND month < ? ORDER BY month"
        months = self._ask(lambda db: db.execute(query, (str(before)[:7],)).fetchall())
        for (month,) in months:
            self._months.add(month, self._bodies(month))
            self._ask(partial(_clear, month=month))

    def _bodies(self, month: str) -> Iterator[Paper]:
        """Yield the papers of a month, in order of their ids."""
        last = ""
        query = "SELECT id, body FROM papers WHERE month = ? AND body IS NOT NULL AND id > ? ORDER BY id LIMIT 500"
        while rows := self._ask(partial(_rows, query=query, values=(month, last))):
            yield from (_DECODE(body) for _, body in rows)
            last = rows[-1][0]


def _rows(db: sqlite3.Connection, query: str, values: tuple[str, ...]) -> list[Any]:
    return db.execute(query, values).fetchall()


def _clear(db: sqlite3.Connection, month: str) -> None:
    with db:
        db.execute("UPDATE papers SET body = NULL WHERE month = ? AND body IS NOT NULL", (month,))
