"""Puts the stages of a run together from settings, clock and key. The only place that knows all of them."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from digest.adapters.http import Deadline, Fetcher, Pacer, limited, user_agent
from digest.adapters.store import Archive, Cache
from digest.adapters.templates import Templates
from digest.config import Config
from digest.errors import ConfigError
from digest.model import (
    Claim,
    Document,
    Draft,
    Event,
    Fetched,
    Listing,
    Paper,
    Summary,
    Verdict,
)
from digest.pipeline import day as day_pipeline
from digest.pipeline import paper as paper_pipeline
from digest.stages import check, fulltext, render, selection, sources
from digest.stages.fulltext import trimming
from digest.stages.summarize import Summarizer
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.client.chat import ChatServer
from digest.stages.summarize.extractive import ExtractiveSummarizer
from digest.stages.summarize.lazy import LazySummarizer
from digest.stages.summarize.model import ModelSummarizer
from digest.stages.summarize.prompt import Prompt

if TYPE_CHECKING:
    from digest.stages.summarize.batch import Batches


class Workers(ThreadPoolExecutor):
    """Threads that do with fewer than wanted where the system gives no more, as long as there is one."""

    def _adjust_thread_count(self) -> None:
        try:
            super()._adjust_thread_count()
        except RuntimeError:
            if not self._threads:
                raise


@dataclass(frozen=True)
class PaperTools:
    """What it takes to read papers and to check what was written of them."""

    config: Config
    archive: Archive
    templates: Templates
    words: Mapping[str, Any]
    cache: Cache
    get: Callable[[str, str], Fetched]
    """GET from the cache where it is there."""
    get_anew: Callable[[str, str], Fetched]
    deadline: Deadline

    def enrich(self, papers: tuple[Paper, ...]) -> Listing:
        """Add what only arXiv knows."""
        return sources.enrich(papers, self.get_anew)

    def read(self, paper: Paper) -> Document:
        """Read a paper, from the cache where it is there."""
        with limited(self.deadline.left):
            return fulltext.read(paper, self.get, self.config.fulltext)

    def read_anew(self, paper: Paper) -> Document:
        """Read a paper from its service."""
        with limited(self.deadline.left):
            return fulltext.read(paper, self.get_anew, self.config.fulltext)

    def check(
        self, summary: Summary, claims: Mapping[str, Sequence[Claim]], paper: Paper, document: Document
    ) -> Verdict:
        """Check a summary in the site's language."""
        return check.check(summary, claims, paper, document, language=self.config.language)

    def pool(self) -> Executor:
        """Twice as many workers as calls: while some wait for the model, others read the next papers."""
        return Workers(max_workers=2 * self.config.llm.max_concurrency, thread_name_prefix="paper")


@dataclass(frozen=True)
class RunContext:
    """Everything that one run works with: tools, a summarizer, and the money for it."""

    tools: PaperTools
    budget: Budget
    stages: day_pipeline.DayDependencies
    now: Callable[[], datetime]


def open_paper_tools(
    config: Config,
    stack: ExitStack,
    *,
    now: Callable[[], datetime],
    report: Callable[[Event], None],
    cache: Cache | None = None,
    pacer: Callable[[str, float], Pacer] = lambda _service, pace: Pacer(pace),
    deadline: Deadline | None = None,
) -> PaperTools:
    """Open archive, cache and connections; `stack` closes them, last opened first. Sends nothing yet.

    `cache` and `pacer` are given where several processes share them; `deadline` ends every exchange of the run.
    """
    deadline = deadline or Deadline()
    templates = Templates(config.paths.templates)
    words = templates.words(config.language)
    cache = stack.enter_context(closing(cache or Cache(config.paths.cache)))
    if cache.notice:
        report(Event(kind="problem", text=cache.notice))
    fetcher = Fetcher(
        config.services,
        config.pace,
        config.fetch,
        agent=user_agent(config),
        cache=cache,
        now=now,
        pacer=pacer,
        deadline=deadline,
        waiting=lambda text: report(Event(kind="waiting", text=text)),
    )
    stack.callback(fetcher.close)
    return PaperTools(
        config=config,
        archive=Archive(config.paths.posts, config.paths.data),
        templates=templates,
        words=words,
        cache=cache,
        get=fetcher.get,
        get_anew=partial(fetcher.get, keep=False),
        deadline=deadline,
    )


def assemble(
    config: Config,
    stack: ExitStack,
    *,
    key: str | None,
    now: Callable[[], datetime],
    report: Callable[[Event], None],
    deadline: Deadline | None = None,
    cache: Cache | None = None,
    budget: Budget | None = None,
    pacer: Callable[[str, float], Pacer] = lambda _service, pace: Pacer(pace),
) -> RunContext:
    """Put a run together; `stack` ends it. Raises ConfigError where no model is configured, before any GET."""
    tools = open_paper_tools(config, stack, now=now, report=report, cache=cache, pacer=pacer, deadline=deadline)
    llm, words = config.llm, tools.words
    budget = budget or Budget(llm.model, llm.prices, max_cost=llm.max_cost_per_run, max_tokens=llm.max_tokens_per_run)
    _require_price(config)
    _require_model(config, key)  # after all that is wrong with the settings, which a key would not fix
    extractive = config.summarize.backend == "extractive"
    lazy = LazySummarizer(partial(_model_summarizer, config, key, tools, budget, now=now))
    stack.callback(lazy.close)

    def list_day(day: date) -> Listing:
        if not extractive:
            lazy.preload()
        return sources.SOURCES[config.sources.use](day, tools.get_anew, config.sources)

    def judge(draft: Draft, paper: Paper) -> Verdict:
        return quoted(draft) if extractive else tools.check(draft.summary, draft.claims, paper, draft.document)

    paper = paper_pipeline.PaperDependencies(
        read=tools.read,
        summarizer=ExtractiveSummarizer(words) if extractive else lazy,
        check=judge,
        unresolved=config.check.unresolved,
        verify=config.check.verify and not extractive,
        alphaxiv=lambda paper_id: f"{config.services.alphaxiv}/{words['alphaxiv']}/overview/{paper_id}",
        backend=config.summarize.backend,
        model="" if extractive else llm.model,
        prompt="" if extractive else _prompt(config, tools).version,
        today=now().astimezone(UTC).date(),
        left=tools.deadline.left,
        report=report,
    )
    stages = day_pipeline.DayDependencies(
        list_day=list_day,
        list_named=lambda ids: sources.list_named(ids, tools.get_anew),
        enrich=tools.enrich,
        select=lambda papers, published: selection.select(papers, published, config.selection),
        render=partial(render.of_edition, templates=tools.templates),
        pool=tools.pool,
        report=report,
        paper=paper,
    )
    return RunContext(tools, budget, stages, now)


def quoted(draft: Draft) -> Verdict:
    """Return the verdict on quotations: they are the paper's own sentences, so each one is its evidence."""
    return Verdict(claims=draft.claims)


def _require_price(config: Config) -> None:
    model = config.check.verify_model
    if config.check.verify and model and config.llm.max_cost_per_run is not None and model not in config.llm.prices:
        raise ConfigError(
            f"llm.max_cost_per_run needs a price for {model}",
            hint="add it to llm.prices, or set llm.max_tokens_per_run instead",
        )


def _require_model(config: Config, key: str | None) -> None:
    if config.summarize.backend == "openai" and not config.llm.base_url and not key:
        raise ConfigError(
            "no model configured",
            hint="set OPENAI_API_KEY, or point llm.base_url at a local server (`digest demo` needs neither)",
        )


def _model_summarizer(
    config: Config,
    key: str | None,
    tools: PaperTools,
    budget: Budget,
    stack: ExitStack,
    *,
    now: Callable[[], datetime],
) -> Summarizer:
    """Make the summarizer that asks a model."""
    server, prompt = _server(config, key, tools, stack), _prompt(config, tools)
    other = config.check.verify and config.check.verify_model not in ("", config.llm.model)
    second = _server(config, key, tools, stack, config.check.verify_model) if other else None
    return ModelSummarizer(
        server, prompt, config.llm, budget, trim=trimming.trim, cache=tools.cache, now=now, second=second
    )


def open_batches(
    config: Config, stack: ExitStack, key: str | None, run: RunContext, now: Callable[[], datetime]
) -> "Batches":
    """Make what submits questions at half the price. Raises ConfigError where no model is used at all."""
    from digest.stages.summarize.batch import Batches  # noqa: PLC0415 - openai takes most of a second

    if config.summarize.backend != "openai":
        raise ConfigError("--batch has nothing to submit: summarize.backend is extractive")
    server, prompt = _server(config, key, run.tools, stack), _prompt(config, run.tools)
    return Batches(server, prompt, config.llm, run.budget, trim=trimming.trim, cache=run.tools.cache, now=now)


def _server(config: Config, key: str | None, tools: PaperTools, stack: ExitStack, model: str = "") -> ChatServer:
    llm = config.llm
    server = ChatServer(
        base_url=llm.base_url,
        model=model or llm.model,
        key=key,
        timeout=llm.timeout,
        output_tokens=llm.output_tokens,
        deadline=tools.deadline,
    )
    stack.callback(server.close)
    return server


def _prompt(config: Config, tools: PaperTools) -> Prompt:
    topics = config.summarize.topics or tuple(tools.words["topics"])
    return Prompt(tools.templates, tools.words, topics, verified=config.check.verify)
