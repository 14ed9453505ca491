"""The grammar of a post: text → Post, and plain text ↔ the Markdown that shows it unchanged.

`parse(render(post)) == post` for every post that `digest.render` can make. Posts by other hands that keep to the
headings are read as well; what does not fit is an ArchiveError that names the line.
"""

import re
from collections.abc import Callable
from functools import partial

from digest import frontmatter
from digest.errors import ArchiveError
from digest.model import BadArxivId, Post, PostEntry
from digest.schema import FIELDS, HEADINGS, INTRODUCTION, NAMES

_TITLE = re.compile(r"# (?:\d+\. )?\[(?P<title>(?:\\.|[^\\])+?)\]\((?P<url>[^()\s]+)\)\s*")
_ALPHAXIV = re.compile(r"> \[alphaxiv\]\((?P<url>[^()\s]+)\)\s*", re.IGNORECASE)
# A search for a line's first characters with the break before them is ten times as quick as one with `^`.
_TOP = re.compile(r"\n(# .*)")
_HEADING = re.compile(r"\n## +(.*\S)")
_LINE = re.compile(r"(?<=\n).*\S")
_BULLET = re.compile(r"- (?P<heading>[A-Z][a-z]+): ?(?P<text>.*)")

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


def escape(plain: str) -> str:
    """Write one line of plain text as Markdown that shows exactly it, in Jekyll and in Python-Markdown.

    A leading `- ` stays: it is the schema's own bullet. Does not touch anything that is harmless where it stands.
    """
    if _is_harmless(plain):
        return plain
    bullet = "- " if plain.startswith("- ") else ""
    return bullet + _SPECIAL.sub(_escape_one, plain[len(bullet) :])


def _is_harmless(line: str) -> bool:
    """Tell quickly whether a line holds nothing that could be markup, so that escaping changes nothing either way.

    Most lines of a post do, and `_SPECIAL` takes twenty times as long to say so.
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
    linked = re.sub(r"!?\[([^\]]*)\]\([^)\s]*\)", r"\1", source)
    return unescape(re.sub(r"(?<!\\)(?:\*{1,3}|_{2,3}|`+)", "", linked))


def unescaped(source: str) -> str | None:
    """Return the plain text that `escape` writes as this field; None where it is Markdown of another hand."""
    if all(map(_is_harmless, source.split("\n"))):
        return source
    text = unescape(source)
    return text if "\n".join(map(escape, text.split("\n"))) == source else None


def parse(text: str) -> Post:
    """Read a post. Raises ArchiveError where front matter, a heading or an entry is not in this format."""
    header, body = frontmatter.parse(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    first = text.count("\n") - body.count("\n") + 1
    starts = [found.start() for found in _TOP.finditer("\n" + body) if _TITLE.fullmatch(found[1])]
    if not starts:
        raise ArchiveError("no entry like `# 1. [title](https://arxiv.org/abs/…)`")
    notes: list[str] = []
    for number, line in enumerate(body[: starts[0]].split("\n"), first):
        if line.startswith("> "):
            notes.append(line[2:].rstrip())
        elif line.strip():
            raise ArchiveError(f"line {number}: text before the first entry: {line[:40]!r}")
    entries = tuple(
        _parse_entry(body[start:end], first, partial(body.count, "\n", 0, start))
        for start, end in zip(starts, [*starts[1:], len(body)], strict=True)
    )
    return Post(header=header, notes=tuple(notes), entries=entries)


class _Misfit(Exception):
    """Something in an entry is not in this format: what, so many characters into a piece of text."""

    def __init__(self, at: int, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.at, self.what, self.hint = at, what, hint


def _parse_entry(text: str, first: int, above: Callable[[], int]) -> PostEntry:
    """Read one paper. Lines are counted only where something is wrong with one."""
    try:
        return _read_entry(text)
    except _Misfit as cause:
        line = first + above() + text.count("\n", 0, cause.at)
        raise ArchiveError(f"line {line}: {cause.what}", hint=cause.hint) from cause.__cause__


def _read_entry(text: str) -> PostEntry:
    text, notes = _part_notes(text)
    top, _, _ = text.partition("\n")
    title = _TITLE.fullmatch(top)
    assert title is not None  # noqa: S101 - the caller cut at titles
    sections = list(_HEADING.finditer(text))
    ends = [*(found.start() for found in sections), len(text)]
    alphaxiv = _link(text[len(top) : ends[0]], len(top))
    sources: dict[str, str] = {}
    for found, end in zip(sections, ends[1:], strict=True):
        heading, body = found[1], text[found.end() : end]
        if heading == INTRODUCTION:
            alphaxiv = _introduce(body, found.end(), sources) or alphaxiv
            continue
        field = HEADINGS.get(heading.lower())
        if field is None or field.introduction:
            known = ", ".join([INTRODUCTION, *(known.heading for known in FIELDS if not known.introduction)])
            raise _Misfit(found.start(1), f"unknown section {heading[:40]!r}", f"known: {known}")
        if field.name in sources:
            raise _Misfit(found.start(1), f"section {heading!r} stands twice")
        sources[field.name] = "\n".join(map(str.rstrip, body.split("\n"))).strip("\n")
    fields = {name: sources[name] for name in NAMES if name in sources}
    plain = {name: text for name, source in fields.items() if (text := unescaped(source)) is not None}
    markup = len(plain) < len(fields)
    entry = PostEntry(
        title=unescape(title["title"]),
        arxiv_url=title["url"],
        alphaxiv_url=alphaxiv,
        fields=fields if markup else plain,
        notes=notes,
        markup=markup,
    )
    try:
        entry.id  # noqa: B018 - a link that leads elsewhere is an error of this line
    except BadArxivId as cause:
        raise _Misfit(0, f"the title does not link to arXiv: {title['url'][:60]}") from cause
    return entry


def _part_notes(text: str) -> tuple[str, tuple[str, ...]]:
    """Cut off the notes under an entry: lines like `> note` at its very end."""
    if not text.rstrip().rpartition("\n")[2].startswith(">"):
        return text, ()
    lines = text.split("\n")
    end = len(lines)
    while not lines[end - 1].strip() or (lines[end - 1].startswith("> ") and not _ALPHAXIV.fullmatch(lines[end - 1])):
        end -= 1
    return "\n".join(lines[:end]), tuple(line[2:].rstrip() for line in lines[end:] if line.strip())


def _link(head: str, at: int) -> str:
    """Return the alphaXiv link between title and first section, the only thing that may stand there."""
    url = ""
    for line in _LINE.finditer(head):
        link = _ALPHAXIV.fullmatch(line[0])
        if link is None:
            raise _Misfit(at + line.start(), f"text outside of a section: {line[0][:40]!r}")
        url = link["url"]
    return url


def _introduce(text: str, at: int, sources: dict[str, str]) -> str:
    """Take the Introduction: its three bullets, each with the lines that go on with it. Return a link above them."""
    url, here = "", ""
    for found in _LINE.finditer(text):
        line = found[0]
        bullet = _BULLET.fullmatch(line)
        field = HEADINGS.get(bullet["heading"].lower()) if bullet else None
        link = _ALPHAXIV.fullmatch(line) if not sources else None
        if bullet and field and field.introduction:
            here = field.name
            if here in sources:
                raise _Misfit(at + found.start(), f"{field.heading} stands twice")
            sources[here] = bullet["text"].strip()
        elif link:
            url = link["url"]
        elif here:
            sources[here] = f"{sources[here]} {line.strip()}".strip()
        else:
            raise _Misfit(at + found.start(), f"text in the Introduction before its first bullet: {line[:40]!r}")
    return url
