"""The texts of a block of papers → its index: which papers hold which runs of letters.

A *gram* is a few letters in a row, or fewer at the end of a word; sorted, the grams fill pages of even size, as in the
index of a book, so that a reader's browser fetches only the page where its word would stand. A gram and its paper fit
one number of 64 bits, so there are two indexes. *mixed*: runs of up to four letters, one at least outside ASCII.
*ascii*: runs of up to seven that begin with two ASCII letters, since those say less; another letter among them is one
of 33 stand-ins. Words end at white space; all else is a letter. The look-up is in `assets/search-core.js`.

numpy does the work: Python's own sets and lists take five times as long (docs/decisions/0011-search.md).
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from digest.site.search.postings import DOCS, Postings, postings

STAND_INS = 33
_CHUNK = 128
_WORD = np.uint64
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_Small = NDArray[np.uint32]
_Large = NDArray[np.uint64]
_PAD = np.zeros(4, dtype=np.uint32)


def index(texts: Sequence[str]) -> dict[str, Postings]:
    """Return the indexes `ascii` and `mixed` of some texts, of which there may be `2 ** DOCS`."""
    chunks = [_codes(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
    seen = np.zeros(1 << 16, dtype=bool)
    for codes in chunks:
        seen[codes] = True
    units = np.flatnonzero(seen[33:]) + 33
    small = np.array([ord(_small(chr(unit))) for unit in units.tolist()], dtype=np.uint32)
    letters = np.unique(np.append(small, np.uint32(32))).astype("<u2")
    bits = 13 if len(letters) <= 1 << 13 else 16
    length = (64 - DOCS) // bits
    rank = np.zeros(1 << 16, dtype=np.uint32)
    rank[units] = np.searchsorted(letters, small)
    ascii_letters = np.concatenate((np.arange(32, 127), np.arange(192, 192 + STAND_INS))).astype("<u2")
    ascii_rank = np.zeros(1 << 16, dtype=np.uint32)
    ascii_rank[units] = np.where(small < 127, small - 32, small % STAND_INS + 95)
    # No name holds the keys: they are let go as soon as their index needs the place.
    return {
        "ascii": postings(_gather(chunks, lambda codes, paper: _ascii(ascii_rank[codes], paper)), ascii_letters, 7, 7),
        "mixed": postings(
            _gather(chunks, lambda codes, paper: _mixed(rank[codes], codes > 126, paper, bits, length)),
            letters, bits, length,
        ),
    }  # fmt: skip


def _gather(chunks: Sequence[NDArray[np.uint16]], keys: Callable[[NDArray[np.uint16], _Small], _Large]) -> _Large:
    """Put the keys of all chunks behind one another, sorted, in one array from the start: two would not fit memory."""
    found, size = np.empty(sum(map(len, chunks)), dtype=_WORD), 0
    for number, codes in enumerate(chunks):
        part = keys(codes, np.cumsum(codes == 0, dtype=np.uint32) + np.uint32(number * _CHUNK))
        found[size : size + len(part)] = part
        size += len(part)
    found = found[:size]
    found.sort()
    return found


def _codes(texts: Sequence[str]) -> NDArray[np.uint16]:
    """Return the UTF-16 units of some texts, each with a zero behind it."""
    joined = "".join([text.replace("\0", " ") + "\0" for text in texts])
    joined = unicodedata.normalize("NFKC", joined).replace("İ", "i̇")
    units = joined.encode("utf-16-le", "replace")
    if len(units) > 2 * len(joined):
        # A letter is one unit, in JavaScript as here; the rest is compared when the text is shown.
        units = _ASTRAL.sub("\ufffd", joined).encode("utf-16-le", "replace")
    return np.frombuffer(units, dtype="<u2")


def _small(letter: str) -> str:
    """Return a letter as `fold` in search-core.js does. By unit it costs nothing, `str.lower` does."""
    return "σ" if letter == "ς" else letter.lower()


def _ascii(single: _Small, paper: _Small) -> _Large:
    """Return gram and paper, packed into one number, for every place where two ASCII letters follow each other."""
    double = _follow(single, single, 1, 7)
    quad = _follow(double, double, 2, 14)
    plain = single - np.uint32(1) < 94
    plain[:-1] &= plain[1:]
    begins = np.flatnonzero(plain)
    head = quad[begins]
    keys = head.astype(_WORD)
    keys <<= _WORD(21)
    keys |= (np.append(quad, _PAD)[begins + 4] >> np.uint32(7)) * (head & np.uint32(127) != 0)
    keys <<= _WORD(DOCS)
    keys |= paper[begins]
    return keys


def _mixed(single: _Small, other: NDArray[np.bool_], paper: _Small, bits: int, length: int) -> _Large:
    """Return the same for every place where two letters follow each other and one of `length` letters is no ASCII."""
    double = _follow(single, single, 1, bits)
    keys = double.astype(_WORD)
    keys <<= _WORD(bits * (length - 2))
    keys[:-2] |= (double if length == 4 else single)[2:]
    keys <<= _WORD(DOCS)
    keys |= paper
    held = other.copy()
    held[:-1] |= other[1:]
    held[:-2] |= other[2:]
    if length == 4:
        held[:-3] |= other[3:] & (single[2:-1] > 0)
    kept: _Large = keys[(double & np.uint32((1 << bits) - 1) != 0) & held]
    return kept


def _follow(left: _Small, right: _Small, distance: int, bits: int) -> _Small:
    """Append to each run of letters the run that starts `distance` later, unless the first has ended before."""
    joined = left << np.uint32(bits)
    joined[:-distance] |= right[distance:] * (left[:-distance] & np.uint32((1 << (bits // distance)) - 1) != 0)
    return joined
