"""How much papers are like the examples of a reader."""

import heapq
import math
from collections.abc import Sequence
from operator import mul, sub

from digest.model import Example, Paper
from digest.model.corpus.terms import VectorIndex, Weighting, read_terms
from digest.model.corpus.vectors import NearVectors, VectorsOf, common, text_of, unit

_NEAREST = 5
"""Examples that a paper is compared by: it need not be like a library of several themes as a whole."""


class TermLikeness:
    """Compares papers with examples by their words."""

    def __init__(self, examples: Sequence[Example], half_life: int = 0) -> None:
        """`half_life` are days after which an example weighs half as much as the newest one; 0 weighs all alike."""
        self.examples = examples
        self._terms = [read_terms(example.title, example.abstract) for example in examples]
        self._weights = ages(examples, half_life)
        self._places: dict[str, list[int]] = {}
        for place, example in enumerate(examples):
            for name in (example.id, example.title.casefold()):
                self._places.setdefault(name, []).append(place)

    def __call__(self, papers: Sequence[Paper]) -> list[tuple[float, str, float]]:
        """Return of each paper its likeness, the title of the nearest example, and how much it is like that one.

        Likeness is the root of the mean over the nearest examples: it spreads what cosines crowd together near zero.
        """
        read = [read_terms(paper.title, paper.abstract) for paper in papers]
        # By the day alone: among many examples of one theme its very words would be those that are nothing special.
        weighting = Weighting(read)
        index = VectorIndex(map(weighting.vector, self._terms))
        return [
            self.near(paper, index.compare(weighting.vector(terms))) for paper, terms in zip(papers, read, strict=True)
        ]

    def near(self, paper: Paper, alike: Sequence[float]) -> tuple[float, str, float]:
        """Return the same of one paper, by how much it is like each example."""
        weighed = list(map(mul, alike, self._weights))
        for place in (*self._places.get(paper.id, ()), *self._places.get(paper.title.casefold(), ())):
            weighed[place] = 0.0  # the paper itself, which says nothing of how much it is like the others
        near = heapq.nlargest(_NEAREST, range(len(weighed)), key=weighed.__getitem__)
        if not near or not weighed[near[0]]:
            return 0.0, "", 0.0
        compared = min(_NEAREST, len(self.examples))
        mean = min(1.0, sum(weighed[place] for place in near) / compared)
        return math.sqrt(mean), self.examples[near[0]].title, min(1.0, alike[near[0]])


class VectorLikeness:
    """Compares papers with examples by the vectors of both; a paper by its words where it has none."""

    def __init__(self, by_words: TermLikeness, vectors: VectorsOf) -> None:
        """`vectors` returns those of texts in their order, as far as each has one, or None."""
        self._by_words, self._vectors = by_words, vectors

    def __call__(self, papers: Sequence[Paper]) -> list[tuple[float, str, float]]:
        """Return what TermLikeness returns, with cosines of vectors."""
        texts = [text_of(one.title, one.abstract) for one in self._by_words.examples]
        texts += [text_of(one.title, one.abstract) for one in papers]
        found = self._vectors(texts) if papers else None
        if not found:
            return self._by_words(papers)
        size = len(self._by_words.examples)
        units = [unit(vector.numbers) if vector else [] for vector in found]
        shared = common([one for one in units[size:] if one])  # of the day alone, as in TermLikeness
        apart = [list(map(sub, one, shared)) for one in units]
        if not any(apart[:size]) or not any(apart[size:]):
            return self._by_words(papers)
        index = NearVectors([one or [0.0] * len(shared) for one in apart[:size]])
        by_words = [] if all(apart[size:]) else self._by_words(papers)
        return [
            self._by_words.near(paper, index.compare(vector)) if vector else by_words[place]
            for place, (paper, vector) in enumerate(zip(papers, apart[size:], strict=True))
        ]


def ages(examples: Sequence[Example], half_life: int) -> list[float]:
    """Return the weight of each example by its age beside the newest one; one without a date counts as the oldest."""
    days = [example.added for example in examples if example.added]
    if not days or not half_life:
        return [1.0] * len(examples)
    newest, oldest = max(days), min(days)
    return [0.5 ** ((newest - (example.added or oldest)).days / half_life) for example in examples]
