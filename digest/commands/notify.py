"""digest notify: a day's notification, to each target once."""

from contextlib import closing
from pathlib import Path

import click

from digest.adapters.redaction import NOTIFY_URLS, by_series
from digest.adapters.store import Cache
from digest.commands.context import Context
from digest.commands.options import config_option, log_option
from digest.commands.result import DONE, SOME_FAILED, Result
from digest.commands.runs import labelled
from digest.config import Series, series_of
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
    several = series_of(config)
    named = {series for series, _ in by_series(context.environ.get(NOTIFY_URLS, ""))}
    if unknown := sorted(named - {one.series.name for one in several}):
        known = ", ".join(one.series.name for one in several[1:]) or "none"
        raise ConfigError(f"{NOTIFY_URLS}: unknown profile or language {unknown[0]!r}", hint=f"configured: {known}")
    if not named and not config.plugins.notifiers:
        raise ConfigError(
            "no notification targets",
            hint="set DIGEST_NOTIFY_URLS, e.g. to mailto://… or slack://… (https://github.com/caronc/apprise/wiki)",
        )
    templates, today = context.templates(config), context.now().date()
    results: list[tuple[Series, notifications.NotificationReport]] = []
    # A target that was notified must be remembered, or it would be notified again.
    with context.lock(config), context.interruption.held(), closing(Cache(config.paths.cache)) as cache:
        for one in several:
            targets, archive = context.targets(NOTIFY_URLS, one.series.name), context.archive(one)
            if not targets and not one.plugins.notifiers:
                continue
            for name in (day,) if day else tuple(notifications.due(targets, archive, one, today)):
                try:
                    report = notifications.notify_day(
                        name, targets, archive, templates, one, again=again, cache=cache, today=today
                    )
                except ArchiveError as error:
                    if not results:
                        raise
                    report = notifications.NotificationReport("", (str(error),))
                results.append((one.series, report))
    warnings = tuple(f"digest: {labelled(series, error)}" for series, report in results for error in report.errors)
    lines = tuple(labelled(series, report.message) for series, report in results if report.message)
    return context.print_result(Result(lines, SOME_FAILED if warnings else DONE, warnings))
