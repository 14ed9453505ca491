"""Formulas in running text: find them without taking money for maths, and turn them into MathML that is safe."""

import html
import re
from functools import lru_cache

import nh3

from digest.posts.formulas import is_formula

_INSIDE = r"(?![\s$])(?:\\.|[^$\\]){1,400}+"
_CLOSE = r"(?<!\s)\$(?![\d$])"
DOLLARS = (
    r"\$\$(?P<display>[^$]{1,2000}+)\$\$"
    rf"|(?:(?<![\\$])|(?<=[^\s\\$]\$))\$(?P<dollar>{_INSIDE})(?:{_CLOSE}|(?<!\s)\$(?=\${_INSIDE}{_CLOSE}))"
)
"""Formulas between dollars: the only ones of Markdown, where a backslash before a bracket means the bracket.

Two may touch (`$a$$b$`); a dollar that closes none of them would turn all formulas after it inside out.
"""
FORMULA = re.compile(
    rf"{DOLLARS}|\\\[(?P<bracket>(?:[^\\]|\\[^\[\]]){{1,2000}}+)\\\]|\\\((?P<paren>(?:[^\\]|\\[^()]){{1,1000}}+)\\\)",
    re.DOTALL,
)
_KINDS = {"display": True, "bracket": True, "paren": False, "dollar": False}
"""The kinds of formulas, and whether each stands in a line of its own."""
_FUNCTION = re.compile(r"<mi>([A-Za-z]{2,})</mi>(<mo stretchy=\"false\">&#x00028;)?")
"""The name of a function (`\\log`), which the library gives no space, and a bracket behind it, which needs none."""

_TAGS = {
    "math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "ms", "mfrac", "msqrt", "mroot", "mstyle",
    "merror", "mpadded", "mphantom", "menclose", "msub", "msup", "msubsup", "munder", "mover", "munderover",
    "mmultiscripts", "mprescripts", "none", "mtable", "mtr", "mtd",
}  # fmt: skip
_EVERYWHERE = {
    "mathvariant", "stretchy", "fence", "form", "accent", "accentunder", "lspace", "rspace", "minsize", "maxsize",
    "width", "height", "depth", "linethickness", "displaystyle", "scriptlevel", "movablelimits", "separator",
    "symmetric", "columnalign", "rowspacing", "columnspacing", "notation", "columnlines", "rowlines",
}  # fmt: skip
_ATTRIBUTES = {"*": _EVERYWHERE, "math": {"display"}}


def to_html(found: re.Match[str]) -> str | None:
    """Turn a match of FORMULA into HTML; None where it is no formula but dollars in prose."""
    name = next(name for name, tex in found.groupdict().items() if tex is not None and name in _KINDS)
    if name == "dollar" and not is_formula(found[name]):
        return None
    return convert(found[name].strip(), _KINDS[name]) or f"<code>{html.escape(found[0], quote=False)}</code>"


@lru_cache(maxsize=4096)
def convert(tex: str, display: bool = False) -> str:
    """Turn TeX into MathML; empty where it is broken or uses a command that nobody knows."""
    from latex2mathml import converter  # noqa: PLC0415 - longer than a day's pages, and most days hold no formula

    try:
        raw = converter.convert(tex.replace("<", r"\lt "), display="block" if display else "inline")
    except Exception:  # noqa: BLE001 - the library raises whatever comes to its mind on broken TeX
        return ""
    if "\\" in raw or raw.count("<") > 4000:
        return ""
    raw = _FUNCTION.sub(_spaced, raw)
    raw = raw.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "").replace(' display="inline"', "")
    return nh3.clean(raw, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=set())


def _spaced(found: re.Match[str]) -> str:
    bracket = found[2] or ""
    return f'<mo lspace="0.167em" rspace="{"0" if bracket else "0.167em"}">{found[1]}</mo>{bracket}'
