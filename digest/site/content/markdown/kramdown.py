"""Markdown as kramdown, Jekyll's library, reads it: CommonMark, but for lists and for emphasis beside Hangul.

What it returns is not sanitised.
"""

import re
from collections.abc import MutableMapping
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token

_FENCE = re.compile(r" {0,3}(```|~~~)")
_WIDE = re.compile(r"( *)\d{2,9}[.)] +(?=\S)")
_MARK = re.compile(r"( {0,3})[*+] +(?=[^\s*+_-])")


class _Line(StateInline):
    """A line in which `**굵게(bold)**는` is emphasis: CommonMark wants a blank between a bracket and a letter."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - the library's names
        """Return what a run of signs may open or close: asterisks do wherever no blank is in between."""
        found = super().scanDelims(start, canSplitWord)
        if self.src[start] != "*":
            return found
        after = self.src[start + found.length : start + found.length + 1]
        return Scanned(bool(after.strip()), bool(self.src[max(0, start - 1) : start].strip()), found.length)


class _Lines(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: MutableMapping[str, Any], tokens: list[Token]) -> list[Token]:
        """Read a line."""
        state = _Line(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def to_html(source: str) -> str:
    """Show Markdown as HTML."""
    return str(_library().render(_as_commonmark(source)))


@cache
def _library() -> MarkdownIt:
    library = MarkdownIt("commonmark")
    library.inline = _Lines()
    library.validateLink = lambda url: True  # type: ignore[method-assign]  # addresses are for the sanitiser
    return library.configure("commonmark").enable(["table", "strikethrough"])


def _as_commonmark(source: str) -> str:
    """Indent what stands below `10. …` by three blanks, as below `9. …`, and write lists with one sign."""
    lines: list[str] = []
    fence, base, content, shift = "", -1, 0, 0
    for raw in source.split("\n"):
        line = raw
        mark = _FENCE.match(line)
        if mark or fence:
            fence = "" if mark and mark[1] == fence else fence or (mark[1] if mark else "")
            lines.append(" " * (shift if base >= 0 and line.startswith("  ") else 0) + line)
            continue
        indent = len(line) - len(line.lstrip(" "))
        wide = _WIDE.match(line)
        if wide and (base < 0 or indent <= base + 1):
            base, content, shift = indent, wide.end(), 0
        elif line.strip() and indent < base + 2:
            base, shift = -1, 0
        elif line.strip() and base >= 0:
            shift = max(shift, content - indent)
            line = " " * shift + line
        lines.append(_MARK.sub(r"\1- ", line, count=1) if _MARK.match(line) else line)
    return "\n".join(lines)
