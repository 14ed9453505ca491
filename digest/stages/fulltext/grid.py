"""Lay out a table's cells as `cell | cell` rows, spans repeated so that every figure stands in its own column. Pure."""

from dataclasses import dataclass, field

SEPARATOR = " | "
_COLUMNS = 60
_SPAN = 60
_REPEATED = 80
"""Characters of a cell that is written again in the rows and columns that it spans; a longer one stands once."""
_ROWS = 2_000
"""Rows kept of one table: spans could otherwise make a small page huge."""


@dataclass(slots=True)
class Rows:
    """A table while it is being read. Rows without text are left out, empty cells inside a row stay."""

    rows: list[str] = field(default_factory=list)
    _cells: list[tuple[str, int, int]] = field(default_factory=list)
    _below: dict[int, tuple[int, str]] = field(default_factory=dict)

    def cell(self, text: str, columns: str | None, rows: str | None) -> None:
        """Take a cell with its `colspan` and `rowspan` as the page has them."""
        self._cells.append((text, _number(columns, _COLUMNS), _number(rows, _SPAN)))

    def end_row(self) -> None:
        """Close the row."""
        if len(self.rows) >= _ROWS:
            self._cells.clear()
            return
        row: list[str] = []
        waiting = self._cells[::-1]
        own = len(waiting)
        while len(row) < _COLUMNS:
            left, repeated = self._below.pop(len(row), (0, ""))
            if left:
                if left > 1:
                    self._below[len(row)] = (left - 1, repeated)
                row.append(repeated)
            elif waiting:
                text, columns, rows = waiting.pop()
                again = text if len(text) <= _REPEATED else ""
                for at in range(columns if own > 1 else 1):
                    if rows > 1:
                        self._below[len(row)] = (rows - 1, again)
                    row.append(again if at else text)
            elif any(column > len(row) for column in self._below):
                row.append("")
            else:
                break
        self._cells.clear()
        while row and not row[-1]:
            row.pop()
        if any(row):
            self.rows.append(SEPARATOR.join(row).strip())


def _number(span: str | None, most: int) -> int:
    digits = (span or "").strip()
    return min(max(int(digits), 1), most) if digits.isdecimal() and len(digits) < 6 else 1
