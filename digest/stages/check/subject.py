"""One summary beside its paper, indexed once: what every check is handed. Draws no conclusion."""

from collections.abc import Mapping
from dataclasses import dataclass

from digest.model import Document, Paper, Summary
from digest.model.schema import NAMES
from digest.stages.check.index.figures import Ledger, ledger
from digest.stages.check.index.lists import list_sizes
from digest.stages.check.index.names import NameIndex, name_index
from digest.stages.check.index.passages import Passages, passages
from digest.stages.check.readable import plain

LONGEST = 6_000
"""Characters of a field, or of a sentence it rests on, that are judged: a reply has 4,800 of them at most.

What compares texts takes the product of their lengths.
"""


@dataclass(frozen=True, slots=True)
class Case:
    """The fields in the order of the schema, then `tldr`; the paper's figures, names and passages."""

    fields: Mapping[str, str]
    claims: Mapping[str, str]
    """Field → the sentence that the model says it rests on."""
    paper: Paper
    document: Document
    language: str
    text: str
    """Everything of the paper that may be compared with, made readable."""
    ledger: Ledger
    names: NameIndex
    passages: Passages
    cut: Mapping[str, int]
    """Fields that were too long to be judged whole → their length in characters."""
    lists: frozenset[int]
    """How many things the lists of the abstract have, and those of the sentences that the model quotes."""


def case(summary: Summary, claims: Mapping[str, str], paper: Paper, document: Document, language: str) -> Case:
    """Index a paper for the checks. Document, title and abstract count; authors only among the names."""
    whole = {name: summary.field(name) for name in (*NAMES, "tldr")}
    fields = {name: written[:LONGEST] for name, written in whole.items()}
    claims = {name: claim[:LONGEST] for name, claim in claims.items()}
    text = plain("\n\n".join((paper.title, paper.abstract, document.text))).text
    people = "\n".join((*paper.authors, paper.organization or ""))
    return Case(
        fields, claims, paper, document, language, text, ledger(text), name_index(f"{text}\n{people}"),
        passages(paper, document), {name: len(written) for name, written in whole.items() if len(written) > LONGEST},
        list_sizes("\n".join((paper.title, paper.abstract or text, *claims.values()))),
    )  # fmt: skip
