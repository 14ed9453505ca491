"""A day as it would be selected: listed and ranked, nothing read, no model asked."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date, datetime

from digest.adapters.http import Deadline
from digest.config import Config
from digest.model import Event, Selection
from digest.pipeline.days.listing import open_lists
from digest.pipeline.paper_tools import open_paper_tools
from digest.pipeline.papers.embeddings import open_embeddings
from digest.pipeline.papers.ranking import Ranking
from digest.stages.summarize.budget import Budget


def rank_day(
    day: date,
    config: Config,
    stack: ExitStack,
    *,
    now: Callable[[], datetime],
    report: Callable[[Event], None],
    deadline: Deadline,
    key: str | None,
    environ: Mapping[str, str],
) -> Selection:
    """List a day and select from it as a build would. Saves nothing. Raises FetchError."""
    tools = open_paper_tools(config, stack, now=now, report=report, deadline=deadline, environ=environ)
    budget = Budget(config.llm.model, config.llm.prices)
    embeddings = open_embeddings(config.llm, stack, tools, budget, key=key, environ=environ, now=now, report=report)
    if embeddings:  # a look at a day spends nothing
        embeddings.hold()
    vectors = embeddings.of if embeddings else None
    ranking = Ranking(config, tools.archive, tools.get_anew, tools.cache, report, vectors)
    lists = open_lists(config, stack, tools, now, report)
    listing = ranking.with_records(lists.list_day(day), tools.enrich)
    for problem in dict.fromkeys(listing.problems):
        report(Event(kind="problem", text=problem))
    return ranking.select(listing.papers, tools.archive.published(f"{day}-{config.post.slug}.md"))
