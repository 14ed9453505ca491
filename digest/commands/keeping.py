"""Commands that begin, move in, publish and look after: import, publish, stats, ledger, init, doctor, demo."""

from datetime import timedelta
from pathlib import Path

import click

from digest import __version__
from digest.commands.options import Invocation, config_option, log_option


@click.command(name="import")
@click.argument("posts", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="POST|DIR...")
@click.option("--force", is_flag=True, help="Replace editions that are there already.")
@config_option
@click.pass_obj
def import_(on: Invocation, posts: tuple[Path, ...], force: bool, config_path: Path) -> int:
    """Make editions of existing posts, so that an old blog can move in.

    DIR is a whole blog, with all its folders. No original is changed: posts are
    copied to paths.posts where they are not there yet, those of an older form as
    they could be mended. Other posts are left alone. Says so for every file.
    """
    return on.say(on.upkeep(config_path).take_in(posts, force=force))


@click.command()
@click.option("--push", is_flag=True, help="Push too; rebase first where the remote has moved.")
@config_option
@click.pass_obj
def publish(on: Invocation, push: bool, config_path: Path) -> int:
    """Commit the editions and posts that runs have written, and nothing else.

    Refuses while other changes are staged, and never forces a push. What could
    not be pushed is pushed by the next run.
    """
    return on.say(on.upkeep(config_path).publish(on.environ, push=push))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines, with the numbers of the trends page.")
@config_option
@click.pass_obj
def stats(on: Invocation, as_json: bool, config_path: Path) -> int:
    """Count the archive: days, papers, coverage, failures, tokens, cost, models.

    Counts editions, which only posts that were built or imported have.
    """
    return on.say(on.upkeep(config_path).stats(as_json=as_json))


@click.command()
@click.argument("days", nargs=-1, metavar="[DAY]...")
@config_option
@click.pass_obj
def ledger(on: Invocation, days: tuple[str, ...], config_path: Path) -> int:
    """Print what became of every paper of a day, as a Markdown table.

    DAY is an edition's name, today or yesterday, or a range like
    2025-11-10..2025-11-17; without any, the newest edition. Made for
    $GITHUB_STEP_SUMMARY.
    """
    today = on.now().date()
    ago = {"today": str(today), "yesterday": str(today - timedelta(days=1))}
    named = tuple("..".join(ago.get(end, end) for end in day.split("..")) for day in days)
    return on.say(on.upkeep(config_path).ledger(named))


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
@click.option(
    "--into", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Add it to this Jekyll blog instead."
)
@click.pass_obj
def init(on: Invocation, folder: Path, into: Path | None) -> int:
    """Begin a digest of your own: settings, workflow, folders, first steps.

    Overwrites nothing. With --into, a Jekyll blog gets the settings and the
    workflow that it lacks, matched to its _config.yml, which stays as it is.
    """
    from digest.commands.init import jekyll, scaffold
    from digest.commands.result import Said

    where = scaffold.requirement_of(scaffold.origin(), __version__)
    begun = scaffold.begin_in(jekyll.read(into), where) if into else scaffold.begin(folder, where)
    wrote = [f"wrote {into or folder}/{file}" for file in begun.files]
    return on.say(Said((*wrote, *(f"to do: {do}" for do in begun.advice))))


@click.command()
@config_option
@click.pass_obj
def doctor(on: Invocation, config_path: Path) -> int:
    """Say line by line whether everything is here that a nightly run needs.

    Settings, key, a tiny question to the model, services, clock, folders, git,
    schedule, archive. Exits with 1 where something is wrong.
    """
    from digest.commands import doctor as examination
    from digest.commands.result import EXPECTED_ERROR, Said
    from digest.errors import ConfigError

    try:
        upkeep = on.upkeep(config_path)
    except ConfigError as error:
        return on.say(Said((on.discreet(str(examination.unreadable(error))),), EXPECTED_ERROR))
    return on.say(upkeep.doctor(config_path, on.environ))


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"), show_default=True, help="Where to."
)
@log_option
@click.pass_obj
def demo(on: Invocation, out: Path, log_format: str) -> int:
    """Build 2025-11-17 against bundled services on this machine: no key, no network.

    Everything but the services is the real thing: the ordinary build, through
    the ordinary configuration.
    """
    from dataclasses import replace
    from shlex import quote

    from digest.commands.demo import DAY, NOW, settings
    from digest.commands.demo.server import serve
    from digest.pipeline import assembly

    with serve() as url:
        on.echo(f"The services are replayed from bundled answers: Hugging Face, arXiv and the model, at {url}")
        out.mkdir(parents=True, exist_ok=True)
        session = replace(on.session(out / "config.yaml", log_format, settings(url), own=False), now=lambda: NOW)
        code = on.say(session.build(assembly.order_for(session.config, DAY, ())))
    paths = session.config.paths
    on.say(session.site())
    on.echo(f"Read the post in {paths.posts}, or open the site: {paths.site / 'index.html'}")
    on.echo(f"To serve it: cd {quote(str(out))} && digest site --serve")
    return code
