"""One summary beside its paper, both read and indexed once: what every check is handed. Draws no conclusion."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.model import Claim, Document, Paper, Summary
from digest.model.schema import NAMES
from digest.stages.check.figures import figures
from digest.stages.check.figures.quantity import Quantity
from digest.stages.check.index.figures import FigureIndex, index_figures
from digest.stages.check.index.limitations import stated_limitations
from digest.stages.check.index.lists import list_sizes
from digest.stages.check.index.names import NameIndex, index_names
from digest.stages.check.index.passages import index_passages
from digest.stages.check.index.rows import index_rows
from digest.stages.check.prose import states_no_limitations
from digest.stages.check.readable import Readable, readable
from digest.stages.check.scopes import Anchor, Scope, find_anchor, scope_of, scopes_of

LONGEST = 6_000
"""Characters of a field, or of a sentence it rests on, that are judged: a reply has 4,800 of them at most.

What compares texts takes the product of their lengths.
"""

_OWN = re.compile(
    r"\b(?:we|this (?:paper|work|article|study)|our)\b[^.]{0,120}?"
    r"\b(?:propos|introduc|present|develop|call|term|dub|nam|design|build|creat|releas|describ|our)[^.]{0,160}",
    re.IGNORECASE,
)
"""Where an abstract speaks of what is the paper's own."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The fields in the order of the schema, then `tldr`; the paper's figures, names and passages."""

    fields: Mapping[str, str]
    cut: Mapping[str, int]
    """Fields that were too long to be judged whole → their length in characters."""
    readable: Mapping[str, Readable]
    figures: Mapping[str, Sequence[Quantity]]
    """Field → the figures of its readable text, in order."""
    claims: Mapping[str, Sequence[Claim]]
    """Field → its claims, with the passages as the model gave them."""
    anchors: Mapping[str, Anchor]
    """Quote → what was found of it in the paper."""
    scopes: Mapping[str, tuple[Scope, ...]]
    """Field → the claims that rest on passages of the paper; `tldr` rests on all of them."""
    language: str
    paper: Paper
    paper_text: str
    """Everything of the paper that may be compared with, made readable."""
    paper_figures: FigureIndex
    paper_names: NameIndex
    known_names: NameIndex
    """The names of title, abstract, headings and authors, which every claim may use."""
    compared_names: NameIndex
    """The names in the first cells of table rows: what the paper compares."""
    own_names: NameIndex
    """The names of title and headings, and those that the abstract introduces as the paper's own."""
    limitations: str
    """Where the paper states limits that the summary denies: the title of a section, or a sentence; else empty."""
    list_sizes: frozenset[int]
    """How many things the lists of the abstract have, and those of the sentences that the model quotes."""


def read_subject(
    summary: Summary, claims: Mapping[str, Sequence[Claim]], paper: Paper, document: Document, language: str
) -> Subject:
    """Read a summary and index its paper. Document, title and abstract count; authors only among the names."""
    whole = {name: summary.field(name) for name in (*NAMES, "tldr")}
    fields = {name: written[:LONGEST] for name, written in whole.items()}
    texts = {name: readable(text) for name, text in fields.items()}
    paper_text = readable("\n\n".join((paper.title, paper.abstract, document.text))).text
    people = "\n".join((*paper.authors, paper.organization or ""))
    headings = "\n".join(section.title for section in document.sections)
    passages, rows = index_passages(paper, document), index_rows(document)
    quotes = dict.fromkeys(quote.quote for several in claims.values() for claim in several for quote in claim.anchors)
    anchors = {quote: find_anchor(quote[:LONGEST], passages, rows) for quote in quotes}
    scopes = {name: scopes_of(text, claims.get(name, ()), anchors) for name, text in texts.items()}
    found = [anchor.found for anchor in anchors.values() if anchor.found]
    if found and any(scopes.values()):
        scopes["tldr"] = (scope_of(0, len(texts["tldr"].text), found),)
    return Subject(
        fields=fields,
        cut={name: len(written) for name, written in whole.items() if len(written) > LONGEST},
        readable=texts,
        figures={name: figures(text.text) for name, text in texts.items()},
        claims=claims,
        anchors=anchors,
        scopes=scopes,
        language=language,
        paper=paper,
        paper_text=paper_text,
        paper_figures=index_figures(paper_text),
        paper_names=index_names(f"{paper_text}\n{people}"),
        known_names=index_names("\n".join((paper.title, paper.abstract, headings, people))),
        compared_names=index_names(
            "\n".join(row.partition(" | ")[0] for table in rows.tables.values() for row in table.rows)
        ),
        own_names=index_names("\n".join((paper.title, headings, people, *_OWN.findall(paper.abstract)))),
        limitations=stated_limitations(document) if states_no_limitations(fields["limitations"]) else "",
        list_sizes=list_sizes(
            "\n".join((paper.title, paper.abstract or paper_text, *(quote[:LONGEST] for quote in quotes)))
        ),
    )


def scope_at(subject: Subject, field: str, place: int) -> Scope | None:
    """Return the claim that a place of a field's readable text belongs to; None where nothing was quoted for it."""
    return next((scope for scope in subject.scopes[field] if scope.start <= place < scope.end), None)
