"""Texts as TF-IDF vectors, and how much they are like one another.

Pure Python: a day is compared in a fraction of a second, and to import numpy would take as long.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

Terms = Mapping[str, float]
_EMPTY = frozenset(
    """
    a about across after all also an and any are as at be been before being between both but by can do does each for
    from had has have how however in into is it its may more most no nor not of on one only or other our over same
    should so some such than that the their them then there these they this those through to toward towards under
    upon us use used using very via was we well were what when where whether which while who why will with within
    without would you your
    """.split()  # noqa: SIM905 - a list of a hundred strings is harder to read
)
"""Words that say nothing of a paper, which the few papers of a short day cannot show."""
_WORD = re.compile(r"[^\W_]{3,}|(?<![^\W_]-)[^\W_]{2}(?![^\W_]|-[^\W_])")
"""Two letters are a word where they stand alone, not as a part of a name: `MG-Nav`, `Qwen2-VL`."""
_LARGEST = 20_000  # characters of a text that are read
_KEPT = 80  # terms of a vector, the heaviest ones
_IN_TITLE = 3  # what a word of the title counts


def read_terms(title: str, abstract: str, in_title: int = _IN_TITLE) -> dict[str, int]:
    """Count the words of a paper; each of the title counts `in_title` times."""
    counts: Counter[str] = Counter()
    for text, times in ((title, in_title), (abstract, 1)):
        for word in map(_stem, _WORD.findall(text[:_LARGEST].casefold())):
            if not word.isdigit() and word not in _EMPTY:
                counts[word] += times
    return counts


def _stem(word: str) -> str:
    """Return an English plural as the singular; everything else as it is."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


class Weighting:
    """How telling each term is among some texts: rare ones weigh more."""

    def __init__(self, texts: Sequence[Terms]) -> None:
        self._texts = len(texts)
        self._found: Counter[str] = Counter()
        for terms in texts:
            self._found.update(terms.keys())

    def vector(self, terms: Terms) -> Terms:
        """Return the heaviest terms of a text, as a vector of length 1; empty where it has none."""
        weights = {
            term: (1 + math.log(count)) * math.log((1 + self._texts) / (1 + self._found[term]))
            for term, count in terms.items()
        }
        heaviest = sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:_KEPT]
        length = math.sqrt(sum(weight * weight for _, weight in heaviest))
        return {term: weight / length for term, weight in heaviest} if length else {}


class VectorIndex:
    """Vectors, found by their terms."""

    def __init__(self, vectors: Iterable[Terms]) -> None:
        self._size = 0
        self._found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for vector in vectors:
            for term, weight in vector.items():
                self._found[term].append((self._size, weight))
            self._size += 1

    def compare(self, vector: Terms) -> list[float]:
        """Return how much a vector is like each one, 0 to 1."""
        likeness = [0.0] * self._size
        for term, weight in vector.items():
            for place, other in self._found.get(term, ()):
                likeness[place] += weight * other
        return likeness
