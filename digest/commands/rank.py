"""digest rank: the table of a day's papers by score, before anything is spent."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

import click

from digest.commands import terminal
from digest.commands.context import Context
from digest.commands.options import DayParam, config_option, log_option, profile_option
from digest.commands.result import Result
from digest.commands.runs import chosen
from digest.model import Exclusion, Paper, Selection
from digest.model.text import counted, shorten
from digest.pipeline.days import ranked
from digest.posts.reasons import explain, score


@click.command()
@click.option("--date", "day", type=DayParam(), default="yesterday", show_default=True, help="The day to rank.")
@profile_option
@config_option
@log_option
@click.pass_obj
def command(context: Context, day: date, profile: str | None, config_path: Path, log_format: str) -> int:
    """Show how a day's papers are ranked, and why. Asks no model.

    The list is fetched anew. The first rows, as many as selection.limit, are
    what a build would read; papers that are published already are left out.
    """
    config = chosen(context.config(config_path), profile)[0]
    with context.progress(log_format) as sink, ExitStack() as stack:
        deadline = context.deadline(config.run.time_limit)
        found = ranked.rank_day(day, config, stack, now=context.now, report=sink, deadline=deadline, **context.keys())
    words = context.templates(config).words(config.language)
    rows = [_row(place, paper, found, words) for place, paper in enumerate(found.chosen, 1)]
    rows += [_left_out(one, words) for one in found.exclusions]
    table = terminal.aligned(("", "score", "paper", "why"), rows, get_terminal_size().columns).rstrip("\n")
    total = f"{day}: {counted(len(rows), 'paper')} listed, {len(found.chosen)} to read"
    return context.print_result(Result((table, total) if table else (total,), lines_required=True))


def _row(place: int, paper: Paper, found: Selection, words: Mapping[str, Any]) -> tuple[str, ...]:
    reasons = found.reasons.get(paper.id, ())
    return str(place), score(reasons), shorten(paper.title, 60), explain(reasons, words, points=True)


def _left_out(one: Exclusion, words: Mapping[str, Any]) -> tuple[str, ...]:
    why = f"{one.rule} {one.detail}".rstrip()
    reasons = explain(one.reasons, words, points=True)
    return "-", score(one.reasons), shorten(one.paper.title, 60), f"{why}; {reasons}" if reasons else why
