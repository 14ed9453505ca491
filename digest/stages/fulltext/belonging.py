"""Whether what a service sent is the paper, and all of it: what is not is never kept, and the next reader is tried."""

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from digest.errors import FetchError
from digest.model import Document, Fetched, Paper

if TYPE_CHECKING:
    from digest.stages.fulltext.reader import Get

_LEAST_SHARED = 0.04
"""Share of the phrases of title and abstract that a text has at least. Measured on 29 papers and 314 records: a paper
without its abstract had 0.05 and more, 99.6 of 100 papers of others less; a paper with its abstract has most of them.
"""
_LEAST_PHRASES = 25
"""Phrases of a record below which a share says nothing."""
_LEAST_ENGLISH = 0.02
_WORD = re.compile(r"[a-z]+")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_DIVIDED = re.compile(r"[-\u00ad\u2010\x02]\s*\n\s*|[\u00ad\x02]")
_ENGLISH = frozenset({"the", "and", "that", "with", "this", "from", "which", "are"})
_STEM = 6
_SHORTEST = 4
_END_OF_PDF = b"%%EOF"
_LATEST_END = 64 << 10
"""Bytes of anything else that may stand behind a PDF."""
_LINEARIZED = re.compile(rb"/Linearized\b[^>]{0,200}?/L\s+(\d{1,12})")
_END_OF_PAGE = re.compile(rb"</(?:body|html)\s*>", re.IGNORECASE)
_CONTAINER = re.compile(rb"<(/?)(?:article|section|main|div|table|figure)\b", re.IGNORECASE)


def document(
    paper: Paper,
    get: "Get",
    place: tuple[str, str],
    *,
    whole: Callable[[Fetched], bool],
    parse: Callable[[Fetched], Document],
) -> Document:
    """GET the page at `place` and return what `parse` makes of it, which is done once.

    Raises FetchError: the GET's own, `parse`'s, Unavailable for a page that is not `whole` or not the paper's.
    """
    made: dict[bytes, Document | FetchError] = {}

    def parsed(page: Fetched) -> Document | FetchError:
        if page.body not in made:
            try:
                made[page.body] = parse(page)
            except FetchError as error:
                made[page.body] = error
        return made[page.body]

    def belongs(page: Fetched) -> bool:
        # A page that nothing can be read from is kept: it says so itself, and would say it again.
        return whole(page) and (isinstance(read := parsed(page), FetchError) or is_of(paper, read))

    outcome = parsed(get(*place, belongs=belongs))
    if isinstance(outcome, FetchError):
        raise outcome
    return outcome


def is_of(paper: Paper, read: Document) -> bool:
    """Return whether a text has phrases of the paper's title and abstract, wherever these stand and however changed.

    Judges only where it can: English text, and a record that says enough.
    """
    record = _words(f"{paper.title}. {paper.abstract}")
    wanted = _phrases(record)
    if len(wanted) < _LEAST_PHRASES or not _english(record):
        return True
    text = _words("\n".join(f"{section.title}\n{section.text}" for section in read.sections))
    return not _english(text) or len(wanted & _phrases(text)) >= _LEAST_SHARED * len(wanted)


def is_whole_html(body: bytes) -> bool:
    """Return whether a page goes on to its end: one that was cut ends within an element and never closes its body."""
    return _END_OF_PAGE.search(body) is not None or (
        body.rfind(b"<") <= body.rfind(b">") and sum(-1 if tag[1] else 1 for tag in _CONTAINER.finditer(body)) <= 0
    )


def is_whole_pdf(body: bytes) -> bool:
    """Return whether a PDF goes on to its end, and is as long as it says where it says so."""
    said = _LINEARIZED.search(body, 0, 2048)
    return _END_OF_PDF in body[-_LATEST_END:] and (said is None or int(said[1]) <= len(body))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", _DIVIDED.sub("", _COMMAND.sub(" ", text))).lower()
    return _WORD.findall("".join(char for char in plain if not unicodedata.combining(char)))


def _phrases(words: list[str]) -> set[tuple[str, str, str]]:
    stems = [word[:_STEM] for word in words if len(word) >= _SHORTEST]
    return set(zip(stems, stems[1:], stems[2:], strict=False))


def _english(words: list[str]) -> bool:
    return sum(word in _ENGLISH for word in words) >= _LEAST_ENGLISH * len(words)
