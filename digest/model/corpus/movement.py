"""Which topics rise and fall from some papers to others. Pure."""

from collections import Counter
from typing import NamedTuple

_MOVED = 4  # topics that rise, and that fall
_LEAST = 2  # papers that a topic needs on one of the two sides

ANY = ""
"""Stands in counts for all papers that have any topic."""


class Movement(NamedTuple):
    """A topic: its papers, its share of the papers that have topics in percent, and the share before."""

    topic: str
    number: int
    now: int
    then: int


Movements = tuple[list[Movement], list[Movement]]
"""Those that rose and those that fell, the most first."""


def moved(now: Counter[str], then: Counter[str]) -> Movements:
    """Return the topics whose share rose and fell most; none where either side knows no topics.

    Counts are topic → papers, with those of `ANY`.
    """
    if not (now[ANY] and then[ANY]):
        return [], []
    totals = [max(1, count[ANY]) for count in (now, then)]
    moves = [
        Movement(topic, now[topic], round(100 * now[topic] / totals[0]), round(100 * then[topic] / totals[1]))
        for topic in now.keys() | then.keys()
        if topic != ANY and max(now[topic], then[topic]) >= _LEAST
    ]
    ranked = sorted(moves, key=lambda one: (one.then - one.now, one.topic))
    rising = [one for one in ranked if one.now > one.then]
    falling = [one for one in reversed(ranked) if one.now < one.then]
    return rising[:_MOVED], falling[:_MOVED]
