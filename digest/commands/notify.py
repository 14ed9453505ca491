"""digest notify: people told of a day, once."""

from datetime import timedelta
from pathlib import Path

import click

from digest.commands.context import Context
from digest.commands.options import config_option, log_option
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.errors import ConfigError


@click.command()
@click.argument("day", required=False, metavar="[DAY]")
@click.option("--again", is_flag=True, help="Tell everybody, also those who were told before.")
@config_option
@log_option
@click.pass_obj
def command(context: Context, day: str | None, again: bool, config_path: Path, log_format: str) -> int:
    """Tell people of a day: its papers in short, once per day and target.

    DAY is an edition's name; yesterday without one. Whom to tell stands in
    DIGEST_NOTIFY_URLS: addresses of Apprise, separated by white space.
    Exits with 4 when a target could not be told; the next run tries it again.
    """
    from digest.adapters.redaction import NOTIFY_URLS
    from digest.pipeline import notifications

    config = context.config(config_path)
    targets = context.targets(NOTIFY_URLS)
    if not targets:
        raise ConfigError(
            "there is nobody to tell: set DIGEST_NOTIFY_URLS",
            hint="for example mailto://… or slack://…; all of them: https://github.com/caronc/apprise/wiki",
        )
    name = day or str(context.now().date() - timedelta(days=1))
    archive, templates = context.archive(config), context.templates(config)
    # A target that was notified must be remembered, or it would be notified again.
    with context.lock(config), context.interruption.held():
        report = notifications.notify_day(name, targets, archive, templates, config, again=again)
    warnings = tuple(f"digest: {trouble}" for trouble in report.troubles)
    return context.print_result(Result((report.said,), SOME_FAILED if report.troubles else DONE, warnings))
