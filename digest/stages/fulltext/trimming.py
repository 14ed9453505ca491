"""Make a document fit a number of tokens: by section and claim, not by cutting off its end. Pure.

Tokens are estimated: an ASCII character counts a quarter of a token, any other one a whole token (about right for
English prose and for Korean; real tokenizers would have to be downloaded).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from digest.model import Document, Section, SectionKind
from digest.model.text import sentences

_ASCII, _OTHER = 1, 4
"""Quarters of a token that a character counts."""
_TABLES = "tables"
_CLAIMS: tuple[tuple[str, float], ...] = (
    ("abstract", 0.12),
    ("introduction", 0.13),
    ("method", 0.2),
    (_TABLES, 0.15),
    ("results", 0.2),
    ("limitations", 0.1),
    ("conclusion", 0.1),
    ("other", 0.0),
    ("related", 0.0),
    ("appendix", 0.0),
)
"""In order of claim: the share of the budget that is set aside; what one does not need goes to the others in turn."""
_ENDS_MATTER: frozenset[SectionKind] = frozenset({"introduction"})
"""Kinds whose end says most of what is new: it gets the last two fifths."""
_LONGEST = 20_000
"""Characters of a paragraph that are searched for sentences; a longer one is no paragraph."""
_TITLE = 80
"""Characters of a line without a full stop that is a title."""
_LEAST = 40
"""Quarters of a token below which a piece of a section is not worth its title."""


def tokens(text: str) -> int:
    """Estimate the tokens of a text, rounded up."""
    return -(-_cost(text) // 4)


def trim(document: Document, tokens: int) -> Document:
    """Return the document within `tokens`, its own order kept; one that fits comes back as it is.

    Every kind of section has a share of its own, so no long one displaces the abstract, the limits or the conclusion.
    Whole paragraphs stay from a section's start, the last one cut at a sentence's end. `left_out` names what went.
    """
    if _cost(document.text) <= 4 * tokens:
        return document
    drafts = [_Draft(section) for section in document.sections]
    wants = {claim: sum(_wanted(draft, claim) for draft in drafts) for claim, _ in _CLAIMS}
    spare = 4 * tokens
    shares = {claim: min(wants[claim], int(share * 4 * tokens)) for claim, share in _CLAIMS}
    spare -= sum(shares.values())
    for claim, _ in _CLAIMS:
        more = min(wants[claim] - shares[claim], spare)
        room = shares[claim] + more
        spare += shares[claim] - room + _fill(drafts, claim, room)
    kept = [(draft, draft.section_left()) for draft in drafts]
    return replace(
        document,
        sections=tuple(section for _, section in kept if section is not None),
        left_out=(*document.left_out, *(name for draft, section in kept if (name := draft.lost(section)))),
    )


@dataclass(slots=True)
class _Draft:
    """A section and what of it stays."""

    section: Section
    paragraphs: list[str] = field(default_factory=list)
    tables: dict[int, str] = field(default_factory=dict)
    titled: bool = False

    def section_left(self) -> Section | None:
        if not self.paragraphs and not self.tables:
            return None
        tables = tuple(self.tables[place] for place in sorted(self.tables))
        return replace(self.section, text="\n".join(self.paragraphs), tables=tables)

    def lost(self, left: Section | None) -> str:
        title = self.section.title or "(untitled)"
        return title if left is None else f"{title} (part)" if left != self.section else ""

    def charge_title(self, room: int) -> int:
        """Return what is left of the room after the title, and the blank line above it, are paid for once."""
        return room if self.titled else room - _cost(self.section.title) - 3


def _cost(text: str) -> int:
    ascii_only = len(text.encode("ascii", "ignore"))
    return ascii_only * _ASCII + (len(text) - ascii_only) * _OTHER


def _result_table(draft: _Draft, table: str) -> bool:
    rows = table.split("\n")[1:]
    main = draft.section.kind not in ("related", "appendix", "abstract")
    return main and sum(any(map(str.isdigit, row)) for row in rows) > 1


def _wanted(draft: _Draft, claim: str) -> int:
    section = draft.section
    of_results = sum(_cost(table) + 1 for table in section.tables if _result_table(draft, table))
    if claim == _TABLES:
        return of_results + (_cost(section.title) + 3 if of_results else 0)
    if section.kind != claim:
        return 0
    prose = sum(_cost(line) + 1 for line in section.text.split("\n"))
    others = sum(_cost(table) + 1 for table in section.tables) - of_results
    return _cost(section.title) + 3 + prose + others


def _fill(drafts: Sequence[_Draft], claim: str, room: int) -> int:
    """Give a claim its room and return what is left of it."""
    if claim == _TABLES:
        ranked = sorted(drafts, key=lambda draft: draft.section.kind != "results")
        for draft in ranked:
            room = _take_tables(draft, room, results=True)
        return room
    ours = [draft for draft in drafts if draft.section.kind == claim]
    for place, draft in enumerate(ours):
        # Each of several sections of a kind gets an even part, appendices first come first served.
        even = room if claim == "appendix" else room // (len(ours) - place)
        left = _take_prose(draft, even)
        room -= even - left
    for draft in ours:
        room = _take_tables(draft, room, results=False)
    return room


def _take_prose(draft: _Draft, room: int) -> int:
    section = draft.section
    inside = draft.charge_title(room)
    lines = [line for line in section.text.split("\n") if line]
    if not lines or (inside < _LEAST and inside < sum(_cost(line) + 1 for line in lines)):
        return room
    ends = 2 * inside // 5 if section.kind in _ENDS_MATTER and sum(_cost(line) + 1 for line in lines) > inside else 0
    last: list[str] = []
    while ends and len(last) < len(lines) - 1 and _cost(lines[-1 - len(last)]) + 1 <= ends:
        last.append(lines[-1 - len(last)])
        ends -= _cost(last[-1]) + 1
    inside -= sum(_cost(line) + 1 for line in last)
    first: list[str] = []
    for line in lines[: len(lines) - len(last)]:
        if _cost(line) + 1 > inside:
            if part := _sentences_within(line, inside - 1, words=not first and not last):
                first.append(part)
                inside -= _cost(part) + 1
            break
        first.append(line)
        inside -= _cost(line) + 1
    # A title inside the section says nothing without what stood below it.
    while 0 < len(first) < len(lines) - len(last) and first[-1] == lines[len(first) - 1] and _title_like(first[-1]):
        inside += _cost(first.pop()) + 1
    draft.paragraphs = [*first, *reversed(last)]
    if not draft.paragraphs:
        return room
    draft.titled = True
    return inside


def _take_tables(draft: _Draft, room: int, *, results: bool) -> int:
    for place, table in enumerate(draft.section.tables):
        if _result_table(draft, table) != results or place in draft.tables:
            continue
        inside = draft.charge_title(room)
        part = table if _cost(table) + 1 <= inside else _rows_within(table, inside - 1)
        if part:
            draft.tables[place] = part
            draft.titled = True
            room = inside - _cost(part) - 1
    return room


def _title_like(line: str) -> bool:
    return len(line) < _TITLE and line[-1].isalnum()


def _sentences_within(line: str, room: int, *, words: bool) -> str:
    kept = ""
    seen = line[: min(room, _LONGEST)]
    whole = sentences(seen) if len(seen) == len(line) else sentences(seen)[:-1]
    for sentence in whole:
        longer = f"{kept} {sentence}" if kept else sentence
        if _cost(longer) > room:
            break
        kept = longer
    if kept or not words:
        return kept
    for word in line[:room].split(" "):
        longer = f"{kept} {word}" if kept else word
        if _cost(longer) > room:
            break
        kept = longer
    return kept


def _rows_within(table: str, room: int) -> str:
    """Return a table's caption with as many of its first rows as fit, at least two, or nothing."""
    rows = table.split("\n")
    kept: list[str] = []
    for row in rows:
        if _cost(row) + bool(kept) > room:
            break
        room -= _cost(row) + bool(kept)
        kept.append(row)
    return "\n".join(kept) if len(kept) > 2 else ""
