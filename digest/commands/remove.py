"""digest remove: a published entry, taken off."""

from pathlib import Path

import click

from digest.commands.context import Context
from digest.commands.options import config_option
from digest.commands.result import Result
from digest.config import series_of
from digest.model import Event, PaperId
from digest.model.text import one_line
from digest.pipeline import post
from digest.pipeline.papers import entries
from digest.pipeline.papers.review import ReviewWriter
from digest.posts import filenames


@click.command()
@click.argument("paper_id", metavar="ID")
@click.option("--because", required=True, metavar="TEXT", help="Why, as the page of the day will say.")
@config_option
@click.pass_obj
def command(context: Context, paper_id: str, because: str, config_path: Path) -> int:
    """Take a published paper off every post, for example when an author asks.

    The ledger of the day remembers it and why; it is not published again.
    """
    reason = one_line(because)
    if not reason:
        raise click.UsageError("--because needs a reason")
    config = context.config(config_path)
    wanted, templates = PaperId.pasted(paper_id), context.templates(config)
    series, told = series_of(config), list[Event]()
    several = [(context.archive(one), post.renderer(one, templates)) for one in series]
    with context.lock(config):
        files = entries.remove_everywhere(wanted, reason, several)
        days = [day for file in files if (day := filenames.day_of(file))]
        for one in series:
            writer = ReviewWriter(
                context.archive(one), one, post.review_renderer(one, templates), told.append, context.now().date()
            )
            writer.renew(days)
    lines = [f"{file}: removed {wanted.base}" for file in files]
    lines += [event.text for event in told if event.kind == "saved"]
    warnings = tuple(f"digest: {event.text}" for event in told if event.kind == "problem")
    return context.print_result(Result((*lines, "run `digest site` to renew the pages"), warnings=warnings))
