"""digest check: what is published, checked again against the papers."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import get_terminal_size

import click

from digest import posts
from digest.adapters import store
from digest.commands import terminal
from digest.commands.context import Context
from digest.commands.options import config_option, log_option
from digest.commands.result import DONE, EXPECTED_ERROR, Result
from digest.errors import ArchiveError
from digest.model.text import counted
from digest.pipeline import assembly, recheck


@click.command()
@click.argument("names", nargs=-1, metavar="[DAY|POST]...")
@config_option
@log_option
@click.pass_obj
def command(context: Context, names: tuple[str, ...], config_path: Path, log_format: str) -> int:
    """Check what is published again, against the papers fetched anew.

    DAY is a day of this archive, POST a post's file; without any, the newest
    post. Exits with 1 when something could not be confirmed.
    """
    config, rows = context.config(config_path), []
    with context.progress(log_format) as sink, ExitStack() as stack:
        deadline = context.deadline(config.run.time_limit)
        tools = assembly.open_paper_tools(config, stack, now=context.now, report=sink, deadline=deadline)
        for path in tools.archive.find_posts(names):
            rows += [(path.name, result) for result in _rechecked(path, tools)]
    wrong = sum(result.wrong for _, result in rows)
    total = f"{counted(len(rows), 'entry')} checked, {wrong} with something to look at"
    headings = ("post", "paper", "read", "check", "what")
    found = [cells for file, result in rows for cells in _cells(file[:10], result)]
    table = terminal.aligned(headings, found, get_terminal_size().columns).rstrip("\n")
    lines = (table, total) if table else (total,)
    return context.print_result(Result(lines, EXPECTED_ERROR if wrong else DONE, lines_required=True))


def _rechecked(path: Path, tools: assembly.PaperTools) -> Iterator[recheck.Rechecked]:
    try:
        post = posts.parse((store.read(path) or b"").decode())
    except UnicodeDecodeError as cause:
        raise ArchiveError(f"{path}: cannot be read: not UTF-8") from cause
    edition = tools.archive.load(path.stem) or tools.archive.load(path.stem[:10])
    return recheck.recheck(post, edition, enrich=tools.enrich, read=tools.read_anew, check=tools.check, pool=tools.pool)


def _cells(day: str, result: recheck.Rechecked) -> Iterator[tuple[str, ...]]:
    """Yield a row of the table for each thing that is wrong with an entry."""
    if result.trouble:
        yield day, result.paper.id, "-", "-", result.trouble
    for finding in result.findings:
        yield day, result.paper.id, result.origin, finding.check, finding.what
