"""One summary beside its paper, both read and indexed once: what every check is handed. Draws no conclusion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.model import Document, Paper, Summary
from digest.model.schema import NAMES
from digest.stages.check.figures import figures
from digest.stages.check.figures.quantity import Quantity
from digest.stages.check.index.figures import FigureIndex, index_figures
from digest.stages.check.index.lists import list_sizes
from digest.stages.check.index.names import NameIndex, index_names
from digest.stages.check.index.passages import PassageIndex, index_passages
from digest.stages.check.readable import Readable, readable

LONGEST = 6_000
"""Characters of a field, or of a sentence it rests on, that are judged: a reply has 4,800 of them at most.

What compares texts takes the product of their lengths.
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """The fields in the order of the schema, then `tldr`; the paper's figures, names and passages."""

    fields: Mapping[str, str]
    cut: Mapping[str, int]
    """Fields that were too long to be judged whole → their length in characters."""
    readable: Mapping[str, Readable]
    figures: Mapping[str, Sequence[Quantity]]
    """Field → the figures of its readable text, in order."""
    quotes: Mapping[str, str]
    """Field → the sentence that the model says it rests on."""
    language: str
    paper: Paper
    paper_text: str
    """Everything of the paper that may be compared with, made readable."""
    paper_figures: FigureIndex
    paper_names: NameIndex
    passages: PassageIndex
    list_sizes: frozenset[int]
    """How many things the lists of the abstract have, and those of the sentences that the model quotes."""


def read_subject(
    summary: Summary, quotes: Mapping[str, str], paper: Paper, document: Document, language: str
) -> Subject:
    """Read a summary and index its paper. Document, title and abstract count; authors only among the names."""
    whole = {name: summary.field(name) for name in (*NAMES, "tldr")}
    fields = {name: written[:LONGEST] for name, written in whole.items()}
    quotes = {name: quote[:LONGEST] for name, quote in quotes.items()}
    texts = {name: readable(text) for name, text in fields.items()}
    paper_text = readable("\n\n".join((paper.title, paper.abstract, document.text))).text
    people = "\n".join((*paper.authors, paper.organization or ""))
    return Subject(
        fields=fields,
        cut={name: len(written) for name, written in whole.items() if len(written) > LONGEST},
        readable=texts,
        figures={name: figures(text.text) for name, text in texts.items()},
        quotes=quotes,
        language=language,
        paper=paper,
        paper_text=paper_text,
        paper_figures=index_figures(paper_text),
        paper_names=index_names(f"{paper_text}\n{people}"),
        passages=index_passages(paper, document),
        list_sizes=list_sizes("\n".join((paper.title, paper.abstract or paper_text, *quotes.values()))),
    )
