"""Papers → sorted lines of keys and the papers that hold them: of one block, and of many joined.

A line is a key, a tab, and for each tier that has papers the tier's sign (`chr(1)` and on) and one character for each
paper: the distance from the paper before (from -1) plus 32. A paper stands in the best tier that has the key.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

Tiers = Sequence[set[str]]
"""The keys of a paper, the most telling first."""
MOST = 1 << 15
"""Papers in one numbering at most: a distance stays below the surrogates of UTF-16."""
_TIER = re.compile("[\1-\x08][^\1-\x08]+")
_BEGINS = re.compile(r"(?m)^.")


def lines(papers: Iterable[Tiers]) -> bytes:
    """Return the lines of one block, sorted. The same papers give the same bytes."""
    held: dict[str, list[int]] = defaultdict(list)
    for at, tiers in enumerate(papers):
        seen: set[str] = set()
        for tier, keys in enumerate(tiers):
            number = tier * MOST + at
            for key in keys - seen:
                held[key].append(number)
            seen |= keys
    return "".join([f"{key}\t{_coded(held[key])}\n" for key in sorted(held)]).encode()


def _coded(numbers: list[int]) -> str:
    if len(numbers) == 1:
        tier, at = divmod(numbers[0], MOST)
        return chr(1 + tier) + chr(33 + at)
    signs = []
    before = -MOST
    for number in sorted(numbers):
        if number // MOST != before // MOST:
            signs.append(chr(1 + number // MOST))
            before = number // MOST * MOST - 1
        signs.append(chr(number - before + 32))
        before = number
    return "".join(signs)


def joined(blocks: Sequence[bytes], size: int) -> Iterator[tuple[str, str]]:
    """Yield each key of some blocks of `size` papers with its papers, numbered through."""
    texts = [block.decode() for block in blocks]
    ends = [0] * len(texts)
    for begin in sorted(set().union(*(_BEGINS.findall(text) for text in texts))):
        alike = re.compile(f"(?:{re.escape(begin)}[^\n]*\n)*")
        held: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, text in enumerate(texts):
            found = alike.match(text, ends[number])
            if found is None or found.end() == ends[number]:
                continue
            ends[number] = found.end()
            for line in found[0].split("\n")[:-1]:
                key, _, papers = line.partition("\t")
                held[key].append((number * size, papers))
        for key in sorted(held):
            yield key, _chained(held[key])


def _chained(parts: Sequence[tuple[int, str]]) -> str:
    """Put the papers of several blocks behind one another, tier by tier."""
    if len(parts) == 1 and parts[0][0] == 0:
        return parts[0][1]
    tiers: dict[str, list[str]] = {}
    last: dict[str, int] = {}
    for offset, papers in parts:
        for tier, coded in _tiers(papers):
            first = offset + ord(coded[0]) - 33
            tiers.setdefault(tier, []).append(chr(first - last.get(tier, -1) + 32) + coded[1:])
            last[tier] = first + sum(map(ord, coded[1:])) - 32 * (len(coded) - 1)
    return "".join([tier + "".join(tiers[tier]) for tier in sorted(tiers)])


def _tiers(papers: str) -> Iterator[tuple[str, str]]:
    if len(papers) == 2:  # most keys are of one paper
        yield papers[0], papers[1]
        return
    for part in _TIER.findall(papers):
        yield part[0], part[1:]
