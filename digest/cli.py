"""The command line. The only file that prints, exits, reads the clock or the environment."""

import io
import itertools
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest import __version__
from digest.commands import daily, keeping

if TYPE_CHECKING:
    from typing import TypeVar

    from digest.notify import Target
    from digest.said import Said
    from digest.session import Session
    from digest.terminal import Sink
    from digest.upkeep import Upkeep

    Opened = TypeVar("Opened", bound=Upkeep)

DONE, EXPECTED_ERROR, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, prog_name="digest")
def cli() -> None:
    """Read the day's machine-learning papers, and publish checked summaries of them.

    Exit codes: 0 done, 1 an expected error, 2 wrong usage, 3 a bug,
    4 published but some papers failed and the next run tries them again.
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
    keeping.doctor,
    keeping.demo,
):
    cli.add_command(command)


class Terminal:
    """The invocation of a real process: its clock, its environment, its streams."""

    environ: Mapping[str, str] = os.environ

    def __init__(self, words: Sequence[str] = ()) -> None:
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
        from digest import discreet
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
        )

    def _sink(self, log_format: str, *, long: bool) -> "Sink":
        from digest import terminal

        return terminal.sink(terminal.style_for(log_format, sys.stderr), sys.stderr, self.now, long=long)

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        return datetime.now(UTC)

    def say(self, said: "Said") -> int:
        """Print what a command has to say, and return its exit code."""
        for line in said.complaints:
            self.complain("warning", line.removeprefix("digest: "), plain=line)
        for line in said.lines:
            self.echo(line)
        return said.code

    def echo(self, line: str) -> None:
        """Print one line, without secrets and without what commands a terminal or the runner of a workflow."""
        from digest.text import printable

        click.echo(printable(self.discreet(line)))

    def complain(self, event: str, text: str, *, plain: str = "", **more: object) -> None:
        """Print on standard error what is wrong: `plain`, or a line of JSON where the command was asked for that."""
        from digest.text import printable

        if self._as_json:
            from digest.terminal import json_line

            click.echo(json_line(self.now(), event, self.discreet(text), **more), err=True)
        else:
            click.echo(printable(self.discreet(plain or f"digest: {text}")), err=True)

    def watched(self) -> bool:
        """Tell whether a person is there to answer."""
        return sys.stdin.isatty()

    def discreet(self, text: str) -> str:
        """Take the secrets of the environment out of a text."""
        from digest.discreet import masked

        return masked(text, self.environ)


def main() -> None:
    """Run the command line and exit with its code: the one boundary that turns errors into words."""
    from digest.errors import DigestError

    here = Terminal(sys.argv[1:])
    try:
        code = cli.main(standalone_mode=False, obj=here)
    except click.UsageError as error:
        code = USAGE
        here.complain("usage", error.format_message(), plain=_shown(error), exit=code)
    except click.ClickException as error:
        code = EXPECTED_ERROR
        here.complain("error", error.format_message(), plain=_shown(error), exit=code)
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
        here.complain("interrupted", "interrupted; the next run goes on where this one stopped", exit=code)
    except DigestError as error:
        code = EXPECTED_ERROR
        here.complain("error", str(error), exit=code)
    except BrokenPipeError:
        code = EXPECTED_ERROR
    except Exception:  # noqa: BLE001 - the boundary: a bug becomes a report
        code, report = BUG, here.discreet(_report())
        here.complain("bug", "this is a bug in digest", plain=report, report=report, exit=code)
    sys.exit(code)


def _targets(raw: str) -> "tuple[Target, ...]":
    if not raw:
        return ()
    from digest.notify import targets

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
    from importlib.metadata import version

    versions = ", ".join(f"{name} {version(name)}" for name in ("openai", "httpx2", "pydantic", "jinja2", "msgspec"))
    return (
        "digest: this is a bug in digest, not in your configuration. Please report it with all of this:\n\n"
        f"```\ndigest {__version__}, Python {platform.python_version()}, {platform.platform()}\n{versions}\n"
        f"command: digest {' '.join(sys.argv[1:])}\n\n{traceback.format_exc()}```"
    )
