"""The vectors of papers, by which those that have words in common are put in order. Grows and shrinks at its end."""

import math
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from digest.adapters.store.damage import Damaged
from digest.model.corpus.vectors import Embedding, common, dot, unit

CANDIDATES = 32
"""So many papers with words in common are compared by their vectors."""
_FIRST = 200
"""So many papers show what all have in common: the first ones, so that a new day changes no old page."""
_ENOUGH = 0  # no archive has so few papers
_Vector = tuple[str, int, Sequence[int], float]
"""The model, how many numbers, these, and the length."""


class PaperVectors:
    """The vectors of papers by serial number, in a table of the manifest."""

    def __init__(self, db: sqlite3.Connection, papers: int) -> None:
        """Open it as it was after so many papers."""
        self._db, self._papers = db, papers
        self._shared: dict[tuple[str, int], tuple[int, list[float]]] = {}
        """By model and length: how large the archive was, or that it was large enough; what vectors had in common."""
        db.execute("DELETE FROM vectors WHERE paper>=?", (papers,))

    def add(self, vectors: Sequence[Embedding | None], near: Sequence[Sequence[int]]) -> list[list[int]]:
        """Add the papers of a post, and return those near each of them, the most alike first.

        A paper that has no vector of the same model stays at its place among the others.
        """
        rows = [
            (serial, one.model, one.values, int(dot(one.numbers, one.numbers)))
            for serial, one in enumerate(vectors, self._papers)
            if one
        ]
        self._db.executemany("INSERT INTO vectors VALUES(?,?,?,?)", rows)
        own, first = _read(rows), self._papers
        self._papers += len(vectors)
        return [
            self._ordered(own[serial], papers) if serial in own else list(papers)
            for serial, papers in enumerate(near, first)
        ]

    def _ordered(self, own: _Vector, papers: Sequence[int]) -> list[int]:
        others = {paper: one for paper, one in self._load(papers).items() if one[:2] == own[:2]}
        if not others:
            return list(papers)
        apart = _Apart(own, self._common(own))
        likeness = {paper: apart.like(others[paper]) for paper in papers if paper in others}
        best = iter(sorted(likeness, key=lambda paper: -likeness[paper]))  # those as like stay in the order of words
        return [next(best) if paper in likeness else paper for paper in papers]

    def _common(self, own: _Vector) -> list[float]:
        """Return what the first papers that have such vectors have in common; once they are enough it stays."""
        seen, known = self._shared.get(own[:2], (-1, []))
        if seen in (_ENOUGH, self._papers):
            return known
        rows = self._db.execute(
            "SELECT * FROM vectors WHERE model=? AND length(numbers)=? ORDER BY paper LIMIT ?", (*own[:2], _FIRST)
        )
        first = [unit(one[2]) for one in _read(rows).values()]
        found = common(first)
        self._shared[own[:2]] = (_ENOUGH if len(first) == _FIRST else self._papers, found)
        return found

    def _load(self, papers: Sequence[int]) -> dict[int, _Vector]:
        marks = ",".join("?" * len(papers))
        return _read(self._db.execute(f"SELECT * FROM vectors WHERE paper IN ({marks})", tuple(papers)))  # noqa: S608 - question marks


def _read(rows: Iterable[Any]) -> dict[int, _Vector]:
    found: dict[int, _Vector] = {}
    for paper, model, numbers, squares in rows:
        if not (isinstance(numbers, bytes) and isinstance(squares, int) and squares > 0):
            raise Damaged("a vector is unreadable")
        found[paper] = (model, len(numbers), memoryview(numbers).cast("b"), math.sqrt(squares))
    return found


class _Apart:
    """A vector beside others, without what all of them have in common."""

    def __init__(self, own: _Vector, shared: Sequence[float]) -> None:
        self._own, self._shared = own, shared
        self._squares = dot(shared, shared)
        self._along, self._length = self._measured(own)

    def like(self, other: _Vector) -> float:
        """Return the cosine, rounded: Pythons differ in the last digits."""
        along, length = self._measured(other)
        both = dot(self._own[2], other[2]) / (self._own[3] * other[3]) - self._along - along + self._squares
        return round(both / (self._length * length), 6) if self._length * length else 0.0

    def _measured(self, one: _Vector) -> tuple[float, float]:
        along = dot(self._shared, one[2]) / one[3]
        return along, math.sqrt(max(0.0, 1 - 2 * along + self._squares))
