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
    "--into", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Add it to this Jekyll blog instead."
)
@click.pass_obj
def command(context: Context, folder: Path, into: Path | None) -> int:
    """Begin a digest of your own: settings, workflow, folders, first steps.

    Overwrites nothing. With --into, a Jekyll blog gets the settings and the
    workflow that it lacks, matched to its _config.yml, which stays as it is.
    """
    source = scaffold.requirement_line(scaffold.origin(), __version__)
    done = scaffold.scaffold_into(jekyll.read(into), source) if into else scaffold.scaffold(folder, source)
    wrote = [f"wrote {into or folder}/{file}" for file in done.files]
    return context.print_result(Result((*wrote, *(f"to do: {do}" for do in done.advice))))
