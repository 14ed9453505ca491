"""Make a document fit a number of tokens: by section and claim, not by cutting off its end. Pure.

Tokens are estimated: an ASCII character counts a quarter of a token, any other one a whole token (about right for
English prose and for Korean; real tokenizers would have to be downloaded).
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from digest.model import Document
from digest.model.tables import numbered_text
from digest.stages.fulltext.trimming.drafts import SectionDraft, cost, result_table, take_prose, take_tables

_TABLES = "tables"
_CORE: Mapping[str, int] = {
    "abstract": 12,
    "introduction": 13,
    "method": 20,
    _TABLES: 15,
    "results": 20,
    "limitations": 10,
    "conclusion": 10,
}
"""The claims that come first, with the weights by which they share what is not enough for all."""
_REST = ("other", "related", "appendix")
"""What is left goes to these, one after the other."""


def tokens(text: str) -> int:
    """Estimate the tokens of a text, rounded up."""
    return -(-cost(text) // 4)


def trim(document: Document, tokens: int) -> Document:
    """Return the document within `tokens`, its own order kept; one that fits comes back as it is.

    The numbers count that the model sees before table rows. The core is whole before anything of the rest stays. Where
    not even the core fits, each of its claims gets its share, and what a short one leaves goes to the others. Whole
    paragraphs stay from a section's start, the last one cut at a sentence's end. `left_out` names what went.
    """
    if cost(numbered_text(document)) <= 4 * tokens:
        return document
    kept = _trimmed(document, tokens)
    if (over := cost(numbered_text(kept)) - 4 * tokens) > 0:
        kept = _trimmed(document, max(0, tokens - -(-over // 4)))
    return kept


def _trimmed(document: Document, tokens: int) -> Document:
    drafts = [SectionDraft(section) for section in document.sections]
    wants = {claim: sum(_wanted(draft, claim) for draft in drafts) for claim in (*_CORE, *_REST)}
    left = 4 * tokens
    rooms = _shared({claim: wants[claim] for claim in _CORE}, left, _CORE)
    spare = left - sum(rooms.values())
    whole = sum(wants[claim] for claim in _CORE) <= left
    # The longest claim last: it has a use for the crumbs that paragraphs and rows leave of the others' rooms.
    for claim in (*sorted(_CORE, key=lambda claim: wants[claim]), *(_REST if whole else ())):
        room = rooms.get(claim, 0) + spare
        spare = _fill(drafts, claim, min(room, wants[claim])) + max(room - wants[claim], 0)
    kept = [(draft, draft.section_left()) for draft in drafts]
    return replace(
        document,
        sections=tuple(section for _, section in kept if section is not None),
        left_out=(*document.left_out, *(name for draft, section in kept if (name := draft.lost(section)))),
    )


def _shared(wants: Mapping[str, int], room: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share out a room by weight; nobody gets more than it wants, and what one leaves the others share."""
    shares = dict.fromkeys(wants, 0)
    open_claims = [name for name, want in wants.items() if want]
    while open_claims and room > 0:
        weight = sum(weights[name] for name in open_claims)
        satisfied = [name for name in open_claims if wants[name] * weight <= room * weights[name]]
        for name in satisfied or open_claims:
            shares[name] = wants[name] if satisfied else room * weights[name] // weight
        if not satisfied:
            break
        room -= sum(wants[name] for name in satisfied)
        open_claims = [name for name in open_claims if name not in satisfied]
    return shares


def _wanted(draft: SectionDraft, claim: str) -> int:
    section = draft.section
    of_results = sum(cost(table) + 1 for table in section.tables if result_table(draft, table))
    if claim == _TABLES:
        return of_results + (cost(section.title) + 3 if of_results else 0)
    if section.kind != claim:
        return 0
    prose = sum(cost(line) + 1 for line in section.text.split("\n"))
    others = sum(cost(table) + 1 for table in section.tables) - of_results
    return cost(section.title) + 3 + prose + others


def _fill(drafts: Sequence[SectionDraft], claim: str, room: int) -> int:
    """Give a claim its room and return what is left of it."""
    if claim == _TABLES:
        ranked = sorted(drafts, key=lambda draft: draft.section.kind != "results")
        for draft in ranked:
            room = take_tables(draft, room, results=True)
        return room
    ours = [draft for draft in drafts if draft.section.kind == claim]
    if claim == "appendix":
        # Each comes after the ones before it: the first appendices are referred to most.
        for draft in ours:
            room = take_prose(draft, room)
    else:
        # The shortest first, so that what it leaves of an even part goes to the longer ones.
        for place, draft in enumerate(sorted(ours, key=lambda draft: _wanted(draft, claim))):
            even = room // (len(ours) - place)
            room -= even - take_prose(draft, even)
    for draft in ours:
        room = take_tables(draft, room, results=False)
    return room
