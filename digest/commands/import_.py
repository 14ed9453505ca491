"""digest import: editions of existing posts, so that an old blog can move in."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from digest.commands.context import Context
from digest.commands.options import config_option, profile_option
from digest.commands.result import DONE, EXPECTED_ERROR, Result
from digest.commands.runs import chosen
from digest.config import Config
from digest.model.text import counted
from digest.pipeline import importer, post

_FORM = "`# 1. [title](https://arxiv.org/abs/…)` with `## Introduction`, `## Method` and so on (see `digest demo`)"


@click.command(name="import")
@click.argument("posts", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="POST|DIR...")
@click.option("--force", is_flag=True, help="Replace existing editions.")
@profile_option
@config_option
@click.pass_obj
def command(context: Context, posts: tuple[Path, ...], force: bool, profile: str | None, config_path: Path) -> int:
    """Bring existing posts into this digest: an edition for each.

    DIR is a whole blog, with all its folders. Posts are copied to paths.posts;
    older formats are converted; of other lists of papers, ids and titles are
    taken. A post of this digest that you edited is taken as it is now. The rest
    is skipped, originals never changed. Reports every file.
    """
    several = chosen(context.config(config_path), profile)
    templates = context.templates(several[0])
    with context.lock(several[0]):
        outcomes = [
            (
                str(path.relative_to(given)) if path != given else path.name,
                importer.import_post(
                    path,
                    context.archive(config),
                    post.renderer(config, templates),
                    config.language,
                    config.post.slug,
                    force=force,
                    blog=given if path != given else None,
                ),
            )
            for given in posts
            for path in importer.files_of(given)
            for config in [_series_of(path, several)]
        ]
    good = tuple(f"{name}: {outcome.message}" for name, outcome in outcomes if outcome.ok)
    bad = tuple(f"{name}: {outcome.message}" for name, outcome in outcomes if not outcome.ok)
    total = tuple(_total([outcome for _, outcome in outcomes]))
    return context.print_result(Result((*good, *total), EXPECTED_ERROR if bad else DONE, bad))


def _series_of(path: Path, several: Sequence[Config]) -> Config:
    """Return the settings of the series in whose folder of posts a file lies; those of the first one for any other."""
    found = [one for one in several if path.resolve().is_relative_to(one.paths.posts.resolve())]
    return max(found, key=lambda one: len(one.paths.posts.resolve().parts), default=several[0])


def _total(outcomes: list[importer.ImportOutcome]) -> Iterator[str]:
    """Say what became of all files, and what form a post must have to be taken whole."""
    taken = [outcome for outcome in outcomes if outcome.entries or outcome.mentions]
    failed = sum(not outcome.ok for outcome in outcomes)
    if len(outcomes) > 1:
        papers = counted(sum(outcome.entries + outcome.mentions for outcome in taken), "paper")
        yield (
            f"{counted(len(outcomes), 'file')}: {len(taken)} imported with {papers},"
            f" {len(outcomes) - len(taken) - failed} skipped, {failed or 'none'} failed"
        )
    if lists := sum(bool(outcome.mentions) for outcome in taken):
        yield f"{counted(lists, 'post')} without summaries that digest can read: it reads {_FORM}"
    if len(taken) + failed == 0:
        yield f"no post presents papers in a form that digest can read: a title that links to each paper, best {_FORM}"
