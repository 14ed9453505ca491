"""digest backfill: the missing days of a range, online, in batches, or on a cluster."""

from datetime import date
from pathlib import Path
from typing import Literal

import click
from click.core import ParameterSource

from digest.commands.backfill.batches import submit
from digest.commands.backfill.collecting import Collection
from digest.commands.backfill.modes import Backfill
from digest.commands.context import Context
from digest.commands.options import DayParam, config_option, log_option, profile_option
from digest.commands.runs import chosen
from digest.config import Config, HuggingFaceSource
from digest.config.sources import FIRST_DAY
from digest.errors import ConfigError
from digest.pipeline.plan import Order, orders_for


@click.command()
@click.option("--from", "first", type=DayParam(), help="First day, YYYY-MM-DD.")
@click.option("--to", "last", type=DayParam(), default="yesterday", help="Last day.  [default: yesterday, UTC]")
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Days built in parallel.")
@click.option(
    "--order",
    type=click.Choice(["newest", "oldest"]),
    default="newest",
    show_default=True,
    help="Build order; does not affect the result.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Read at most this many papers a day (selection.limit).")
@profile_option
@click.option("--yes", is_flag=True, help="Accept the estimated cost without asking.")
@click.option("--batch", is_flag=True, help="Submit as a batch (half price, within 24 h) and exit.")
@click.option("--collect", is_flag=True, help="Fetch the results of --batch and build those days.")
@click.option(
    "--engine",
    type=click.Choice(["threads", "dask"]),
    default="threads",
    show_default=True,
    help="Run locally or on a Dask cluster.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Address for --engine dask: tcp://HOST:8786.")
@click.option(
    "--finish",
    type=click.Choice(["batch", "online"]),
    default="batch",
    show_default=True,
    help="With --collect: what to do about requests that are left.",
)
@config_option
@log_option
@click.pass_context
def command(
    click_context: click.Context,
    first: date | None,
    last: date,
    jobs: int,
    order: str,
    limit: int | None,
    profile: str | None,
    yes: bool,
    batch: bool,
    collect: bool,
    engine: str,
    scheduler: str | None,
    finish: Literal["batch", "online"],
    config_path: Path,
    log_format: str,
) -> int:
    """Build the missing days of a range.

    Shows the estimated cost first and asks. Finished days are skipped, and so
    are days that had no papers. Safe to interrupt: a rerun resumes.
    """
    context: Context = click_context.obj
    config = context.config(config_path, {} if limit is None else {"DIGEST_SELECTION__LIMIT": str(limit)})
    if batch and collect:
        raise click.UsageError("--batch and --collect cannot be combined: submit first, collect later")
    if (engine == "dask") != (scheduler is not None):
        raise click.UsageError("--engine dask requires --scheduler, and vice versa")
    if scheduler and (batch or collect):
        raise click.UsageError("--batch and --collect ask no workers: leave --engine dask out")
    if finish == "online" and not collect:
        raise click.UsageError("--finish online requires --collect")
    if limit is not None and collect:
        raise click.UsageError("--limit cannot be combined with --collect: it was given when the days were submitted")
    first_series, *further = chosen(config, profile)
    many = Backfill(context, first_series, log_format, yes, tuple(further))
    newest = order == "newest"
    if collect:
        until = click_context.get_parameter_source("last") is not ParameterSource.DEFAULT or first is not None
        if until and first is not None and last < first:
            raise click.UsageError(f"--from {first} is later than --to {last}")

        def wanted(day: date) -> bool:
            return (first is None or first <= day) and (not until or day <= last)

        return context.print_result(Collection(many, wanted, finish, jobs, newest).run())
    if first is None:
        raise click.UsageError("missing option --from (first day, YYYY-MM-DD)")
    begin, today = first, context.now().date()

    def named(one: Config) -> tuple[Order, ...]:
        dated = any(isinstance(source, HuggingFaceSource) and source.list != "trending" for source in one.sources)
        if dated and begin < FIRST_DAY:
            what = f"huggingface: there are no daily papers before {FIRST_DAY}, {begin} was asked for"
            raise ConfigError(what, hint=f"set --from to {FIRST_DAY} or later")
        return orders_for(one, begin, last, today)

    named(config)  # refuses a range that runs backwards, or begins before the service
    if batch:
        return context.print_result(submit(many, named))
    return context.print_result(many.build(named, jobs=jobs, newest=newest, scheduler=scheduler))
