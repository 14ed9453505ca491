"""digest check: published summaries, checked again against the papers."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from shutil import get_terminal_size

import click

from digest import posts
from digest.adapters import store
from digest.commands import terminal
from digest.commands.context import Context
from digest.commands.options import config_option, log_option
from digest.commands.progress import Sink
from digest.commands.result import DONE, EXPECTED_ERROR, Result
from digest.config import series_of
from digest.errors import ArchiveError
from digest.model.text import counted
from digest.pipeline import recheck
from digest.pipeline.paper_tools import PaperTools, open_paper_tools


@click.command()
@click.argument("names", nargs=-1, metavar="[DAY|POST]...")
@config_option
@log_option
@click.pass_obj
def command(context: Context, names: tuple[str, ...], config_path: Path, log_format: str) -> int:
    """Re-check published summaries against the papers, which are fetched again.

    DAY is a day of this archive, POST a post's file; default: the newest post.
    Exits with 1 if something was not confirmed or could not be checked.
    """
    config, rows = context.config(config_path), []
    several = series_of(config)
    with context.progress(log_format) as sink, ExitStack() as stack:
        deadline = context.deadline(config.run.time_limit)
        opened = open_paper_tools(config, stack, now=context.now, report=sink, deadline=deadline)
        for tools, path in _posts([opened.of_series(one) for one in several], names):
            rows += [(path.name, result) for result in _rechecked(path, tools, sink)]
    headings = ("post", "paper", "read", "check", "what")
    found = [cells for file, result in rows for cells in _cells(file[:10], result)]
    table = terminal.aligned(headings, found, get_terminal_size().columns).rstrip("\n")
    total, confirmed = _total([result for _, result in rows])
    lines = (table, total) if table else (total,)
    return context.print_result(Result(lines, DONE if confirmed else EXPECTED_ERROR, lines_required=True))


def _posts(everywhere: Sequence[PaperTools], names: Sequence[str]) -> Iterator[tuple[PaperTools, Path]]:
    """Yield the posts of all series, each with what checks it. Raises ArchiveError where no series has one of them."""
    for name in names or ("",):
        found, errors = [], []
        for tools in everywhere:
            try:
                found += [(tools, path) for path in tools.archive.find_posts([name] if name else ())]
            except ArchiveError as error:
                errors.append(error)
        if not found:
            raise errors[0]
        # One that is named by its path is found by every series, and belongs to the one in whose folder it is.
        found.sort(key=lambda one: one[1].resolve().parent == one[0].archive.posts.resolve())
        yield from {path.resolve(): (tools, path) for tools, path in found}.values()


def _total(results: list[recheck.Rechecked]) -> tuple[str, bool]:
    """Return the last line, and whether everything could be checked and was confirmed."""
    unchecked = sum(bool(result.error) for result in results)
    found = sum(bool(result.findings) for result in results)
    parts = [f"{len(results) - unchecked} checked"]
    parts += [f"{found} with findings"] if found or not unchecked else []
    parts += [f"{unchecked} could not be checked"] if unchecked else []
    return f"{counted(len(results), 'entry')}: {', '.join(parts)}", not (found or unchecked)


def _rechecked(path: Path, tools: PaperTools, report: Sink) -> Iterator[recheck.Rechecked]:
    edition = tools.archive.load(path.stem) or tools.archive.load(path.stem[:10])
    if edition and edition.mentions and edition.written and edition.written.file == path.name:
        return iter(())  # a post in a form of its own: there is no summary to check
    try:
        post = posts.parse((store.read(path) or b"").decode())
    except UnicodeDecodeError as cause:
        raise ArchiveError(f"{path}: cannot be read: not UTF-8") from cause
    return recheck.recheck(
        post,
        edition,
        enrich=tools.enrich,
        read=tools.read_anew,
        check=tools.check,
        pool=tools.pool,
        report=report,
    )


def _cells(day: str, result: recheck.Rechecked) -> Iterator[tuple[str, ...]]:
    """Yield a row of the table for each thing that is wrong with an entry."""
    if result.error:
        yield day, result.paper.id, "-", "-", result.error
    for finding in result.findings:
        yield day, result.paper.id, result.origin, finding.check, finding.what
