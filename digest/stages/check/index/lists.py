"""Count the things that a text lists, so that `세 가지` is borne out where the paper names three without a numeral.

Looks at no meaning: which of its lists a text counts is not known, so any list of that length will do.
"""

import re

from digest.stages.check.figures.quantity import Figure

_LISTED = re.compile(r"[,·、]|및|그리고|(?<=[가-힣A-Za-z)])[와과]\s| and ")
_NUMBERED = re.compile(r"\(\d\)|[①-⑨]")
_MARKS = re.compile(
    r"\(\d\)|[①-⑨]|(?:^|\n)[^\S\n]*+[-*•\d]|첫째|둘째|셋째|넷째|다섯째|먼저|다음으로|이어서?\s|마지막으로|끝으로"
)
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


def enumerated(figure: Figure, text: str) -> bool:
    """Say whether the field itself lists as many things as it counts: `세 가지`, then three of them."""
    if figure.form == "digits" and figure.kind != "count":
        return False
    if max(len(_MARKS.findall(text[figure.end :])), len(_NUMBERED.findall(text))) >= figure.value:
        return True
    start = max(text.rfind(". ", 0, figure.start), text.rfind("\n", 0, figure.start)) + 1
    ends = [end for end in (text.find(". ", figure.end), text.find("\n", figure.end)) if end >= 0]
    sentence, after = text[start : min(ends, default=len(text))], text[min(ends, default=len(text)) :]
    if len(_LISTED.findall(sentence)) + 1 >= figure.value:
        return True
    following = _SENTENCE.split(after.lstrip(". \n"))[0]
    return len(_LISTED.findall(following)) + 1 == figure.value


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
