"""What each claim of a field may lean on: the passages that it quotes, found in the paper and indexed.

Does not judge: a quote that is not in the paper is left out here and is a finding of `evidence`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.model import Claim, Evidence
from digest.model.tables import untagged
from digest.stages.check.index.figures import FigureIndex, index_figures
from digest.stages.check.index.lists import list_sizes
from digest.stages.check.index.names import NameIndex, index_names
from digest.stages.check.index.passages import PassageIndex, tokens
from digest.stages.check.index.rows import RowIndex
from digest.stages.check.readable import Readable, readable

MIN_WORDS = 4
"""A quoted sentence of fewer words could be anywhere."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was found of a quote: a passage, or why there is none."""

    found: Evidence | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """A stretch of a field's readable text, and the figures and names of the passages that it rests on."""

    start: int
    end: int
    figures: FigureIndex
    names: NameIndex
    list_sizes: frozenset[int]
    """How many things the lists of its passages have."""


def find_anchor(quote: str, passages: PassageIndex, rows: RowIndex) -> Anchor:
    """Look a quote up among the rows of tables, then in the running text."""
    if row := rows.find(quote):
        return Anchor(row)
    words = untagged(quote)[1]
    if sum(word.isalpha() for word, _, _ in tokens(words)) < MIN_WORDS:
        return Anchor(None, "it is too short to be found")
    found = passages.find(words)
    if isinstance(found, Evidence):
        return Anchor(rows.find(found.quote) or found)
    return Anchor(None, found)


def scopes_of(text: Readable, claims: Sequence[Claim], anchors: Mapping[str, Anchor]) -> tuple[Scope, ...]:
    """Return a scope for each claim that has text and a passage; claims are looked for in their order."""
    scopes: list[Scope] = []
    at = 0
    for claim in claims:
        words = readable(claim.text).text.strip()
        start = text.text.find(words, at) if words else -1
        if start < 0:
            continue
        at = start + len(words)
        if found := [anchor.found for quote in claim.anchors if (anchor := anchors[quote.quote]).found]:
            scopes.append(scope_of(start, at, found))
    return tuple(scopes)


def scope_of(start: int, end: int, passages: Sequence[Evidence]) -> Scope:
    """Index some passages for the stretch of a field that rests on them."""
    # Rows of one table are one table here too: their figures may be compared.
    blocks: dict[str, list[str]] = {}
    for number, one in enumerate(passages):
        blocks.setdefault(one.context or f"\0{number}", [one.context] if one.context else []).append(one.quote)
    whole = readable("\n\n".join("\n".join(block) for block in blocks.values())).text
    return Scope(start, end, index_figures(whole), index_names(whole), list_sizes(whole))
