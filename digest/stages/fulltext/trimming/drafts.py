"""Take as much of one section as fits: whole paragraphs, then whole sentences; a table's first rows. Pure.

Costs are in quarters of a token: an ASCII character counts one, any other one four.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from digest.model import Section, SectionKind
from digest.model.text import sentences

_ASCII, _OTHER = 1, 4
_ENDS_MATTER: frozenset[SectionKind] = frozenset({"introduction"})
"""Kinds whose end says most of what is new: it gets the last two fifths."""
_LONGEST = 20_000
"""Characters of a paragraph that are searched for sentences; a longer one is no paragraph."""
_TITLE = 80
"""Characters of a line without a full stop that is a title."""
_LEAST = 40
"""Quarters of a token below which a piece of a section is not worth its title."""


@dataclass(slots=True)
class SectionDraft:
    """A section and what of it stays."""

    section: Section
    paragraphs: list[str] = field(default_factory=list)
    tables: dict[int, str] = field(default_factory=dict)
    titled: bool = False

    def section_left(self) -> Section | None:
        """Return the section with what stays of it, or None."""
        if not self.paragraphs and not self.tables:
            return None
        tables = tuple(self.tables[place] for place in sorted(self.tables))
        return replace(self.section, text="\n".join(self.paragraphs), tables=tables)

    def lost(self, left: Section | None) -> str:
        """Return the name of what went, or nothing."""
        title = self.section.title or "(untitled)"
        return title if left is None else f"{title} (part)" if left != self.section else ""

    def charge_title(self, room: int) -> int:
        """Return what is left of the room after the title, and the blank line above it, are paid for once."""
        return room if self.titled else room - cost(self.section.title) - 3


def cost(text: str) -> int:
    """Return the quarters of a token that a text costs."""
    ascii_only = len(text.encode("ascii", "ignore"))
    return ascii_only * _ASCII + (len(text) - ascii_only) * _OTHER


def result_table(draft: SectionDraft, table: str) -> bool:
    """Return whether a table shows the paper's own figures."""
    rows = table.split("\n")[1:]
    main = draft.section.kind not in ("related", "appendix", "abstract")
    return main and sum(any(map(str.isdigit, row)) for row in rows) > 1


def take_prose(draft: SectionDraft, room: int) -> int:
    """Let the section's text have at most `room`, and return what is left of it."""
    section = draft.section
    inside = draft.charge_title(room)
    lines = [line for line in section.text.split("\n") if line]
    if not lines or (inside < _LEAST and inside < sum(cost(line) + 1 for line in lines)):
        return room
    ends = 2 * inside // 5 if section.kind in _ENDS_MATTER and sum(cost(line) + 1 for line in lines) > inside else 0
    last: list[str] = []
    while ends and len(last) < len(lines) - 1 and cost(lines[-1 - len(last)]) + 1 <= ends:
        last.append(lines[-1 - len(last)])
        ends -= cost(last[-1]) + 1
    inside -= sum(cost(line) + 1 for line in last)
    first: list[str] = []
    for line in lines[: len(lines) - len(last)]:
        if cost(line) + 1 > inside:
            if part := _sentences_within(line, inside - 1, words=not first and not last):
                first.append(part)
                inside -= cost(part) + 1
            break
        first.append(line)
        inside -= cost(line) + 1
    # A title inside the section says nothing without what stood below it.
    while 0 < len(first) < len(lines) - len(last) and first[-1] == lines[len(first) - 1] and _title_like(first[-1]):
        inside += cost(first.pop()) + 1
    draft.paragraphs = [*first, *reversed(last)]
    if not draft.paragraphs:
        return room
    draft.titled = True
    return inside


def take_tables(draft: SectionDraft, room: int, *, results: bool) -> int:
    """Let the section's tables, those of results or the others, have at most `room`; return what is left of it."""
    for place, table in enumerate(draft.section.tables):
        if result_table(draft, table) != results or place in draft.tables:
            continue
        inside = draft.charge_title(room)
        part = table if cost(table) + 1 <= inside else _rows_within(table, inside - 1)
        if part:
            draft.tables[place] = part
            draft.titled = True
            room = inside - cost(part) - 1
    return room


def _title_like(line: str) -> bool:
    return len(line) < _TITLE and line[-1].isalnum()


def _sentences_within(line: str, room: int, *, words: bool) -> str:
    seen = line[: min(room, _LONGEST)]
    whole = sentences(seen) if len(seen) == len(line) else sentences(seen)[:-1]
    kept = _fitting(whole, room)
    return " ".join(_fitting(line[:room].split(" "), room) if words and not kept else kept)


def _rows_within(table: str, room: int) -> str:
    """Return a table's caption with as many of its first rows as fit, at least two, or nothing."""
    kept = _fitting(table.split("\n"), room)
    return "\n".join(kept) if len(kept) > 2 else ""


def _fitting(parts: Sequence[str], room: int) -> list[str]:
    """Return the first parts that fit into a room, a character between two."""
    kept: list[str] = []
    for part in parts:
        room -= cost(part) + bool(kept)
        if room < 0:
            break
        kept.append(part)
    return kept
