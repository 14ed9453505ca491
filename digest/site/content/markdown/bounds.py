"""Which Markdown is read: Python-Markdown takes the square, or the cube, of what nobody writes. Pure."""

import re

LONGEST = 8_000
"""Characters of a block, between two empty lines, up to which Markdown is read."""
LONGEST_OF_POSTS = 100_000
"""The same for whole posts, which another library reads: a list of papers with their abstracts is one block."""
MOST = 10_000
"""Blocks of a text: the library takes them off the front of a list, one by one."""
FENCES = 1_000
"""Fences of code in a text, which is copied for each."""
DEEPEST = 20
"""Brackets, or tags, that may be open at one place of a block."""
_BLOCK_END = re.compile(r"\n[^\S\n]*+\n")
_PAIRS = (re.compile(r"(\[)|\]"), re.compile(r"(\()|\)"), re.compile(r"(<)(?=[A-Za-z/!?])|>"))
_NESTED = re.compile(r"^(?:[ \t]*+(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))){40}", re.MULTILINE)
"""Quotations and lists inside of one another, on one line."""
_TICKS = "`" * 50


def affordable(source: str, longest: int = LONGEST) -> bool:
    """Return whether Markdown can be read in a time that is in proportion to its length."""
    return (
        not _NESTED.search(source)
        and _TICKS not in source
        and source.count("\n\n") < MOST
        and source.count("```") + source.count("~~~") <= FENCES
        and all(_is_affordable(block, longest) for block in _BLOCK_END.split(source))
    )


def _is_affordable(block: str, longest: int) -> bool:
    return len(block) <= longest and all(_depth(block, pair) <= DEEPEST for pair in _PAIRS)


def _depth(block: str, pair: re.Pattern[str]) -> int:
    """Return how many of a pair's opening signs are open at most at one place; those that nothing closes stay open."""
    deepest = depth = 0
    for sign in pair.finditer(block):
        depth = depth + 1 if sign[1] else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest
