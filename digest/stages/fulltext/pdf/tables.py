"""Find the rows of a table among a PDF's lines, its heading rows among them. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from msgspec.structs import replace

from digest.stages.fulltext.grid import SEPARATOR
from digest.stages.fulltext.normalize import tidy
from digest.stages.fulltext.pdf import floats
from digest.stages.fulltext.pdf.lines import Line

_NEAR = 5.0
"""Font sizes between two rows of one table at most."""
_HEADING_NEAR = 3.2
"""Font sizes between a heading row and the row below it at most."""
_BESIDE = 40.0
"""Points that a heading row may be wider than the row below it."""
_MOST_LOWER = 0.4
"""Share of words in lower case in a heading row that is set as large as the running text."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What tells a table from running text in one paper: the size and width of that text, and what ends a table."""

    size: float
    width: float
    ends: Callable[[Line], bool]

    def rows(self, lines: Sequence[Line], at: int, below: Line | None = None) -> list[Line]:
        """Return the lines from `at` that stand in columns, with the labels and heading rows among them.

        Below a caption a label may come first. A heading row's cells may be as close as words.
        """
        found: list[Line] = []
        for place in range(at, len(lines)):
            line = lines[place]
            tabs = line.text.count("\t")
            inside = bool(found or below)
            short = inside and tabs == 0 and line.right - line.left < 0.45 * self.width and line.words < 8
            above = found[-1] if found else below
            # A label of several rows stands in their middle, out of their order.
            follower = lines[place + 1] if short and place + 1 < len(lines) else line
            near = above is None or any(
                abs(above.base - each.base) < _NEAR * max(each.size, 6) for each in (line, follower)
            )
            column = (tabs or short) and not self._prose(line)
            if not near or floats.label(line) is not None or self.ends(line) or floats.numbered_step(line):
                break
            if not column and not self._heading(lines, place, inside):
                break
            found.append(line)
        while found and "\t" not in found[-1].text:
            found.pop()
        return _arranged(found) if sum(1 for row in found if "\t" in row.text) > 1 else []

    def _prose(self, line: Line) -> bool:
        """Return whether a line is running text with a wide space, or a paragraph behind its bold title."""
        tabs = line.text.count("\t")
        wide = line.right - line.left > 0.9 * self.width
        # The gap behind a bold title counts as bold.
        gap = "\t" in line.text[max(line.bold - 1, 0) : line.bold + 1]
        leads = 0 < line.bold < len(line.text) and gap and line.words > 8
        return leads or (wide and (tabs == 0 or (tabs == 1 and line.words > 8) or tabs < line.words / 6))

    def _heading(self, lines: Sequence[Line], at: int, inside: bool) -> bool:
        """Return whether a line is a row of headings: close above a row in columns, and no sentence."""
        line = lines[at]
        small = line.size < 0.95 * self.size
        words = line.text.split()
        if floats.ends_sentence(line.text) or not (small or (inside and _lower(words) <= _MOST_LOWER * len(words))):
            return False
        return any(
            row.text.count("\t") > 2
            and abs(row.size - line.size) < 0.15 * self.size
            and 0 < line.base - row.base < _HEADING_NEAR * line.size
            and row.left - _BESIDE < line.left
            and line.right < row.right + _BESIDE
            for row in lines[at + 1 : at + 3]
        )


def row(line: Line) -> str:
    """Return a row's cells."""
    return SEPARATOR.join(filter(None, map(tidy, line.text.split("\t"))))


def _lower(words: Sequence[str]) -> int:
    return sum(word[:1].islower() for word in words)


def _arranged(rows: list[Line]) -> list[Line]:
    """Put the cells of heading rows that PDFium gives column by column back into rows."""
    first = next(at for at, line in enumerate(rows) if "\t" in line.text)
    heads = sorted(rows[:first], key=lambda line: (-round(line.base), line.left))
    whole: list[Line] = []
    for _, group in groupby(heads, key=lambda line: round(line.base)):
        cells = list(group)
        whole.append(replace(cells[0], text="\t".join(cell.text for cell in cells), right=cells[-1].right))
    return [*whole, *rows[first:]]
