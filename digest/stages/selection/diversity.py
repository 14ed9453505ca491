"""Maximal marginal relevance: the next paper is the one that has a high score and is not like those before it.

J. Carbonell and J. Goldstein, SIGIR 1998, https://doi.org/10.1145/290941.291025.
"""

from collections.abc import Sequence

from digest.model import Paper
from digest.stages.selection.terms import VectorIndex, Weighting, read_terms


def spread(
    papers: Sequence[Paper], scores: Sequence[float], limit: int, diversity: float
) -> tuple[list[int], dict[int, int]]:
    """Choose `limit` of the papers, best first: their places; and of those passed over the place of what it is like.

    Passed over is a paper that is among the `limit` highest scores and was not chosen. With `diversity` 0 nothing is.
    """
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    merit = [(score - low) / (high - low) if high > low else 0.0 for score in scores]
    read = [read_terms(paper.title, paper.abstract) for paper in papers]
    weighting = Weighting(read)
    vectors = [weighting.vector(terms) for terms in read]
    index = VectorIndex(vectors)
    nearest = [(0.0, -1)] * len(papers)
    chosen: list[int] = []
    waiting = list(range(len(papers)))
    while waiting and len(chosen) < limit:
        best = max(waiting, key=lambda place: ((1 - diversity) * merit[place] - diversity * nearest[place][0], -place))
        waiting.remove(best)
        chosen.append(best)
        for place, amount in enumerate(index.compare(vectors[best])):
            if amount > nearest[place][0]:
                nearest[place] = (amount, best)
    passed = {place: nearest[place][1] for place in waiting if place < limit and nearest[place][1] >= 0}
    return chosen, passed
