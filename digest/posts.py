"""The grammar of a post: text → Post, and plain text ↔ the Markdown that shows it unchanged.

`parse(render(post)) == post` for every post that `digest.render` can make. Posts by other hands that keep to the
headings are read as well; what does not fit is an ArchiveError that names the line.
"""

import re

from digest import frontmatter
from digest.errors import ArchiveError
from digest.model import BadArxivId, Post, PostEntry
from digest.schema import FIELDS, HEADINGS, INTRODUCTION, NAMES

_TITLE = re.compile(r"# (?:\d+\. )?\[(?P<title>(?:\\.|[^\\])+?)\]\((?P<url>[^()\s]+)\)\s*")
_ALPHAXIV = re.compile(r"> \[alphaxiv\]\((?P<url>[^()\s]+)\)\s*", re.IGNORECASE)
_HEADING = re.compile(r"## +(?P<heading>.+?)\s*")
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
_ESCAPED = re.compile(r"\\([\\*_`\[\]#+.-])|&(?:#(?P<code>[0-9]{2,6})|(?P<name>amp|lt|gt|quot));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}
_START = {"#": "\\#", "+": "\\+", "-": "\\-"}


def escape(plain: str) -> str:
    """Write one line of plain text as Markdown that shows exactly it, in Jekyll and in Python-Markdown.

    A leading `- ` stays: it is the schema's own bullet. Does not touch anything that is harmless where it stands.
    """
    bullet = "- " if plain.startswith("- ") else ""
    return bullet + _SPECIAL.sub(_escape_one, plain[len(bullet) :])


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


def is_plain(source: str) -> bool:
    """Tell whether a field's Markdown is nothing but escaped plain text."""
    return all(escape(unescape(line)) == line for line in source.split("\n"))


def parse(text: str) -> Post:
    """Read a post. Raises ArchiveError where front matter, a heading or an entry is not in this format."""
    header, body = frontmatter.parse(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    first = text.count("\n") - body.count("\n")
    lines = body.split("\n")
    starts = [number for number, line in enumerate(lines) if _TITLE.fullmatch(line)]
    if not starts:
        raise ArchiveError("no entry like `# 1. [title](https://arxiv.org/abs/…)`")
    notes: list[str] = []
    for number, line in enumerate(lines[: starts[0]]):
        if line.startswith("> "):
            notes.append(line[2:].rstrip())
        elif line.strip():
            raise ArchiveError(f"line {first + number + 1}: text before the first entry: {line[:40]!r}")
    entries = tuple(
        _parse_entry(lines[start:end], first + start + 1)
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    )
    return Post(header=header, notes=tuple(notes), entries=entries)


def _parse_entry(lines: list[str], first: int) -> PostEntry:
    """Read one paper. `first` is the line of its title in the file, for messages."""
    title = _TITLE.fullmatch(lines[0])
    assert title is not None  # noqa: S101 - the caller cut at titles
    alphaxiv, here = "", ""
    sources: dict[str, list[str]] = {}
    end = _end_of_text(lines)
    for number, line in enumerate(map(str.rstrip, lines[1:end]), first + 1):
        heading, link = _HEADING.fullmatch(line), _ALPHAXIV.fullmatch(line)
        if link and not sources:
            alphaxiv = link["url"]
        elif heading:
            here = _open(heading["heading"], sources, number)
        elif here == INTRODUCTION:
            _introduce(line, sources, number)
        elif here:
            sources[here].append(line)
        elif line:
            raise ArchiveError(f"line {number}: text outside of a section: {line[:40]!r}")
    fields = {name: "\n".join(sources[name]).strip("\n") for name in NAMES if name in sources}
    plain = all(is_plain(source) for source in fields.values())
    entry = PostEntry(
        title=unescape(title["title"]),
        arxiv_url=title["url"],
        alphaxiv_url=alphaxiv,
        fields={name: unescape(source) for name, source in fields.items()} if plain else fields,
        notes=tuple(line[2:].rstrip() for line in lines[end:] if line.strip()),
        markup=not plain,
    )
    try:
        entry.id  # noqa: B018 - a link that leads elsewhere is an error of this line
    except BadArxivId as cause:
        raise ArchiveError(f"line {first}: the title does not link to arXiv: {title['url'][:60]}") from cause
    return entry


def _end_of_text(lines: list[str]) -> int:
    """Return where an entry's last section ends and the notes under it begin: lines like `> note` at its very end."""
    end = len(lines)
    while not lines[end - 1].strip() or (lines[end - 1].startswith("> ") and not _ALPHAXIV.fullmatch(lines[end - 1])):
        end -= 1
    return end


def _open(heading: str, sources: dict[str, list[str]], number: int) -> str:
    """Begin the section under `heading`; return the field it fills, or `Introduction`."""
    if heading == INTRODUCTION:
        return INTRODUCTION
    field = HEADINGS.get(heading.lower())
    if field is None or field.introduction:
        known = ", ".join([INTRODUCTION, *(known.heading for known in FIELDS if not known.introduction)])
        raise ArchiveError(f"line {number}: unknown section {heading[:40]!r}", hint=f"known: {known}")
    if field.name in sources:
        raise ArchiveError(f"line {number}: section {heading!r} stands twice")
    sources[field.name] = []
    return field.name


def _introduce(line: str, sources: dict[str, list[str]], number: int) -> None:
    """Take a line of the Introduction: one of its three bullets, or the rest of the bullet above."""
    bullet = _BULLET.fullmatch(line)
    field = HEADINGS.get(bullet["heading"].lower()) if bullet else None
    if bullet and field and field.introduction:
        if field.name in sources:
            raise ArchiveError(f"line {number}: {field.heading} stands twice")
        sources[field.name] = [bullet["text"].strip()]
    elif line and sources:
        last = sources[next(reversed(sources))]
        last[-1] = f"{last[-1]} {line.strip()}".strip()
    elif line:
        raise ArchiveError(f"line {number}: text in the Introduction before its first bullet: {line[:40]!r}")
