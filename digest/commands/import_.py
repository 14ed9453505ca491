"""digest import: editions of existing posts, so that an old blog can move in."""

from functools import partial
from pathlib import Path

import click

from digest.commands.context import Context
from digest.commands.options import config_option
from digest.commands.result import DONE, EXPECTED_ERROR, Result
from digest.model.text import counted
from digest.pipeline import importer
from digest.stages import render


@click.command(name="import")
@click.argument("posts", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="POST|DIR...")
@click.option("--force", is_flag=True, help="Replace editions that are there already.")
@config_option
@click.pass_obj
def command(context: Context, posts: tuple[Path, ...], force: bool, config_path: Path) -> int:
    """Make editions of existing posts, so that an old blog can move in.

    DIR is a whole blog, with all its folders. No original is changed: posts are
    copied to paths.posts where they are not there yet, those of an older form as
    they could be mended. Other posts are left alone. Says so for every file.
    """
    config = context.config(config_path)
    archive = context.archive(config)
    write = partial(render.of_edition, templates=context.templates(config))
    with context.lock(config):
        outcomes = [
            (
                str(path.relative_to(given)) if path != given else path.name,
                importer.import_post(path, archive, write, config.language, force=force),
            )
            for given in posts
            for path in importer.files_of(given)
        ]
    good = tuple(f"{name}: {outcome.message}" for name, outcome in outcomes if outcome.ok)
    bad = tuple(f"{name}: {outcome.message}" for name, outcome in outcomes if not outcome.ok)
    total = (f"{len(good)} of {counted(len(outcomes), 'file')} read without trouble",) if len(outcomes) > 1 else ()
    return context.print_result(Result((*good, *total), EXPECTED_ERROR if bad else DONE, bad))
