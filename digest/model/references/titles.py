"""A title as its authors typed it into a form → what a reader is meant to see, formulas still in TeX. Pure."""

import re

_STYLES = "emph|text(?:it|bf|tt|sc|sf|rm|sl|up|md|normal|superscript|subscript)?|underline|uline|mbox|mathrm"
_INSIDE = r"(?:[^{}\\]|\\.|\{[^{}]{0,200}+\}){0,400}+"
_STYLED = re.compile(rf"\\(?:{_STYLES})\s*\{{({_INSIDE})\}}")
_SWITCHED = re.compile(rf"\{{\\(?:it|bf|em|tt|sc|sf|rm|sl|itshape|bfseries|ttfamily|scshape)\s+({_INSIDE})\}}")
_NAMED = re.compile(r"\\(LaTeX|TeX|BibTeX)(?![A-Za-z])(?:\{\})?")
_SIGN = re.compile(r"\\([%&_#])")
_FORMULA = re.compile(
    r"(?<![\\$])\$\$?(?=[^\s$])(?:\\.|[^$\\]){1,400}+(?<!\s)\$\$?(?![\d$])|\\\((?:[^\\]|\\[^()]){1,400}+\\\)"
)
_HOLD, _END = "\ue010", "\ue011"
_HELD = re.compile(f"{_HOLD}(\\d+){_END}")
_DEEPEST = 4
"""So many commands inside of one another are undone."""


def readable(raw: str) -> str:
    r"""Write what commands for text show (`\emph{all} of \$5`), outside of formulas, which stay as they are.

    A dollar keeps its backslash where it would begin a formula without.
    """
    if "\\" not in raw:
        return raw
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found[0])
        return f"{_HOLD}{len(held) - 1}{_END}"

    text = _FORMULA.sub(hold, raw.replace(_HOLD, "").replace(_END, ""))
    for _ in range(_DEEPEST):
        shown = _SWITCHED.sub(r"\1", _STYLED.sub(r"\1", text))
        if shown == text:
            break
        text = shown
    text = _SIGN.sub(r"\1", _NAMED.sub(r"\1", text))
    whole, bare = (
        _HELD.sub(lambda found: held[int(found[1])], one) for one in (text, text.replace(r"\$", "$"))
    )  # fmt: skip
    return bare if _FORMULA.findall(bare) == held else whole
