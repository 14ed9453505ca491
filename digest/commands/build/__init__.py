"""digest build: everything due, or one day; a preview of either."""

from datetime import date, timedelta
from pathlib import Path

import click

from digest import model
from digest.commands.context import Context
from digest.commands.options import DayParam, config_option, log_option, profile_option
from digest.commands.result import Result


@click.command()
@click.option("--date", "day", type=DayParam(), help="Build exactly this day (UTC): YYYY-MM-DD, today, yesterday.")
@click.option("--limit", type=click.IntRange(min=1), help="Read at most this many papers (selection.limit).")
@click.option("--id", "ids", multiple=True, metavar="ID", help="Summarise this paper instead (repeatable).")
@click.option("--force", is_flag=True, help="Rebuild, overwriting manual edits.")
@click.option("--refresh", is_flag=True, help="Re-list the day: add late papers and new versions.")
@profile_option
@click.option("--verbose", is_flag=True, help="If there is nothing to do, print why.")
@click.option("--dry-run", is_flag=True, help="Show what would be done and what it would cost.")
@config_option
@log_option
@click.pass_obj
def command(
    context: Context,
    day: date | None,
    limit: int | None,
    ids: tuple[str, ...],
    force: bool,
    refresh: bool,
    profile: str | None,
    verbose: bool,
    dry_run: bool,
    config_path: Path,
    log_format: str,
) -> int:
    """Build everything due, or exactly the day that --date names.

    Due are yesterday, the latest complete list, and of the days before it
    (run.look_back) those never built, with failed papers, or with entries
    whose full text was out of reach. A finished day is left unchanged.
    Today's list is still growing, and its post says so.
    """
    from digest.commands.alerts import settings  # noqa: PLC0415 - the help comes without

    today = context.now().date()
    overrides = {} if limit is None else {"DIGEST_SELECTION__LIMIT": str(limit)}
    config = settings(context, config_path, str(day or today), log_format, overrides)
    several: dict[model.PaperId, model.PaperId] = {}
    for paper_id in map(model.PaperId.pasted, ids):
        several.setdefault(paper_id.base, paper_id)
    named = tuple(several.values())
    if day is None and not named and not force and not refresh:
        from digest.commands.build.due import DueDays  # noqa: PLC0415 - as above

        days = DueDays(context, config, profile, log_format, verbose=verbose)
        return _print(context, days.preview(today) if dry_run else days.build(today))
    from digest.commands.build.single import SingleDay  # noqa: PLC0415 - as above

    one = SingleDay(context, config, profile, log_format, verbose=verbose)
    wanted = one.wanted(day or today - timedelta(days=1), named, today, force=force, refresh=refresh)
    return _print(context, one.preview(wanted) if dry_run else one.build(wanted))


def _print(context: Context, result: Result) -> int:
    """Print how a build ended, and where its settings came from unless that is the usual file."""
    return context.print_result(result._replace(warnings=(*context.notices, *result.warnings)))
