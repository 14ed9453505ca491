"""Check that every figure of a field occurs in the paper, however either writes it.

Computes only what belongs together (`derived`); any other result that the paper does not state is a finding. Rounded
figures are findings unless the field says that it rounds (`약`, `about`, `이상`). The rules: docs/checks.md.
"""

from collections.abc import Iterator

from digest.model import Finding
from digest.stages.check.figures import figures
from digest.stages.check.figures.quantity import Figure
from digest.stages.check.index.figures import Ledger
from digest.stages.check.numbers.derived import follows, restated
from digest.stages.check.numbers.exempt import ends_a_name, is_no_claim
from digest.stages.check.numbers.matching import is_stated
from digest.stages.check.numbers.rounding import rounding
from digest.stages.check.readable import plain
from digest.stages.check.subject import Case


def check_numbers(case: Case) -> Iterator[Finding]:
    """Yield a finding for each figure of the summary that the paper does not have."""
    everywhere = [figures(plain(text).text) for text in case.fields.values()]
    for field, text in case.fields.items():
        readable = plain(text)
        said = figures(readable.text)
        for figure in said:
            if is_no_claim(figure, readable.text, case) or is_stated(figure, readable.text, case.ledger):
                continue
            if follows(figure, readable.text, said, case.ledger, rounding(figure, readable.text)):
                continue
            if any(restated(figure, readable.text, other, case.ledger) for other in everywhere):
                continue
            if ends_a_name(figure, readable.text, case.names):
                continue
            words = readable.words(figure.start, figure.end).strip()
            yield Finding("numbers", field, _complaint(words, field, figure, case.ledger), words)


def _complaint(words: str, field: str, figure: Figure, paper: Ledger) -> str:
    others = [other for other in paper.written(figure.value) if other.kind and other.kind != figure.kind]
    others += [
        other for other in paper.written(figure.value) if other.kind == figure.kind and other.factor != figure.factor
    ]
    if others and figure.kind:
        there = " ".join(paper.text[others[0].start : others[0].end + 12].split())
        return f"{words} in {field} does not occur in the paper with this unit; there it is “{there}”"
    return f"{words} in {field} does not occur in the paper"
