"""The command line: a table of contents. The only file that prints, exits, reads the clock or the environment."""

import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from digest import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from digest.session import Said, Session

DONE, EXPECTED_ERROR, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130


class Day(click.ParamType[date]):
    """`YYYY-MM-DD`, `today` or `yesterday`, in UTC."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day; refuse one that has not begun."""
        today = _now().date()
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


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, prog_name="digest")
def cli() -> None:
    """Read the day's machine-learning papers, and publish checked summaries of them.

    Exit codes: 0 done, 1 an expected error, 2 wrong usage, 3 a bug,
    4 published but some papers failed and the next run tries them again.
    """


@cli.command()
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
def build(
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
    from digest import assembly
    from digest.model import ArxivId

    environ = {} if limit is None else {"DIGEST_SELECTION__LIMIT": str(limit)}
    session = _session(config_path, log_format, environ)
    named = tuple(ArxivId.parse(raw) for raw in ids)
    partial = day == _now().date() and not named
    order = assembly.order_for(session.config, day, named, partial=partial, force=force, refresh=refresh)
    return _say(session.dry_run(order) if dry_run else session.build(order))


@cli.command()
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
def backfill(
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
    from digest import filling

    environ = {} if limit is None else {"DIGEST_SELECTION__LIMIT": str(limit)}
    session = _session(config_path, log_format, environ, long=True)
    if batch and collect:
        raise click.UsageError("--batch hands in, --collect fetches: one after the other")
    if (engine == "dask") != (scheduler is not None):
        raise click.UsageError("--engine dask and --scheduler go together")
    if collect:
        said, days = session.collect()
        if (code := _say(said)) or days is None:
            return code
        first, last = first or days[0], last if first else days[1]
    if first is None:
        raise click.UsageError("--from is missing: the first day")
    orders = filling.orders(session.config, first, last, _now().date())
    if batch:
        return _say(session.hand_in(orders, confirm=_confirmed(yes)))
    newest, confirm = order == "newest", _confirmed(yes)
    return _say(session.backfill(orders, jobs=jobs, newest=newest, confirm=confirm, scheduler=scheduler))


def _confirmed(yes: bool) -> "Callable[[str], bool]":
    """Return what asks whether to spend: nobody with --yes, else the person at the terminal."""

    def confirm(price: str) -> bool:
        click.echo(price)
        if yes:
            return True
        if not sys.stdin.isatty():
            raise click.UsageError("nobody is there to confirm the price: say --yes to spend it")
        return click.confirm("Go on?")

    return confirm


@cli.command()
@click.argument("days", nargs=-1, required=True, metavar="DAY...")
@click.option("--force", is_flag=True, help="Overwrite posts that were edited by hand.")
@config_option
def render(days: tuple[str, ...], force: bool, config_path: Path) -> int:
    """Write the posts of editions again, without any network.

    DAY is an edition's name: a day, or the name of a post of named papers.
    """
    return _say(_session(config_path).render(days, force=force))


@cli.command(name="import")
@click.argument("posts", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="POST|DIR...")
@click.option("--force", is_flag=True, help="Replace editions that are there already.")
@config_option
def import_(posts: tuple[Path, ...], force: bool, config_path: Path) -> int:
    """Make editions of existing posts, so that an old blog can move in.

    DIR is a whole blog, with all its folders. No original is changed: posts are
    copied to paths.posts where they are not there yet, those of an older form as
    they could be mended. Other posts are left alone. Says so for every file.
    """
    return _say(_session(config_path).take_in(posts, force=force))


@cli.command()
@click.argument("names", nargs=-1, metavar="[DAY|POST]...")
@config_option
@log_option
def check(names: tuple[str, ...], config_path: Path, log_format: str) -> int:
    """Check what is published again, against the papers fetched anew.

    DAY is a day of this archive, POST a post's file; without any, the newest
    post. Exits with 1 when something could not be confirmed.
    """
    from shutil import get_terminal_size

    return _say(_session(config_path, log_format).check(names, get_terminal_size().columns))


@cli.command()
@click.argument("day", required=False, metavar="[DAY]")
@click.option("--again", is_flag=True, help="Tell everybody, also those who were told before.")
@config_option
@log_option
def notify(day: str | None, again: bool, config_path: Path, log_format: str) -> int:
    """Tell people of a day: its papers in short, once per day and target.

    DAY is an edition's name; yesterday without one. Whom to tell stands in
    DIGEST_NOTIFY_URLS: addresses of Apprise, separated by white space.
    Exits with 4 when a target could not be told; the next run tries it again.
    """
    named = day or str(_now().date() - timedelta(days=1))
    return _say(_session(config_path, log_format).notify(named, again=again))


@cli.command()
@click.option("--serve", is_flag=True, help="Show it on this machine and build again on every change.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="With --serve: where.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that make pages.")
@config_option
def site(serve: bool, port: int, jobs: int, config_path: Path) -> int:
    """Build the web site from the posts, as much of it as changed."""
    session = _session(config_path)
    code = _say(session.site(jobs=jobs))
    if serve:
        session.serve(port, lambda: _say(session.site(jobs=jobs)), click.echo)
    return code


@cli.command()
@click.option("--push", is_flag=True, help="Push too; rebase first where the remote has moved.")
@config_option
def publish(push: bool, config_path: Path) -> int:
    """Commit the editions and posts that runs have written, and nothing else.

    Refuses while other changes are staged, and never forces a push. What could
    not be pushed is pushed by the next run.
    """
    return _say(_session(config_path).publish(os.environ, push=push))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="For machines, with the numbers of the trends page.")
@config_option
def stats(as_json: bool, config_path: Path) -> int:
    """Count the archive: days, papers, coverage, failures, tokens, cost, models.

    Counts editions, which only posts that were built or imported have.
    """
    return _say(_session(config_path).stats(as_json=as_json))


@cli.command()
@click.argument("days", nargs=-1, metavar="[DAY]...")
@config_option
def ledger(days: tuple[str, ...], config_path: Path) -> int:
    """Print what became of every paper of a day, as a Markdown table.

    DAY is an edition's name, today or yesterday, or a range like
    2025-11-10..2025-11-17; without any, the newest edition. Made for
    $GITHUB_STEP_SUMMARY.
    """
    today = _now().date()
    ago = {"today": str(today), "yesterday": str(today - timedelta(days=1))}
    named = tuple("..".join(ago.get(end, end) for end in day.split("..")) for day in days)
    return _say(_session(config_path).ledger(named))


@cli.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
@click.option(
    "--into", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Add it to this Jekyll blog instead."
)
def init(folder: Path, into: Path | None) -> int:
    """Begin a digest of your own: settings, workflow, folders, first steps.

    Overwrites nothing. With --into, a Jekyll blog gets the settings and the
    workflow that it lacks, matched to its _config.yml, which stays as it is.
    """
    from digest import beginning, blog
    from digest.session import Said

    where = beginning.requirement_of(beginning.origin(), __version__)
    begun = beginning.begin_in(blog.read(into), where) if into else beginning.begin(folder, where)
    wrote = [f"wrote {into or folder}/{file}" for file in begun.files]
    return _say(Said((*wrote, *(f"to do: {do}" for do in begun.advice))))


@cli.command()
@config_option
def doctor(config_path: Path) -> int:
    """Say line by line whether everything is here that a nightly run needs.

    Settings, key, a tiny question to the model, services, clock, folders, git,
    schedule, archive. Exits with 1 where something is wrong.
    """
    from digest import doctor as examination
    from digest.errors import ConfigError
    from digest.session import Said

    try:
        session = _session(config_path)
    except ConfigError as error:
        return _say(Said((_discreet(str(examination.unreadable(error))),), EXPECTED_ERROR))
    return _say(session.doctor(config_path, os.environ))


@cli.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"), show_default=True, help="Where to."
)
@log_option
def demo(out: Path, log_format: str) -> int:
    """Build 2025-11-17 against bundled services on this machine: no key, no network.

    Everything but the services is the real thing: the ordinary build, through
    the ordinary configuration.
    """
    from dataclasses import replace

    from digest import assembly
    from digest.demo import DAY, NOW, settings
    from digest.demo.server import serve

    with serve() as url:
        click.echo(f"The services are replayed from bundled answers: Hugging Face, arXiv and the model, at {url}")
        out.mkdir(parents=True, exist_ok=True)
        session = replace(_session(out / "config.yaml", log_format, settings(url), own=False), now=lambda: NOW)
        code = _say(session.build(assembly.order_for(session.config, DAY, ())))
    paths = session.config.paths
    _say(session.site())
    click.echo(f"Read the post in {paths.posts}, or open the site: {paths.site / 'index.html'}")
    click.echo(f"To serve it: digest site --serve --config {out / 'config.yaml'}")
    return code


def _session(
    config_path: Path,
    log_format: str = "auto",
    environ: dict[str, str] | None = None,
    *,
    own: bool = True,
    long: bool = False,
) -> "Session":
    """Open a session: settings from the file, the caller's environment (unless not `own`) and `environ` over both."""
    from functools import partial

    from digest import discreet, terminal
    from digest.config import load
    from digest.notify import targets
    from digest.session import Session

    config = load(config_path, {**(os.environ if own else {}), **(environ or {})})
    style = terminal.style_for(log_format, sys.stderr)
    sink = partial(terminal.sink, style, sys.stderr, _now, long=long)
    secrets = os.environ if own else {}
    return Session(
        config,
        now=_now,
        sink=sink,
        key=secrets.get("OPENAI_API_KEY"),
        targets=targets(secrets.get(discreet.NOTIFY_URLS, "")),
        alarms=targets(secrets.get(discreet.NOTIFY_FAILURES_URLS, "")),
        masked=_discreet,
    )


def _say(said: "Said") -> int:
    """Print what a command has to say, and return its exit code."""
    for line in said.complaints:
        click.echo(_discreet(line), err=True)
    for line in said.lines:
        click.echo(line)
    return said.code


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """Run the command line and exit with its code: the one boundary that turns errors into words."""
    from digest.errors import DigestError

    try:
        code = cli.main(standalone_mode=False)
    except click.UsageError as error:
        error.show()
        code = USAGE
    except click.ClickException as error:
        error.show()
        code = EXPECTED_ERROR
    except (click.Abort, KeyboardInterrupt):
        click.echo("digest: interrupted; the next run goes on where this one stopped", err=True)
        code = INTERRUPTED
    except DigestError as error:
        click.echo(f"digest: {_discreet(str(error))}", err=True)
        code = EXPECTED_ERROR
    except BrokenPipeError:
        code = EXPECTED_ERROR
    except Exception:  # noqa: BLE001 - the boundary: a bug becomes a report
        click.echo(_report(), err=True)
        code = BUG
    sys.exit(code)


def _report() -> str:
    """Return a report of a bug that is ready to be pasted, without secrets."""
    import platform
    import traceback
    from importlib.metadata import version

    versions = ", ".join(f"{name} {version(name)}" for name in ("openai", "httpx2", "pydantic", "jinja2", "msgspec"))
    return _discreet(
        "digest: this is a bug in digest, not in your configuration. Please report it with all of this:\n\n"
        f"```\ndigest {__version__}, Python {platform.python_version()}, {platform.platform()}\n{versions}\n"
        f"command: digest {' '.join(sys.argv[1:])}\n\n{traceback.format_exc()}```"
    )


def _discreet(text: str) -> str:
    """Take the secrets of the environment out of a text."""
    from digest.discreet import masked

    return masked(text, os.environ)
