"""digest init: a digest of one's own, or one in an existing Jekyll blog."""

from pathlib import Path

import click

from digest import __version__
from digest.commands.context import Context
from digest.commands.init import jekyll, renewal, scaffold
from digest.commands.result import Result


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
@click.option(
    "--into",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Add a digest to this Jekyll blog instead.",
)
@click.option("--update", is_flag=True, help="Renew workflow, lock and schema of a digest, as far as unedited.")
@click.pass_obj
def command(context: Context, folder: Path, into: Path | None, update: bool) -> int:
    """Create a new digest: settings, workflow, folders, README.

    Overwrites nothing. With --into, adds the missing settings and workflow to
    a Jekyll blog, matched to its _config.yml, which is not changed. With
    --update, writes workflow, requirements and schema anew as they come with
    this version; of a file that was edited only the difference is shown.
    """
    origin = scaffold.origin()
    source = scaffold.requirement_line(origin, __version__)
    why = "" if source else scaffold.why_unknown(origin)
    if update:
        return context.print_result(_updated(into or folder, renewal.renew(into or folder, source), why))
    done = scaffold.scaffold_into(jekyll.read(into), source, why) if into else scaffold.scaffold(folder, source, why)
    wrote = [f"wrote {into or folder}/{file}" for file in done.files]
    kept = [f"{folder}/{file} already exists, left unchanged" for file in done.kept]
    return context.print_result(Result((*wrote, *kept, *(f"to do: {do}" for do in done.advice))))


def _updated(folder: Path, renewed: renewal.Renewed, why: str) -> Result:
    lines = [f"renewed {folder}/{file}" for file in renewed.written]
    lines += [f"{folder}/{file} is up to date" for file in renewed.unchanged]
    for file, difference in renewed.edited:
        lines += [f"{folder}/{file} was edited, left unchanged; to renew it, delete it and rerun:", *difference]
    lines += [f"to do: requirements-digest.txt was not renewed: {why}"] if why else []
    return Result(tuple(lines))
