"""The texts of a block of papers → the pages of its index: which papers hold which runs of up to four letters.

A *gram* is four letters in a row, or the last two or three of a word; sorted, the grams fill pages of even size, as in
a book's index, so that a reader's browser fetches only the page where its word would stand. Words end at white space;
everything else is a letter. The look-up is in `assets/search-core.js`; nothing here knows what a paper is.

numpy does the work: Python's own sets and lists take five times as long (docs/decisions/0011-search.md).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

DOCS = 11
"""Bits of a paper's place in its block, so at most 2,048 papers in a block."""
PAGE = 4096
"""Letters and postings on a page, about: 4 to 8 kB."""
_CHUNK, _SEGMENT = 256, 1 << 18
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_WORD = np.uint64
_NONE = np.zeros(0, dtype=_WORD)


def fold(text: str) -> str:
    """Make alike what a reader takes for alike: width, case, composition. The same as `fold` in search-core.js."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("ς", "σ")
    # A letter is one UTF-16 unit, in JavaScript as in the index; the page compares the rest when it shows the text.
    return _ASTRAL.sub("\ufffd", folded) if len(folded.encode("utf-16-le", "replace")) > 2 * len(folded) else folded


def pages(texts: Sequence[str]) -> tuple[int, list[tuple[str, str]]]:
    """Return the length of a gram, and page by page its first gram and its content.

    A line of a page is two letters, then for each gram that begins with them a tab, its other letters (spaces where the
    word ends before) and its papers: each as one character, the distance from the paper before (from -1) plus 32.
    """
    chunks = [_codes(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
    seen = np.zeros(1 << 16, dtype=bool)
    for codes in chunks:
        seen[codes] = True
    seen[:33] = False
    letters = np.concatenate(([32], np.flatnonzero(seen))).astype("<u2")
    bits = 13 if len(letters) <= 1 << 13 else 16
    length = (64 - DOCS) // bits
    rank = np.zeros(1 << 16, dtype=np.uint32)
    rank[letters[1:]] = np.arange(1, len(letters), dtype=np.uint32)
    postings = np.concatenate(
        [_keys(codes, rank, bits, length, number * _CHUNK) for number, codes in enumerate(chunks)] or [_NONE]
    )
    del chunks
    postings.sort()
    postings = _distinct(postings)
    found: list[tuple[str, str]] = []
    for segment in _segments(postings):
        found += _layout(segment, letters, bits, length)
    return length, found


def _codes(texts: Sequence[str]) -> NDArray[np.uint16]:
    """Return the UTF-16 units of some texts, each with a zero behind it."""
    joined = fold("".join([text.replace("\0", " ") + "\0" for text in texts]))
    return np.frombuffer(joined.encode("utf-16-le", "replace"), dtype="<u2")


def _keys(
    codes: NDArray[np.uint16], rank: NDArray[np.uint32], bits: int, length: int, first: int
) -> NDArray[np.uint64]:
    """Return gram and paper, packed into one number, for every place where a gram begins."""
    single = rank[codes]
    double = single << np.uint32(bits)
    double[:-1] |= single[1:]
    double *= single != 0
    keys = double.astype(_WORD)
    keys <<= _WORD(bits * (length - 2))
    keys[:-2] |= (double if length == 4 else single)[2:]
    keys <<= _WORD(DOCS)
    paper = np.cumsum(codes == 0, dtype=np.uint32)
    paper += np.uint32(first)
    keys |= paper
    begins = double & np.uint32((1 << bits) - 1) != 0
    return keys[begins]


def _distinct(ordered: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def _segments(postings: NDArray[np.uint64]) -> Iterator[NDArray[np.uint64]]:
    """Cut between grams, so that what `_layout` needs beside its input stays small."""
    start = 0
    while start < len(postings):
        end = start + _SEGMENT
        if end < len(postings):
            gram = (postings[end] >> _WORD(DOCS)) << _WORD(DOCS)
            end = max(int(np.searchsorted(postings, gram)), start + 1)
            if end == start + 1:
                end = int(np.searchsorted(postings, gram + _WORD(1 << DOCS)))
        yield postings[start:end]
        start = end


def _layout(postings: NDArray[np.uint64], letters: NDArray[np.uint16], bits: int, length: int) -> list[tuple[str, str]]:
    """Write a run of whole grams as pages."""
    gram = postings >> _WORD(DOCS)
    new = np.concatenate(([True], gram[1:] != gram[:-1]))
    paper = (postings & _WORD((1 << DOCS) - 1)).astype(np.int32)
    gap = np.diff(paper, prepend=np.int32(-1))
    begins = np.flatnonzero(new)
    gap[begins] = paper[begins] + 1
    gram = gram[begins]
    count = np.diff(begins, append=len(postings))
    spelled = [letters[(gram >> _WORD(bits * place)) & _WORD((1 << bits) - 1)] for place in reversed(range(length))]

    page = np.cumsum(count + length) // PAGE
    turns = np.concatenate(([True], page[1:] != page[:-1]))
    pair = gram >> _WORD(bits * (length - 2))
    lines = turns | np.concatenate(([True], pair[1:] != pair[:-1]))

    head = np.where(lines, 3, 0) + (length - 1)
    ends = np.cumsum(head + count)
    starts = ends - head - count
    tab = starts + head - (length - 1)
    out = np.zeros(ends[-1], dtype="<u2")
    line = starts[lines]
    out[line], out[line + 1], out[line + 2] = 10, spelled[0][lines], spelled[1][lines]
    out[tab] = 9
    for place in range(2, length):
        out[tab + place - 1] = spelled[place]
    out[out == 0] = gap + 32

    cuts = np.flatnonzero(turns)
    names = ["".join([chr(column[cut]) for column in spelled]).rstrip(" ") for cut in cuts.tolist()]
    bounds = [*starts[cuts].tolist(), int(ends[-1])]
    # The first unit of a page is the line break before its first line.
    return [
        (name, out[low + 1 : high].tobytes().decode("utf-16-le"))
        for name, low, high in zip(names, bounds[:-1], bounds[1:], strict=True)
    ]
