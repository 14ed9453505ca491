"""digest notify: a day's notification, to each target once."""

from datetime import timedelta
from pathlib import Path

import click

from digest.adapters.redaction import NOTIFY_URLS
from digest.commands.context import Context
from digest.commands.options import config_option, log_option
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.errors import ConfigError
from digest.pipeline import notifications


@click.command()
@click.argument("day", required=False, metavar="[DAY]")
@click.option("--again", is_flag=True, help="Resend to targets already notified.")
@config_option
@log_option
@click.pass_obj
def command(context: Context, day: str | None, again: bool, config_path: Path, log_format: str) -> int:
    """Send the day's papers by mail or chat, once per day and target.

    DAY is an edition's name; default: yesterday. Targets are Apprise URLs in
    DIGEST_NOTIFY_URLS, separated by whitespace. Exits with 4 if a target could
    not be notified; a rerun retries it.
    """
    config = context.config(config_path)
    targets = context.targets(NOTIFY_URLS)
    if not targets:
        raise ConfigError(
            "no notification targets",
            hint="set DIGEST_NOTIFY_URLS, e.g. to mailto://… or slack://… (https://github.com/caronc/apprise/wiki)",
        )
    name = day or str(context.now().date() - timedelta(days=1))
    archive, templates = context.archive(config), context.templates(config)
    # A target that was notified must be remembered, or it would be notified again.
    with context.lock(config), context.interruption.held():
        report = notifications.notify_day(name, targets, archive, templates, config, again=again)
    warnings = tuple(f"digest: {error}" for error in report.errors)
    return context.print_result(Result((report.message,), SOME_FAILED if report.errors else DONE, warnings))
