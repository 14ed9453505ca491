"""digest redo: one published entry, written anew."""

from pathlib import Path

import click

from digest.adapters.store import Cache
from digest.commands.context import Context
from digest.commands.options import config_option, log_option
from digest.commands.result import Result
from digest.commands.runs import opened
from digest.model import PaperId, Usage
from digest.pipeline.days import estimate
from digest.pipeline.papers import entries


@click.command()
@click.argument("paper_id", metavar="ARXIV_ID")
@click.option("--model", help="Ask this model instead of llm.model.")
@config_option
@log_option
@click.pass_obj
def command(context: Context, paper_id: str, model: str | None, config_path: Path, log_format: str) -> int:
    """Write one published entry anew, from the paper's newest version.

    Asks the model again, whatever was paid for before. The old entry stands
    until there is a new one.
    """
    wanted = PaperId.pasted(paper_id)
    config = context.config(config_path, {"OPENAI_MODEL": model} if model else {})
    with opened(context, (config,), log_format, cache=_Unread(config.paths.cache)) as (run,):
        archive, render = run.tools.archive, run.stages.render
        edition, entry = entries.find(wanted, archive)
        made = entries.redo(
            edition, entry, lambda paper: run.tools.enrich((paper,)).papers[0], run.stages.paper, archive, render
        )
    line = f"{edition.name}: {made.paper.id} rewritten by {made.provenance.model or made.provenance.backend}"
    return context.print_result(Result((f"{line}; {estimate.tally(run.budget.spent)}",)))


class _Unread(Cache):
    """A cache whose replies are kept and not read, so that the model is asked again."""

    def reply(self, key: str) -> tuple[str, Usage] | None:
        """Return nothing."""
        return None
