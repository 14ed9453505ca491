"""BibTeX and BibLaTeX, as Zotero, JabRef, BibDesk and this program's site write it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from digest.model.references.fields import Reference, reference

_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*[{(]")
_FIELD = re.compile(r"\s*,?\s*([A-Za-z][\w.:+/-]*)\s*=\s*")
_BARE = re.compile(r"[^\s,#{}()\"]+")
_JOINT = re.compile(r"\s*#\s*")
_AND = re.compile(r"\s+and\s+")
_SEVERAL, _COLON = re.compile(r"(?<!\\);"), re.compile(r"(?<!\\):")
_LINKS = ("eprint", "doi", "url", "note", "journal")
_NO_REFERENCE = {"comment", "preamble", "string"}
_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
}  # fmt: skip
_ACCENT = re.compile(r"\\(?:([`'^~\"=.])\s*\{?\\?([A-Za-z])\}?|([uvHckrd])(?:\s+|\s*\{)\\?([A-Za-z])\}?)")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+\s?|.)")
_LETTERS = {"ss": "ß", "ae": "æ", "AE": "Æ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "aa": "å", "AA": "Å", "i": "i"}


def parse(raw: str) -> tuple[Reference, ...]:
    """Read all entries that have a title. What is broken costs its own entry."""
    found = (
        reference(
            plain(entry.get("title", "")),
            plain(entry.get("abstract", "")),
            authors=_AND.split(plain(entry.get("author", ""))),
            links=(entry.get(name, "").strip("{}") for name in _LINKS),
            files=_files(entry),
            dates=(
                entry.get(name, "")
                for name in ("date-added", "dateadded", "timestamp", "creationdate", "urldate", "date", "year")
            ),
        )
        for entry in _entries(raw)
    )
    return tuple(one for one in found if one)


def _files(entry: Mapping[str, str]) -> Iterator[str]:
    """Return the paths of `file`: bare, or between a description and a type, several of them with semicolons."""
    for one in _SEVERAL.split(entry.get("file", "")):
        parts = [part.replace("\\:", ":") for part in _COLON.split(one)]
        yield (parts[1] if len(parts) == 3 else one).strip()
    yield entry.get("url", "")


def plain(tex: str) -> str:
    """Return the text of a field: accents as letters, without braces and commands."""
    if "\\" in tex:
        tex = _ACCENT.sub(_letter, tex)
        tex = _COMMAND.sub(_meant, tex)
    return tex.replace("{", "").replace("}", "").replace("~", " ")


def _letter(found: re.Match[str]) -> str:
    mark, letter = (found[1], found[2]) if found[1] else (found[3], found[4])
    return unicodedata.normalize("NFC", letter + _ACCENTS[mark])


def _meant(found: re.Match[str]) -> str:
    """Return the letter of a command such as `\\ss`, or the sign behind a backslash."""
    name = found[0][1:].strip()
    return _LETTERS.get(name, "" if name.isalpha() else name)


def _entries(raw: str) -> Iterator[Mapping[str, str]]:
    place = 0
    while found := _ENTRY.search(raw, place):
        place = found.end()
        if found[1].lower() not in _NO_REFERENCE:
            entry, place = _entry(raw, place)
            yield entry


def _entry(raw: str, place: int) -> tuple[dict[str, str], int]:
    """Read the fields of an entry from behind its opening brace; return them and where they end."""
    comma = raw.find(",", place, place + 1000)
    entry: dict[str, str] = {}
    place = comma + 1 if comma >= 0 else place
    while found := _FIELD.match(raw, place):
        value, place = _value(raw, found.end())
        entry.setdefault(found[1].lower(), value)
    return entry, place


def _value(raw: str, place: int) -> tuple[str, int]:
    """Read one value: in braces, in quotation marks, bare, or several of these joined by `#`."""
    parts = []
    while True:
        start = place
        if raw.startswith("{", place):
            part, place = _braced(raw, place)
        elif raw.startswith('"', place):
            part, place = _quoted(raw, place)
        else:
            bare = _BARE.match(raw, place)
            part, place = (bare[0], bare.end()) if bare else ("", place)
        parts.append(part)
        joint = _JOINT.match(raw, place)
        if joint is None or place == start:
            return "".join(parts), place
        place = joint.end()


def _braced(raw: str, place: int) -> tuple[str, int]:
    """Return what stands between balanced braces; nothing where they are not closed before the next entry."""
    depth, start = 0, place
    while place < len(raw) and not raw.startswith("\n@", place):
        sign = raw[place]
        depth += {"{": 1, "}": -1}.get(sign, 0)
        place += 2 if sign == "\\" else 1
        if depth == 0:
            return raw[start + 1 : place - 1], place
    return "", place


def _quoted(raw: str, place: int) -> tuple[str, int]:
    """Return what stands between quotation marks, as above."""
    depth, start = 0, place
    place += 1
    while place < len(raw) and not raw.startswith("\n@", place):
        sign = raw[place]
        if sign == '"' and depth == 0:
            return raw[start + 1 : place], place + 1
        depth += {"{": 1, "}": -1}.get(sign, 0)
        place += 2 if sign == "\\" else 1
    return "", place
