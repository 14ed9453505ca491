"""A published paper as exporters are given it, and a file as they return it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from msgspec.structs import replace

from digest.model import Edition, Entry, schema
from digest.model.references.citations import Citation
from digest.model.text import one_line
from digest.posts import escaping, notes
from digest.posts.formulas import mathml


class ExportedFile(NamedTuple):
    """A file below the folder of an export."""

    path: str
    content: bytes
    note: bool = False
    """Whether people write in it: then it is never written over an edit, and not again where they deleted it."""


class PublishedPaper:
    """A paper with its summary, where it stands in the archive, and the words of its language."""

    def __init__(self, edition: Edition, rank: int, entry: Entry, words: Mapping[str, Any], page: str = "") -> None:
        self.edition = edition
        self.day = edition.day.isoformat()
        self.rank = rank
        self.entry = entry
        self.words = words
        self.page = page
        """Its page on the site; empty where there is none that others could open."""

    @property
    def slug(self) -> str:
        """Its id as the name of a file."""
        return self.entry.paper.id.slug

    @cached_property
    def citation(self) -> Citation:
        """How it is cited, with its topics as keywords."""
        cited = Citation.of(self.entry.paper, self.topics)
        return replace(cited, shown=mathml.plain(cited.title))

    @property
    def topics(self) -> tuple[str, ...]:
        """Its topics, each once."""
        return tuple(dict.fromkeys(filter(None, map(one_line, self.entry.summary.topics))))

    @property
    def fields(self) -> dict[str, str]:
        """The fields that say something, as plain text."""
        summary = self.entry.summary
        texts = {name: summary.field(name).strip() for name in schema.NAMES}
        return {name: escaping.plain(text) if summary.markup else text for name, text in texts.items() if text}

    @property
    def doubts(self) -> tuple[tuple[str, str], ...]:
        """Headings of fields, and what the checks could not confirm there."""
        found = [(one.field, one.check, one.where, one.paper) for one in self.entry.findings]
        return notes.unconfirmed(found, self.words, headings={**self.headings})

    @property
    def headings(self) -> Mapping[str, str]:
        """What the fields are called in the language of the summary."""
        return {name: str(heading) for name, heading in self.words["site"]["fields"].items()}
