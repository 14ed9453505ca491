"""Count the things that a text lists, so that `세 가지` is right where the paper lists three without a numeral.

Looks at no meaning: which of its lists a text counts is not known, so any list of that length will do.
"""

import re

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_LAST = re.compile(r"^\s*(?:and|or|as well as|및|그리고)\s|^\s*&")
_LEAD = re.compile(
    r"^\s*(?:[A-Z][a-z]+ly|However|Moreover|Thus|Hence|Therefore|Meanwhile|Then|Instead|Yet|In (?:this|our) \w+),\s"
)
_NEW_CLAUSE = re.compile(
    r"(?i)\s*(?:which|where|who|whose|that|while|but|whereas|so|because|although|as|we|it|they|this)\s"
)
_PARTICIPLE = re.compile(r"\s*(?:and\s)?(?:[a-z]+ly\s)?[a-z]+(?:ing|ed)\s|\s*(?:including|such as|namely|e\.g)")
_PREPOSITION = re.compile(
    r"(?i)\s*(?:on|in|across|over|for|with|by|from|to|through|using|under|at|among|beyond|given|when)\s"
)
_INNER = re.compile(r"\s(?:and|or|as well as|&)\s")
_SLASHED = re.compile(r"(?<![\w/.])(?<![\w-]-)[A-Za-z][\w-]*(?:\s?/\s?[A-Za-z][\w-]*)+(?![\w/])")
_STEPS = re.compile(r"\b(first|second|third|fourth|fifth|sixth|then|next|finally|lastly)(?:ly)?\b", re.IGNORECASE)
_ROWS = (re.compile(r"(?<!\w)\(?\d\)\s"), re.compile(r"(?<!\w)\(?[ivx]{1,4}\)\s"), re.compile(r"(?<!\w)\(?[a-h]\)\s"))
MOST = 12
"""Nobody counts a longer list than this in words."""


def list_sizes(text: str) -> frozenset[int]:
    """Return how many things the English lists of a text have, and how often it says `First … Then … Finally`."""
    sizes = {len(set(pattern.findall(text))) for pattern in _ROWS}
    sizes.add(len({found[1].lower() for found in _STEPS.finditer(text)}))
    sizes.update(len(row[0].split("/")) for row in _SLASHED.finditer(text))
    inner = [found[1] for found in _BRACKETS.finditer(text)]
    sizes.update(len(group.split(", ")) for group in inner)
    for sentence in [*_SENTENCE.split(_BRACKETS.sub("", text)), *inner]:
        sizes.add(sentence.count("; ") + 1)
        for clause in re.split(r"[;:]\s|\s[–—]\s", sentence):
            sizes.update(_commas(_LEAD.sub("", clause)))
    return frozenset(size for size in sizes if 2 <= size <= MOST)


def _commas(clause: str) -> set[int]:
    """Count the items before each `, and` or ` and `.

    There are two readings where what stands first may be an item or lead up to one (`On MMLU, …`, `…, using …`).
    """
    sizes: set[int] = set()
    starts = {0}
    for at, item in enumerate(items := re.split(r",\s", clause)):
        starts = {start for start in starts if at - start <= MOST}
        if _NEW_CLAUSE.match(item):
            starts = {at}
        elif at and _PARTICIPLE.match(item):
            starts.add(at)
        if at == 1 and _PREPOSITION.match(items[0]):
            starts.add(1)
        if _LAST.match(item):
            sizes.update(at + 1 - start for start in starts if start < at)
        elif _INNER.search(item):
            sizes.update(at + 2 - start for start in starts)
    return sizes
