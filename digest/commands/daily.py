"""Commands that make and show: build, backfill, check, render, site, notify."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import click

from digest.commands.options import Day, Invocation, config_option, log_option


@click.command()
@click.option(
    "--date", "day", type=Day(), default="yesterday", help="YYYY-MM-DD, today or yesterday (default), in UTC."
)
@click.option("--limit", type=click.IntRange(1, 500), help="Read at most this many papers (selection.limit).")
@click.option("--id", "ids", multiple=True, metavar="ARXIV_ID", help="Build a post of this paper instead; repeatable.")
@click.option("--force", is_flag=True, help="Build anew, and overwrite a post that was edited by hand.")
@click.option("--refresh", is_flag=True, help="List the day again: add papers that joined later and new versions.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and spent; ask no model, publish nothing.")
@config_option
@log_option
@click.pass_obj
def build(
    on: Invocation,
    day: date,
    limit: int | None,
    ids: tuple[str, ...],
    force: bool,
    refresh: bool,
    dry_run: bool,
    config_path: Path,
    log_format: str,
) -> int:
    """Build a day's edition and post, or finish what an earlier run left.

    A finished day is left as it is. The default is yesterday, the newest list
    that is complete; today's list still grows and its post says so.
    """
    from digest.model import ArxivId
    from digest.pipeline import assembly

    environ = {} if limit is None else {"DIGEST_SELECTION__LIMIT": str(limit)}
    session = on.session(config_path, log_format, environ)
    named = tuple(ArxivId.parse(raw) for raw in ids)
    partial = day == on.now().date() and not named
    order = assembly.order_for(session.config, day, named, partial=partial, force=force, refresh=refresh)
    return on.say(session.dry_run(order) if dry_run else session.build(order))


@click.command()
@click.option("--from", "first", type=Day(), help="The first day, YYYY-MM-DD.")
@click.option("--to", "last", type=Day(), default="yesterday", help="The last day; yesterday in UTC without it.")
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Days that are built at once.")
@click.option(
    "--order",
    type=click.Choice(["newest", "oldest"]),
    default="newest",
    show_default=True,
    help="Which days come first; what is made is the same.",
)
@click.option("--limit", type=click.IntRange(1, 500), help="Read at most this many papers a day (selection.limit).")
@click.option("--yes", is_flag=True, help="Spend what is estimated without asking; for scripts.")
@click.option("--batch", is_flag=True, help="Hand the questions in at half the price, answered within a day, and end.")
@click.option("--collect", is_flag=True, help="Fetch the replies of --batch, then build the days they are for.")
@click.option(
    "--engine",
    type=click.Choice(["threads", "dask"]),
    default="threads",
    show_default=True,
    help="Where papers are worked on: here, or on the workers of a Dask cluster.",
)
@click.option("--scheduler", metavar="ADDRESS", help="With --engine dask: tcp://HOST:8786.")
@config_option
@log_option
@click.pass_obj
def backfill(
    on: Invocation,
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
    """Build the missing days of a range, after their price is confirmed.

    A finished day is left as it is, a day that had no papers is remembered. It
    may be stopped at any moment; run again, it goes on where it was.
    """
    from digest.pipeline import estimate

    environ = {} if limit is None else {"DIGEST_SELECTION__LIMIT": str(limit)}
    session = on.session(config_path, log_format, environ, long=True)
    if batch and collect:
        raise click.UsageError("--batch hands in, --collect fetches: one after the other")
    if (engine == "dask") != (scheduler is not None):
        raise click.UsageError("--engine dask and --scheduler go together")
    if collect:
        said, days = session.collect()
        if (code := on.say(said)) or days is None:
            return code
        first, last = first or days[0], last if first else days[1]
    if first is None:
        raise click.UsageError("--from is missing: the first day")
    orders = estimate.orders(session.config, first, last, on.now().date())
    if batch:
        return on.say(session.hand_in(orders, confirm=_confirmed(on, yes)))
    newest, confirm = order == "newest", _confirmed(on, yes)
    return on.say(session.backfill(orders, jobs=jobs, newest=newest, confirm=confirm, scheduler=scheduler))


def _confirmed(on: Invocation, yes: bool) -> Callable[[str], bool]:
    """Return what asks whether to spend: nobody with --yes, else the person at the terminal."""

    def confirm(price: str) -> bool:
        on.echo(price)
        if yes:
            return True
        if not on.watched():
            raise click.UsageError("nobody is there to confirm the price: say --yes to spend it")
        return click.confirm("Go on?")

    return confirm


@click.command()
@click.argument("names", nargs=-1, metavar="[DAY|POST]...")
@config_option
@log_option
@click.pass_obj
def check(on: Invocation, names: tuple[str, ...], config_path: Path, log_format: str) -> int:
    """Check what is published again, against the papers fetched anew.

    DAY is a day of this archive, POST a post's file; without any, the newest
    post. Exits with 1 when something could not be confirmed.
    """
    from shutil import get_terminal_size

    return on.say(on.upkeep(config_path, log_format).check(names, get_terminal_size().columns))


@click.command()
@click.argument("days", nargs=-1, required=True, metavar="DAY...")
@click.option("--force", is_flag=True, help="Overwrite posts that were edited by hand.")
@config_option
@click.pass_obj
def render(on: Invocation, days: tuple[str, ...], force: bool, config_path: Path) -> int:
    """Write the posts of editions again, without any network.

    DAY is an edition's name: a day, or the name of a post of named papers.
    """
    return on.say(on.upkeep(config_path).render(days, force=force))


@click.command()
@click.option("--serve", is_flag=True, help="Show it on this machine and build again on every change.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="With --serve: where.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that make pages.")
@config_option
@click.pass_obj
def site(on: Invocation, serve: bool, port: int, jobs: int, config_path: Path) -> int:
    """Build the web site from the posts, as much of it as changed."""
    from digest.site.output import up_to_date

    if serve:
        return _preview(on, port, jobs, config_path)
    asked = up_to_date.asked(config_path, on.environ)
    return on.say(up_to_date.answer(asked) or on.upkeep(config_path).site(jobs=jobs, asked=asked))


def _preview(on: Invocation, port: int, jobs: int, config_path: Path) -> int:
    from digest.site import Shown, serve

    def build() -> Shown:
        upkeep = on.upkeep(config_path)  # anew: the settings may have changed
        shown = upkeep.shown(config_path)
        on.say(upkeep.site(jobs=jobs, file=config_path))
        return shown

    serve(build, port, report=on.echo)
    return 0


@click.command()
@click.argument("day", required=False, metavar="[DAY]")
@click.option("--again", is_flag=True, help="Tell everybody, also those who were told before.")
@config_option
@log_option
@click.pass_obj
def notify(on: Invocation, day: str | None, again: bool, config_path: Path, log_format: str) -> int:
    """Tell people of a day: its papers in short, once per day and target.

    DAY is an edition's name; yesterday without one. Whom to tell stands in
    DIGEST_NOTIFY_URLS: addresses of Apprise, separated by white space.
    Exits with 4 when a target could not be told; the next run tries it again.
    """
    named = day or str(on.now().date() - timedelta(days=1))
    return on.say(on.upkeep(config_path, log_format).notify(named, again=again))
