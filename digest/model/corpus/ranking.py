"""The best papers of several days: by votes, and by what a reader follows. Pure."""

from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest

from digest.model.editions import Entry
from digest.model.selection import Reason


def taste_points(reasons: Iterable[Reason]) -> float:
    """Return what a paper has for being what a reader likes: its score without the votes."""
    return round(sum(one.points for one in reasons if one.kind != "votes"), 4)


def by_votes(entries: Sequence[Entry]) -> list[Entry]:
    """Put entries in the order of their votes; those with as many stay as they stand."""
    return sorted(entries, key=lambda entry: -(entry.paper.upvotes or 0))


def by_taste(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that have any points for a taste, the most first."""
    liked = [entry for entry in by_votes(entries) if taste_points(entry.reasons) > 0]
    return sorted(liked, key=lambda entry: -taste_points(entry.reasons))


def noted(entries: Sequence[Entry], most: int) -> list[Entry]:
    """Return the best by either, in turns."""
    pairs = zip_longest(by_votes(entries), by_taste(entries))
    found = {entry.paper.id: entry for entry in chain.from_iterable(pairs) if entry}
    return list(found.values())[:most]
