"""digest redo: one published entry, written anew."""

from pathlib import Path

import click

from digest.adapters.store import Cache
from digest.commands.context import Context
from digest.commands.options import config_option, log_option, profile_option
from digest.commands.result import Result
from digest.commands.runs import chosen, labelled, opened
from digest.model import PaperId, Usage
from digest.pipeline.days import estimate
from digest.pipeline.papers import entries


@click.command()
@click.argument("paper_id", metavar="ID")
@click.option("--model", help="Ask this model instead of llm.model.")
@profile_option
@config_option
@log_option
@click.pass_obj
def command(
    context: Context, paper_id: str, model: str | None, profile: str | None, config_path: Path, log_format: str
) -> int:
    """Write one published entry anew, from the paper's newest version.

    Asks the model again, whatever was paid for before. The old entry stands
    until there is a new one.
    """
    wanted = PaperId.pasted(paper_id)
    config = context.config(config_path, {"OPENAI_MODEL": model} if model else {})
    lines: list[str] = []
    with opened(context, chosen(config, profile), log_format, cache=_Unread(config.paths.cache)) as runs:
        enrich = runs[0].tools.enrich
        found = [(run, *published) for run in runs if (published := entries.lookup(wanted, run.tools.archive))]
        if not found:
            entries.find(wanted, runs[0].tools.archive)  # raises what is to be said of that
        for run, edition, entry in found:
            archive, render = run.tools.archive, run.stages.render
            made = entries.redo(
                edition, entry, lambda paper: enrich((paper,)).papers[0], run.stages.paper, archive, render
            )
            run.reviews.renew([edition.day])
            by = made.provenance.model or made.provenance.backend
            said = f"{made.paper.id} rewritten by {by}"
            if made is entry:
                said = f"{made.paper.id}: {run.stages.paper.model} answered the same; the entry stays as it is"
            lines.append(labelled(run.config.series, f"{edition.name}: {said}"))
        lines[-1] += f"; {estimate.tally(runs[0].budget.spent)}"
    return context.print_result(Result(tuple(lines)))


class _Unread(Cache):
    """A cache whose replies are kept and not read, so that the model is asked again."""

    def reply(self, key: str) -> tuple[str, Usage] | None:
        """Return nothing."""
        return None
