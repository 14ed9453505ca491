"""Maximal marginal relevance: the next paper is the one that has a high score and is not like those before it.

J. Carbonell and J. Goldstein, SIGIR 1998, https://doi.org/10.1145/290941.291025.
"""

from collections.abc import Sequence

from digest.model import Paper
from digest.model.corpus.terms import VectorIndex, Weighting, read_terms


class Spread:
    """Which of ranked papers comes next; with `diversity` 0 simply the next one."""

    def __init__(self, ranked: Sequence[Paper], scores: Sequence[float], diversity: float) -> None:
        self._diversity = diversity
        self._waiting = list(range(len(ranked)))
        self._nearest: list[tuple[float, int]] = [(0.0, -1)] * len(ranked)
        if not diversity:
            return
        low, high = min(scores, default=0.0), max(scores, default=0.0)
        self._merit = [(score - low) / (high - low) if high > low else 0.0 for score in scores]
        read = [read_terms(paper.title, paper.abstract) for paper in ranked]
        weighting = Weighting(read)
        self._vectors = [weighting.vector(terms) for terms in read]
        self._index = VectorIndex(self._vectors)

    def next(self) -> int | None:
        """Return the place of the next paper, each once; None where all were returned."""
        if not self._waiting:
            return None
        best = max(self._waiting, key=self._rank) if self._diversity else self._waiting[0]
        self._waiting.remove(best)
        return best

    def choose(self, place: int) -> None:
        """Take a paper: those like it come later from now on."""
        if self._diversity:
            for other, amount in enumerate(self._index.compare(self._vectors[place])):
                if amount > self._nearest[other][0]:
                    self._nearest[other] = (amount, place)

    def like(self, place: int) -> int | None:
        """Return the place of the chosen paper that a paper is most like; None where it is like none of them."""
        return self._nearest[place][1] if self._nearest[place][1] >= 0 else None

    def _rank(self, place: int) -> tuple[float, int]:
        likeness = self._nearest[place][0]
        return (1 - self._diversity) * self._merit[place] - self._diversity * likeness, -place
