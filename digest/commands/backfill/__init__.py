"""digest backfill: the missing days of a range, online, in batches, or on a cluster."""

from datetime import date
from pathlib import Path

import click

from digest.commands.backfill.modes import Backfill
from digest.commands.context import Context
from digest.commands.options import DayParam, config_option, log_option
from digest.pipeline.plan import orders_for


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
@config_option
@log_option
@click.pass_obj
def command(
    context: Context,
    first: date | None,
    last: date,
    jobs: int,
    order: str,
    limit: int | None,
    yes: bool,
    batch: bool,
    collect: bool,
    engine: str,
    scheduler: str | None,
    config_path: Path,
    log_format: str,
) -> int:
    """Build the missing days of a range.

    Shows the estimated cost first and asks. Finished days are skipped, and so
    are days that had no papers. Safe to interrupt: a rerun resumes.
    """
    config = context.config(config_path, {} if limit is None else {"DIGEST_SELECTION__LIMIT": str(limit)})
    if batch and collect:
        raise click.UsageError("--batch and --collect cannot be combined: submit first, collect later")
    if (engine == "dask") != (scheduler is not None):
        raise click.UsageError("--engine dask requires --scheduler, and vice versa")
    many = Backfill(context, config, log_format, yes)
    ranges = [(first, last)] if first else []
    if collect:
        result, complete, submitted = many.collect()
        if (code := context.print_result(result)) or not complete or not (ranges or submitted):
            return code
        ranges = ranges or submitted  # each by itself: nobody asked for the days between them
    if not ranges:
        raise click.UsageError("missing option --from (first day, YYYY-MM-DD)")
    today = context.now().date()
    wanted = {order.day: order for span in ranges for order in orders_for(config, *span, today)}
    orders = [wanted[day] for day in sorted(wanted)]
    if batch:
        return context.print_result(many.submit(orders))
    newest = order == "newest"
    return context.print_result(many.build(orders, jobs=jobs, newest=newest, scheduler=scheduler, collected=collect))
