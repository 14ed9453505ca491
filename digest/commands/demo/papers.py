"""The papers that the played services know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of a played paper."""

    caption: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class RecordedSection:
    """A section of a played paper; `$…$` in a paragraph is a formula."""

    title: str
    paragraphs: Sequence[str]
    table: Table | None = None


@dataclass(frozen=True, kw_only=True)
class RecordedPaper:
    """A paper with all that the services say of it, and what the model answers."""

    id: str
    title: str
    authors: Sequence[str]
    abstract: str
    sections: Sequence[RecordedSection]
    reply: Mapping[str, Any]
    text: Literal["html2025", "html2026", "pdf", "none"] = "html2025"
    version: int = 1
    submitted: datetime = datetime(2025, 11, 14, tzinfo=UTC)
    featured: datetime = datetime(2025, 11, 17, 5, tzinfo=UTC)
    upvotes: int = 0
    comments: int = 0
    categories: Sequence[str] = ("cs.LG",)
    comment: str | None = None
    code: str | None = None
    stars: int | None = None
    project: str | None = None
    organization: str | None = None
    references: Sequence[str] = field(default_factory=tuple)


@cache
def bundled() -> tuple[RecordedPaper, ...]:
    """Load the six papers of the demo."""
    return tuple(_load(path) for path in sorted((Path(__file__).parent / "papers").glob("*.yaml")))


def _load(path: Path) -> RecordedPaper:
    raw = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    parts = [
        RecordedSection(**{**part, "table": Table(**part["table"]) if part.get("table") else None})
        for part in raw["sections"]
    ]
    return RecordedPaper(**{**raw, "sections": tuple(parts)})
