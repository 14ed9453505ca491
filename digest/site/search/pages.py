"""Sorted keys with their papers → pages of even size, as of a dictionary, and the table of where each begins."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

PAGE = 6000
"""Letters of a page, about, of a large index: 6 to 9 kB. Of a small one fewer, since its table is short."""
LAST = "~"
"""Begins a key that is spelled backwards and has no papers: how a word is found whose beginning was mistyped."""
_MISTYPED = 5
"""So short a word is not looked for backwards."""


def letters(papers: int) -> int:
    """Say how many letters a page has in an index of so many papers: what is loaded for a query of a few words, its
    pages and the table, is least where a page grows with the root of the index."""
    return min(PAGE, int(80 * papers**0.5))


def pages(entries: Iterable[tuple[str, str]], most: int) -> Iterator[tuple[str, str]]:
    """Yield for each page of `most` letters the shortest text that parts it from the page before, and its lines.

    A line is a character that says how many letters the key shares with the line before (plus 48), the key's others, a
    tab and the papers.
    """
    rows: list[str] = []
    first = before = last = ""
    size = 0
    for key, papers in _with_backwards(entries):
        if size >= most:
            yield first, "\n".join(rows)
            rows, size, first, before = [], 0, _parting(last, key), ""
        shared = _shared(before, key)
        row = f"{chr(48 + shared)}{key[shared:]}\t{papers}"
        rows.append(row)
        size += len(row)
        before = last = key
    if rows:
        yield first, "\n".join(rows)


def _with_backwards(entries: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    words = defaultdict[str, bytearray](bytearray)
    """Last letter → the words that end with it, backwards and a line each: there are hundreds of thousands."""
    waiting = True
    for key, papers in entries:
        if waiting and key > LAST:
            yield from _backwards(words)
            waiting = False
        if len(key) >= _MISTYPED and key.isascii() and key.isalpha():
            words[key[-1]] += f"{key[::-1]}\n".encode()
        yield key, papers
    if waiting:
        yield from _backwards(words)


def _backwards(words: dict[str, bytearray]) -> Iterator[tuple[str, str]]:
    for letter in sorted(words):
        for word in sorted(words.pop(letter).split()):
            yield LAST + word.decode(), ""


def _shared(one: str, other: str) -> int:
    if other.startswith(one):
        return len(one)
    return next(at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)


def _parting(before: str, after: str) -> str:
    return after[: _shared(before, after) + 1]
