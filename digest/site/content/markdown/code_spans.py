"""Code in Markdown: what stands between two runs of as many backticks. Pure."""

import re
from collections.abc import Callable

_TICKS = re.compile("`+")


def replace_outside(source: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> str:
    """Replace what a pattern finds in Markdown, but not in its code."""
    made, end = [], 0
    for start, close in _pairs(source):
        if start >= end:
            made += [pattern.sub(replace, source[end:start]), source[start:close]]
            end = close
    return "".join([*made, pattern.sub(replace, source[end:])])


def _pairs(source: str) -> list[tuple[int, int]]:
    """Return where each run of backticks begins that a later one closes, and where that one ends."""
    # From behind, so that the next run of the same length is known: looking for it from each run takes the square.
    following: dict[int, int] = {}
    found: list[tuple[int, int]] = []
    for run in reversed(list(_TICKS.finditer(source))):
        length = run.end() - run.start()
        if length in following:
            found.append((run.start(), following[length]))
        following[length] = run.end()
    return found[::-1]
