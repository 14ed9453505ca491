"""Editions → the figures of an archive: days, papers, coverage, failures, tokens and cost, models. Pure.

Counts what the editions say; a post without an edition is not in it. Weeks and topics are those of the trends page,
counted by the same function (see `digest.model.weekly`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from digest.commands.context import Context
from digest.commands.options import config_option
from digest.commands.result import Result
from digest.model import Edition, Usage, weekly


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
    usage: Usage = Usage()

    @property
    def coverage(self) -> float | None:
        """The share of the chosen papers that were published, 0 to 1; None where none was chosen."""
        chosen = self.published + self.failed
        return self.published / chosen if chosen else None


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of an archive."""

    days: int = 0
    papers: int = 0
    """Published papers; one that was published on two days counts once."""
    months: tuple[Month, ...] = ()
    """Oldest first."""
    failures: tuple[tuple[str, str, int], ...] = ()
    """Stage, reason without its particulars, number; most first."""
    models: tuple[tuple[str, int], ...] = ()
    """Model (or `imported`, `extractive`) and entries made with it; most first."""
    origins: tuple[tuple[str, int], ...] = ()
    usage: Usage = Usage()
    trends: weekly.Weeks = weekly.Weeks()


def stats(editions: Iterable[Edition]) -> Stats:
    """Count. A post of named papers counts its papers and what they cost, but is no day."""
    every = sorted(editions, key=lambda edition: edition.name)
    entries = [entry for edition in every for entry in edition.entries]
    failures = Counter((skip.stage, _kind(skip.reason)) for edition in every for skip in edition.skips)
    models = Counter(entry.provenance.model or entry.provenance.backend or entry.provenance.origin for entry in entries)
    origins = Counter(entry.provenance.origin for entry in entries)
    months = sorted({f"{edition.day:%Y-%m}" for edition in every})
    made = tuple(_month(month, [one for one in every if f"{one.day:%Y-%m}" == month]) for month in months)
    return Stats(
        days=sum(month.days for month in made),
        papers=len({entry.paper.id for entry in entries}),
        months=made,
        failures=tuple((stage, reason, number) for (stage, reason), number in _ranked(failures)),
        models=tuple(_ranked(models)),
        origins=tuple(_ranked(origins)),
        usage=sum((month.usage for month in made), Usage()),
        trends=weekly.count((edition.day, entry.summary.topics) for edition in every for entry in edition.entries),
    )


def to_json(found: Stats) -> bytes:
    """Write the figures as JSON, coverage included. The same archive gives the same bytes."""
    plain = msgspec.to_builtins(found)
    for month, shown in zip(found.months, plain.get("months", []), strict=True):
        shown["coverage"] = None if month.coverage is None else round(month.coverage, 4)
    return msgspec.json.format(msgspec.json.encode(plain), indent=1)


def rows(found: Stats) -> list[tuple[str, ...]]:
    """Return the table of months: a heading, a row per month, the sum."""
    heading = ("month", "days", "empty", "listed", "published", "failed", "left out", "coverage", "tokens", "cost")
    months = [_row(month.month, month) for month in found.months]
    whole = Month(
        month="all",
        days=found.days,
        empty=sum(month.empty for month in found.months),
        listed=sum(month.listed for month in found.months),
        published=sum(month.published for month in found.months),
        failed=sum(month.failed for month in found.months),
        left_out=sum(month.left_out for month in found.months),
        usage=found.usage,
    )
    return [heading, *months, _row("all", whole)]


def lines(found: Stats) -> list[str]:
    """Return everything as lines of text: the months, then what failed and why, models and origins."""
    shown = _aligned(rows(found))
    for title, counted in (("models", found.models), ("read from", found.origins)):
        shown += ["", f"{title}: {', '.join(f'{name} {number:,}' for name, number in counted) or '-'}"]
    if found.failures:
        shown += ["", *_aligned([("failed at", "papers", "reason"), *((s, f"{n:,}", r) for s, r, n in found.failures)])]
    return shown


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Align columns: numbers to the right, the first and a last one of words to the left."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    words = {0, *(() if table[0][-1] != "reason" else (len(widths) - 1,))}
    return [
        "  ".join(
            cell.ljust(width) if column in words else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def _row(name: str, month: Month) -> tuple[str, ...]:
    numbers = (month.days, month.empty, month.listed, month.published, month.failed, month.left_out)
    tokens = month.usage.input_tokens + month.usage.output_tokens
    return (
        name,
        *(f"{number:,}" for number in numbers),
        "-" if month.coverage is None else f"{month.coverage:.0%}",
        f"{tokens:,}",
        "-" if month.usage.cost is None else f"${month.usage.cost:.2f}",
    )


def _month(name: str, editions: Sequence[Edition]) -> Month:
    days = [edition for edition in editions if edition.name == str(edition.day)]
    spent = [one.provenance.usage for edition in editions for one in edition.entries]
    spent += [skip.usage for edition in editions for skip in edition.skips]
    return Month(
        month=name,
        days=sum(bool(edition.entries) for edition in days),
        empty=sum(not edition.entries for edition in days),
        listed=sum(len(edition.papers) for edition in editions),
        published=sum(len(edition.entries) for edition in editions),
        failed=sum(len(edition.skips) for edition in editions),
        left_out=sum(len(edition.exclusions) for edition in editions),
        usage=sum(spent, Usage()),
    )


def _kind(reason: str) -> str:
    """Take ids, paths, numbers and advice out of a reason, so that reasons of one kind are counted together."""
    bare = re.sub(r"\(.*?\)|'[^']*'|/\S+", "…", reason.partition(" — ")[0][:1_000])
    return re.sub(r"\d[\d.,:v]*", "N", bare).strip()[:80]


def _ranked(counter: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, including the trends data.")
@config_option
@click.pass_obj
def command(context: Context, as_json: bool, config_path: Path) -> int:
    """Count days, papers, coverage, failures, tokens, cost and models.

    Counts editions; only posts that were built or imported have one.
    """
    archive = context.archive(context.config(config_path))
    found = stats(edition for name in archive.names() if (edition := archive.load(name)))
    shown = (to_json(found).decode(),) if as_json else tuple(lines(found))
    return context.print_result(Result(shown, warnings=tuple(archive.unreadable()), lines_required=True))
