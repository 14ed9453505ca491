"""What a run ranks papers by: the weights of a taste, and the examples that it names."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import msgspec

from digest.adapters.store import Archive
from digest.config import SelectionConfig, SourceConfig, TasteConfig, files
from digest.errors import ConfigError
from digest.model import ArxivId, Event, Example, Listing, Paper, PaperId, Reason, Selection, references
from digest.model.text import counted
from digest.stages import selection
from digest.stages.selection import score
from digest.stages.selection.likeness import TermLikeness


@dataclass(frozen=True)
class Ranking:
    """Weighs the papers of any day by one taste. Examples are read when the first day is weighed."""

    taste: TasteConfig
    rules: SelectionConfig
    sources: Sequence[SourceConfig]
    archive: Archive
    report: Callable[[Event], None] = lambda _: None

    def select(self, papers: Iterable[Paper], published: Mapping[PaperId, str]) -> Selection:
        """Choose a day's papers; `published` tells on which other day a paper was published."""
        listed = tuple(papers)
        return selection.select(listed, published, self.rules, self._removed, self.sources, self.weigh(listed))

    def with_records(self, listing: Listing, enrich: Callable[[tuple[Paper, ...]], Listing]) -> Listing:
        """Add arXiv's own records of papers that came without, where the taste weighs what only those say."""
        lacking = tuple(one for one in listing.papers if one.version is None and isinstance(one.id, ArxivId))
        if not lacking or not self.taste.needs_records:
            return listing
        enriched = enrich(lacking)
        known = {paper.id: paper for paper in enriched.papers}
        papers = tuple(known.get(paper.id, paper) for paper in listing.papers)
        return msgspec.structs.replace(listing, papers=papers, problems=(*listing.problems, *enriched.problems))

    def weigh(self, papers: Iterable[Paper]) -> Mapping[PaperId, tuple[Reason, ...]]:
        """Return why each paper stands where it does; nothing where no taste is configured.

        Raises ConfigError where a file of examples cannot be read.
        """
        if not self.taste:
            return {}
        return score.reasons(tuple(papers), self.taste, self._likeness)

    @cached_property
    def _removed(self) -> Mapping[PaperId, str]:
        return self.archive.removed()

    @cached_property
    def _likeness(self) -> score.Compare | None:
        if not self.taste.has_examples:
            return None
        found = self.examples
        self.report(Event(kind="listed", text=f"{counted(len(found), 'example')} of the reader's taste"))
        return TermLikeness(found, self.taste.examples.half_life)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """All examples, each once, with the abstracts that past editions know of them."""
        wanted = self.taste.examples
        found = [example for path in wanted.files for example in _read(path)]
        if wanted.editions or any(example.id and not example.abstract for example in found):
            found = self._beside_editions(found)
        once = {example.id or example.title.casefold(): example for example in reversed(found)}
        return tuple(reversed(once.values()))

    def _beside_editions(self, found: Sequence[Example]) -> list[Example]:
        """Add the papers of the wanted editions, and the abstracts that a file such as exported favourites lacks."""
        added: list[Example] = []
        known: dict[str, Paper] = {}
        for name in self.archive.names():
            edition = self.archive.load(name)
            if edition is None:
                continue
            known |= {paper.id: paper for paper in edition.papers if paper.abstract}
            if name.startswith(self.taste.examples.editions):
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
    return tuple(Example(title=one.title, abstract=one.abstract, id=one.id or "", added=one.added) for one in found)


def _example(paper: Paper, day: date) -> Example:
    return Example(title=paper.title, abstract=paper.abstract, id=paper.id, added=day)
