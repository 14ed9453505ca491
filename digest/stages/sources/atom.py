"""Bytes → the elements of an Atom feed, with the XML parser of the standard library. Knows nothing of papers."""

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from digest.model.text import clean

ATOM = "{http://www.w3.org/2005/Atom}"
# A reference to a character that XML does not have would cost the whole feed: https://www.w3.org/TR/xml/#charsets
_REFERENCE = re.compile(r"&#(?:0{0,20}(\d{1,7})|[xX]0{0,20}([0-9a-fA-F]{1,6}));")


class InvalidFeed(ValueError):
    """The bytes are not a well-formed Atom feed."""


class _Tree(TreeBuilder):
    """Builds elements, and stops at a document type: only that can define entities that expand or lead elsewhere."""

    def doctype(self, *_: Any) -> None:
        raise InvalidFeed("it has a document type")


def parse(body: bytes) -> Element:
    """Read a feed as its root element. Characters that no text holds are dropped first. Raises InvalidFeed."""
    root = parse_as(body.decode("utf-8", "replace"))
    if root.tag != f"{ATOM}feed":
        raise InvalidFeed("it is not an Atom document")
    return root


def parse_as(raw: str, roots: tuple[str, ...] = ()) -> Element:
    """Read a document of XML whose root is called by one of these names, in whatever namespace. Raises InvalidFeed."""
    text = _REFERENCE.sub(_known_character, clean(raw))
    parser = XMLParser(target=_Tree())  # noqa: S314 - `_Tree` refuses what makes it unsafe
    try:
        parser.feed(text)
        root: Element = parser.close()
    except ParseError as cause:
        raise InvalidFeed(str(cause)) from cause
    if roots and root.tag.rpartition("}")[2] not in roots:
        raise InvalidFeed("it is neither RSS nor Atom")
    return root


def _known_character(reference: re.Match[str]) -> str:
    code = int(reference[1]) if reference[1] else int(reference[2], 16)
    return reference[0] if code < 0x110000 and clean(chr(code)) else ""
