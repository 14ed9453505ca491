"""Find a quoted table row in a paper, by the number that the model's text gives it or by its cells.

Built once per document. A row is found as it is or in part, cells in order; a changed cell is not forgiven.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from digest.model import Document, Evidence
from digest.model.tables import NumberedTable, tables_of, untagged
from digest.stages.check.index.passages import tokens

_LEAST = 2
"""Tokens of a row below which it could be any."""


@dataclass(frozen=True, slots=True)
class RowIndex:
    """The rows of all tables by their tokens, and the tables by their numbers."""

    tables: Mapping[int, NumberedTable]
    runs: tuple[tuple[str, int, int], ...]
    """Tokens of a row with a blank around each; number of its table; number of the row."""
    headings: Mapping[str, Evidence]
    """Tokens of a heading row with a blank between two. Several tables may have the same, so it stands without one."""

    def find(self, quote: str) -> Evidence | None:
        """Return the row that a quote repeats whole or in part, with caption and heading rows; or a heading row."""
        number, words = untagged(quote)
        asked = [word for word, _, _ in tokens(words)]
        if number and (table := self.tables.get(number[0])) and 0 < number[1] <= len(table.rows):
            row = table.rows[number[1] - 1]
            if _is_part(asked, [word for word, _, _ in tokens(row)]):
                return Evidence(row, table.section, table.context)
        if len(asked) < _LEAST or " | " not in words:
            return None
        if heading := self.headings.get(" ".join(asked)):
            return heading
        wanted = f" {' '.join(asked)} "
        for run, at, row_number in self.runs:
            if wanted in run:
                table = self.tables[at]
                return Evidence(table.rows[row_number], table.section, table.context)
        return None


def index_rows(document: Document) -> RowIndex:
    """Index the rows of all tables of a document."""
    tables = {table.number: table for table in tables_of(document)}
    runs = tuple(
        (f" {' '.join(word for word, _, _ in tokens(row))} ", number, at)
        for number, table in tables.items()
        for at, row in enumerate(table.rows)
    )
    headings = {
        " ".join(word for word, _, _ in tokens(row)): Evidence(row, table.section)
        for table in reversed(tables.values())
        for row in table.headings
    }
    return RowIndex(tables, runs, headings)


def _is_part(asked: list[str], row: list[str]) -> bool:
    """Return whether all words of a quote stand in the row in this order; cells may be left out."""
    rest = iter(row)
    return all(word in rest for word in asked)
