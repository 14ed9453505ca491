"""digest stats: the figures of an archive, as a table or JSON."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec

from digest.adapters.store import Archive, KnownFiles, Reviews
from digest.adapters.store.known import edition
from digest.commands.context import Context
from digest.commands.options import config_option, profile_option
from digest.commands.result import Result
from digest.commands.runs import chosen
from digest.commands.stats.editions import EditionCount, count
from digest.commands.stats.figures import Month, Stats, stats, to_json
from digest.errors import ArchiveError
from digest.model.text import enumerated

_FINDING = "count 1"
"""Rises when other things are counted."""
_WIDTH = 80  # columns of a terminal
_MANY = 10_000_000  # tokens


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
        never=len(found.never),
        usage=found.usage,
    )
    return [heading, *months, _row("all", whole)]


def lines(found: Stats) -> list[str]:
    """Return everything as lines of text: the months, then what failed and why, models and origins."""
    shown = _aligned(rows(found))
    if found.never:
        shown += ["", f"never built: {enumerated(found.never)}"]
    for title, counted in (("models", found.models), ("read from", found.origins)):
        shown += ["", f"{title}: {', '.join(f'{name} {number:,}' for name, number in counted) or '-'}"]
    if found.failures:
        shown += ["", *_aligned([("failed at", "papers", "reason"), *((s, f"{n:,}", r) for s, r, n in found.failures)])]
    return shown


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Align columns: numbers to the right, the first and a last one of words to the left; closer where it gets wide."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    numbers = widths if table[0][-1] != "reason" else widths[:-1]
    gap = "  " if sum(numbers) + 2 * (len(numbers) - 1) <= _WIDTH else " "
    words = {0, *(() if table[0][-1] != "reason" else (len(widths) - 1,))}
    return [
        gap.join(
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
        f"{tokens:,}" if tokens < _MANY else f"{tokens / 1e6:,.1f}M",
        "-" if month.usage.cost is None else f"${month.usage.cost:.2f}",
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, including the trends data.")
@profile_option
@config_option
@click.pass_obj
def command(context: Context, as_json: bool, profile: str | None, config_path: Path) -> int:
    """Count days, papers, coverage, failures, tokens, cost and models.

    Counts editions of one series, the first language's; only posts that were built or imported have one. Coverage
    is the share of the chosen papers that were published, times the share of
    the days between the first and the last edition that were built.
    """
    config = chosen(context.config(config_path), profile)[0]
    archive = context.archive(config)
    broken: list[str] = []
    editions = list(counted(archive, config.paths.cache, broken.append))
    found = stats(editions, archive.holes(), list(Reviews(archive.data).all()))
    shown = (to_json(found).decode(),) if as_json else tuple(lines(found))
    warnings = (*archive.unreadable(), *(f"digest: left out: {one}" for one in broken))
    return context.print_result(Result(shown, warnings=warnings, lines_required=True))


def counted(archive: Archive, cache: Path, tell: Callable[[str], None] = lambda _: None) -> Iterator[EditionCount]:
    """Yield what is counted of each edition; `tell` is called with what is wrong with one that cannot be read.

    Only those are read that changed since the last time.
    """
    files = KnownFiles(cache / "stats")
    for name in archive.names():
        try:
            found = files.of(archive.edition_path(name), _FINDING, partial(_count, name=name))
        except ArchiveError as error:
            tell(str(error))
            continue
        yield msgspec.convert(found, EditionCount)
    files.save()


def _count(raw: bytes, name: str) -> Any:
    return msgspec.to_builtins(count(edition(raw, name)))
