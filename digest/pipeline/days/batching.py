"""Puts together what batches need beside a run: the service, what was fetched, and a summarizer that puts off calls."""

from collections.abc import Callable, Collection
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from functools import partial

from digest.adapters.store import Archive, sha256_hex
from digest.config import Config, SiteConfig
from digest.errors import ArchiveError, ConfigError
from digest.pipeline.assembly import RunContext
from digest.pipeline.papers.summarizers import open_server_and_prompt
from digest.stages.fulltext import trimming
from digest.stages.summarize.batch.deferred import DeferredCalls
from digest.stages.summarize.batch.inbox import Inbox
from digest.stages.summarize.batch.log import BatchLog
from digest.stages.summarize.batch.outbox import Outbox
from digest.stages.summarize.batch.records import Terms
from digest.stages.summarize.batch.results import Results
from digest.stages.summarize.batch.service import BatchService
from digest.stages.summarize.client.learnt import CapabilityStore
from digest.stages.summarize.model import ModelSummarizer
from digest.stages.summarize.month import MonthlyCost


@dataclass(frozen=True)
class Batching:
    """What submits questions as batches and fetches the replies, for one site."""

    inbox: Inbox
    log: BatchLog
    summarizer: ModelSummarizer
    """Asks nothing: raises Deferred where there is no reply yet."""
    settings: dict[str, str]
    """What shapes the first question about a paper."""
    outbox: Callable[..., Outbox]


def open_batching(config: Config, stack: ExitStack, key: str | None, run: RunContext) -> Batching:
    """Open the service of batches. Raises ConfigError where no model is used at all."""
    if config.summarize.backend != "openai":
        raise ConfigError("--batch has nothing to submit: summarize.backend is extractive")
    tools, llm = run.tools, config.llm
    server, second, prompt = open_server_and_prompt(config, key, tools, stack)
    service, log, site = BatchService(server), BatchLog(tools.cache, config.series.name), _site(config)
    capabilities = CapabilityStore(server.name, server.model, tools.cache, run.now, llm.mode)
    inbox = Inbox(
        service,
        Results(service, server, capabilities, tools.cache, run.budget, run.now),
        log,
        site=site,
        is_built=partial(_is_built, tools.archive),
        book=MonthlyCost(tools.cache, run.now, tools.archive.cost_in).add,
        now=run.now,
    )
    summarizer = ModelSummarizer(
        server,
        prompt,
        llm,
        run.budget,
        trim=trimming.trim,
        cache=tools.cache,
        now=run.now,
        second=second,
        runner=DeferredCalls,
    )

    def outbox(terms: Terms, pending: Collection[str], *, hold: bool = False) -> Outbox:
        made = Outbox(
            service,
            log,
            run.budget,
            terms=terms,
            site=site,
            pending=pending,
            now=lambda: run.now().timestamp(),
            hold=hold,
        )
        return stack.enter_context(closing(made))

    settings = {
        "llm.base_url": server.name,
        "llm.model": server.model,
        "llm.input_tokens": str(llm.input_tokens),
        "language": config.language,
        "prompt (templates, topics, words)": prompt.question_version,
    }
    return Batching(inbox, log, summarizer, settings, outbox)


def _site(config: Config) -> str:
    """Name a site among those that submit under the same key: by its address, else by the folder of its posts."""
    url = config.site.url
    local = f"{url}/".startswith(f"{SiteConfig().url}/")
    own = str(config.paths.posts.resolve()) if local else url
    return sha256_hex(own.encode("utf-8", "replace"))[:16]


def _is_built(archive: Archive, terms: Terms) -> bool:
    """Return whether nothing is left to do for all days of a range."""
    return bool(terms.days) and all(_is_done(archive, day) for day in terms.days)


def _is_done(archive: Archive, day: date) -> bool:
    try:
        edition = archive.load(str(day))
    except ArchiveError:
        return False
    return edition is not None and not edition.skips
