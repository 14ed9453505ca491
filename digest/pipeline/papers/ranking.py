"""What a run ranks papers by: the weights of a taste, and the examples that it names."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import msgspec

from digest.adapters.store import Archive, Cache
from digest.config import Config, files
from digest.errors import ConfigError, FetchError
from digest.model import ArxivId, Event, Example, Fetched, Listing, Paper, PaperId, Reason, Selection, references
from digest.model.corpus.vectors import Embedding
from digest.model.text import counted, one_line
from digest.stages import selection
from digest.stages.selection import score, zotero
from digest.stages.selection.likeness import TermLikeness, VectorLikeness


@dataclass(frozen=True)
class Ranking:
    """Weighs the papers of any day by one taste. Examples are read when the first day is weighed."""

    config: Config
    archive: Archive
    get: Callable[[str, str], Fetched] | None = None
    """GET of a service, anew; without it a library in Zotero is as an earlier run found it."""
    cache: Cache | None = None
    report: Callable[[Event], None] = lambda _: None
    vectors: Callable[[Sequence[str]], Sequence[Embedding] | None] | None = None
    """Turns texts into vectors; None where they are not to be had. Without it, examples are compared by words."""

    def select(self, papers: Iterable[Paper], published: Mapping[PaperId, str]) -> Selection:
        """Choose a day's papers; `published` tells on which other day a paper was published."""
        listed = tuple(papers)
        rules, sources = self.config.selection, self.config.sources
        return selection.select(listed, published, rules, self._removed, sources, self.weigh(listed))

    def with_records(self, listing: Listing, enrich: Callable[[tuple[Paper, ...]], Listing]) -> Listing:
        """Add arXiv's own records of papers that came without, where the taste weighs what only those say."""
        lacking = tuple(one for one in listing.papers if one.version is None and isinstance(one.id, ArxivId))
        if not lacking or not self.config.taste.needs_records:
            return listing
        enriched = enrich(lacking)
        known = {paper.id: paper for paper in enriched.papers}
        papers = tuple(known.get(paper.id, paper) for paper in listing.papers)
        return msgspec.structs.replace(listing, papers=papers, problems=(*listing.problems, *enriched.problems))

    def weigh(self, papers: Iterable[Paper]) -> Mapping[PaperId, tuple[Reason, ...]]:
        """Return why each paper stands where it does; nothing where no taste is configured.

        Raises ConfigError where a file of examples cannot be read.
        """
        if not self.config.taste:
            return {}
        return score.reasons(tuple(papers), self.config.taste, self._likeness)

    @cached_property
    def _removed(self) -> Mapping[PaperId, str]:
        return self.archive.removed()

    @cached_property
    def _likeness(self) -> score.Compare | None:
        if not self.config.taste.has_examples:
            return None
        found = self.examples
        self.report(Event(kind="listed", text=f"{counted(len(found), 'example')} of the reader's taste"))
        by_words = TermLikeness(found, self.config.taste.examples.half_life)
        return VectorLikeness(by_words, self.vectors) if self.vectors else by_words

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """All examples, each once, with the abstracts that past editions know of them."""
        wanted = self.config.taste.examples
        found = [example for path in wanted.files for example in _read(path)]
        found += self._zotero() if wanted.zotero.library else ()
        if wanted.editions or any(example.id and not example.abstract for example in found):
            found = self._beside_editions(found)
        once = {example.id or example.title.casefold(): example for example in reversed(found)}
        return tuple(reversed(once.values()))

    def _zotero(self) -> tuple[Example, ...]:
        """Read the library, and keep it for runs that find Zotero closed: a day does not wait for it."""
        config = self.config.taste.examples.zotero
        kept = f"zotero {config.library} {config.collection}"
        try:
            if self.get is None:
                return self._kept(kept)
            found = zotero.read_library(self.get, config)
        except FetchError as error:
            found = self._kept(kept)
            what = f"with the {counted(len(found), 'example')} of an earlier run" if found else "without it"
            self.report(Event(kind="problem", text=f"continuing {what}: {one_line(str(error))}"))
            return found
        if self.cache:
            self.cache.keep_fact(kept, msgspec.json.encode(found).decode())
        return found

    def _kept(self, name: str) -> tuple[Example, ...]:
        known = self.cache.fact(name) if self.cache else None
        try:
            return msgspec.json.decode(known or "[]", type=tuple[Example, ...])
        except msgspec.MsgspecError:
            return ()

    def _beside_editions(self, found: Sequence[Example]) -> list[Example]:
        """Add the papers of the wanted editions, and the abstracts that a file such as exported favourites lacks."""
        added: list[Example] = []
        known: dict[str, Paper] = {}
        for name in self.archive.names():
            edition = self.archive.load(name)
            if edition is None:
                continue
            known |= {paper.id: paper for paper in edition.papers if paper.abstract}
            if name.startswith(self.config.taste.examples.editions):
                added += [_example(entry.paper, edition.day) for entry in edition.entries]
        filled = [
            one
            if one.abstract or one.id not in known
            else msgspec.structs.replace(one, abstract=known[one.id].abstract)
            for one in found
        ]
        return [*filled, *added]


def _read(path: Path) -> tuple[Example, ...]:
    try:
        found = references.parse(path.name, files.read(path))
    except OSError as cause:
        raise ConfigError(
            f"taste.examples.files: {path.name}: cannot be read: {cause.strerror}", hint="export the library there"
        ) from cause
    if found is None:
        known = ", ".join(references.FORMATS)
        raise ConfigError(f"taste.examples.files: {path.name}: unknown format", hint=f"use a file that ends in {known}")
    if not found:
        raise ConfigError(f"taste.examples.files: {path.name}: no references found", hint="export the library again")
    return tuple(map(zotero.as_example, found))


def _example(paper: Paper, day: date) -> Example:
    return Example(title=paper.title, abstract=paper.abstract, id=str(paper.id), added=day)
