"""Index the figures of one paper so that a figure of its summary is looked up and not searched for.

Built once per document. Does not know what a summary says; which kinds may stand for one another is decided in
`numbers`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from digest.stages.check.figures import figures
from digest.stages.check.figures.numerals import scaled_by
from digest.stages.check.figures.quantity import Kind, Quantity, unit_at

_RATIO = re.compile(r"(\d+)/(\d+)")
_HEADER_UNIT = re.compile(r"[(\[,]\s?([^()\[\],]{1,20}?)\s?[)\]]?\s?[↑↓]?$")
_HEADER_END = 26
"""Characters at a heading's end in which its unit stands."""
_POWER = re.compile(r"[×x]?\s?10\s?\^\s?\{?(-?\d)\}?")
_BREAK = re.compile(r"\. |\n")
_UNIT_WORD = re.compile(r"(?<![\d\w.])([(\[/]\s?)?((?:[A-Za-zµμ°$%Å]|\[)[A-Za-z/]{0,14})")
_CAPTION = 300
"""Characters before a table, and of its beginning, in which its measures are named."""
_Unit = tuple[Kind, float, float]
"""Of a heading: kind, factor, and the scale of the numbers below it (1e9 for `(B)`)."""
_BARE: _Unit = ("", 1, 1)


class _Column(NamedTuple):
    """A cell, or a row, and the unit that its heading gives it."""

    start: int
    end: int
    unit: _Unit


def key(value: float) -> float:
    """Round away what floating point adds, so that 0.1 + 0.2 and 0.3 are one figure."""
    return float(f"{value:.9g}")


@dataclass(frozen=True)
class FigureIndex:
    """The figures of a paper by value as written and by value in base units."""

    text: str
    all: tuple[Quantity, ...]
    by_value: dict[float, list[Quantity]]
    by_base: dict[tuple[Kind, float], list[Quantity]]
    starts: tuple[int, ...]
    """Where each of `all` starts."""
    tables: tuple[tuple[int, int], ...]
    """Where each table starts and ends."""
    breaks: tuple[int, ...]
    """Where sentences and lines end."""

    @cached_property
    def units(self) -> frozenset[tuple[Kind, float]]:
        """Kind and factor of the units that stand apart from any figure; few figures ask for them."""
        return frozenset(_units_apart(self.text))

    def written(self, value: float) -> list[Quantity]:
        """Return the figures written with this value, whatever they measure."""
        return self.by_value.get(key(value), [])

    def near(self, places: Iterable[Quantity], distance: int) -> Iterator[Quantity]:
        """Yield, once each, the figures at most that many characters away from any of the places, or in its table."""
        done = 0
        for place in sorted(places, key=lambda figure: figure.start):
            start, end = self._table(place) or (place.start - distance, place.end + distance)
            first, last = bisect_left(self.starts, start), bisect_right(self.starts, end)
            yield from self.all[max(first, done) : last]
            done = max(done, last)

    def _table(self, place: Quantity) -> tuple[int, int] | None:
        at = bisect_right(self.tables, (place.start, len(self.text))) - 1
        return self.tables[at] if at >= 0 and place.start <= self.tables[at][1] else None

    def around(self, place: Quantity) -> str:
        """Return what tells what a bare figure is: the text before it; of a table caption, heading rows and its row."""
        table = self._table(place)
        if not table:
            return self.text[max(0, place.start - 60) : place.end + 3]
        row = self.text.rfind("\n", 0, place.start) + 1
        return self.text[max(0, table[0] - _CAPTION) : min(table[0] + _CAPTION, row)] + self.text[row : place.end + 3]

    def names_unit(self, kind: Kind, factor: float) -> bool:
        """Return whether a unit stands in the text apart from any figure: `(ms)`, `in hours`."""
        return (kind, factor) in self.units

    def sentence_start(self, place: Quantity) -> int:
        """Return where the sentence or line of a place starts, or the full stop before it."""
        at = bisect_left(self.breaks, place.start) - 1
        return self.breaks[at] if at >= 0 else 0

    def measured(self, kind: Kind, base: float) -> list[Quantity]:
        """Return the figures of this kind and size, whatever unit they are written in."""
        return self.by_base.get((kind, key(base)), [])


def index_figures(text: str) -> FigureIndex:
    """Index the figures of readable text. Skip citation and list marks and the numbers of tables and sections."""
    columns = _table_columns(text)
    starts = [column.start for column in columns]
    kept: list[Quantity] = []
    by_value: dict[float, list[Quantity]] = {}
    by_base: dict[tuple[Kind, float], list[Quantity]] = {}
    for figure in figures(text):
        if figure.form in ("label", "marker", "date", "some"):
            continue
        known = _in_column(figure, columns, starts)
        kept.append(known)
        if figure.form == "fraction" and (sides := _RATIO.fullmatch(text[figure.start : figure.end])):
            # 5/20 is five of twenty, 230/435ms are two times.
            kind, factor, _ = unit_at(text, figure.end)
            for side in map(float, sides.groups()):
                one = replace(figure, value=side, kind=kind or "count", factor=factor, form="digits")
                by_value.setdefault(key(side), []).append(one)
                by_base.setdefault((one.kind, key(one.base)), []).append(one)
        for value in {key(known.value), key(known.binary or known.value)}:
            by_value.setdefault(value, []).append(known)
            by_base.setdefault((known.kind, key(value * known.factor)), []).append(known)
    return FigureIndex(
        text, tuple(kept), by_value, by_base,
        tuple(figure.start for figure in kept),
        tuple(_tables(text)),
        tuple(found.start() for found in _BREAK.finditer(text)),
    )  # fmt: skip


def _tables(text: str) -> Iterator[tuple[int, int]]:
    """Yield where tables start and end: lines with cells, one below the other."""
    place = start = 0
    for line in (*text.split("\n"), ""):
        if " | " not in line:
            if start < place:
                yield start, place - 1
            start = place + len(line) + 1
        place += len(line) + 1


def _units_apart(text: str) -> Iterator[tuple[Kind, float]]:
    """Yield the units that no figure stands before; single letters only in brackets, where they are no variable."""
    for word in _UNIT_WORD.finditer(text):
        if len(word[2]) > 1 or word[1]:
            kind, factor, end = unit_at(text, word.start(2))
            if kind and end >= word.end(2):
                yield kind, factor


def _in_column(figure: Quantity, columns: list[_Column], starts: list[int]) -> Quantity:
    """Give a bare figure in a table the unit and the scale of its column's heading, or of its row's."""
    at = bisect_right(starts, figure.start) - 1
    if figure.kind or figure.form != "digits" or at < 0 or figure.start >= columns[at].end:
        return figure
    kind, factor, scale = columns[at].unit
    return replace(figure, kind=kind, factor=factor, binary=figure.value * scale if scale != 1 else figure.binary)


def _table_columns(text: str) -> list[_Column]:
    """List the cells whose heading names a unit or a scale (`Latency (ms)`, `Tokens (B)`)."""
    found: list[_Column] = []
    headings: list[_Unit] = []
    scales: set[float] = set()
    place = 0
    for line in text.split("\n"):
        cells = line.split(" | ") if " | " in line else []
        units = [_heading_unit(cell) for cell in cells]
        if not cells:
            headings, scales = [], set()
        elif len(headings) != len(cells):
            if len(scales) == 1 and _has_figure(cells):
                # A row that fits no heading row: nothing tells which column the scale belongs to.
                found.append(_Column(place, place + len(line), ("", 1, next(iter(scales)))))
            else:
                headings = units
        elif not _has_figure(cells):
            headings = [lower if lower != _BARE else upper for upper, lower in zip(headings, units, strict=True)]
        else:
            at = place
            for cell, column in zip(cells, headings, strict=True):
                unit = column if column != _BARE else units[0]
                if unit != _BARE:
                    found.append(_Column(at, at + len(cell), unit))
                at += len(cell) + 3
        scales.update(scale for _, _, scale in units if scale != 1)
        place += len(line) + 1
    return found


def _has_figure(cells: list[str]) -> bool:
    return any(cell[:1].isdigit() for cell in cells[1:])


def _heading_unit(cell: str) -> _Unit:
    named = _HEADER_UNIT.search(cell.rstrip()[-_HEADER_END:])
    if not named:
        return _BARE
    words = named[1].removeprefix("in ")
    kind, factor, end = unit_at(words, 0)
    if end == len(words) and kind != "count":
        return kind, factor, 1
    if power := _POWER.fullmatch(words):
        return "", 1, 10.0 ** int(power[1])
    scale, _, end = scaled_by(words, 0, 1.0)
    return ("", 1, scale) if end and words[end : end + 1] in ("", " ") else _BARE
