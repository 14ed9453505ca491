"""The vectors of papers, by which those that have words in common are put in order. Grows and shrinks at its end."""

import math
import sqlite3
from collections.abc import Sequence

from digest.adapters.store.damage import Damaged
from digest.model.corpus.vectors import Embedding, dot

CANDIDATES = 48
"""So many papers with words in common are compared by their vectors."""
_Vector = tuple[str, Sequence[int], int]
"""The model, the numbers, the sum of their squares."""


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
        own = [(one.model, one.numbers, int(dot(one.numbers, one.numbers))) if one else None for one in vectors]
        rows = [(serial, one[0], bytes(one[1]), one[2]) for serial, one in enumerate(own, self._papers) if one]
        self._db.executemany("INSERT INTO vectors VALUES(?,?,?,?)", rows)
        self._papers += len(vectors)
        return [self._ordered(one, papers) if one else list(papers) for one, papers in zip(own, near, strict=True)]

    def _ordered(self, own: _Vector, papers: Sequence[int]) -> list[int]:
        likeness = {
            paper: dot(own[1], numbers) / math.sqrt(own[2] * squares)
            for paper, (model, numbers, squares) in self._load(papers).items()
            if model == own[0] and len(numbers) == len(own[1])
        }
        best = iter(sorted(likeness, key=lambda paper: (-likeness[paper], -paper)))
        return [next(best) if paper in likeness else paper for paper in papers]

    def _load(self, papers: Sequence[int]) -> dict[int, _Vector]:
        marks = ",".join("?" * len(papers))
        rows = self._db.execute(f"SELECT * FROM vectors WHERE paper IN ({marks})", tuple(papers))  # noqa: S608 - question marks
        found = {paper: (model, numbers, squares) for paper, model, numbers, squares in rows}
        if not all(isinstance(one[1], bytes) and isinstance(one[2], int) and one[2] > 0 for one in found.values()):
            raise Damaged("a vector is unreadable")
        return {paper: (model, memoryview(one).cast("b"), squares) for paper, (model, one, squares) in found.items()}
