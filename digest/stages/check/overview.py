"""Check each sentence of a day's overview against the entries it names: their figures, their names, their language.

A sentence is held to what the entries say, not to their papers: readers can look it up there. Pure.
"""

from collections.abc import Sequence

from digest.model import Document, Entry, Finding, OverviewSentence, Paper, Section, Summary
from digest.model.schema import NAMES
from digest.stages.check.language import check_language
from digest.stages.check.names import check_names
from digest.stages.check.numbers import check_numbers
from digest.stages.check.subject import read_subject

_FIELD = "goal"
_CHECKS = (check_language, check_numbers, check_names)


def check_overview(sentence: OverviewSentence, entries: Sequence[Entry], language: str) -> tuple[Finding, ...]:
    """Return what of a sentence its entries do not say; `entries` are those of the day.

    A sentence that names no entry of the day rests on nothing, whatever it says.
    """
    named = [entry for entry in entries if entry.paper.id in sentence.papers]
    if not named:
        return (Finding("evidence", _FIELD, "the sentence names no entry", sentence.text),)
    sections = tuple(Section(entry.paper.title, _text(entry)) for entry in named)
    # Two papers may be counted as two.
    counted = Section("", f"{len(named)} papers, {len(named)}편, {len(named)}개 논문")
    first = named[0].paper
    paper = Paper(
        id=first.id,
        title=" / ".join(entry.paper.title for entry in named),
        authors=tuple(name for entry in named for name in entry.paper.authors),
        organization=", ".join(filter(None, (entry.paper.organization for entry in named))) or None,
        submitted=first.submitted,
        featured=first.featured,
    )
    document = Document(id=first.id, origin="html", sections=(*sections, counted))
    subject = read_subject(Summary.of({_FIELD: sentence.text}), {}, paper, document, language)
    return tuple(finding for check in _CHECKS for finding in check(subject) if finding.field == _FIELD)


def _text(entry: Entry) -> str:
    """Return all that an entry says: its fields, and the passages of the paper that they quote."""
    quotes = (anchor for several in entry.claims.values() for claim in several for anchor in claim.anchors)
    fields = (*(entry.summary.field(name) for name in NAMES), entry.summary.tldr)
    return "\n".join((*fields, *(f"{quote.context}\n{quote.quote}" for quote in quotes)))
