"""What the commands share: the invocation they run in, and options that several of them take."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

if TYPE_CHECKING:
    from digest.commands.result import Said
    from digest.session import Session
    from digest.upkeep import Upkeep


class Invocation(Protocol):
    """The world as one command sees it: clock, environment, terminal. cli.py has the real one."""

    environ: Mapping[str, str]

    def session(
        self,
        config_path: Path,
        log_format: str = "auto",
        environ: dict[str, str] | None = None,
        *,
        own: bool = True,
        long: bool = False,
    ) -> "Session":
        """Open a session with the settings of a file; `environ` goes over the environment, of which `own` may go."""

    def upkeep(self, config_path: Path, log_format: str = "auto") -> "Upkeep":
        """Open what works with what is there, in less time: nothing of it reads papers in a run or spends money."""

    def now(self) -> datetime:
        """Return the moment, in UTC."""

    def say(self, said: "Said") -> int:
        """Print what a command has to say, and return its exit code."""

    def echo(self, line: str) -> None:
        """Print one line."""

    def watched(self) -> bool:
        """Tell whether a person is there to answer."""

    def discreet(self, text: str) -> str:
        """Take the secrets of the environment out of a text."""


class Day(click.ParamType[date]):
    """`YYYY-MM-DD`, `today` or `yesterday`, in UTC."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day; refuse one that has not begun."""
        assert ctx is not None  # noqa: S101 - options are read within a context
        today = ctx.obj.now().date()
        if isinstance(value, date):
            return value
        try:
            day = {"today": today, "yesterday": today - timedelta(days=1)}.get(value) or date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write YYYY-MM-DD, today or yesterday", param, ctx)
        if day > today:
            self.fail(f"{day} has not begun: in UTC, in which Hugging Face counts, it is still {today}", param, ctx)
        return day


config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.yaml"),
    show_default=True,
    help="The settings; paths in it are relative to its folder.",
)
log_option = click.option(
    "--log-format",
    type=click.Choice(["auto", "plain", "json"]),
    default="auto",
    show_default=True,
    help="Progress on stderr: bars on a terminal and plain lines elsewhere, or JSON lines for machines.",
)
