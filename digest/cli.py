"""The command line. The only file that prints, exits, reads the clock or the environment."""

import errno
import io
import itertools
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.adapters.process.interruption import Interrupted, Interruption
from digest.commands import config, daily, keeping

if TYPE_CHECKING:
    from typing import TypeVar

    from digest.adapters.process.streams import Streams
    from digest.commands.progress import Sink
    from digest.commands.result import Said
    from digest.errors import DigestError
    from digest.session import Session
    from digest.stages.notify import Target
    from digest.upkeep import Upkeep

    Opened = TypeVar("Opened", bound=Upkeep)

DONE, EXPECTED_ERROR, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130
_SPENT = {errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT, errno.EAGAIN, errno.EIO, errno.EROFS}
"""Errors of the system that say that there is no more of something."""


def _version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from digest.adapters import installation

        click.echo(f"digest, version {installation.version()}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and exit."
)
def cli() -> None:
    """Read the day's machine-learning papers, and publish checked summaries of them.

    Exit codes: 0 done, 1 an expected error, 2 wrong usage, 3 a bug,
    4 published but some papers failed and the next run tries them again,
    128 and a signal's number where one ended it (130 after Ctrl-C).
    """


for command in (
    daily.build,
    daily.backfill,
    daily.check,
    daily.render,
    daily.site,
    daily.notify,
    keeping.import_,
    keeping.publish,
    keeping.stats,
    keeping.ledger,
    keeping.init,
    config.config,
    keeping.doctor,
    keeping.demo,
):
    cli.add_command(command)


class Terminal:
    """The invocation of a real process: its clock, its environment, its streams."""

    environ: Mapping[str, str] = os.environ

    def __init__(
        self,
        words: Sequence[str] = (),
        interruption: Interruption | None = None,
        output: "Streams | None" = None,
    ) -> None:
        self.interruption = interruption or Interruption()
        self._output = output
        self._as_json = "json" in [
            word.partition("=")[2] or after
            for word, after in itertools.pairwise([*words, ""])
            if word.partition("=")[0] == "--log-format"
        ]

    def session(
        self,
        config_path: Path,
        log_format: str = "auto",
        environ: dict[str, str] | None = None,
        *,
        own: bool = True,
        long: bool = False,
    ) -> "Session":
        """Open a session: settings from the file, the environment (unless not `own`), and `environ` over both."""
        from digest.session import Session

        return self._open(Session, config_path, log_format, environ, own=own, long=long)

    def upkeep(self, config_path: Path, log_format: str = "auto") -> "Upkeep":
        """Open what works with what is there: settings from the file and the environment."""
        from digest.upkeep import Upkeep

        return self._open(Upkeep, config_path, log_format)

    def _open(
        self,
        kind: "type[Opened]",
        config_path: Path,
        log_format: str,
        environ: dict[str, str] | None = None,
        *,
        own: bool = True,
        long: bool = False,
    ) -> "Opened":
        from digest.adapters import redaction as discreet
        from digest.config import load
        from digest.errors import ConfigError

        if own and config_path != Path("config.yaml") and not config_path.is_file():
            raise ConfigError(f"there is no {config_path}", hint="leave --config out to use the defaults")
        config = load(config_path, {**(self.environ if own else {}), **(environ or {})})
        secrets = self.environ if own else {}
        return kind(
            config,
            now=self.now,
            sink=partial(self._sink, log_format, long=long),
            key=secrets.get("OPENAI_API_KEY"),
            targets=_targets(secrets.get(discreet.NOTIFY_URLS, "")),
            alarms=_targets(secrets.get(discreet.NOTIFY_FAILURES_URLS, "")),
            masked=self.discreet,
            interruption=self.interruption,
        )

    def _sink(self, log_format: str, *, long: bool) -> "Sink":
        from digest.commands import progress

        sink = progress.sink(progress.style_for(log_format, sys.stderr), sys.stderr, self.now, long=long)
        return progress.Hushed(sink, lambda: bool(self.interruption.signal))

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        return datetime.now(UTC)

    def say(self, said: "Said") -> int:
        """Print what a command has to say, and return its exit code."""
        for line in said.complaints:
            self.complain("warning", line.removeprefix("digest: "), plain=line)
        for line in said.lines:
            self.echo(line)
        if said.wanted and self._output and (lost := self._output.lost()):
            self.complain("error", f"standard output: {lost}")
            return said.code or EXPECTED_ERROR
        return said.code

    def echo(self, line: str) -> None:
        """Print one line, without secrets and without what commands a terminal or the runner of a workflow."""
        from digest.model.text import printable

        click.echo(printable(self.discreet(line)))

    def complain(self, event: str, text: str, *, plain: str = "", **more: object) -> None:
        """Print on standard error what is wrong, in the form that was asked for."""
        click.echo(self.worded(event, text, plain=plain, **more), err=True)

    def worded(self, event: str, text: str, *, plain: str = "", **more: object) -> str:
        """Return `plain`, or a line of JSON where the command was asked for that."""
        if self._as_json:
            from digest.commands.progress import json_line

            return json_line(self.now(), event, self.discreet(text), **more)
        from digest.model.text import printable

        return printable(self.discreet(plain or f"digest: {text}"))

    def watched(self) -> bool:
        """Tell whether a person is there to answer."""
        return sys.stdin.isatty()

    def discreet(self, text: str) -> str:
        """Take the secrets of the environment out of a text."""
        from digest.adapters.redaction import masked

        return masked(text, self.environ)


def main() -> None:
    """Run the command line and exit with its code: the one boundary that turns errors and signals into words."""
    from digest.adapters.process import signals, streams

    interruption, code = Interruption(), DONE
    with streams.lossy() as output:
        here = Terminal(sys.argv[1:], interruption, output)
        worded = partial(here.worded, "interrupted")
        with suppress(Interrupted), signals.watched(interruption, worded):
            code = _run(here)
    if interruption.signal:
        os._exit(128 + interruption.signal)  # all is closed; the interpreter's own end takes a second on a busy machine
    sys.exit(code)


def _run(here: Terminal) -> int:
    try:
        _refuse_nowhere()
        return int(cli.main(standalone_mode=False, obj=here) or DONE)
    except click.ClickException as error:
        code = USAGE if isinstance(error, click.UsageError) else EXPECTED_ERROR
        here.complain("usage" if code == USAGE else "error", error.format_message(), plain=_shown(error), exit=code)
        return code
    except click.Abort:
        here.complain("interrupted", "not confirmed, nothing was done", exit=INTERRUPTED)
        return INTERRUPTED
    except Exception as error:
        if here.interruption.signal:
            raise Interrupted from error
        if expected := _expected(error):
            here.complain("error", str(expected), exit=EXPECTED_ERROR)
            return EXPECTED_ERROR
        report = here.discreet(_report())
        here.complain("bug", "this is a bug in digest", plain=report, report=report, exit=BUG)
        return BUG


def _refuse_nowhere() -> None:
    from digest.errors import ConfigError

    try:
        Path.cwd()
    except FileNotFoundError as cause:
        raise ConfigError("the working folder was deleted", hint="change to another one") from cause


def _expected(error: Exception) -> "DigestError | None":
    """Return what to say of an error that is no bug: one of ours, or a machine that has no more to give."""
    from digest.errors import DigestError

    if isinstance(error, DigestError):
        return error
    if isinstance(error, MemoryError):
        return DigestError("not enough memory", hint="see ulimit -v, or lower llm.max_concurrency")
    if isinstance(error, ImportError):
        return DigestError(f"{error.name or 'a library'} cannot be loaded: {error}", hint="install digest again")
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return DigestError("no further thread can be started", hint="see ulimit -u, or lower llm.max_concurrency")
    if isinstance(error, OSError) and error.errno in _SPENT:
        return DigestError(f"{error.filename or 'this machine'}: {error.strerror}", hint="see ulimit -a and df")
    return None


def _targets(raw: str) -> "tuple[Target, ...]":
    if not raw:
        return ()
    from digest.stages.notify import targets

    return targets(raw)


def _shown(error: click.ClickException) -> str:
    """Return what click would print of an error."""
    shown = io.StringIO()
    error.show(shown)
    return shown.getvalue().rstrip("\n")


def _report() -> str:
    """Return a report of a bug that is ready to be pasted, without secrets."""
    import platform
    import traceback
    from importlib import metadata

    from digest.adapters import installation

    versions = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("openai", "httpx2", "pydantic", "jinja2", "msgspec")
    )
    return (
        "digest: this is a bug in digest, not in your configuration. Please report it with all of this:\n\n"
        f"```\ndigest {installation.version()}, Python {platform.python_version()}, {platform.platform()}\n{versions}\n"
        f"command: digest {' '.join(sys.argv[1:])}\n\n{traceback.format_exc()}```"
    )
