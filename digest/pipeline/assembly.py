"""Puts the stages of a run together from settings, clock and key. The only place that knows all of them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from digest.adapters.http import Deadline, Pacer
from digest.adapters.store import Archive, Cache, Reviews
from digest.config import Config, model_accesses
from digest.model import Draft, Event, Listing, Paper, Verdict
from digest.pipeline import day as day_pipeline
from digest.pipeline import extensions, post
from digest.pipeline.days.following import Followed
from digest.pipeline.days.listing import Lists, open_lists
from digest.pipeline.days.survey import Survey
from digest.pipeline.paper_tools import PaperTools, open_paper_tools
from digest.pipeline.papers.dependencies import PaperDependencies
from digest.pipeline.papers.embeddings import Embeddings, open_embeddings
from digest.pipeline.papers.named import NamedPapers
from digest.pipeline.papers.overview import Overviews
from digest.pipeline.papers.ranking import Ranking
from digest.pipeline.papers.readings import ArxivRecords, DayLists, Readings
from digest.pipeline.papers.review import ReviewWriter
from digest.pipeline.papers.summarizers import make_prompt, open_summarizer, require_model
from digest.stages import sources
from digest.stages.summarize.budget import Budget, require_prices
from digest.stages.summarize.extractive import ExtractiveSummarizer
from digest.stages.summarize.lazy import LazySummarizer
from digest.stages.summarize.month import MonthlyBudget, MonthlyCost


@dataclass(frozen=True)
class RunContext:
    """Everything that one run works with: tools, a summarizer, and the money for it."""

    tools: PaperTools
    budget: Budget
    stages: day_pipeline.DayDependencies
    reviews: ReviewWriter
    now: Callable[[], datetime]
    embeddings: Embeddings | None = None
    """Its vectors, where any are configured: one for all series."""
    followed: Followed | None = None
    """What its series has to go by, where that chooses no papers of its own."""

    @property
    def config(self) -> Config:
        """The settings of the series."""
        return self.tools.config

    def foreseeing(self, survey: Survey) -> "RunContext":
        """Return the run of a series that follows, for an estimate before the series that it follows is built."""
        if self.followed is None:
            return self
        followed = replace(self.followed, planned={day.order.name: day.plan for day in survey.days})
        return replace(self, followed=followed, stages=_following(self.stages, followed))


@dataclass(frozen=True)
class _Process:
    """What a run has of the process that it is in."""

    stack: ExitStack
    key: str | None
    environ: Mapping[str, str]
    now: Callable[[], datetime]
    report: Callable[[Event], None]
    preload: bool


def assemble(
    several: Sequence[Config],
    stack: ExitStack,
    *,
    key: str | None,
    environ: Mapping[str, str] | None = None,
    now: Callable[[], datetime],
    report: Callable[[Event], None],
    deadline: Deadline | None = None,
    cache: Cache | None = None,
    budget: Budget | None = None,
    pacer: Callable[[str, float], Pacer] = lambda _service, pace: Pacer(pace),
    preload: bool = True,
) -> list[RunContext]:
    """Put the runs of some series together; `stack` ends them. Raises ConfigError where no model is configured.

    `key` is that of `llm.base_url`; those of `llm.fallback` are looked up in `environ`. With `preload`, what asks the
    model is made while the first day is listed. Several share connections, cache, budget, lists and documents.
    """
    process = _Process(stack, key, environ or {}, now, report, preload)
    tools = open_paper_tools(
        several[0], stack, now=now, report=report, cache=cache, pacer=pacer, deadline=deadline, environ=process.environ
    )
    everywhere = [tools.of_series(config) for config in several]
    budget = budget or MonthlyBudget(
        several[0].llm,
        MonthlyCost(tools.cache, now, lambda month: sum(_cost(one.archive, month) for one in everywhere)),
    )
    if len(several) > 1:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="digest-")))
        readings, records = Readings(tools.read, folder), ArxivRecords(tools.enrich)
        everywhere = [replace(one, reading=readings.read, records=records.enrich) for one in everywhere]
    lists = open_lists(several[0], stack, tools, now, report)
    if len(several) > 1:
        lists = replace(lists, list_day=DayLists(lists.list_day).list_day)
    embeddings = open_embeddings(
        several[0].llm, stack, tools, budget, key=key, environ=process.environ, now=now, report=report
    )
    return [_assembled(own, process, budget, lists, embeddings) for own in everywhere]


def _assembled(
    tools: PaperTools, process: _Process, budget: Budget, lists: Lists, embeddings: Embeddings | None
) -> RunContext:
    """Put the run of one series together."""
    config, stack, now, report = tools.config, process.stack, process.now, process.report
    llm, words = config.llm, tools.words
    models = [(access, access.key(process.environ)) for access in model_accesses(llm)[1:]]
    others = [config.check.verify_model] if config.check.verify and config.check.verify_model else []
    others += [*(access.model for access, _ in models), *filter(None, [llm.embeddings.model])]
    require_prices((llm.model, *others), llm.prices, run=llm.max_cost_per_run, month=llm.max_cost_per_month)
    require_model(config, process.key)  # after all that is wrong with the settings, which a key would not fix
    extractive = config.summarize.backend == "extractive"
    lazy = LazySummarizer(partial(open_summarizer, config, process.key, models, tools, budget, now=now, report=report))
    stack.callback(lazy.close)
    named = NamedPapers(tools.archive, lists.list_standing, tools.get_anew, report)
    vectors = embeddings.of if embeddings else None
    ranking = Ranking(config, tools.archive, tools.get_anew, tools.cache, report, vectors)

    def list_day(day: date) -> Listing:
        if process.preload and not extractive:
            lazy.preload()
        return lists.list_day(day)

    def judge(draft: Draft, paper: Paper) -> Verdict:
        return quoted(draft) if extractive else tools.check(draft.summary, draft.claims, paper, draft.document)

    paper = PaperDependencies(
        read=tools.read,
        summarizer=ExtractiveSummarizer(words) if extractive else lazy,
        check=judge,
        unresolved=config.check.unresolved,
        verify=config.check.verify and not extractive,
        alphaxiv=lambda paper_id: f"{config.services.alphaxiv}/{words['alphaxiv']}/overview/{paper_id}",
        backend=config.summarize.backend,
        model="" if extractive else llm.model,
        prompt="" if extractive else make_prompt(config, tools).version,
        today=now().astimezone(UTC).date(),
        look_back=config.run.look_back,
        left=tools.deadline.left,
        report=report,
    )
    stages = day_pipeline.DayDependencies(
        list_day=list_day,
        late=lists.late,
        list_named=named.look_up,
        titled=named.titled,
        enrich=tools.enrich,
        with_records=partial(ranking.with_records, enrich=tools.enrich),
        select=ranking.select,
        render=post.renderer(config, tools.templates),
        pool=tools.pool,
        lists=sources.at_once(config.sources, config.pace),
        report=report,
        export=lambda edition: extensions.export(edition, config, report),
        paper=paper,
    )
    reviews = ReviewWriter(tools.archive, config, post.review_renderer(config, tools.templates), report, paper.today)
    if config.overview == "on" and not extractive:
        stages = replace(stages, overview=Overviews(lazy.overview, report).add)
        reviews = replace(reviews, ask=lazy.overview)
    if embeddings:
        stages = replace(stages, embed=embeddings.add)
    first = config.series.followed
    followed = Followed(Archive(*first)) if first else None
    stages = _following(stages, followed) if followed else stages
    return RunContext(tools, budget, stages, reviews, now, embeddings, followed)


def _following(stages: day_pipeline.DayDependencies, followed: Followed) -> day_pipeline.DayDependencies:
    return replace(
        stages,
        chosen=followed.selection,
        late=followed.late,
        select=lambda papers, _: followed.retried(tuple(papers)),
    )


def _cost(archive: Archive, month: str) -> float:
    return archive.cost_in(month) + Reviews(archive.data).cost_in(month)


def quoted(draft: Draft) -> Verdict:
    """Return the verdict on quotations: they are the paper's own sentences, so each one is its evidence."""
    return Verdict(claims=draft.claims)
