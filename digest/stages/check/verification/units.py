"""The paper as units that can be shown one by one, sentences and table rows, found by words, names and figures.

Built once per paper, in time linear in its text. Does not choose: that is done in `pieces`.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from digest.model import Document, Evidence, Paper, SectionKind
from digest.model.tables import tables_of
from digest.model.text import estimate_tokens, sentences
from digest.stages.check.figures.quantity import Quantity
from digest.stages.check.index.figures import FigureIndex, index_figures
from digest.stages.check.index.names import compact, fold
from digest.stages.check.prose import FUNCTION_WORDS
from digest.stages.check.readable import readable

UNHEADED = "[no heading row]"
"""Stands above the rows of a table whose columns nothing names."""
_NAME = re.compile(r"[A-Za-z0-9]+(?:[-_./&'@+][A-Za-z0-9]+)*")
_WORD = re.compile(r"[A-Za-z]{3,}")
_LONGEST = 800
"""Characters of a unit; what is longer is parted."""
_STEM = 6
_NUMERIC = re.compile(r"[\d.,%±()+\-–\s]*\d[\d.,%±()+\-–\s]*")


@dataclass(frozen=True, slots=True)
class PaperUnit:
    """A sentence, or a row of a table."""

    text: str
    kind: SectionKind
    part: int
    """The number of the running text, or of the table, that it stands in; neighbours have the same."""
    head: str = ""
    """Of a row: the caption and all heading rows of its table, a line each."""
    heading: bool = False
    """Whether it is a heading row, which is shown with every row anyway."""
    tokens: int = 0
    head_tokens: int = 0


@dataclass(frozen=True, slots=True)
class UnitIndex:
    """All units in the order of the paper, with the ways to find them."""

    units: tuple[PaperUnit, ...]
    run: str
    """Their text, a blank between two."""
    starts: tuple[int, ...]
    rows: Mapping[tuple[str, str], int]
    """Context and text of a row → its unit."""
    stems: Mapping[str, tuple[int, ...]]
    names: Mapping[str, tuple[int, ...]]
    figures: FigureIndex
    lines: tuple[int, ...]
    """Where each unit starts in the text of `figures`."""

    def of_evidence(self, evidence: Evidence) -> range:
        """Return the units of a passage that was found in the paper; none where it stands nowhere as it is."""
        row = self.rows.get((evidence.context, evidence.quote))
        if row is not None:
            return range(row, row + 1)
        words = " ".join(evidence.quote.split())
        at = self.run.find(words) if words else -1
        if at < 0:
            return range(0)
        return range(bisect_right(self.starts, at) - 1, bisect_right(self.starts, at + len(words) - 1))

    def with_figure(self, figure: Quantity) -> set[int]:
        """Return the units that have a figure, in whatever unit it is written."""
        found = [*self.figures.written(figure.value), *self.figures.measured(figure.kind, figure.base)]
        return {bisect_right(self.lines, one.start) - 1 for one in found}

    def scores(self, words: Iterable[str]) -> dict[int, float]:
        """Weigh the units that share words with a question: rare words count more, long units less."""
        total = len(self.units)
        scores: dict[int, float] = {}
        for stem in dict.fromkeys(stems_of(" ".join(words))):
            places = self.stems.get(stem, ())
            weight = math.log(1 + total / (1 + len(places)))
            for place in places:
                scores[place] = scores.get(place, 0.0) + weight
        return {at: score / (1 + self.units[at].tokens / 60) for at, score in scores.items()}


def stems_of(text: str) -> Iterator[str]:
    """Yield the English words of a text, cut to what their forms have in common."""
    for word in _WORD.findall(fold(text)):
        small = word.lower()
        if small not in FUNCTION_WORDS:
            yield small[:_STEM].removesuffix("s")


def index_units(paper: Paper, document: Document) -> UnitIndex:
    """Part a paper into units and index them. The abstract of the record counts as well."""
    units: list[PaperUnit] = []
    rows: dict[tuple[str, str], int] = {}
    tables = tables_of(document)
    part = 0
    for section in document.sections:
        part += 1
        units += _prose(section.text, section.kind, part)
        for _ in section.tables:
            table = next(tables)
            part += 1
            units += _prose(table.caption, section.kind, -part)
            head = "\n".join(filter(None, (table.caption, "" if _named(table.headings) else UNHEADED, *table.headings)))
            units += [_unit(row, section.kind, part, heading=True) for row in table.headings]
            for row in table.rows:
                rows.setdefault((table.context, row), len(units))
                units.append(_unit(row, section.kind, part, head=head))
    if not any(section.kind == "abstract" for section in document.sections):
        units += _prose(paper.abstract, "abstract", part + 1)
    return _indexed(units, rows)


def _indexed(units: list[PaperUnit], rows: Mapping[tuple[str, str], int]) -> UnitIndex:
    stems: dict[str, dict[int, None]] = {}
    names: dict[str, dict[int, None]] = {}
    starts, lines, readables = [], [], []
    length = read = 0
    for at, unit in enumerate(units):
        starts.append(length)
        lines.append(read)
        length += len(unit.text) + 1
        readables.append(" ".join(readable(unit.text).text.split("\n")))
        read += len(readables[-1]) + 1
        if unit.heading:
            continue
        for stem in stems_of(unit.text):
            stems.setdefault(stem, {})[at] = None
        for name in names_of(readables[-1]):
            names.setdefault(name, {})[at] = None
    return UnitIndex(
        tuple(units), " ".join(unit.text for unit in units), tuple(starts), rows,
        {stem: tuple(places) for stem, places in stems.items()},
        {name: tuple(places) for name, places in names.items()},
        index_figures("\n".join(readables)), tuple(lines),
    )  # fmt: skip


def latin_words(text: str) -> list[str]:
    """List the Latin words of a readable text, hyphens and all, without accents."""
    return _NAME.findall(fold(text))


def names_of(text: str) -> Iterator[str]:
    """Yield the Latin words of a readable text, compact, whole and by their parts."""
    for word in latin_words(text):
        yield compact(word)
        parts = re.split(r"[-_/&@+]", word)
        if len(parts) > 1:
            yield from map(compact, parts)


def _prose(text: str, kind: SectionKind, part: int) -> list[PaperUnit]:
    found = []
    for sentence in sentences(text):
        words = " ".join(sentence.split())
        while len(words) > _LONGEST:
            cut = words.rfind(" ", _LONGEST // 2, _LONGEST)
            cut = cut if cut > 0 else _LONGEST
            found.append(words[:cut])
            words = words[cut:].lstrip()
        found.append(words)
    return [_unit(words, kind, part) for words in found if words]


def _unit(text: str, kind: SectionKind, part: int, *, head: str = "", heading: bool = False) -> PaperUnit:
    text = text if head or heading else " ".join(text.split())
    return PaperUnit(text, kind, part, head, heading, estimate_tokens(text), estimate_tokens(head) if head else 0)


def _named(headings: tuple[str, ...]) -> bool:
    """Return whether heading rows name the columns, and are no data that only stand first."""
    cells = [cell.strip() for cell in " | ".join(headings).split(" | ")[1:] if cell.strip()]
    return bool(cells) and 2 * sum(bool(_NUMERIC.fullmatch(cell)) for cell in cells) < len(cells)
