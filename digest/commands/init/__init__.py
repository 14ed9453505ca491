"""digest init: a digest of one's own, or one in an existing Jekyll blog."""

from pathlib import Path

import click

from digest import __version__
from digest.commands.context import Context
from digest.commands.init import jekyll, scaffold
from digest.commands.result import Result


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
@click.option(
    "--into",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Add a digest to this Jekyll blog instead.",
)
@click.pass_obj
def command(context: Context, folder: Path, into: Path | None) -> int:
    """Create a new digest: settings, workflow, folders, README.

    Overwrites nothing. With --into, adds the missing settings and workflow to
    a Jekyll blog, matched to its _config.yml, which is not changed.
    """
    source = scaffold.requirement_line(scaffold.origin(), __version__)
    done = scaffold.scaffold_into(jekyll.read(into), source) if into else scaffold.scaffold(folder, source)
    wrote = [f"wrote {into or folder}/{file}" for file in done.files]
    kept = [f"{folder}/{file} already exists, left unchanged" for file in done.kept]
    return context.print_result(Result((*wrote, *kept, *(f"to do: {do}" for do in done.advice))))
