"""How alike texts are, by rapidfuzz, imported where the first two are compared: 6 MB that who checks nothing spares."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import import_module
from typing import Any


@cache
def _rapidfuzz(part: str) -> Any:
    return import_module(f"rapidfuzz.{part}")


def ratio(one: str, other: str) -> float:
    """Return how alike two texts are, 0 to 100."""
    return float(_rapidfuzz("fuzz").ratio(one, other))


def partial_ratio(short: str, long: str) -> float:
    """Return how much a text is like the part of another that is most like it, 0 to 100."""
    return float(_rapidfuzz("fuzz").partial_ratio(short, long))


def distance(one: str, other: str) -> int:
    """Return how many letters must be put in, left out or exchanged to make one of the other."""
    return int(_rapidfuzz("distance").Levenshtein.distance(one, other))


def steps(asked: Sequence[str], there: Sequence[str]) -> Iterable[Any]:
    """Return the steps that make the second row of words of the first: `tag`, and where in both it begins and ends."""
    found: Iterable[Any] = _rapidfuzz("distance").Levenshtein.opcodes(asked, there)
    return found


def nearest(name: str, words: Iterable[str], made: Callable[[Any], str], least: int) -> str:
    """Return the word that is most like a name where it is `least` alike, 0 to 100; `made` simplifies both."""
    best = _rapidfuzz("process").extractOne(
        name, words, scorer=_rapidfuzz("fuzz").ratio, processor=made, score_cutoff=least
    )
    return str(best[0]) if best else ""
