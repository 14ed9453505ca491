"""An inverted index of papers by their words: who of those before is most like a paper. Grows and shrinks at its end.

A paper's weights are made by what was known on its day and never again, so that a new day changes no old neighbour; of
each word only the newest papers are compared, so that a new day costs the same in a large archive.
"""

import math
import sqlite3
import struct
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from itertools import starmap

import msgspec

from digest.adapters.store.damage import sealed, unsealed

Terms = Mapping[str, int]
"""Word → how often a paper has it."""

COMPARED = 100
"""So many papers of each word, the newest ones."""
_ASKED = 64  # words by which a paper looks for others, its heaviest ones
_KEPT = 32  # words by which it is found
_PAIR = struct.Struct("<If")
_SIZE = _PAIR.size
_COUNTED = struct.Struct("<I?")
"""What is kept before them: `found` and `cut`."""
_LONGEST = 2 * COMPARED * _SIZE
"""More bytes of a word are cut to what is compared; until then papers can be taken back."""


class _Word(msgspec.Struct, array_like=True, gc=False):
    found: int = 0
    """How many papers have it."""
    cut: bool = False
    """Whether older papers were dropped."""
    papers: bytes = b""
    """Serial and weight of each paper that has it among its heaviest words, oldest first."""


class Postings:
    """The index, over two tables of the manifest. What changed is written by `save`."""

    def __init__(self, db: sqlite3.Connection, papers: int) -> None:
        """Open the index as it was after so many papers; after none it is begun anew."""
        self._db, self._papers = db, papers
        self._words: dict[str, _Word] = {}
        if not papers:
            db.execute("DELETE FROM words")

    def add(self, papers: Sequence[Terms], most: int) -> list[list[tuple[int, float]]]:
        """Add the papers of a post; return of each those most like it, with how much, among them and all before."""
        begun = not self._papers and not self._words
        for word in {word for terms in papers for word in terms}:
            if word not in self._words:
                self._words[word] = _Word() if begun else self._load(word)
        for terms in papers:
            for word in terms:
                self._words[word].found += 1
        first = self._papers
        self._papers += len(papers)
        vectors = [self._vector(terms) for terms in papers]
        for serial, vector in enumerate(vectors, first):
            kept = vector[:_KEPT]
            length = math.sqrt(sum(weight * weight for _, weight in kept))
            for name, weight in kept:
                entry = self._words[name]
                entry.papers += _PAIR.pack(serial, weight / length)
                if len(entry.papers) > _LONGEST:
                    entry.cut, entry.papers = True, entry.papers[-COMPARED * _SIZE :]
        return [self._nearest(serial, vector, most) for serial, vector in enumerate(vectors, first)]

    def take_back(self, papers: Sequence[Terms]) -> bool:
        """Remove the newest papers, oldest of them first; False where too much was forgotten for that."""
        self._papers -= len(papers)
        for terms in papers:
            for name in terms:
                word = self._words.get(name)
                if word is None:
                    word = self._words[name] = self._load(name)
                word.found -= 1
                if word.found < 0:
                    return False  # words were lost
        for name in {name for terms in papers for name in terms}:
            word = self._words[name]
            while word.papers and _PAIR.unpack_from(word.papers, len(word.papers) - _SIZE)[0] >= self._papers:
                word.papers = word.papers[:-_SIZE]
            if word.cut and len(word.papers) < COMPARED * _SIZE:
                return False
        return True

    def save(self) -> None:
        """Write what changed."""
        rows = (
            (name, sealed(_COUNTED.pack(one.found, one.cut) + one.papers)) for name, one in sorted(self._words.items())
        )
        self._db.executemany("INSERT OR REPLACE INTO words VALUES(?,?)", rows)

    def _load(self, word: str) -> _Word:
        row = self._db.execute("SELECT papers FROM words WHERE word=?", (word,)).fetchone()
        if row is None:
            return _Word()
        value = unsealed(row[0])
        found, cut = _COUNTED.unpack_from(value)
        return _Word(found, cut, value[_COUNTED.size :])

    def _vector(self, terms: Terms) -> list[tuple[str, float]]:
        """Return the heaviest words of a paper; the rarer, the heavier. The vector has length 1."""
        everything = 1 + self._papers
        weights = [
            ((1 + math.log(count)) * math.log(everything / self._words[word].found), word)
            for word, count in terms.items()
        ]
        heaviest = sorted(weights, key=lambda one: (-one[0], one[1]))[:_ASKED]
        length = math.sqrt(sum(weight * weight for weight, _ in heaviest))
        return [(word, weight / length) for weight, word in heaviest] if length else []

    def _nearest(self, serial: int, vector: Iterable[tuple[str, float]], most: int) -> list[tuple[int, float]]:
        likeness: dict[int, float] = {}
        known = likeness.get
        for word, weight in vector:
            papers = self._words[word].papers[-COMPARED * _SIZE :]
            for other, its in _PAIR.iter_unpack(papers):
                likeness[other] = known(other, 0.0) + weight * its
        likeness.pop(serial, None)
        best = nlargest(most, zip(likeness.values(), likeness.keys(), strict=True))
        return list(starmap(lambda amount, other: (other, amount), best))
