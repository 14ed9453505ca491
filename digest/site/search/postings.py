"""Sorted grams with their papers → pages of even size."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DOCS = 11
"""Bits of a paper's place in its block, so at most 2,048 papers in a block."""
PAGE = 4096
"""Letters and postings on a page, about: 4 to 8 kB."""
_SEGMENT = 1 << 18
_WORD = np.uint64


@dataclass(frozen=True, slots=True)
class Postings:
    """One sorted list of grams."""

    length: int
    """Letters of a gram at most."""
    firsts: list[str]
    """The first gram of each page."""
    pages: list[str]
    """A line is two letters, then for each gram that begins with them a tab, its other letters (spaces where the word
    ends before) and its papers: each as one character, the distance from the paper before (from -1) plus 32."""


def postings(sorted_keys: NDArray[np.uint64], letters: NDArray[np.uint16], bits: int, length: int) -> Postings:
    """Return sorted keys as pages, each key once."""
    distinct = _distinct(sorted_keys)
    del sorted_keys
    found = [page for segment in _segments(distinct) for page in _layout(segment, letters, bits, length)]
    return Postings(length, [first for first, _ in found], [content for _, content in found])


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
