"""Papers → sorted lines of keys and the papers that hold them: of one block, and of many joined.

A line is a key, a tab, and its papers: for each tier that has papers the tier's sign (`chr(1)` and on) and one
character for each paper: the distance from the paper before (from -1) plus 32. Where blocks are joined, the papers of
each but the first follow a sign of their block. A paper may stand in several tiers of a key; the first counts.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import sub

Tiers = Sequence[set[str]]
"""The terms of a paper, the most telling first."""
BLOCK = 512
"""Papers of a block."""
MOST = 64 * BLOCK
"""Papers that are joined at most."""
_SIGNS = [chr(1 + tier) for tier in range(8)]
_DISTANCES = [chr(32 + distance) for distance in range(BLOCK + 1)]
_BLOCKS = ["", *(chr(0x400 + number) for number in range(1, MOST // BLOCK))]
_ALIKE = re.compile(
    rb"(\$[\x00-\x7f]{3}|[\x00-\x7f](?:[\x00-\x7f]|[\xc0-\xff][\x80-\xbf]+)|[\xc0-\xff][\x80-\xbf]+)[^\n]*\n(?:\1[^\n]*\n)*"
)
"""Lines in a row whose keys begin alike: with the same two characters, or one of Hangul. A tab ends a key of one.

Sounds, which have few letters, begin alike with four."""


def lines(papers: Iterable[Tiers], keys: Callable[[str], Iterable[str]]) -> bytes:
    """Return the lines of one block, sorted. The same papers give the same bytes."""
    held = [defaultdict[str, list[int]](list) for _ in _SIGNS]
    for at, tiers in enumerate(papers):
        seen: set[str] = set()
        for of_tier, terms in zip(held, tiers, strict=False):
            for term in terms - seen:
                of_tier[term].append(at)
            seen |= terms
    coded: dict[str, str] = {}
    for sign, of_tier in zip(_SIGNS, held, strict=True):
        for key, where in _by_key(of_tier, keys):
            before = coded.get(key)
            coded[key] = sign + _coded(where) if before is None else before + sign + _coded(where)
    return "".join([f"{key}\t{coded[key]}\n" for key in sorted(coded)]).encode()


def _by_key(held: Mapping[str, list[int]], keys: Callable[[str], Iterable[str]]) -> Iterator[tuple[str, list[int]]]:
    by_key: dict[str, list[list[int]]] = {}
    for term, papers in held.items():
        for key in keys(term):
            if key in by_key:
                by_key[key].append(papers)
            else:
                by_key[key] = [papers]
    for key, lists in by_key.items():
        yield key, lists[0] if len(lists) == 1 else sorted(set().union(*lists))


def _coded(papers: list[int]) -> str:
    if len(papers) == 1:  # most keys are of one paper
        return _DISTANCES[papers[0] + 1]
    return "".join(map(_DISTANCES.__getitem__, map(sub, papers, [-1, *papers])))


def joined(blocks: Iterable[Iterable[bytes]]) -> Iterator[tuple[str, str]]:
    """Yield each key of some blocks with its papers. A block comes in pieces, so that no more than these are held."""
    rest = [_alike(block) for block in blocks]
    alike = [next(block, None) for block in rest]
    while begins := [found[1] for found in alike if found]:
        begin = min(begins)
        papers: dict[str, str] = {}
        for number, found in enumerate(alike):
            if found and found[1] == begin:
                rows = found[0].decode().replace("\t", "\n").split("\n")
                for key, coded in zip(rows[:-1:2], rows[1::2], strict=True):
                    papers[key] = papers.get(key, "") + _BLOCKS[number] + coded
                alike[number] = next(rest[number], None)
        for key in sorted(papers):
            yield key, papers[key]


def _alike(pieces: Iterable[bytes]) -> Iterator[re.Match[bytes]]:
    """Yield the lines of a block whose keys begin alike, in whatever pieces it comes."""
    rest = b""
    for piece in pieces:
        rest += piece
        last = None
        for found in _ALIKE.finditer(rest[: rest.rfind(b"\n") + 1]):
            if last:
                yield last
            last = found
        rest = rest[last.start() :] if last else rest  # the next piece may go on with these
    yield from _ALIKE.finditer(rest)
