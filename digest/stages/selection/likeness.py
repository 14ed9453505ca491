"""How much papers are like the examples of a reader."""

import heapq
import math
from collections.abc import Callable, Sequence

from digest.model import Example, Paper
from digest.model.corpus.terms import VectorIndex, Weighting, read_terms
from digest.model.corpus.vectors import Embedding, NearVectors, text_of

_NEAREST = 5
"""Examples that a paper is compared by: it need not be like a library of several themes as a whole."""


class TermLikeness:
    """Compares papers with examples by their words."""

    def __init__(self, examples: Sequence[Example], half_life: int = 0) -> None:
        """`half_life` are days after which an example weighs half as much as the newest one; 0 weighs all alike."""
        self.examples = examples
        self._terms = [read_terms(example.title, example.abstract) for example in examples]
        self._weights = ages(examples, half_life)

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
        weighed = heapq.nlargest(
            _NEAREST,
            (
                (amount * self._weights[place], -place)
                for place, amount in enumerate(alike)
                if amount and not _same(paper, self.examples[place])
            ),
        )
        if not weighed:
            return 0.0, "", 0.0
        nearest = -weighed[0][1]
        compared = min(_NEAREST, len(self.examples))
        mean = min(1.0, sum(amount for amount, _ in weighed) / compared)
        return math.sqrt(mean), self.examples[nearest].title, min(1.0, alike[nearest])


class VectorLikeness:
    """Compares papers with examples by the vectors of both; by their words where those are not to be had."""

    def __init__(self, by_words: TermLikeness, vectors: Callable[[Sequence[str]], Sequence[Embedding] | None]) -> None:
        """`vectors` returns those of texts, in their order, or None."""
        self._by_words, self._vectors = by_words, vectors

    def __call__(self, papers: Sequence[Paper]) -> list[tuple[float, str, float]]:
        """Return what TermLikeness returns, with cosines of vectors."""
        texts = [text_of(one.title, one.abstract) for one in self._by_words.examples]
        texts += [text_of(one.title, one.abstract) for one in papers]
        found = self._vectors(texts) if papers else None
        if not found:
            return self._by_words(papers)
        examples = len(self._by_words.examples)
        usual = _usual([vector.numbers for vector in found[examples:]])
        apart = [[number - mean for number, mean in zip(vector.numbers, usual, strict=True)] for vector in found]
        index = NearVectors(apart[:examples])
        return [
            self._by_words.near(paper, index.compare(vector))
            for paper, vector in zip(papers, apart[examples:], strict=True)
        ]


def _usual(vectors: Sequence[Sequence[float]]) -> list[float]:
    """Return what the papers of a day have in common, less of it the fewer they are.

    Models turn all texts of one field into much the same direction; only what is left tells them apart, and how much
    that is differs from model to model.
    """
    return [sum(numbers) / (len(vectors) + 1) for numbers in zip(*vectors, strict=True)]


def _same(paper: Paper, example: Example) -> bool:
    """Return whether an example is the paper itself, which says nothing of how much it is like the others."""
    return paper.id == example.id or paper.title.casefold() == example.title.casefold()


def ages(examples: Sequence[Example], half_life: int) -> list[float]:
    """Return the weight of each example by its age beside the newest one; one without a date counts as the oldest."""
    days = [example.added for example in examples if example.added]
    if not days or not half_life:
        return [1.0] * len(examples)
    newest, oldest = max(days), min(days)
    return [0.5 ** ((newest - (example.added or oldest)).days / half_life) for example in examples]
