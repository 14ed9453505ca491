"""What reads papers and checks summaries, with the archive, cache and connections it needs; no model."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from digest.adapters.http import Deadline, Fetcher, Pacer, limited, user_agent
from digest.adapters.store import Archive, Cache, KnownFiles
from digest.adapters.store.local import FILE, LocalFiles
from digest.adapters.templates import Templates
from digest.config import Config, RssSource
from digest.model import Claim, Document, Event, Fetched, Finding, Listing, Paper, Summary, Verdict
from digest.pipeline import extensions
from digest.pipeline.papers.readings import ArxivRecords, DocumentFolder, Documents, Readings
from digest.stages import check, fulltext, sources
from digest.stages.check.subject import Subject
from digest.stages.selection import zotero


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
    get: fulltext.Get
    """GET from the cache where it is there."""
    get_anew: Callable[..., Fetched]
    deadline: Deadline
    known: KnownFiles
    """What the files of the archive said when they were read last."""
    further_checks: tuple[Callable[[Subject], Iterable[Finding]], ...] = ()
    """Those of installed packages."""
    reading: Callable[[Paper], Document] | None = None
    """Reads a paper once for several series; None reads it each time."""
    documents: Documents | None = None
    """Where it keeps what it has read."""
    records: Callable[..., Listing] | None = None
    """The same of what arXiv knows of papers."""

    def of_series(self, config: Config) -> "PaperTools":
        """Return the tools of another series, whose connections and cache are these."""
        archive = Archive(config.paths.posts, config.paths.data, self.known)
        return replace(self, config=config, archive=archive, words=self.templates.words(config.language))

    def enrich(self, papers: tuple[Paper, ...], on_retry: Callable[[], None] = lambda: None) -> Listing:
        """Add what only arXiv knows; `on_retry` is called as soon as a request has failed once."""
        if self.records:
            return self.records(papers, on_retry=on_retry)
        return sources.enrich(papers, partial(self.get_anew, on_retry=on_retry))

    def read(self, paper: Paper) -> Document:
        """Read a paper, from the cache where it is there."""
        if self.reading:
            return self.reading(paper)
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
        return check.check(summary, claims, paper, document, language=self.config.language, further=self.further_checks)

    def pool(self) -> Executor:
        """Twice as many workers as calls: while some wait for the model, others read the next papers."""
        return Workers(max_workers=2 * self.config.llm.max_concurrency, thread_name_prefix="paper")


def open_paper_tools(
    config: Config,
    stack: ExitStack,
    *,
    now: Callable[[], datetime],
    report: Callable[[Event], None],
    cache: Cache | None = None,
    pacer: Callable[[str, float], Pacer] = lambda _service, pace: Pacer(pace),
    deadline: Deadline | None = None,
    environ: Mapping[str, str] = MappingProxyType({}),
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
    known = KnownFiles(config.paths.cache)
    stack.callback(known.save)
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
        own=[source.url for source in config.sources if isinstance(source, RssSource)],
        headers={"zotero": {"Zotero-API-Key": key}} if (key := environ.get(zotero.KEY)) else {},
    )
    stack.callback(fetcher.close)
    files = LocalFiles(config.paths.lists, config.fetch.max_megabytes)

    def get(service: str, path: str, *, keep: bool = True, **options: Any) -> Fetched:
        return files.get(path) if service == FILE else fetcher.get(service, path, keep=keep, **options)

    return PaperTools(
        config=config,
        archive=Archive(config.paths.posts, config.paths.data, known),
        known=known,
        templates=templates,
        words=words,
        cache=cache,
        get=get,
        get_anew=partial(get, keep=False),
        deadline=deadline,
        further_checks=extensions.checks(config, report),
    )


def sharing(everywhere: Sequence[PaperTools], stack: ExitStack, documents: Documents | None) -> Sequence[PaperTools]:
    """Have the tools of several series read each paper once, and ask arXiv once for its record.

    What was read is in a folder that `stack` removes. A single series shares with others where `documents` are given.
    """
    if len(everywhere) > 1:
        documents = DocumentFolder(Path(stack.enter_context(TemporaryDirectory(prefix="digest-"))))
        records = ArxivRecords(everywhere[0].enrich)
        everywhere = [replace(one, records=records.enrich) for one in everywhere]
    if documents is None:
        return everywhere
    reading = Readings(everywhere[0].read, documents)
    return [replace(one, reading=reading.read, documents=documents) for one in everywhere]
