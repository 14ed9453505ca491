"""digest notify: a day's notification, to each target once."""

from contextlib import closing
from pathlib import Path

import click

from digest.adapters.redaction import NOTIFY_URLS
from digest.adapters.store import Cache
from digest.commands.context import Context
from digest.commands.options import config_option, log_option
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.errors import ArchiveError, ConfigError
from digest.pipeline import notifications


@click.command()
@click.argument("day", required=False, metavar="[DAY]")
@click.option("--again", is_flag=True, help="Resend to targets already notified.")
@config_option
@log_option
@click.pass_obj
def command(context: Context, day: str | None, again: bool, config_path: Path, log_format: str) -> int:
    """Send the day's papers by mail or chat, once per day and target.

    DAY is an edition's name; default: yesterday, and what targets missed of the
    days before (run.look_back). Targets are Apprise URLs in DIGEST_NOTIFY_URLS,
    separated by whitespace. Exits with 4 if a target could not be notified; a
    rerun retries it.
    """
    config = context.config(config_path)
    targets = context.targets(NOTIFY_URLS)
    if not targets and not config.plugins.notifiers:
        raise ConfigError(
            "no notification targets",
            hint="set DIGEST_NOTIFY_URLS, e.g. to mailto://… or slack://… (https://github.com/caronc/apprise/wiki)",
        )
    archive, templates, today = context.archive(config), context.templates(config), context.now().date()
    reports: list[notifications.NotificationReport] = []
    # A target that was notified must be remembered, or it would be notified again.
    with context.lock(config), context.interruption.held(), closing(Cache(config.paths.cache)) as cache:
        for name in (day,) if day else tuple(notifications.due(targets, archive, config, today)):
            try:
                report = notifications.notify_day(
                    name, targets, archive, templates, config, again=again, cache=cache, today=today
                )
            except ArchiveError as error:
                if not reports:
                    raise
                report = notifications.NotificationReport("", (str(error),))
            reports.append(report)
    warnings = tuple(f"digest: {error}" for report in reports for error in report.errors)
    lines = tuple(report.message for report in reports if report.message)
    return context.print_result(Result(lines, SOME_FAILED if warnings else DONE, warnings))
