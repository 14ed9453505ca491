"""How much papers are like the examples of a reader."""

import heapq
from collections.abc import Sequence

from digest.model import Example, Paper
from digest.stages.selection.terms import Terms, VectorIndex, Weighting, read_terms

_NEAREST = 5
"""Examples that a paper is compared by: it need not be like a library of several themes as a whole."""


class TermLikeness:
    """Compares papers with examples by their words."""

    def __init__(self, examples: Sequence[Example], half_life: int = 0) -> None:
        """`half_life` are days after which an example weighs half as much as the newest one; 0 weighs all alike."""
        self._titles = [example.title for example in examples]
        self._terms = [read_terms(example.title, example.abstract) for example in examples]
        self._weights = ages(examples, half_life)

    def __call__(self, papers: Sequence[Paper]) -> list[tuple[float, str, float]]:
        """Return of each paper its likeness, the title of the nearest example, and how much it is like that one."""
        read = [read_terms(paper.title, paper.abstract) for paper in papers]
        # By the day alone: among many examples of one theme its very words would be those that are nothing special.
        weighting = Weighting(read)
        index = VectorIndex(map(weighting.vector, self._terms))
        return [self._near(weighting.vector(terms), index) for terms in read]

    def _near(self, vector: Terms, index: VectorIndex) -> tuple[float, str, float]:
        alike = index.compare(vector)
        weighed = heapq.nlargest(
            _NEAREST,
            (
                (amount * weight, -place)
                for place, (amount, weight) in enumerate(zip(alike, self._weights, strict=True))
            ),
        )
        if not weighed or not weighed[0][0]:
            return 0.0, "", 0.0
        nearest = -weighed[0][1]
        return sum(amount for amount, _ in weighed) / len(weighed), self._titles[nearest], alike[nearest]


def ages(examples: Sequence[Example], half_life: int) -> list[float]:
    """Return the weight of each example by its age beside the newest one; one without a date counts as the oldest."""
    days = [example.added for example in examples if example.added]
    if not days or not half_life:
        return [1.0] * len(examples)
    newest, oldest = max(days), min(days)
    return [0.5 ** ((newest - (example.added or oldest)).days / half_life) for example in examples]
