"""Papers with topics by week: the numbers behind the trends page and `digest stats`. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta

import msgspec

WEEKS = 26
"""How many weeks are looked at, the newest one included."""


class Weeks(msgspec.Struct, frozen=True, omit_defaults=True):
    """The papers that have topics, by week, from the first of the last 26 weeks that has any."""

    mondays: tuple[str, ...] = ()
    totals: tuple[int, ...] = ()
    topics: dict[str, tuple[int, ...]] = {}
    """Topic → papers a week, by name."""


def count(papers: Iterable[tuple[date, str, Collection[str]]], key: Callable[[str], str] = str) -> Weeks:
    """Count papers, each a day, its id and its topics; one that comes twice in a week counts as it comes first.

    `key` names a topic, so that two spellings can be one.
    """
    found = list(papers)
    if not found:
        return Weeks()
    newest = max(day for day, _, _ in found)
    first = newest - timedelta(days=newest.weekday(), weeks=WEEKS - 1)
    totals: Counter[int] = Counter()
    by_topic: dict[str, Counter[int]] = {}
    seen: set[tuple[int, str]] = set()
    for day, paper, topics in found:
        week = (day - first).days // 7
        if week >= 0 and (week, paper) not in seen:
            seen.add((week, paper))
            totals[week] += bool(topics)
            for name in {key(topic) for topic in topics}:
                by_topic.setdefault(name, Counter())[week] += 1
    start = next((week for week in range(WEEKS) if totals[week]), 0)
    span = range(start, WEEKS)
    return Weeks(
        mondays=tuple((first + timedelta(weeks=week)).isoformat() for week in span),
        totals=tuple(totals[week] for week in span),
        topics={name: tuple(weeks[week] for week in span) for name, weeks in sorted(by_topic.items())},
    )
