"""Counted editions → the figures of an archive: days, papers, coverage, failures, tokens and cost, models. Pure.

Counts what the editions say; a post without an edition is not in it. Weeks and topics are those of the trends page,
counted by the same function (see `digest.model.weekly`).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import msgspec

from digest.commands.stats.editions import EditionCount
from digest.model import Usage
from digest.model.corpus import weekly
from digest.model.corpus.reviews import Review


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a month's lists."""

    month: str
    """`2025-11`."""
    days: int = 0
    """Days with a post of their own."""
    empty: int = 0
    """Days that had no list, or of whose list nothing was chosen."""
    listed: int = 0
    published: int = 0
    failed: int = 0
    left_out: int = 0
    never: int = 0
    """Days that were never built."""
    usage: Usage = Usage()

    @property
    def coverage(self) -> float | None:
        """The share of the chosen papers that were published times that of the days that were built, 0 to 1.

        None where none was chosen.
        """
        chosen, built = self.published + self.failed, self.days + self.empty
        return self.published / chosen * (built / (built + self.never) if self.never else 1) if chosen else None


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of an archive."""

    days: int = 0
    papers: int = 0
    """Published papers; one that was published on two days counts once."""
    months: tuple[Month, ...] = ()
    """Oldest first."""
    never: tuple[date, ...] = ()
    """The days between the first and the last edition that were never built."""
    failures: tuple[tuple[str, str, int], ...] = ()
    """Stage, reason without its particulars, number; most first."""
    models: tuple[tuple[str, int], ...] = ()
    """Model (or `imported`, `extractive`) and entries made with it; most first."""
    origins: tuple[tuple[str, int], ...] = ()
    usage: Usage = Usage()
    trends: weekly.Weeks = weekly.Weeks()


def stats(editions: Iterable[EditionCount], never: Sequence[date] = (), reviews: Sequence[Review] = ()) -> Stats:
    """Count. A post of named papers counts its papers and what they cost, but is no day. `never` are the holes.

    The overviews of `reviews` count in the month in which they were written, as far as it has any edition.
    """
    every = sorted(editions, key=lambda edition: edition.name)
    months = {month: [*found] for month, found in groupby(every, lambda edition: edition.day[:7])}
    holes = Counter(f"{day:%Y-%m}" for day in never)
    failures = Counter(failure for edition in every for failure in edition.failures)
    made = tuple(
        _month(month, months.get(month, []), holes[month], reviews) for month in sorted(months.keys() | holes.keys())
    )
    return Stats(
        days=sum(month.days for month in made),
        papers=len({id for edition in every for id in edition.papers}),
        months=made,
        never=tuple(never),
        failures=tuple((stage, reason, number) for (stage, reason), number in _ranked(failures)),
        models=tuple(_ranked(Counter(model for edition in every for model in edition.models))),
        origins=tuple(_ranked(Counter(origin for edition in every for origin in edition.origins))),
        usage=sum((month.usage for month in made), Usage()),
        trends=weekly.count(
            (date.fromisoformat(edition.day), paper, topics)
            for edition in reversed(every)
            for paper, topics in zip(edition.papers, edition.topics, strict=True)
        ),
    )


def to_json(found: Stats) -> bytes:
    """Write the figures as JSON, coverage included. The same archive gives the same bytes."""
    plain = msgspec.to_builtins(found)
    for month, shown in zip(found.months, plain.get("months", []), strict=True):
        shown["coverage"] = None if month.coverage is None else round(month.coverage, 4)
    return msgspec.json.format(msgspec.json.encode(plain), indent=1)


def _month(name: str, editions: Sequence[EditionCount], never: int, reviews: Sequence[Review]) -> Month:
    days = [edition for edition in editions if edition.name == edition.day]
    spent = [edition.usage for edition in editions]
    spent += [one.overview.usage for one in reviews if one.overview and f"{one.made:%Y-%m}" == name]
    return Month(
        month=name,
        days=sum(bool(edition.papers) for edition in days),
        empty=sum(not edition.papers for edition in days),
        listed=sum(edition.listed for edition in editions),
        published=sum(len(edition.papers) for edition in editions),
        failed=sum(len(edition.failures) for edition in editions),
        left_out=sum(edition.left_out for edition in editions),
        never=never,
        usage=sum(spent, Usage()),
    )


def _ranked(counter: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
