"""Formulas of running text, and how kramdown wants them: between two dollars on either side."""

import re

_COMMAND = re.compile(
    r"\\(?:text|mathrm|operatorname|texttt|textbf|textit|mathtt|mathbf|mbox)\s*\{[^{}]*\}|\\[A-Za-z]+"
)
_PROSE = re.compile(r"[A-Za-z]{2,}[,.;:]?\s+[A-Za-z]{2,}|[가-힣]|\n\s*\n")
_SIGN = re.compile(r"[\\^_{}=<>+*|()\[\]~≤≥×±−∈→]")
INLINE = re.compile(r"(?<![\\$])\$(?=[^\s$])((?:\\.|[^$\\\n]){1,400})(?<!\s)\$(?![\d$])")
"""What may be a formula between single dollars: ask `is_formula`."""
_UNSAFE = re.compile(r"\||\{[{%]")
"""Bars, from which kramdown makes tables, and what opens Liquid's tags: a formula with one of these stays as it is.

What closes them is nothing to Liquid where none is open, and each brace outside of formulas is written as an entity."""
KRAMDOWN = re.compile(r"\$\$((?:\\.|[^$\\\n]){1,400})\$\$")
"""A formula as `escaping.escape` writes it for kramdown."""


def is_formula(tex: str) -> bool:
    """Tell maths between single dollars from prose that happens to stand between two prices."""
    bare = _COMMAND.sub(" \\\\ ", tex)
    if _PROSE.search(bare):
        return False
    return bool(_SIGN.search(tex)) or (" " not in tex and len(tex) <= 12)


def inline(line: str) -> list[re.Match[str]]:
    """Find the formulas of a line of plain text; none where one is all it holds, which kramdown would set apart."""
    found = [one for one in INLINE.finditer(line) if is_formula(one[1]) and not _UNSAFE.search(one[1])]
    alone = len(found) == 1 and not line.replace(found[0][0], "").removeprefix("- ").strip()
    return [] if alone else found
