"""Pages that are built to hurt a parser: refused before one sees them."""

import re
from collections import Counter

from digest.errors import Refused

_DEEPEST = 400
_MOST_TAGS = 1_000_000
_MOST_IN_A_TAG = 1_000
_VOID = frozenset((b"br", b"img", b"hr", b"meta", b"link", b"input", b"col", b"wbr", b"source", b"area", b"base"))
_TAG = re.compile(rb"<(/?)([A-Za-z][^\s/>]*+)([^\"'>]*+(?:\"[^\"]*+\"[^\"'>]*+|'[^']*+'[^\"'>]*+)*+>?)")
_NO_MARKUP = re.compile(rb"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1[^>]*>?|\Z)", re.DOTALL | re.IGNORECASE)
_QUOTED = re.compile(rb"=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_SEPARATOR = re.compile(rb"[\s/<]")


def without_scripts(body: bytes) -> bytes:
    """Return a page without comments, scripts and styles."""
    return _NO_MARKUP.sub(b"", body)


def refuse(body: bytes) -> None:
    """Raise Refused for a page that an HTML parser would take minutes or gigabytes for.

    Deep nesting and thousands of attributes cost any HTML5 parser the square of their number; papers have neither.
    """
    opened: Counter[bytes] = Counter()
    depth = 0
    for number, tag in enumerate(_TAG.finditer(body)):
        closing, name, rest = tag.groups()
        if len(rest) > _MOST_IN_A_TAG and len(_SEPARATOR.findall(_QUOTED.sub(b"=", rest))) > _MOST_IN_A_TAG:
            raise Refused("the page has a tag with too many attributes")
        if name in _VOID or rest.endswith(b"/>"):
            continue
        if not closing:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > _DEEPEST or number > _MOST_TAGS:
            raise Refused("the page is nested too deeply" if depth > _DEEPEST else "the page has too many tags")
