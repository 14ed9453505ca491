"""The command line. The only file that prints, exits, reads the clock or the environment."""

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.commands import config, daily, keeping

if TYPE_CHECKING:
    from typing import TypeVar

    from digest.notify import Target
    from digest.said import Said
    from digest.session import Session
    from digest.terminal import Sink
    from digest.upkeep import Upkeep

    Opened = TypeVar("Opened", bound=Upkeep)

DONE, EXPECTED_ERROR, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130


def _version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from digest import installed

        click.echo(f"digest, version {installed.version()}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and exit."
)
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
    config.config,
    keeping.doctor,
    keeping.demo,
):
    cli.add_command(command)


class Terminal:
    """The invocation of a real process: its clock, its environment, its streams."""

    environ: Mapping[str, str] = os.environ

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
            click.echo(self.discreet(line), err=True)
        for line in said.lines:
            click.echo(line)
        return said.code

    def echo(self, line: str) -> None:
        """Print one line."""
        click.echo(line)

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

    here = Terminal()
    try:
        code = cli.main(standalone_mode=False, obj=here)
    except click.UsageError as error:
        error.show()
        code = USAGE
    except click.ClickException as error:
        error.show()
        code = EXPECTED_ERROR
    except (click.Abort, KeyboardInterrupt):
        click.echo("digest: interrupted; the next run goes on where this one stopped", err=True)
        code = INTERRUPTED
    except DigestError as error:
        click.echo(f"digest: {here.discreet(str(error))}", err=True)
        code = EXPECTED_ERROR
    except BrokenPipeError:
        code = EXPECTED_ERROR
    except Exception:  # noqa: BLE001 - the boundary: a bug becomes a report
        click.echo(here.discreet(_report()), err=True)
        code = BUG
    sys.exit(code)


def _targets(raw: str) -> "tuple[Target, ...]":
    if not raw:
        return ()
    from digest.notify import targets

    return targets(raw)


def _report() -> str:
    """Return a report of a bug that is ready to be pasted, without secrets."""
    import platform
    import traceback
    from importlib import metadata

    from digest import installed

    versions = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("openai", "httpx2", "pydantic", "jinja2", "msgspec")
    )
    return (
        "digest: this is a bug in digest, not in your configuration. Please report it with all of this:\n\n"
        f"```\ndigest {installed.version()}, Python {platform.python_version()}, {platform.platform()}\n{versions}\n"
        f"command: digest {' '.join(sys.argv[1:])}\n\n{traceback.format_exc()}```"
    )
