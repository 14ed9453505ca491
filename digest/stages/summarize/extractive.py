"""The summarizer without a model: quotes the paper's own sentences into the fields, each labelled as a quotation.

A preview for people without a key. It understands nothing: a sentence is chosen by its section and a few cue words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digest.model import (
    Claim,
    Document,
    Draft,
    Entry,
    Evidence,
    Finding,
    Overview,
    Paper,
    SectionKind,
    SourcedClaim,
    Span,
    Summary,
    Usage,
    Verification,
    schema,
)
from digest.model.text import one_line, sentences, shorten


@dataclass(frozen=True)
class _Cue:
    """Where a field's sentence stands, and the words it tends to hold. Earlier kinds of section are tried first."""

    kinds: tuple[SectionKind, ...]
    words: str
    needed: bool = True
    """Whether a sentence without the words will not do."""


_CUES: Mapping[str, _Cue] = {
    "limitations": _Cue(("limitations",), r"limit|fail|future|however|only|not ", needed=False),
    "conclusion": _Cue(
        ("conclusion",), r"we (?:present|propose|show|introduce|have)|in this (?:work|paper)|overall", needed=False
    ),
    "results": _Cue(
        ("abstract", "results", "conclusion"),
        r"(?=.*\d)(?:.*\b(?:achiev|improv|outperform|reduc|surpass|gain|reach|accura|faster|score|state-of-the-art))",
    ),
    "contribution": _Cue(
        ("abstract", "introduction"),
        r"contribution|we (?:propose|introduce|present|develop|release|design)|novel|first\b",
    ),
    "goal": _Cue(
        ("abstract", "introduction"),
        r"we (?:aim|study|investigate|address|propose|present|introduce|explore|ask)|this (?:paper|work)|our goal",
    ),
    "motivation": _Cue(
        ("abstract", "introduction"),
        r"however|remain|challeng|limited|existing|suffer|lack|costly|expensive|difficult|struggle|fail|bottleneck|despite",
    ),
    "method": _Cue(
        ("method", "abstract"), r"\bwe\b|\bour\b|consist|compris|is (?:trained|computed|based)|uses?\b", needed=False
    ),
}
"""In the order in which fields choose: the pickiest first, because no sentence serves twice."""
_QUOTE = 500  # characters of a quotation; a longer sentence is rarely one


class ExtractiveSummarizer:
    """Quotes instead of summarising. Needs no key, makes no call, never stands in for a model unasked."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words["extractive"]

    def summarize(self, paper: Paper, document: Document) -> Draft:
        """Choose one sentence of the paper for each field; a field without one says so."""
        quotes = dict(_choose(document))
        fields = dict.fromkeys(schema.NAMES, self._words["empty"])
        fields |= {name: self._words["quote"].format(quote=quote) for name, quote in quotes.items()}
        claims = {name: (Claim(anchors=(Evidence(quote),)),) for name, quote in quotes.items()}
        return Draft(summary=Summary(**fields, tldr=""), document=document, claims=claims)

    def revise(self, paper: Paper, draft: Draft, findings: Sequence[Finding]) -> Draft | None:
        """Return None: there is nobody to ask."""
        return None

    def overview(self, entries: Sequence[Entry], span: Span = "day") -> Overview:
        """Quotations make no overview."""
        return Overview(sentences=())

    def verify(self, claims: Sequence[SourcedClaim], usage: Usage) -> Verification:
        """Object to nothing: quotations need no second reading."""
        return Verification(usage=usage)


def _choose(document: Document) -> Iterator[tuple[str, str]]:
    taken: set[str] = set()
    for name, cue in _CUES.items():
        if quote := _best(cue, document, taken):
            taken.add(quote)
            yield name, quote


def _best(cue: _Cue, document: Document, taken: set[str]) -> str | None:
    """Return the first sentence with a cue word in the first kind of section that has one."""
    words = re.compile(cue.words, re.IGNORECASE)
    for kind in cue.kinds:
        candidates = [
            one_line(sentence)
            for section in document.sections
            if section.kind == kind
            for sentence in sentences(section.text)
            if 40 <= len(sentence) <= _QUOTE and sentence not in taken and sentence.endswith((".", "!", "?"))
        ]
        for sentence in candidates:
            if words.search(sentence):
                return sentence
        if candidates and not cue.needed:
            return shorten(candidates[0], _QUOTE)
    return None
