"""A table of a document as rows that can be pointed at: its caption, its heading rows, the others numbered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from digest.model.papers import Document

_CELL = " | "
_FIGURE = re.compile(r"[\s<>≤≥~≈±+\-–−(*]*\d[\d.,]*(?:\s?[%×x±(/+\-–−|*†‡).,\d].*|\s?)")
"""A cell that holds a figure and no name with digits, as `F1`, `8K` or `2-shot`."""
_TAG = re.compile(r"^\s*\[?T(\d{1,3})(?:\.(\d{1,4}))?\]\s*", re.ASCII)
_MOST_HEADINGS = 4


@dataclass(frozen=True, slots=True)
class NumberedTable:
    """A table. `rows` hold the cells as the document has them, `cell | cell`."""

    number: int
    section: str
    caption: str
    headings: tuple[str, ...]
    rows: tuple[str, ...]

    @property
    def context(self) -> str:
        """What a row means nothing without: caption and heading rows, a line each."""
        return "\n".join(line for line in (self.caption, *self.headings) if line)

    @property
    def numbered(self) -> str:
        """The table as the model reads it: number and caption, heading rows, rows with their numbers."""
        rows = (f"[T{self.number}.{at}] {row}" for at, row in enumerate(self.rows, 1))
        return "\n".join((f"[T{self.number}] {self.caption}".rstrip(), *self.headings, *rows))


def tables_of(document: Document) -> Iterator[NumberedTable]:
    """Yield the tables of a document in order, numbered from 1; figures that have only a caption count as well."""
    number = 0
    for section in document.sections:
        for raw in section.tables:
            number += 1
            lines = [line for line in raw.split("\n") if line.strip()]
            start = next((at for at, line in enumerate(lines) if _CELL in line), len(lines))
            end = start + _heading_rows(lines[start:])
            yield NumberedTable(
                number, section.title, " ".join(lines[:start]), tuple(lines[start:end]), tuple(lines[end:])
            )


def _heading_rows(rows: list[str]) -> int:
    """Count the rows above the first one with a figure right of its first cell; a table of words has one."""
    for at, row in enumerate(rows[: _MOST_HEADINGS + 1]):
        if at and any(_FIGURE.fullmatch(cell) for cell in row.split(_CELL)[1:]):
            return at
    return min(1, len(rows))


def numbered_text(document: Document) -> str:
    """Return the text of a document with its table rows numbered, `[T2.1] cell | cell`: what the model reads."""
    tables = tables_of(document)
    sections = (
        replace(section, tables=tuple(next(tables).numbered for _ in section.tables)) for section in document.sections
    )
    return replace(document, sections=tuple(sections)).text


def untagged(quote: str) -> tuple[tuple[int, int] | None, str]:
    """Part a quote from the number that the model's text gave its row: (table, row) from 1, 0 for a caption."""
    if not (tag := _TAG.match(quote)):
        return None, quote
    return (int(tag[1]), int(tag[2] or 0)), quote[tag.end() :]
