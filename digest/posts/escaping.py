"""Plain text ↔ the Markdown that shows it unchanged, in Jekyll and in Python-Markdown."""

import re

from digest.posts import formulas

# What Markdown (Python-Markdown and kramdown), Liquid and HTML would take for markup. Where both Markdowns know the
# backslash it is used, elsewhere an entity; braces are entities because Liquid looks before Markdown does.
_ENTITY = {
    "{": "&#123;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "|": "&#124;", "\\": "\\\\",
    "*": "\\*", "_": "\\_", "`": "\\`", "[": "\\[", "]": "\\]",
}  # fmt: skip
_SPECIAL = re.compile(
    r"[{<>\"'|*_`\[\]]"
    r"|\\(?=.)"
    r"|(?P<last>\\)"  # at a line's end a doubled backslash would break the line in kramdown
    r"|(?P<entity>&(?=\#?\w+;))"
    r"|(?P<run>--+|\.\.\.+|~~+|\$\$+)"  # dashes, ellipses, strike-through, display maths
    r"|(?P<start>^(?:[#+=:^~-]|\d+(?=\.(?:\s|$))))",
)
_SIGN = re.compile(r"[{<>\"'|*_`\[\]\\&~$]")
_STARTS = frozenset("#+=:^~-0123456789")
_ESCAPED = re.compile(r"\\([\\*_`\[\]#+.-])|&(?:#(?P<code>[0-9]{2,6})|(?P<name>amp|lt|gt|quot));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}
_START = {"#": "\\#", "+": "\\+", "-": "\\-"}


def escape(plain: str, maths: bool = False) -> str:
    """Write one line of plain text as Markdown that shows exactly it, in Jekyll and in Python-Markdown.

    A leading `- ` stays: it is the schema's own bullet. Does not touch anything that is harmless where it stands. With
    `maths` formulas are written as kramdown reads them, between two dollars on either side.
    """
    if _is_harmless(plain):
        return plain
    found = formulas.inline(plain) if maths and "$" in plain else []
    written, end = "", 0
    for formula in found:
        written += _escape_text(plain[end : formula.start()]) + f"$${formula[1]}$$"
        end = formula.end()
    return written + _escape_text(plain[end:])


def _escape_text(plain: str) -> str:
    bullet = "- " if plain.startswith("- ") else ""
    return bullet + _SPECIAL.sub(_escape_one, plain[len(bullet) :])


def _is_harmless(line: str) -> bool:
    """Tell quickly whether a line holds nothing that could be markup, so that escaping changes nothing either way.

    Most lines of a post do, and `_SPECIAL` takes four times as long to say so.
    """
    if _SIGN.search(line) or "--" in line or "..." in line:
        return False
    return line[:1] not in _STARTS and (line[:1].isascii() or line[:1].isalpha())


def unescape(source: str) -> str:
    """Undo `escape`."""
    return _ESCAPED.sub(_unescape_one, source)


def _unescape_one(found: re.Match[str]) -> str:
    if found["code"] is None:
        return found[1] or _NAMED[found["name"]]
    # Besides signs of ASCII, `escape` writes digits of any script so: one may begin a line like a list's number.
    char = chr(int(found["code"]))
    return char if char.isascii() or char.isdecimal() else found[0]


def _escape_one(found: re.Match[str]) -> str:
    char = found[0]
    if found["last"]:
        return "&#92;"
    if found["entity"]:
        return "&amp;"
    if found["run"]:
        return "".join(f"\\{sign}" if sign in "-." else f"&#{ord(sign)};" for sign in char)
    if found["start"]:
        # A number at the start of a line would open a list; a sign that no backslash covers becomes an entity.
        return _START.get(char) or (f"&#{ord(char[0])};{char[1:]}")
    return _ENTITY[char]


def plain(source: str) -> str:
    """Return the words of a field written in Markdown: without emphasis, code marks and link addresses."""
    linked = re.sub(r"!?\[([^\[\]]*+)\]\([^)\s]{0,500}+\)", r"\1", source)
    return unescape(re.sub(r"(?<!\\)(?:\*{1,3}|_{2,3}|`+)", "", linked))


def unescaped(source: str) -> str | None:
    """Return the plain text that `escape` writes as this field; None where it is Markdown of another hand."""
    if all(map(_is_harmless, source.split("\n"))):
        return source
    text = unescape(source)
    if "\n".join(map(escape, text.split("\n"))) == source:
        return text
    return _unescaped_maths(source) if "$$" in source else None


def _unescaped_maths(source: str) -> str | None:
    pieces = formulas.KRAMDOWN.split(source)  # text, formula, text, …
    text = "".join(f"${piece}$" if at % 2 else unescape(piece) for at, piece in enumerate(pieces))
    return text if "\n".join(escape(line, maths=True) for line in text.split("\n")) == source else None
