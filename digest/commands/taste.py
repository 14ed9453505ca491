"""digest taste: weights proposed from papers that a reader likes."""

from contextlib import closing
from pathlib import Path

import click

from digest.adapters.store import Cache
from digest.commands.context import Context
from digest.commands.options import config_option, profile_option
from digest.commands.result import Result
from digest.commands.runs import chosen
from digest.errors import ConfigError
from digest.model.text import counted, shorten
from digest.pipeline.days import tuning
from digest.pipeline.papers.ranking import Ranking


@click.group()
def command() -> None:
    """Propose the weights of a taste from papers that you like."""


@command.command()
@click.option("--days", type=click.IntRange(0, 60), default=3, show_default=True, help="Past days to show.")
@profile_option
@config_option
@click.pass_obj
def tune(context: Context, days: int, profile: str | None, config_path: Path) -> int:
    """Try weights on past days, and say what they would have chosen.

    Counts how many of taste.examples would have been chosen on the days whose
    lists have them, each left out of the examples meanwhile. Asks no service.
    """
    config = chosen(context.config(config_path), profile)[0]
    archive = context.archive(config)
    if not config.taste.has_examples:
        raise ConfigError("taste.examples names no papers", hint="set taste.examples.files or taste.examples.editions")
    with closing(Cache(config.paths.cache)) as cache:
        examples = Ranking(config, archive, cache=cache).examples
    found = tuning.tune(config.taste, examples, archive, config.selection.limit, days)
    if not found.examples:
        what = f"none of {counted(len(examples), 'example')} is on a past list longer than selection.limit"
        raise ConfigError(what, hint="keep the defaults, or build more days first")
    best = found.trials[0]
    votes_alone = next(one for one in found.trials if not one.similarity and one.votes)
    lines = [
        f"{counted(found.examples, 'example')} on past lists: votes alone choose {votes_alone.found}, "
        f"these weights {best.found}",
        "",
        _proposed(config.series.profile, f"taste: {{votes: {best.votes:g}, similarity: {best.similarity:g}}}"),
    ]
    for day, papers in found.days.items():
        lines += ["", f"{day}:", *(f"  {paper.id} {shorten(paper.title, 80)}" for paper in papers)]
    return context.print_result(Result(tuple(lines), lines_required=True))


def _proposed(profile: str, taste: str) -> str:
    """Write a line of settings where it belongs in config.yaml."""
    return f"profiles: {{{profile}: {{{taste}}}}}" if profile else taste
