"""The vectors of papers, by which those that have words in common are put in order. Grows and shrinks at its end."""

import sqlite3
from collections.abc import Sequence

import msgspec

from digest.adapters.store.damage import Damaged
from digest.model.corpus.vectors import Embedding

CANDIDATES = 48
"""So many papers with words in common are compared by their vectors."""
_vector = msgspec.msgpack.Decoder(Embedding)


class PaperVectors:
    """The vectors of papers by serial number, in a table of the manifest."""

    def __init__(self, db: sqlite3.Connection, papers: int) -> None:
        """Open it as it was after so many papers."""
        self._db, self._papers = db, papers
        db.execute("DELETE FROM vectors WHERE paper>=?", (papers,))

    def add(self, vectors: Sequence[Embedding | None], near: Sequence[Sequence[int]]) -> list[list[int]]:
        """Add the papers of a post, and return those near each of them, the most alike first.

        A paper that has no vector of the same model stays at its place among the others.
        """
        rows = [(serial, msgspec.msgpack.encode(one)) for serial, one in enumerate(vectors, self._papers) if one]
        self._db.executemany("INSERT INTO vectors VALUES(?,?)", rows)
        self._papers += len(vectors)
        return [self._ordered(own, papers) if own else list(papers) for own, papers in zip(vectors, near, strict=True)]

    def _ordered(self, own: Embedding, papers: Sequence[int]) -> list[int]:
        likeness = {
            paper: amount for paper, vector in self._load(papers).items() if (amount := own.like(vector)) is not None
        }
        best = iter(sorted(likeness, key=lambda paper: (-likeness[paper], -paper)))
        return [next(best) if paper in likeness else paper for paper in papers]

    def _load(self, papers: Sequence[int]) -> dict[int, Embedding]:
        marks = ",".join("?" * len(papers))
        rows = self._db.execute(f"SELECT paper, vector FROM vectors WHERE paper IN ({marks})", tuple(papers))  # noqa: S608 - question marks
        try:
            return {paper: _vector.decode(vector) for paper, vector in rows}
        except TypeError as cause:
            raise Damaged("a vector is unreadable") from cause
