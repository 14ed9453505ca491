"""Options and arguments that several commands take."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click


class DayParam(click.ParamType[date]):
    """`YYYY-MM-DD`, `today` or `yesterday`, in UTC."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day; refuse one in the future."""
        assert ctx is not None  # noqa: S101 - options are read within a context
        today = ctx.obj.now().date()
        if isinstance(value, date):
            return value
        try:
            day = {"today": today, "yesterday": today - timedelta(days=1)}.get(value) or date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a valid date; use YYYY-MM-DD, today or yesterday", param, ctx)
        if day > today:
            self.fail(f"{day} is in the future (today in UTC is {today})", param, ctx)
        return day


config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.yaml"),
    show_default=True,
    help="Config file; its paths are relative to its folder.",
)
log_option = click.option(
    "--log-format",
    type=click.Choice(["auto", "plain", "json"]),
    default="auto",
    show_default=True,
    help="Progress format on stderr; auto shows bars on a terminal.",
)
profile_option = click.option("--profile", metavar="NAME", help="Only this profile (profiles; `default`: the rest).")
