"""Check each sentence of a day's overview against the entries it names: their figures, their names, their language.

A sentence is held to what the entries say, not to their papers: readers can look it up there. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from digest.model import Document, Entry, Finding, OverviewSentence, Paper, Section, Summary
from digest.model.schema import NAMES
from digest.stages.check.figures import figures as figures_of
from digest.stages.check.language import check_language
from digest.stages.check.names import check_names
from digest.stages.check.names.comparisons import turned
from digest.stages.check.numbers import check_numbers
from digest.stages.check.overview import figures, words
from digest.stages.check.overview.speakers import stretches
from digest.stages.check.readable import readable
from digest.stages.check.subject import Subject, read_subject

_FIELD = "goal"
_ACRONYM = re.compile(r"[A-Z]{2,6}")


def check_overview(sentence: OverviewSentence, entries: Sequence[Entry], language: str) -> tuple[Finding, ...]:
    """Return what of a sentence its entries do not say; `entries` are those of the day.

    A sentence that names no entry of the day rests on nothing, whatever it says. A clause that speaks of one entry is
    held to that one.
    """
    named = [entry for entry in entries if entry.paper.id in sentence.papers]
    if not named:
        return (Finding("evidence", _FIELD, "the sentence names no entry", sentence.text),)
    found = [
        *check_language(_subject(sentence.text, named, language, len(named))),
        *_words(sentence.text, named, len(entries)),
    ]
    for stretch in stretches(sentence.text, named):
        for spoken in [(entry,) for entry in stretch.entries] if stretch.each else [stretch.entries]:
            others = "\n".join(entry.paper.title + entry.summary.contribution for entry in stretch.entries)
            found += [
                finding
                for finding in _borne_out(stretch.text, spoken, named, language)
                if not (stretch.each and finding.check == "names" and finding.where in others)
            ]
    return tuple(dict.fromkeys(finding for finding in found if finding.field == _FIELD))


def _words(text: str, named: Sequence[Entry], listed: int) -> Iterator[Finding]:
    said = "\n".join(f"{entry.paper.title}\n{_text(entry)}" for entry in named)
    plain = readable(text).text
    if where := words.address(text):
        yield Finding("evidence", _FIELD, f"{where} is an address", where)
    if where := words.grave(text, said):
        yield Finding("evidence", _FIELD, f"{where} is said by no entry", where)
    if where := words.wrong_count(plain, len(named), listed, readable(said).text):
        yield Finding("numbers", _FIELD, f"{where} is not how many entries the sentence names", where)
    if not words.has_content(text, said):
        yield Finding("evidence", _FIELD, "the sentence says nothing of its entries", text)


def _borne_out(text: str, spoken: Sequence[Entry], named: Sequence[Entry], language: str) -> Iterator[Finding]:
    """Yield the figures and names of a stretch that the entries which it speaks of lack, or have in another way."""
    subject = _subject(text, spoken, language, len(named))
    lacking = list(check_numbers(subject))
    yield from lacking
    for finding in check_names(subject):
        if not _is_short_for(finding.where, subject.paper_text):
            yield finding
    readable_text = subject.readable[_FIELD]
    for said, other in turned(readable_text.text, subject.paper_text):
        yield Finding("evidence", _FIELD, f"{said} is the other way round in the entries: “{other}”", said)
    for figure, why in figures.misplaced(readable_text.text, subject.paper_figures):
        where = readable_text.source_span(figure.start, figure.end).strip()
        if all(finding.where != where for finding in lacking):
            yield Finding("numbers", _FIELD, f"{where} {why}", where)


def _is_short_for(name: str, said: str) -> bool:
    """Return whether an acronym has its words in the entries (`Big Bench Extra Hard`), or ends a name (`StrideKV`)."""
    if not _ACRONYM.fullmatch(name):
        return False
    spelled = r"[ -]".join(rf"{letter}[a-z]+" for letter in name)
    return bool(re.search(rf"(?<![A-Za-z]){spelled}(?![a-z])|[a-z]{name}(?![A-Za-z])", said))


def _subject(text: str, spoken: Sequence[Entry], language: str, counted: int) -> Subject:
    """Return a text beside all that some entries say; what is read of the same entries is read once."""
    said = tuple((entry.paper, _text(entry)) for entry in spoken)
    subject = _entries_read(_Said(said), language, counted)
    plain = readable(text)
    return replace(
        subject,
        fields={**subject.fields, _FIELD: text},
        readable={**subject.readable, _FIELD: plain},
        figures={**subject.figures, _FIELD: figures_of(plain.text)},
    )


class _Said:
    """What some entries say, told from other entries by their texts: a paper has no hash."""

    def __init__(self, entries: Sequence[tuple[Paper, str]]) -> None:
        self.entries = tuple(entries)
        self._key = tuple(
            (one.id, one.title, one.authors, one.organization, one.submitted, one.featured, text)
            for one, text in entries
        )

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Said) and self._key == other._key


@lru_cache(maxsize=64)
def _entries_read(said: _Said, language: str, counted: int) -> Subject:
    papers = [paper for paper, _ in said.entries]
    sections = tuple(Section(paper.title, text) for paper, text in said.entries)
    # Two papers may be counted as two.
    numbered = Section("", f"{counted} papers, {counted}편, {counted}개 논문")
    first = papers[0]
    paper = Paper(
        id=first.id,
        title=" / ".join(one.title for one in papers),
        authors=tuple(name for one in papers for name in one.authors),
        organization=", ".join(filter(None, (one.organization for one in papers))) or None,
        submitted=first.submitted,
        featured=first.featured,
    )
    document = Document(id=first.id, origin="html", sections=(*sections, numbered))
    return read_subject(Summary.of({}), {}, paper, document, language)


def _text(entry: Entry) -> str:
    """Return all that an entry says: its fields, and the passages of the paper that they quote."""
    quotes = (anchor for several in entry.claims.values() for claim in several for anchor in claim.anchors)
    fields = (*(entry.summary.field(name) for name in NAMES), entry.summary.tldr)
    return "\n".join((*fields, *(f"{quote.context}\n{quote.quote}" for quote in quotes)))
