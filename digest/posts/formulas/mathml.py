"""Formulas in running text: found without taking money for maths, turned into safe MathML, or into text."""

import html
import re
from functools import lru_cache
from xml.etree import ElementTree

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


def plain(text: str) -> str:
    """Write the formulas of plain text so that they can be read: `10⁻³`, `F₂`."""
    if "$" not in text and "\\" not in text:
        return text
    return FORMULA.sub(lambda found: _plain(to_html(found)) or found[0], text)


def _plain(shown: str | None) -> str:
    return html.unescape(re.sub("</?code>", "", as_text(shown))) if shown else ""


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


_RAISED = str.maketrans("0123456789+−-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_LOWERED = str.maketrans("0123456789+−-", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_MARKS = {"∘": "°", **{mark: mark for mark in "′″‴⊤⊥∗*†‡"}}
"""What stands raised behind a letter without being a power."""
_ACCENTS = {"^": "\u0302", "~": "\u0303", "―": "\u0304", "¯": "\u0304", "˙": "\u0307", "→": "\u20d7", "⃗": "\u20d7"}
_DEEPEST = 60
_MATHS = re.compile(r"<math\b[^<>]*>.*?</math>", re.DOTALL)
_NAME = re.compile(r"[A-Za-z]{2,}")
_PLAIN_POWER = re.compile(r"\d[\d.]*|\([^()]*\)")


def as_text(shown: str) -> str:
    """Write the formulas of HTML as text that says the same: `10⁻³`, `O(n²)`, `(a+b)/c`, not the letters in a row."""
    return _MATHS.sub(lambda found: html.escape(_text(found[0]), quote=False), shown)


@lru_cache(maxsize=4096)
def _text(mathml: str) -> str:
    try:
        return _linear(ElementTree.fromstring(mathml.replace("&nbsp;", "\u00a0")), 0)  # noqa: S314 - made here
    except ElementTree.ParseError:
        return html.unescape(re.sub("<[^<>]*>", "", mathml))


def _linear(node: ElementTree.Element, depth: int) -> str:
    if depth > _DEEPEST:
        return "".join(node.itertext())
    parts = [_linear(child, depth + 1) for child in node]
    if not parts:
        return node.text or ""
    match node.tag, parts:
        case "msup", [base, power]:
            text = base + _raised(power)
        case "msub" | "munder", [base, index]:
            text = base + _lowered(index)
        case "msubsup" | "munderover", [base, index, power]:
            text = base + _lowered(index) + _raised(power)
        case "mover", [base, over]:
            text = base + (_ACCENTS.get(over.strip()) or _raised(over))
        case "mfrac", [top, below]:
            text = f"{top} {below}" if node.get("linethickness") == "0" else f"{_whole(top)}/{_whole(below)}"
        case "msqrt", _:
            text = f"√{_whole(''.join(parts))}"
        case "mroot", [base, index]:
            text = f"{_raised(index)}√{_whole(base)}"
        case "mtr" | "mtable", _:
            text = (", " if node.tag == "mtr" else "; ").join(parts)
        case _:
            text = _row(node, parts)
    return text


def _row(node: ElementTree.Element, parts: list[str]) -> str:
    """Join what stands side by side; the name of a function keeps its space."""
    text, before = "", ""
    for child, part in zip(node, parts, strict=True):
        kind = "name" if _is_name(child) else child.tag
        spaced = "name" in (before, kind) and "mo" not in (before, kind)
        text += f" {part}" if text and spaced else part
        before = kind
    return text


def _is_name(node: ElementTree.Element) -> bool:
    """Return whether a part is the name of a function, with or without an index: `log`, `log` with its base."""
    inner = node[0] if len(node) and node.tag in {"msub", "msup", "munder"} else node
    return inner.tag == "mo" and _NAME.fullmatch(inner.text or "") is not None


def _raised(text: str) -> str:
    if text in _MARKS:
        return _MARKS[text]
    higher = text.translate(_RAISED)
    if not set(text) & set(higher):
        return higher
    return f"^{text}" if len(text) == 1 or _PLAIN_POWER.fullmatch(text) else f"^({text})"


def _lowered(text: str) -> str:
    lower = text.translate(_LOWERED)
    if not set(text) & set(lower):
        return lower
    return f"_{text}" if text.isalnum() else f"_({text})"


def _whole(text: str) -> str:
    return text if len(text) == 1 or re.fullmatch(r"[\w.]+", text) else f"({text})"
