"""The command line: a table of contents. The only file that prints, exits, reads the clock or the environment."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from digest import __version__
from digest.text import counted

if TYPE_CHECKING:
    from digest.config import Config
    from digest.pipeline import Outcome

DONE, EXPECTED_ERROR, USAGE, BUG, SOME_FAILED = 0, 1, 2, 3, 4
SECRETS = ("OPENAI_API_KEY",)
"""Variables whose values must appear nowhere."""


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


def _now() -> datetime:
    return datetime.now(UTC)


def _config(path: Path) -> "Config":
    from digest.config import load

    return load(path, os.environ)


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
    from digest.config import SelectionConfig
    from digest.model import ArxivId

    config = _config(config_path)
    if limit is not None:
        selection = SelectionConfig(**{**config.selection.model_dump(), "limit": limit})
        config = config.model_copy(update={"selection": selection})
    named = tuple(ArxivId.parse(raw) for raw in ids)
    order = assembly.order_for(
        config, day, named, partial=day == _now().date() and not named, force=force, refresh=refresh
    )
    if dry_run:
        return _dry_run(config, order, log_format)
    return _run(config, order, log_format)


def _run(
    config: "Config", order: Any, log_format: str, now: Callable[[], datetime] = _now, key: str | None = None
) -> int:
    """Build, telling what happens, and end with one line that says what it took."""
    from digest import assembly, pipeline, store, terminal

    begun = time.monotonic()
    deadline = begun + config.run.time_limit
    with terminal.sink(terminal.style_for(log_format, sys.stderr), sys.stderr, now) as sink:
        workshop = assembly.open_workshop(
            config,
            key=key or os.environ.get("OPENAI_API_KEY"),
            now=now,
            report=sink,
            deadline=lambda: time.monotonic() > deadline,
        )
        with workshop.reading.tools, store.only_run(config.paths.cache):
            outcome = pipeline.build(order, workshop.stages, workshop.reading.archive)
    if outcome.stopped:
        click.echo(f"digest: stopped early: {outcome.stopped}", err=True)
    click.echo(_said(outcome, terminal.tally(workshop.purse.spent), time.monotonic() - begun))
    return SOME_FAILED if outcome.edition.skips and outcome.edition.entries else DONE


def _said(outcome: "Outcome", tally: str, seconds: float) -> str:
    """Return the run's last line."""
    edition = outcome.edition
    papers = counted(len(edition.entries), "paper")
    if outcome.status == "no list":
        return f"{edition.name}: no papers were listed that day (weekends and holidays have none); no post"
    if outcome.status == "all left out":
        return f"{edition.name}: {counted(len(edition.exclusions), 'paper')} listed, all left out by the configuration; no post"
    file = edition.written.file if edition.written else edition.name
    failed = f", {len(edition.skips)} failed (run again to retry)" if edition.skips else ""
    if outcome.status == "unchanged":
        return f"{file}: {papers}, nothing to do{failed}"
    return f"{file}: {papers}, {outcome.made} new{failed}; {tally}; {seconds:.1f} s"


def _dry_run(config: "Config", order: Any, log_format: str) -> int:
    """List what a build would do and, at most, spend."""
    from digest import assembly, pipeline, terminal
    from digest.model import Usage

    with terminal.sink(terminal.style_for(log_format, sys.stderr), sys.stderr, _now) as sink:
        workshop = assembly.open_workshop(config, key=os.environ.get("OPENAI_API_KEY"), now=_now, report=sink)
        with workshop.reading.tools:
            archive = workshop.reading.archive
            plan = pipeline.make_plan(order, archive.load(order.name), workshop.stages, archive)
    for paper in plan.todo:
        click.echo(f"would read {paper.id}  {paper.title}")
    for left_out in plan.exclusions:
        click.echo(f"left out   {left_out.paper.id}  {left_out.rule} {left_out.detail}".rstrip())
    calls = 2 * len(plan.todo)
    most = workshop.purse.priced(Usage(calls, calls * (config.llm.input_tokens + 1500), 0, calls * 1500))
    spends = config.summarize.backend == "openai" and plan.todo
    click.echo(
        f"{order.file}: {counted(len(plan.todo), 'paper')} to read"
        + (f"; at most about {terminal.tally(most)}" if spends else "")
    )
    return DONE


@cli.command()
@click.argument("days", nargs=-1, required=True, metavar="DAY...")
@click.option("--force", is_flag=True, help="Overwrite posts that were edited by hand.")
@config_option
def render(days: tuple[str, ...], force: bool, config_path: Path) -> int:
    """Write the posts of editions again, without any network.

    DAY is an edition's name: a day, or the name of a post of named papers.
    """
    from functools import partial

    from digest import assembly, pipeline, store
    from digest.errors import ArchiveError
    from digest.templating import Templates

    config = _config(config_path)
    archive = store.Archive(config.paths.posts, config.paths.data)
    write = partial(assembly.render_edition, templates=Templates(config.paths.templates))
    with store.only_run(config.paths.cache):
        for name in days:
            edition = archive.load(Path(name).name)
            if edition is None:
                raise ArchiveError(f"there is no edition {name}", hint=f"looked in {config.paths.data}")
            if not edition.entries:
                raise ArchiveError(f"the edition {name} has no entries, so it has no post")
            file = edition.written.file if edition.written else f"{edition.name}-{config.post.slug}.md"
            pipeline.write(edition, file, edition, write, archive, force=force)
            click.echo(f"{config.paths.posts.name}/{file}: {counted(len(edition.entries), 'paper')}")
    return DONE


@cli.command(name="import")
@click.argument("posts", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="POST...")
@click.option("--force", is_flag=True, help="Replace editions that are there already.")
@config_option
def import_(posts: tuple[Path, ...], force: bool, config_path: Path) -> int:
    """Make editions of existing posts, so that an old blog can move in.

    The posts themselves are copied to paths.posts where they are not there yet,
    and never changed.
    """
    from digest import assembly, moving, store
    from digest.templating import Templates

    config = _config(config_path)
    archive = store.Archive(config.paths.posts, config.paths.data)
    render_post = assembly.render_edition
    templates = Templates(config.paths.templates)
    failed = 0
    with store.only_run(config.paths.cache):
        for path in posts:
            taken = moving.take(
                path, archive, lambda edition: render_post(edition, templates), config.language, force=force
            )
            failed += not taken.ok
            click.echo(f"{path.name}: {taken.said}", err=not taken.ok)
    return EXPECTED_ERROR if failed else DONE


@cli.command()
@click.argument("names", nargs=-1, metavar="[DAY|POST]...")
@config_option
@log_option
def check(names: tuple[str, ...], config_path: Path, log_format: str) -> int:
    """Check what is published again, against the papers fetched anew.

    DAY is a day of this archive, POST a post's file; without any, the newest
    post. Exits with 1 when something could not be confirmed.
    """
    from digest import assembly, posts, recheck, terminal

    config = _config(config_path)
    rows = []
    with terminal.sink(terminal.style_for(log_format, sys.stderr), sys.stderr, _now) as sink:
        reading = assembly.open_reading(config, now=_now, report=sink)
        with reading.tools:
            for path in reading.archive.find_posts(names):
                post = posts.parse(path.read_text("utf-8"))
                edition = reading.archive.load(path.stem) or reading.archive.load(path.stem[:10])
                checked = recheck.recheck(
                    post, edition, enrich=reading.enrich, read=reading.read_anew, check=reading.check, pool=reading.pool
                )
                rows += [(path.name, result) for result in checked]
    click.echo(terminal.table_of(rows, shutil.get_terminal_size().columns), nl=False)
    wrong = sum(result.wrong for _, result in rows)
    click.echo(f"{len(rows)} entries checked, {wrong} with something to look at")
    return EXPECTED_ERROR if wrong else DONE


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
    from digest import assembly
    from digest.config import load
    from digest.demo import DAY, NOW
    from digest.demo.server import serve

    with serve() as url:
        click.echo(f"The services are replayed from bundled answers: Hugging Face, arXiv and the model, at {url}")
        out.mkdir(parents=True, exist_ok=True)
        environ = {
            "DIGEST_SERVICES__HUGGINGFACE": url,
            "DIGEST_SERVICES__ARXIV": url,
            "DIGEST_SERVICES__ARXIV_API": url,
            "DIGEST_PACE__ARXIV": "0",
            "DIGEST_PACE__ARXIV_API": "0",
            "DIGEST_LLM__BASE_URL": f"{url}/v1",
            "DIGEST_LLM__MODEL": "replayed",
        }
        config = load(out / "config.yaml", environ)
        code = _run(config, assembly.order_for(config, DAY, ()), log_format, now=lambda: NOW)
    click.echo(f"The post is in {config.paths.posts}, the edition in {config.paths.data}")
    return code


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
        code = 130
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
    """Take the values of secret variables out of a text."""
    for name in SECRETS:
        if value := os.environ.get(name):
            text = text.replace(value, f"<{name}>")
    return text
