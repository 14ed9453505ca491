"""The title that a PDF file says it has, without reading its pages."""

import re
from html import unescape

from digest.model.text import one_line

_XMP = re.compile(
    rb"<dc:title\b[^<>]{0,200}>\s{0,200}<rdf:Alt\b[^<>]{0,200}>\s{0,200}<rdf:li\b[^<>]{0,200}>([^<>]{1,2000})<"
)
_INFO = re.compile(rb"/Title\s{0,20}\(((?:[^()\\]|\\.|\([^()\\]{0,500}\)){1,2000})\)", re.DOTALL)
_HEX = re.compile(rb"/Title\s{0,20}<([0-9A-Fa-f\s]{4,8000})>")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)
_NAMES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b""}
_NO_TITLE = re.compile(r"(?i)untitled|microsoft word|\.(?:docx?|tex|dvi|pdf|indd|qxd)$|^\S{0,3}$")


def find(body: bytes) -> str:
    """Return the title of a file's metadata; empty where there is none, or just a file's name."""
    for found in _candidates(body):
        title = one_line(found)
        if title and not _NO_TITLE.search(title):
            return title[:500]
    return ""


def _candidates(body: bytes) -> list[str]:
    titles = [unescape(found[1].decode("utf-8", "replace")) for found in [_XMP.search(body)] if found]
    # The outline's entries are called /Title too: the document's own stands in a dictionary with its producer.
    for place in (body.rfind(b"/Producer"), body.rfind(b"/Creator")):
        near = body[max(0, place - 3000) : place + 3000] if place >= 0 else b""
        titles += [_decoded(_ESCAPE.sub(_character, found[1])) for found in [_INFO.search(near)] if found]
        titles += [_decoded(_bytes(found[1])) for found in [_HEX.search(near)] if found]
    return titles


def _bytes(digits: bytes) -> bytes:
    """Read hexadecimal digits; one that is missing at the end is a zero, as the format has it."""
    whole = b"".join(digits.split()).decode()
    return bytes.fromhex(whole + "0" * (len(whole) % 2))


def _character(found: re.Match[bytes]) -> bytes:
    if found[1][:1].isdigit():
        return bytes([int(found[1], 8) & 0xFF])
    return b"" if found[1].endswith(b"\n") else _NAMES.get(found[1], found[1])


def _decoded(raw: bytes) -> str:
    return raw[2:].decode("utf-16-be", "replace") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1")
