"""digest render: posts again from their editions."""

from pathlib import Path

import click

from digest.adapters.store import Archive
from digest.adapters.templates import Templates
from digest.commands.context import Context
from digest.commands.options import config_option
from digest.commands.result import Result
from digest.config import Config, series_of
from digest.errors import ArchiveError, EditedByHand
from digest.model import Event
from digest.model.corpus.periods import kind_of
from digest.model.text import counted
from digest.pipeline import post
from digest.pipeline.papers.overview import LEAST
from digest.pipeline.papers.review import ReviewWriter


@click.command()
@click.argument("days", nargs=-1, required=True, metavar="DAY...")
@click.option("--force", is_flag=True, help="Overwrite manual edits.")
@config_option
@click.pass_obj
def command(context: Context, days: tuple[str, ...], force: bool, config_path: Path) -> int:
    """Rewrite posts from their editions, offline.

    DAY is an edition's name: a day, or the name of a post of single papers.
    A week (2025-W47) or month (2025-11) gets the post that post.weeks or
    post.months wants.
    """
    config = context.config(config_path)
    templates, lines = context.templates(config), []
    with context.lock(config):
        for name in days:
            if kind_of(name):
                lines += [_reviewed(context, name, one, templates, force=force) for one in series_of(config)]
                continue
            found = [one for one in series_of(config) if context.archive(one).load(Path(name).name)]
            if not found:
                raise ArchiveError(f"edition not found: {name} (in {config.paths.data})")
            lines += [_rendered(Path(name).name, one, context.archive(one), templates, force=force) for one in found]
    return context.print_result(Result(tuple(lines)))


def _reviewed(context: Context, name: str, config: Config, templates: Templates, *, force: bool) -> str:
    """Write the post of a week or month of one series; return a line about it."""
    told: list[Event] = []
    archive, render = context.archive(config), post.review_renderer(config, templates)
    writer = ReviewWriter(archive, config, render, told.append, context.now().date())
    review = writer.write(name, force=force)
    if kept := [event.text for event in told if event.kind == "problem"]:
        raise EditedByHand(kept[0])
    if review is None or review.written is None:
        setting = "weeks" if kind_of(name) == "weeks" else "months"
        papers = counted(len(writer.entries(name)), "paper")
        hint = f"it needs {LEAST} papers and has {papers}" if getattr(config.post, setting) else f"set post.{setting}"
        shown = f"{config.series.name}: {name}" if config.series.name else name
        raise ArchiveError(f"{shown} has no post", hint=hint)
    return f"{config.paths.posts.name}/{review.written.file}"


def _rendered(name: str, config: Config, archive: Archive, templates: Templates, *, force: bool) -> str:
    """Rewrite the post of one series; return a line about it."""
    edition = archive.load(name)
    if edition is None or edition.mentions:
        raise ArchiveError(f"{name} has no summaries to write a post from; its post is kept as it is")
    if not edition.entries:
        raise ArchiveError(f"{name} has no papers, so there is no post")
    file = edition.written.file if edition.written else f"{edition.name}-{config.post.slug}.md"
    post.write(edition, file, edition, post.renderer(config, templates), archive, force=force)
    return f"{config.paths.posts.name}/{file}: {counted(len(edition.entries), 'paper')}"
