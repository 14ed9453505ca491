"""Puts the stages of a run together from settings, clock and key. The only place that knows all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from digest.adapters.http import Deadline, Pacer
from digest.adapters.store import Cache
from digest.config import Config, ModelAccess, model_accesses
from digest.errors import ConfigError
from digest.model import Draft, Event, Paper, PaperId, Verdict
from digest.pipeline import day as day_pipeline
from digest.pipeline import extensions, post
from digest.pipeline.days.listing import open_lists
from digest.pipeline.paper_tools import PaperTools, open_paper_tools
from digest.pipeline.papers.dependencies import PaperDependencies
from digest.pipeline.papers.ranking import Ranking
from digest.stages import sources
from digest.stages.fulltext import trimming
from digest.stages.summarize import Summarizer
from digest.stages.summarize.budget import Budget, require_price
from digest.stages.summarize.client.chat import OPENAI, ChatServer
from digest.stages.summarize.conversation import FirstReplies
from digest.stages.summarize.extractive import ExtractiveSummarizer
from digest.stages.summarize.fallback import FallbackSummarizer
from digest.stages.summarize.lazy import LazySummarizer
from digest.stages.summarize.model import ModelSummarizer
from digest.stages.summarize.month import MonthlyBudget, MonthlyCost, require_prices
from digest.stages.summarize.prompt import Prompt


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
    preload: bool = True,
) -> RunContext:
    """Put a run together; `stack` ends it. Raises ConfigError where no model is configured, before any GET.

    `key` is that of `llm.base_url`; those of `llm.fallback` are looked up in `environ`. With `preload`, what asks the
    model is made while the first day is listed.
    """
    tools = open_paper_tools(
        config, stack, now=now, report=report, cache=cache, pacer=pacer, deadline=deadline, environ=environ or {}
    )
    llm, words = config.llm, tools.words
    budget = budget or MonthlyBudget(llm, MonthlyCost(tools.cache, now, tools.archive.cost_in))
    models = [(access, access.key(environ or {})) for access in model_accesses(llm)[1:]]
    others = [config.check.verify_model] if config.check.verify and config.check.verify_model else []
    others += [access.model for access, _ in models]
    for model in others:
        require_price(model, llm.prices, llm.max_cost_per_run)
    require_prices((llm.model, *others), llm.prices, llm.max_cost_per_month)
    _require_model(config, key)  # after all that is wrong with the settings, which a key would not fix
    extractive = config.summarize.backend == "extractive"
    lazy = LazySummarizer(partial(_summarizer, config, key, models, tools, budget, now=now, report=report))
    stack.callback(lazy.close)

    lists = open_lists(config, stack, tools, now, report, begin=lazy.preload if preload and not extractive else None)
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
        list_day=lists.list_day,
        late=lists.late,
        list_named=lambda ids: sources.list_named(ids, tools.get_anew),
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
    return RunContext(tools, budget, stages, now)


def quoted(draft: Draft) -> Verdict:
    """Return the verdict on quotations: they are the paper's own sentences, so each one is its evidence."""
    return Verdict(claims=draft.claims)


def paid(config: Config, tools: PaperTools, papers: Iterable[Paper]) -> set[PaperId]:
    """Return the papers whose first reply is in the cache, by the settings of today."""
    version, llm = _make_prompt(config, tools).question_version, config.llm
    replies = [
        FirstReplies(tools.cache, access.base_url or OPENAI, access.model, version, llm.input_tokens)
        for access in model_accesses(llm)
    ]
    return {paper.id for paper in papers if any(one.has(paper.id) for one in replies)}


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
    server, second, prompt = open_server_and_prompt(config, key, tools, stack)
    asked = [(server, second)]
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


def open_server_and_prompt(
    config: Config, key: str | None, tools: PaperTools, stack: ExitStack
) -> tuple[ChatServer, ChatServer | None, Prompt]:
    """Open the server of the first model, that of the second reading where it is another, and the prompt of both."""
    prompt = _make_prompt(config, tools)
    return _open_server(config, key, tools, stack), _second_reader(config, key, tools, stack), prompt


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
