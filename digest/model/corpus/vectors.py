"""Texts as vectors that a model made of them, kept a byte a number, and how much they are like one another.

Pure Python: what is kept of a paper is small, and few papers are compared with one.
"""

import math
from collections.abc import Callable, Sequence
from operator import mul

from digest.model.ids import Noun

_sumprod: Callable[[Sequence[float], Sequence[float]], float] | None = getattr(math, "sumprod", None)
"""Python's own since 3.12, ten times as fast. Of whole numbers it is the same to the last digit."""
_MOST = 127  # the largest number that is kept
_LONGEST = 4096
_EXACT = 64  # vectors that are compared number by number, of those whose signs are most alike


class Embedding(Noun, frozen=True, kw_only=True):
    """What a model makes of a text. Its length is lost: only its direction says anything."""

    model: str
    """What made it, and how: vectors of different models cannot be compared."""
    values: bytes
    """Its numbers, a signed byte each; the largest one is 127 or -127."""

    def __post_init__(self) -> None:
        """Refuse what has no direction, or would take too long to compare."""
        if not any(self.values) or len(self.values) > _LONGEST:
            raise ValueError(f"{len(self.values)} bytes are not a vector")

    @property
    def numbers(self) -> Sequence[int]:
        """Its numbers, -127 to 127."""
        return memoryview(self.values).cast("b")


def dot(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the sum of the products of two vectors' numbers."""
    return sum(map(mul, one, other)) if _sumprod is None else _sumprod(one, other)


def text_of(title: str, abstract: str) -> str:
    """Return what a paper's vector is made of, the same wherever it is met."""
    return f"{title}\n{abstract}".strip()


def embedding(model: str, numbers: Sequence[float]) -> Embedding:
    """Keep the direction of a vector. Raises ValueError where it has none."""
    largest = max(map(abs, numbers), default=0.0)
    if not largest:
        raise ValueError("a vector without direction")
    return Embedding(model=model, values=bytes(round(_MOST * (number / largest)) & 0xFF for number in numbers))


class NearVectors:
    """Vectors of length 1, of which those nearest to another one are found."""

    def __init__(self, vectors: Sequence[Sequence[float]]) -> None:
        self._vectors = [_unit(vector) for vector in vectors]
        self._signs = [_signs(vector) for vector in vectors]

    def compare(self, vector: Sequence[float]) -> list[float]:
        """Return how much a vector is like each one, 0 to 1; of many 0 for those whose signs are least alike."""
        own, signs = _unit(vector), _signs(vector)
        likeness = [0.0] * len(self._vectors)
        places = list(range(len(self._vectors)))
        if len(places) > _EXACT:
            places = sorted(places, key=lambda place: (signs ^ self._signs[place]).bit_count())[:_EXACT]
        for place in places:
            likeness[place] = max(0.0, dot(own, self._vectors[place]))
        return likeness


def _unit(vector: Sequence[float]) -> list[float]:
    length = math.sqrt(dot(vector, vector))
    return [number / length for number in vector] if length else [0.0] * len(vector)


def _signs(vector: Sequence[float]) -> int:
    return int("".join("1" if number > 0 else "0" for number in vector) or "0", 2)
