"""Puts the stages of a run together from settings, clock and key. The only place that knows all of them."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from digest import check, entry, fulltext, pipeline, render, selection, sources
from digest.config import Config
from digest.errors import ConfigError
from digest.fetch import Fetcher
from digest.fulltext import budget
from digest.model import (
    ArxivId,
    Document,
    Draft,
    Edition,
    Event,
    Evidence,
    Fetched,
    Finding,
    Header,
    Listing,
    Paper,
    Verdict,
)
from digest.store import Archive, Cache
from digest.summarize import Summarizer
from digest.summarize.extractive import ExtractiveSummarizer
from digest.summarize.prompt import Prompt
from digest.summarize.purse import Purse
from digest.templating import Templates


@dataclass(frozen=True)
class Workshop:
    """Everything one run works with. Close `tools` when it is over."""

    config: Config
    archive: Archive
    templates: Templates
    words: Any
    purse: Purse
    fetcher: Fetcher
    stages: pipeline.Stages
    tools: ExitStack


def open_workshop(
    config: Config,
    *,
    key: str | None,
    now: Callable[[], datetime],
    report: Callable[[Event], None],
    deadline: Callable[[], bool] = lambda: False,
) -> Workshop:
    """Put a run together. Raises ConfigError where there is no model to ask, before anything is fetched."""
    templates = Templates(config.paths.templates)
    words = templates.words(config.language)
    prompt = Prompt(templates, words, config.summarize.topics or tuple(words["topics"]))
    llm = config.llm
    purse = Purse(llm.model, llm.prices, max_cost=llm.max_cost_per_run, max_tokens=llm.max_tokens_per_run)
    tools = ExitStack()
    _need_a_model(config, key)
    cache = Cache(config.paths.cache)
    tools.callback(cache.close)
    fetcher = Fetcher(config.services, config.pace, config.fetch, cache=cache, now=now)
    tools.callback(fetcher.close)
    anew: Callable[[str, str], Fetched] = partial(fetcher.get, keep=False)

    extractive = config.summarize.backend == "extractive"

    def checked(draft: Draft, paper: Paper) -> Verdict:
        if extractive:
            return quoted(draft)
        return check.check(draft.summary, draft.evidence, paper, draft.document, language=config.language)

    summarizer: Summarizer = (
        ExtractiveSummarizer(words)
        if extractive
        else Warming(partial(_asking, config, key, prompt, purse, cache, now=now))
    )

    def list_day(day: date) -> Listing:
        if isinstance(summarizer, Warming):
            summarizer.warm()
        return sources.SOURCES[config.sources.use](day, anew, config.sources)

    return Workshop(
        config=config,
        archive=Archive(config.paths.posts, config.paths.data),
        templates=templates,
        words=words,
        purse=purse,
        fetcher=fetcher,
        tools=tools,
        stages=pipeline.Stages(
            list_day=list_day,
            list_named=lambda ids: sources.list_named(ids, anew),
            enrich=lambda papers: sources.enrich(papers, anew),
            select=lambda papers, published: selection.select(papers, published, config.selection),
            render=partial(render_edition, templates=templates),
            pool=partial(_pool, config),
            report=report,
            paper=entry.Stages(
                read=lambda paper: fulltext.read(paper, fetcher.get, config.fulltext),
                summarizer=summarizer,
                check=checked,
                unresolved=config.check.unresolved,
                alphaxiv=lambda paper_id: f"{config.services.alphaxiv}/{words['alphaxiv']}/overview/{paper_id}",
                backend=config.summarize.backend,
                model="" if extractive else llm.model,
                prompt="" if extractive else prompt.version,
                today=now().astimezone(UTC).date(),
                out_of_time=deadline,
                report=report,
            ),
        ),
    )


def quoted(draft: Draft) -> Verdict:
    """Return the verdict on quotations: they are the paper's own sentences, so each one is its evidence."""
    return Verdict(evidence={name: Evidence(quote) for name, quote in draft.evidence.items()})


def render_edition(edition: Edition, templates: Templates) -> str:
    """Write an edition's post in the edition's own language."""
    return render.render(render.compose(edition, templates.words(edition.language)), templates)


def order_for(config: Config, day: date, ids: tuple[ArxivId, ...], **flags: bool) -> pipeline.Order:
    """Name what is to be built: a day, or a post of its own for named papers."""
    title = config.post.title.replace("{date}", str(day))
    if ids:
        shown = [paper_id.slug for paper_id in ids[:3]] + ([f"and-{len(ids) - 3}-more"] if len(ids) > 3 else [])
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
    config: Config, key: str | None, prompt: Prompt, purse: Purse, cache: Cache, *, now: Callable[[], datetime]
) -> Summarizer:
    """Make the summarizer that asks a model. openai takes most of a second to import: only a run that asks pays."""
    from digest.summarize.asking import AskingSummarizer  # noqa: PLC0415
    from digest.summarize.openai_chat import ChatServer  # noqa: PLC0415

    llm = config.llm
    server = ChatServer(
        base_url=llm.base_url, model=llm.model, key=key, timeout=llm.timeout, output_tokens=llm.output_tokens
    )
    trim: Callable[[Document, int], Document] = budget.trim
    return AskingSummarizer(server, prompt, llm, purse, trim=trim, cache=cache, now=now)


class Warming:
    """A summarizer that is made in the background while the day is listed; calls wait until it is there."""

    def __init__(self, make: Callable[[], Summarizer]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: Future[Summarizer] | None = None

    def warm(self) -> None:
        """Begin, if nobody has."""
        with self._lock:
            if self._made is None:
                pool = ThreadPoolExecutor(max_workers=1)
                self._made = pool.submit(self._make)
                pool.shutdown(wait=False)

    def summarize(self, paper: Paper, document: Document) -> Draft:
        """Pass on."""
        return self._ready().summarize(paper, document)

    def revise(self, paper: Paper, draft: Draft, findings: Sequence[Finding]) -> Draft | None:
        """Pass on."""
        return self._ready().revise(paper, draft, findings)

    def _ready(self) -> Summarizer:
        self.warm()
        assert self._made is not None  # noqa: S101 - warm made it
        return self._made.result()


def _pool(config: Config) -> Executor:
    """Twice as many workers as calls: while some wait for the model, others read the next papers."""
    return ThreadPoolExecutor(max_workers=2 * config.llm.max_concurrency, thread_name_prefix="paper")
