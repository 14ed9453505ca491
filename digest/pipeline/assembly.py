"""Puts the stages of a run together from settings, clock and key. The only place that knows all of them."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from digest.adapters.http import Deadline, Fetcher, Turns, limited, user_agent
from digest.adapters.store import Archive, Cache, digest_of
from digest.adapters.templates import Templates
from digest.config import Config
from digest.errors import ConfigError
from digest.model import (
    ArxivId,
    Document,
    Draft,
    Event,
    Evidence,
    Fetched,
    Header,
    Listing,
    Paper,
    Summary,
    Verdict,
)
from digest.pipeline import day as pipeline
from digest.pipeline import paper as entry
from digest.stages import check, fulltext, render, selection, sources
from digest.stages.fulltext import trimming
from digest.stages.summarize import Summarizer
from digest.stages.summarize.budget import Purse
from digest.stages.summarize.extractive import ExtractiveSummarizer
from digest.stages.summarize.lazy import Warming
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
class Reading:
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

    def check(self, summary: Summary, evidence: Mapping[str, str], paper: Paper, document: Document) -> Verdict:
        """Check a summary in the site's language."""
        return check.check(summary, evidence, paper, document, language=self.config.language)

    def pool(self) -> Executor:
        """Twice as many workers as calls: while some wait for the model, others read the next papers."""
        return Workers(max_workers=2 * self.config.llm.max_concurrency, thread_name_prefix="paper")


@dataclass(frozen=True)
class Workshop:
    """A reading with a summarizer: everything one run works with."""

    reading: Reading
    purse: Purse
    stages: pipeline.Stages
    now: Callable[[], datetime]


def open_reading(
    config: Config,
    tools: ExitStack,
    *,
    now: Callable[[], datetime],
    report: Callable[[Event], None],
    cache: Cache | None = None,
    turns: Callable[[str, float], Turns] = lambda _service, pace: Turns(pace),
    deadline: Deadline | None = None,
) -> Reading:
    """Open archive, cache and connections; `tools` closes them, last opened first. Asks nobody anything yet.

    `cache` and `turns` are given where several processes share them; `deadline` ends every exchange of the run.
    """
    deadline = deadline or Deadline()
    templates = Templates(config.paths.templates)
    words = templates.words(config.language)
    cache = tools.enter_context(closing(cache or Cache(config.paths.cache)))
    if cache.notice:
        report(Event(kind="problem", text=cache.notice))
    fetcher = Fetcher(
        config.services,
        config.pace,
        config.fetch,
        agent=user_agent(config),
        cache=cache,
        now=now,
        turns=turns,
        deadline=deadline,
        waiting=lambda text: report(Event(kind="waiting", text=text)),
    )
    tools.callback(fetcher.close)
    return Reading(
        config=config,
        archive=Archive(config.paths.posts, config.paths.data),
        templates=templates,
        words=words,
        cache=cache,
        get=fetcher.get,
        get_anew=partial(fetcher.get, keep=False),
        deadline=deadline,
    )


def open_workshop(
    config: Config,
    tools: ExitStack,
    *,
    key: str | None,
    now: Callable[[], datetime],
    report: Callable[[Event], None],
    deadline: Deadline | None = None,
    cache: Cache | None = None,
    purse: Purse | None = None,
    turns: Callable[[str, float], Turns] = lambda _service, pace: Turns(pace),
) -> Workshop:
    """Put a run together; `tools` ends it. Raises ConfigError where there is no model to ask, before any GET."""
    _need_a_model(config, key)
    reading = open_reading(config, tools, now=now, report=report, cache=cache, turns=turns, deadline=deadline)
    llm, words = config.llm, reading.words
    prompt = Prompt(reading.templates, words, config.summarize.topics or tuple(words["topics"]))
    purse = purse or Purse(llm.model, llm.prices, max_cost=llm.max_cost_per_run, max_tokens=llm.max_tokens_per_run)
    extractive = config.summarize.backend == "extractive"
    asking = Warming(partial(_asking, config, key, prompt, purse, reading, now=now))
    tools.callback(asking.close)

    def list_day(day: date) -> Listing:
        if not extractive:
            asking.warm()
        return sources.SOURCES[config.sources.use](day, reading.get_anew, config.sources)

    def judge(draft: Draft, paper: Paper) -> Verdict:
        return quoted(draft) if extractive else reading.check(draft.summary, draft.evidence, paper, draft.document)

    paper = entry.Stages(
        read=reading.read,
        summarizer=ExtractiveSummarizer(words) if extractive else asking,
        check=judge,
        unresolved=config.check.unresolved,
        alphaxiv=lambda paper_id: f"{config.services.alphaxiv}/{words['alphaxiv']}/overview/{paper_id}",
        backend=config.summarize.backend,
        model="" if extractive else llm.model,
        prompt="" if extractive else prompt.version,
        today=now().astimezone(UTC).date(),
        left=reading.deadline.left,
        report=report,
    )
    stages = pipeline.Stages(
        list_day=list_day,
        list_named=lambda ids: sources.list_named(ids, reading.get_anew),
        enrich=reading.enrich,
        select=lambda papers, published: selection.select(papers, published, config.selection),
        render=partial(render.of_edition, templates=reading.templates),
        pool=reading.pool,
        report=report,
        paper=paper,
    )
    return Workshop(reading, purse, stages, now)


def quoted(draft: Draft) -> Verdict:
    """Return the verdict on quotations: they are the paper's own sentences, so each one is its evidence."""
    return Verdict(evidence={name: Evidence(quote) for name, quote in draft.evidence.items()})


def order_for(config: Config, day: date, ids: tuple[ArxivId, ...], **flags: bool) -> pipeline.Order:
    """Name what is to be built: a day, or a post of its own for named papers."""
    title = config.post.title.replace("{date}", str(day))
    if ids:
        shown = [paper_id.slug for paper_id in ids[:3]]
        if len(ids) > 3:
            shown += [f"and-{len(ids) - 3}-more", digest_of(" ".join(ids).encode())[:6]]
        name, title = f"{day}-papers-{'-'.join(shown)}", f"{title}: {', '.join(paper_id.base for paper_id in ids[:3])}"
    else:
        name = str(day)
    header = Header(
        title=title, date=f"{day} {config.post.time}", tags=config.post.tags, categories=config.post.categories
    )
    file = f"{name}.md" if ids else f"{name}-{config.post.slug}.md"
    return pipeline.Order(day=day, name=name, file=file, header=header, ids=ids, language=config.language, **flags)


def _need_a_model(config: Config, key: str | None) -> None:
    if config.summarize.backend == "openai" and not config.llm.base_url and not key:
        raise ConfigError(
            "there is no model to ask: set OPENAI_API_KEY, or llm.base_url to a local server, "
            "or summarize.backend to extractive; `digest demo` shows all of it without any"
        )


def _asking(
    config: Config,
    key: str | None,
    prompt: Prompt,
    purse: Purse,
    reading: Reading,
    tools: ExitStack,
    *,
    now: Callable[[], datetime],
) -> Summarizer:
    """Make the summarizer that asks a model. openai takes most of a second to import: only a run that asks pays."""
    from digest.stages.summarize.client.chat import ChatServer  # noqa: PLC0415
    from digest.stages.summarize.model import AskingSummarizer  # noqa: PLC0415

    llm = config.llm
    server = ChatServer(
        base_url=llm.base_url,
        model=llm.model,
        key=key,
        timeout=llm.timeout,
        output_tokens=llm.output_tokens,
        deadline=reading.deadline,
    )
    tools.callback(server.close)
    trim: Callable[[Document, int], Document] = trimming.trim
    return AskingSummarizer(server, prompt, llm, purse, trim=trim, cache=reading.cache, now=now)


def open_batches(
    config: Config, tools: ExitStack, key: str | None, workshop: Workshop, now: Callable[[], datetime]
) -> "Batches":
    """Make what hands questions in at half the price. Raises ConfigError where no model is asked at all."""
    from digest.stages.summarize.batch import Batches  # noqa: PLC0415
    from digest.stages.summarize.client.chat import ChatServer  # noqa: PLC0415

    if config.summarize.backend != "openai":
        raise ConfigError("there is nothing to hand in: summarize.backend asks no model")
    llm, reading = config.llm, workshop.reading
    server = ChatServer(
        base_url=llm.base_url,
        model=llm.model,
        key=key,
        timeout=llm.timeout,
        output_tokens=llm.output_tokens,
        deadline=reading.deadline,
    )
    tools.callback(server.close)
    prompt = Prompt(reading.templates, reading.words, config.summarize.topics or tuple(reading.words["topics"]))
    trim: Callable[[Document, int], Document] = trimming.trim
    return Batches(server, prompt, llm, workshop.purse, trim=trim, cache=reading.cache, now=now)
