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
@click.option("--force", is_flag=True, help="Replace existing editions.")
@config_option
@click.pass_obj
def command(context: Context, posts: tuple[Path, ...], force: bool, config_path: Path) -> int:
    """Bring existing posts into this digest: an edition for each.

    DIR is a whole blog, with all its folders. Posts are copied to paths.posts;
    older formats are converted, other posts skipped, originals never changed.
    Reports every file.
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
    total = (f"{counted(len(outcomes), 'file')}, {len(bad) or 'none'} failed",) if len(outcomes) > 1 else ()
    return context.print_result(Result((*good, *total), EXPECTED_ERROR if bad else DONE, bad))
