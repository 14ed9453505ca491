"""digest redo: one published entry, written anew."""

from contextlib import ExitStack
from pathlib import Path

import click

from digest.adapters.store import Cache
from digest.commands.context import Context
from digest.commands.options import config_option, log_option
from digest.commands.result import Result
from digest.model import PaperId, Usage
from digest.pipeline import assembly
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
    with context.progress(log_format) as sink, ExitStack() as stack:
        deadline, cache = context.deadline(config.run.time_limit), _Unread(config.paths.cache)
        run = assembly.assemble(
            config, stack, **context.keys(), now=context.now, report=sink, deadline=deadline, cache=cache
        )
        stack.enter_context(context.lock(config))
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
