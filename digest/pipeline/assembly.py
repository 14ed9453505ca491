"""Puts the stages of a run together from settings, clock and key. The only place that knows all of them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING

from digest.adapters.http import Deadline, Pacer
from digest.adapters.store import Cache
from digest.config import Config, ModelAccess, model_accesses
from digest.errors import ConfigError
from digest.model import Draft, Event, Listing, Paper, Verdict
from digest.pipeline import day as day_pipeline
from digest.pipeline import extensions
from digest.pipeline.paper_tools import PaperTools, open_paper_tools
from digest.pipeline.papers.dependencies import PaperDependencies
from digest.pipeline.papers.ranking import Ranking
from digest.stages import render, sources
from digest.stages.fulltext import trimming
from digest.stages.summarize import Summarizer
from digest.stages.summarize.budget import Budget, require_price
from digest.stages.summarize.client.chat import ChatServer
from digest.stages.summarize.extractive import ExtractiveSummarizer
from digest.stages.summarize.fallback import FallbackSummarizer
from digest.stages.summarize.lazy import LazySummarizer
from digest.stages.summarize.model import ModelSummarizer
from digest.stages.summarize.prompt import Prompt

if TYPE_CHECKING:
    from digest.stages.summarize.batch import Batches


@dataclass(frozen=True)
class RunContext:
    """Everything that one run works with: tools, a summarizer, and the money for it."""

    tools: PaperTools
    budget: Budget
    stages: day_pipeline.DayDependencies
    now: Callable[[], datetime]


def assemble(
    config: Config,
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
) -> RunContext:
    """Put a run together; `stack` ends it. Raises ConfigError where no model is configured, before any GET.

    `key` is that of `llm.base_url`; those of `llm.fallback` are looked up in `environ`.
    """
    tools = open_paper_tools(
        config, stack, now=now, report=report, cache=cache, pacer=pacer, deadline=deadline, environ=environ or {}
    )
    llm, words = config.llm, tools.words
    budget = budget or Budget(llm.model, llm.prices, max_cost=llm.max_cost_per_run, max_tokens=llm.max_tokens_per_run)
    models = [(access, access.key(environ or {})) for access in model_accesses(llm)[1:]]
    others = [config.check.verify_model] if config.check.verify and config.check.verify_model else []
    for model in (*others, *(access.model for access, _ in models)):
        require_price(model, llm.prices, llm.max_cost_per_run)
    _require_model(config, key)  # after all that is wrong with the settings, which a key would not fix
    extractive = config.summarize.backend == "extractive"
    lazy = LazySummarizer(partial(_summarizer, config, key, models, tools, budget, now=now, report=report))
    stack.callback(lazy.close)

    def list_day(day: date) -> Listing:
        if not extractive:
            lazy.preload()
        return sources.list_day(day, tools.get_anew, config.sources)

    ranking = Ranking(config, tools.archive, tools.get_anew, tools.cache, report)

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
        prompt="" if extractive else _make_prompt(config, tools).version,
        today=now().astimezone(UTC).date(),
        look_back=config.run.look_back,
        left=tools.deadline.left,
        report=report,
    )
    stages = day_pipeline.DayDependencies(
        list_day=list_day,
        list_named=lambda ids: sources.list_named(ids, tools.get_anew),
        enrich=tools.enrich,
        with_records=partial(ranking.with_records, enrich=tools.enrich),
        select=ranking.select,
        render=partial(render.of_edition, templates=tools.templates, show_reasons="post" in config.taste.show),
        pool=tools.pool,
        report=report,
        export=lambda edition: extensions.export(edition, config, report),
        paper=paper,
    )
    return RunContext(tools, budget, stages, now)


def quoted(draft: Draft) -> Verdict:
    """Return the verdict on quotations: they are the paper's own sentences, so each one is its evidence."""
    return Verdict(claims=draft.claims)


def _require_model(config: Config, key: str | None) -> None:
    if config.summarize.backend == "openai" and not config.llm.base_url and not key:
        raise ConfigError(
            "no model configured",
            hint="set OPENAI_API_KEY, or point llm.base_url at a local server (`digest demo` needs neither)",
        )


def _summarizer(
    config: Config,
    key: str | None,
    fallback: Sequence[tuple[ModelAccess, str | None]],
    tools: PaperTools,
    budget: Budget,
    stack: ExitStack,
    *,
    now: Callable[[], datetime],
    report: Callable[[Event], None],
) -> Summarizer:
    """Make the summarizer that asks a model, and others after it."""
    prompt = _make_prompt(config, tools)
    asked = [(_open_server(config, key, tools, stack), _second_reader(config, key, tools, stack))]
    asked += [(_open_server(config, own, tools, stack, access), None) for access, own in fallback]
    models = [
        ModelSummarizer(
            server, prompt, config.llm, budget, trim=trimming.trim, cache=tools.cache, now=now, second=second
        )
        for server, second in asked
    ]
    return FallbackSummarizer(models, report) if fallback else models[0]


def _second_reader(config: Config, key: str | None, tools: PaperTools, stack: ExitStack) -> ChatServer | None:
    """Open the server for the model of the second reading, where it is another one."""
    other = config.check.verify and config.check.verify_model not in ("", config.llm.model)
    access = replace(model_accesses(config.llm)[0], model=config.check.verify_model)
    return _open_server(config, key, tools, stack, access) if other else None


def open_batches(
    config: Config, stack: ExitStack, key: str | None, run: RunContext, now: Callable[[], datetime]
) -> "tuple[Batches, Batches]":
    """Make what submits requests at half the price: summaries and second readings.

    Raises ConfigError where no model is used at all.
    """
    from digest.stages.summarize.batch import Batches  # noqa: PLC0415 - openai takes most of a second

    if config.summarize.backend != "openai":
        raise ConfigError("--batch has nothing to submit: summarize.backend is extractive")
    prompt, cache = _make_prompt(config, run.tools), run.tools.cache
    server = _open_server(config, key, run.tools, stack)
    second = _second_reader(config, key, run.tools, stack) or server
    made = partial(
        Batches, prompt=prompt, config=config.llm, budget=run.budget, trim=trimming.trim, cache=cache, now=now
    )
    return made(server), made(second, kind="verdict")


def _open_server(
    config: Config, key: str | None, tools: PaperTools, stack: ExitStack, access: ModelAccess | None = None
) -> ChatServer:
    llm, access = config.llm, access or model_accesses(config.llm)[0]
    server = ChatServer(
        base_url=access.base_url,
        model=access.model,
        key=key,
        key_name=access.variable or "a key",
        timeout=llm.timeout,
        output_tokens=llm.output_tokens,
        deadline=tools.deadline,
    )
    stack.callback(server.close)
    return server


def _make_prompt(config: Config, tools: PaperTools) -> Prompt:
    topics = config.summarize.topics or tuple(tools.words["topics"])
    return Prompt(tools.templates, tools.words, topics, verified=config.check.verify)
