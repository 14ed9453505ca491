"""The published papers as text to search: a few lines of each in memory, the rest on disk."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache

from digest.adapters.store import Archive
from digest.adapters.templates import Templates
from digest.commands.mcp.needles import SameTerms
from digest.commands.mcp.search import Answered, Indexed, answer
from digest.commands.mcp.words import fold
from digest.config import SiteConfig
from digest.errors import ArchiveError
from digest.model import ArxivId, BadPaperId, PaperId
from digest.pipeline.days.export import of_edition
from digest.site.search import files
from digest.stages.export import PublishedPaper

_PAGE = re.compile(r"/papers/(?P<slug>[^/?#\s]+)/?(?:index\.html)?(?:[?#].*)?$")
_ID = re.compile(r"(?<![\d.])\d\d(?:0[1-9]|1[0-2])\.\d{4,5}(?!\d)")


class Index:
    """All published papers. Each question looks first whether an edition or its post changed."""

    def __init__(self, archive: Archive, templates: Templates, site: SiteConfig) -> None:
        self._archive, self._site = archive, site
        self._words = cache(templates.words)
        self._terms = cache(lambda: SameTerms(files.terms(templates.source("site/terms.yaml"))))
        self._states: dict[str, list[tuple[int, int]]] = {}
        self._posts: dict[str, str] = {}
        """Edition → the file of its post, whose words count."""
        self._papers: dict[str, tuple[Indexed, ...]] = {}
        self._damaged: dict[str, str] = {}

    @property
    def damaged(self) -> list[str]:
        """Say of each edition that could not be read why, a line each."""
        return [self._damaged[name] for name in sorted(self._damaged)]

    def search(self, query: str, topic: str = "", since: str = "", until: str = "") -> Answered:
        """Return the papers that answer a query, best first; of an id its paper; of nothing the newest ones."""
        wanted, asked = fold(topic), {identified(query), *map(identified, _ID.findall(query))} - {None}
        papers = [
            one
            for one in self._newest()
            if (not since or one.edition[:10] >= since)
            and (not until or one.edition[:10] <= until)
            and (not wanted or wanted in one.topics)
        ]
        if asked:
            return Answered([one for one in papers if one.id in asked])
        return answer(papers, query, self._terms()) if query.strip() else Answered(papers)

    def day(self, day: str) -> list[PublishedPaper]:
        """Return the papers of a day, in their order."""
        self._refresh()
        return [one for name in sorted(self._papers) if name[:10] == day for one in self._load(name)]

    def near(self, day: str) -> list[str]:
        """Return days around another one that have papers."""
        days = sorted({name[:10] for name, papers in self._papers.items() if papers})
        place = bisect_left(days, day)
        return days[max(0, place - 2) : place + 2]

    def paper(self, paper_id: PaperId) -> PublishedPaper | None:
        """Return a paper as it was published last."""
        return next(iter(self.load([one for one in self._newest() if one.id == paper_id][:1])), None)

    def load(self, papers: Iterable[Indexed]) -> list[PublishedPaper]:
        """Read papers from disk; one that is gone or unreadable meanwhile is left out."""
        found: list[PublishedPaper] = []
        for one in papers:
            try:
                there = self._load(one.edition)[one.rank - 1 : one.rank]
            except ArchiveError as error:
                self._damaged[one.edition] = str(error)
            else:
                found += (paper for paper in there if paper.entry.paper.id == one.id)
        return found

    def called(self, text: str) -> PaperId | None:
        """Return the paper that a text means: by an id that it is or begins with, or by the address of its page."""
        bare = text.strip().strip("`\"'<>").rstrip(".,;")
        if page := _PAGE.search(bare):
            found = next((one.id for one in self._newest() if one.id.slug == page["slug"]), None)
            if found:
                return found
        return identified(bare)

    def _newest(self) -> Sequence[Indexed]:
        """Return all papers, newest day first, each where it was published last."""
        self._refresh()
        found: dict[PaperId, Indexed] = {}
        for name in sorted(self._papers, reverse=True):
            for one in self._papers[name]:
                found.setdefault(one.id, one)
        return list(found.values())

    def _refresh(self) -> None:
        states = {}
        for name in self._archive.names():
            with suppress(FileNotFoundError):  # a run may take an edition away meanwhile
                seen = self._archive.edition_path(name).stat()
                states[name] = [(seen.st_mtime_ns, seen.st_size), *self._post_state(name)]
        for name in self._states.keys() - states.keys():
            self._papers.pop(name, None)
            self._damaged.pop(name, None)
        for name, state in states.items():
            if self._states.get(name) == state:
                continue
            self._papers[name] = ()
            self._damaged.pop(name, None)
            try:
                self._papers[name] = tuple(_indexed(name, one) for one in self._load(name))
            except ArchiveError as error:
                self._damaged[name] = str(error)
            states[name] = [state[0], *self._post_state(name)]
        self._states = states

    def _post_state(self, name: str) -> Iterator[tuple[int, int]]:
        with suppress(OSError):
            if name in self._posts:
                seen = (self._archive.posts / self._posts[name]).stat()
                yield seen.st_mtime_ns, seen.st_size

    def _load(self, name: str) -> list[PublishedPaper]:
        edition = self._archive.load(name)
        if edition and edition.written:
            self._posts[name] = edition.written.file
        return of_edition(edition, self._archive, self._words(edition.language), self._site) if edition else []


def _indexed(name: str, one: PublishedPaper) -> Indexed:
    cited, summary = one.citation, one.entry.summary
    names = (*cited.authors, *one.topics, one.entry.paper.organization or "", cited.id)
    texts = (cited.title, summary.tldr, "\n".join(names), cited.abstract, "\n".join(one.fields.values()))
    return Indexed(one.entry.paper.id, name, one.rank, tuple(map(fold, one.topics)), tuple(map(fold, texts)))


def identified(text: str) -> PaperId | None:
    """Return the id that a text is, in any form in which people copy one, or None."""
    for read in (ArxivId.pasted, PaperId.parse):
        with suppress(BadPaperId):
            return read(text).base
    return None
