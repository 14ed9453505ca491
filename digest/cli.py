"""The command line: a table of commands, and the one boundary that turns errors and signals into words.

With `commands/context.py` the only code that prints, exits, reads the clock or the environment.
"""

import errno
import io
import itertools
import os
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module

import click

from digest.adapters.process import signals, streams
from digest.adapters.process.interruption import Interrupted, Interruption
from digest.commands.context import Context
from digest.commands.result import DONE, EXPECTED_ERROR
from digest.errors import ConfigError, DigestError

USAGE, BUG, INTERRUPTED = 2, 3, 130
COMMANDS = {
    "build": ("build", "Build everything due, or one day."),
    "backfill": ("backfill", "Build the missing days of a date range."),
    "check": ("check", "Re-check published summaries against the papers."),
    "redo": ("redo", "Write one published entry anew."),
    "remove": ("remove", "Take a paper off, for example for its author."),
    "render": ("render", "Rewrite posts from their editions, offline."),
    "site": ("site", "Build the static site; --serve previews it."),
    "notify": ("notify", "Send the day's papers by mail or chat."),
    "import": ("import_", "Bring existing posts into this digest."),
    "export": ("export", "Export papers to Obsidian, Zotero, CSV or JSON."),
    "mcp": ("mcp", "Serve the archive to language models, read-only."),
    "publish": ("publish", "Commit new posts and editions, optionally push."),
    "stats": ("stats", "Count days, papers, failures, tokens and cost."),
    "taste": ("taste", "Propose weights from papers that you like."),
    "rank": ("rank", "Show how a day's papers are ranked, and why."),
    "ledger": ("ledger", "Show what happened to each paper of a day."),
    "init": ("init", "Create a digest, or add one to a Jekyll blog."),
    "config": ("config", "Print settings, JSON Schema or template folder."),
    "doctor": ("doctor", "Check that a nightly run has what it needs."),
    "demo": ("demo", "Try it offline with recorded data, no key needed."),
}
"""Command → its module in `commands/`, and its line in the help."""
_EXHAUSTED = {
    errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT, errno.EAGAIN, errno.EIO, errno.EROFS,
}  # fmt: skip
"""Errors of the system that say that there is no more of something."""


class _Commands(click.Group):
    """The commands of the table; only the one that is asked for is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"digest.commands.{COMMANDS[cmd_name][0]}").command
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from digest.adapters import installation  # noqa: PLC0415 - takes as long as the help

        click.echo(f"digest, version {installation.version()}")
        context.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Read the day's machine-learning papers, and publish checked summaries of them.

    Exit codes: 0 success, 1 error, 2 usage, 3 bug, 4 partial (rerun to retry),
    128 + signal number if interrupted (130 after Ctrl-C).
    """


def main() -> None:
    """Run the command line and exit with its code."""
    interruption, code = Interruption(), DONE
    with streams.lossy() as output:
        context = Context(interruption, output, as_json=_wants_json(sys.argv[1:]))
        worded = partial(context.format_error, "interrupted")
        with suppress(Interrupted), signals.watched(interruption, worded):
            code = _run(context)
    if interruption.signal:
        os._exit(128 + interruption.signal)  # all is closed; the interpreter's own end takes a second on a busy machine
    signals.ignore()
    sys.exit(code)


def _wants_json(words: list[str]) -> bool:
    """Return whether errors are to be JSON, also where the rest of the command line is wrong."""
    values = [
        word.partition("=")[2] or after
        for word, after in itertools.pairwise([*words, ""])
        if word.partition("=")[0] == "--log-format"
    ]
    return "json" in values


def _run(context: Context) -> int:
    try:
        _require_working_folder()
        return int(cli.main(standalone_mode=False, obj=context) or DONE)
    except click.ClickException as error:
        event, code = ("usage", USAGE) if isinstance(error, click.UsageError) else ("error", EXPECTED_ERROR)
        shown = io.StringIO()
        error.show(shown)
        context.print_error(event, error.format_message(), plain=shown.getvalue().rstrip("\n"), exit=code)
        return code
    except click.Abort:
        context.print_error("interrupted", "cancelled; nothing was done", exit=INTERRUPTED)
        return INTERRUPTED
    except Exception as error:
        if context.interruption.signal:
            raise Interrupted from error
        if expected := _expected(error):
            context.print_error("error", str(expected), exit=EXPECTED_ERROR)
            return EXPECTED_ERROR
        from digest.adapters import installation  # noqa: PLC0415 - as above

        report = context.redact(installation.bug_report(sys.argv[1:]))
        context.print_error("bug", "this is a bug in digest", plain=report, report=report, exit=BUG)
        return BUG


def _require_working_folder() -> None:
    try:
        os.getcwd()  # noqa: PTH109 - pathlib takes as long to import as the command's table
    except FileNotFoundError as cause:
        raise ConfigError("the working folder was deleted", hint="change to another one") from cause


def _expected(error: Exception) -> DigestError | None:
    """Return what to say of an error that is no bug: one of ours, or a machine that has no more to give."""
    if isinstance(error, DigestError):
        return error
    if isinstance(error, MemoryError) or _is_out_of_memory(error):
        return DigestError("not enough memory", hint="check ulimit -v, or lower llm.max_concurrency")
    if isinstance(error, ImportError):
        return DigestError(f"{error.name or 'a library'} cannot be loaded: {error}", hint="reinstall digest")
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return DigestError("cannot start another thread", hint="check ulimit -u, or lower llm.max_concurrency")
    if isinstance(error, OSError) and error.errno in _EXHAUSTED:
        return DigestError(f"{error.filename or 'this machine'}: {error.strerror}", hint="check ulimit -a and df")
    return None


def _is_out_of_memory(error: Exception) -> bool:
    """Return whether memory ran out below Python: in the loader of a library, or where the error itself got lost."""
    if isinstance(error, ImportError):
        return "failed to map segment" in str(error) or "Cannot allocate memory" in str(error)
    return isinstance(error, SystemError) and ("NULL without" in str(error) or "without exception set" in str(error))
