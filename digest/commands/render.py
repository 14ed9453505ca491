"""digest render: posts again from their editions."""

from pathlib import Path

import click

from digest.commands.context import Context
from digest.commands.options import config_option
from digest.commands.result import Result
from digest.errors import ArchiveError
from digest.model.text import counted
from digest.pipeline import post


@click.command()
@click.argument("days", nargs=-1, required=True, metavar="DAY...")
@click.option("--force", is_flag=True, help="Overwrite manual edits.")
@config_option
@click.pass_obj
def command(context: Context, days: tuple[str, ...], force: bool, config_path: Path) -> int:
    """Rewrite posts from their editions, offline.

    DAY is an edition's name: a day, or the name of a post of single papers.
    """
    config = context.config(config_path)
    archive, paths = context.archive(config), config.paths
    write = post.renderer(config, context.templates(config))
    lines = []
    with context.lock(config):
        for name in days:
            edition = archive.load(Path(name).name)
            if edition is None:
                raise ArchiveError(f"edition not found: {name} (in {paths.data})")
            if edition.mentions:
                raise ArchiveError(f"{name} has no summaries to write a post from; its post is kept as it is")
            if not edition.entries:
                raise ArchiveError(f"{name} has no papers, so there is no post")
            file = edition.written.file if edition.written else f"{edition.name}-{config.post.slug}.md"
            post.write(edition, file, edition, write, archive, force=force)
            lines.append(f"{paths.posts.name}/{file}: {counted(len(edition.entries), 'paper')}")
    return context.print_result(Result(tuple(lines)))
