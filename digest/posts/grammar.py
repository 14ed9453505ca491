"""The grammar of a post: text → Post.

`parse(render(post)) == post` for every post that `digest.stages.render` can make. Posts by other hands that keep to the
headings are read as well; what does not fit is an ArchiveError that names the line.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial

from digest.errors import ArchiveError
from digest.model import BadPaperId, Post, PostEntry
from digest.model.schema import FIELDS, HEADINGS, INTRODUCTION, NAMES
from digest.posts import escaping, frontmatter

_TITLE = re.compile(r"# (?:\d+\. )?\[(?P<title>(?:\\.|[^\\])+?)\]\((?P<url>[^()\s]+)\)\s*")
_PLAIN = ("https://", "http://")
_TWICE = "the title of another paper above it needs a link: `# 2. [title](https://arxiv.org/abs/…)`"
_BELOW = "put it under a heading, or below the entry, behind `> `"
_NOTE = "begin that line with `> `, which makes it a note"
_NUMBERED = tuple(f"# {digit}" for digit in "123456789")
_ALPHAXIV = re.compile(r"> \[alphaxiv\]\((?P<url>[^()\s]+)\)\s*", re.IGNORECASE)
# A search for a line's first characters with the break before them is five times as quick as one with `^`.
_TOP = re.compile(r"\n(# .*)")
_HEADING = re.compile(r"\n## ++(.*\S)")
_LINE = re.compile(r"(?<=\n).*\S")
_BULLET = re.compile(r"- (?P<heading>[A-Z][a-z]+): ?(?P<text>.*)")
# An entry as we write it, whole, without notes: nearly all of an archive are, and one match reads them three times as
# quickly. Everything else is read heading by heading; tests compare the two.
_WHOLE = re.compile(
    r"# (?:\d+\. )?\[([^\[\]\\\n]+)\]\(([^()\s]+)\)\n\n> \[Alphaxiv\]\(([^()\s]+)\)\n\n## Introduction[^\S\n]*\n"
    + "".join(rf"- {field.heading}: (\S.*)\n" for field in FIELDS if field.introduction)
    + "".join(rf"\n## {field.heading}[^\S\n]*\n((?:(?!## |>).+\n)+)" for field in FIELDS if not field.introduction)
    + r"\n*"
)

# One after the other, each searched for once: as one pattern they would take the cube of a post's length.
_SIGNS = (
    re.compile(r"^# (?:\d+\. )?\[.", re.M | re.S),
    re.compile(
        r"\]\((?:\S{0,200}arxiv\.org/abs/|https://doi\.org/10\.|https://openreview\.net/forum\?id=|#file-)\S{1,200}\)\s*$"
        r"|^# \d+\. .{0,1000}\]\(https?://\S{1,600}\)\s*$",
        re.M,
    ),
    re.compile(r"^## +(?:Introduction|Method|Results|Limitations|Conclusion)[^\S\n]*$", re.M),
)


def is_digest(text: str) -> bool:
    """Return whether a post means to be in this format: a title that links to a paper, then a section of a summary."""
    place = 0
    for sign in _SIGNS:
        found = sign.search(text, place)
        if found is None:
            return False
        place = found.end()
    return True


def parse(text: str) -> Post:
    """Read a post. Raises ArchiveError where front matter, a heading or an entry is not in this format."""
    header, body = frontmatter.parse(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    first = text.count("\n") - body.count("\n") + 1
    starts = [found.start() for found in _TOP.finditer("\n" + body) if _TITLE.fullmatch(found[1])]
    if not starts:
        raise ArchiveError("no entries found, expected `# 1. [title](https://arxiv.org/abs/…)`")
    notes: list[str] = []
    for number, line in enumerate(body[: starts[0]].split("\n"), first):
        if line.startswith("> "):
            notes.append(line[2:].rstrip())
        elif line.strip():
            raise ArchiveError(f"line {number}: text before the first entry: {line[:40]!r}", hint=_NOTE)

    def line_of(start: int, at: int) -> int:
        return first + body.count("\n", 0, start + at)

    entries = tuple(
        _parse_entry(body[start:end], partial(line_of, start))
        for start, end in zip(starts, [*starts[1:], len(body)], strict=True)
    )
    return Post(header=header, notes=tuple(notes), entries=entries)


def _parse_entry(text: str, line: Callable[[int], int]) -> PostEntry:
    """Read one paper. `line` finds the line of a place in `text`; it is asked only where something is wrong."""
    whole = _WHOLE.fullmatch(text) or _WHOLE.fullmatch(text + "\n")
    if whole:
        title, url, alphaxiv, *parts = whole.groups()
        fields = dict(zip(NAMES, map(_body, parts), strict=True))
        notes: tuple[str, ...] = ()
    else:
        title, url, alphaxiv, fields, notes = _parse_loosely(text, line)
    plain = {name: words for name, source in fields.items() if (words := escaping.unescaped(source)) is not None}
    markup = len(plain) < len(fields)
    entry = PostEntry(
        title=escaping.unescape(title),
        arxiv_url=url,
        alphaxiv_url=alphaxiv,
        fields=fields if markup else plain,
        notes=notes,
        markup=markup,
    )
    try:
        # Any link at all is a paper only in our own form, which has alphaXiv's for arXiv's papers alone.
        if entry.id.startswith(_PLAIN) and (alphaxiv or not text.startswith(_NUMBERED)):
            raise BadPaperId(url)
    except BadPaperId as cause:
        raise ArchiveError(f"line {line(0)}: the title does not link to a paper: {url[:60]}") from cause
    return entry


def _parse_loosely(text: str, line: Callable[[int], int]) -> tuple[str, str, str, dict[str, str], tuple[str, ...]]:
    """Read one paper heading by heading: title, its link, the alphaXiv link, fields, notes."""
    text, notes = _part_notes(text)
    top, _, _ = text.partition("\n")
    title = _TITLE.fullmatch(top)
    assert title is not None  # noqa: S101 - the caller cut at titles
    sections = list(_HEADING.finditer(text))
    ends = [*(found.start() for found in sections), len(text)]
    alphaxiv = _link(_LINE.finditer(text, len(top), ends[0]), line)
    sources: dict[str, str] = {}
    for found, end in zip(sections, ends[1:], strict=True):
        heading = found[1]
        if heading == INTRODUCTION:
            alphaxiv = _introduce(_LINE.finditer(text, found.end(), end), sources, line) or alphaxiv
            continue
        field = HEADINGS.get(heading.lower())
        if field is None or field.introduction:
            known = ", ".join([INTRODUCTION, *(known.heading for known in FIELDS if not known.introduction)])
            raise ArchiveError(f"line {line(found.start(1))}: unknown section {heading[:40]!r}", hint=f"known: {known}")
        if field.name in sources:
            raise ArchiveError(f"line {line(found.start(1))}: duplicate section {heading!r}", hint=_TWICE)
        sources[field.name] = _body(text[found.end() : end])
    fields = {name: sources[name] for name in NAMES if name in sources}
    last = next((field.name for field in reversed(FIELDS) if field.name in fields and not field.introduction), "")
    if last:
        # Where sections stand in another order, this one is written last, and its end will be read like an entry's.
        body, above = _part_notes(fields[last])
        fields[last], notes = body.rstrip("\n"), (*above, *notes)
    return title["title"], title["url"], alphaxiv, fields, notes


def _body(text: str) -> str:
    """Return a section's text without the spaces that end its lines, and without empty lines around it."""
    return "\n".join(map(str.rstrip, text.split("\n"))).strip("\n")


def _part_notes(text: str) -> tuple[str, tuple[str, ...]]:
    """Cut off the notes under an entry or its last field: lines like `> note` at its very end."""
    if not text.rstrip().rpartition("\n")[2].startswith(">"):
        return text, ()
    lines = text.split("\n")
    end = len(lines)
    while end and (not lines[end - 1].strip() or _is_note(lines[end - 1])):
        end -= 1
    return "\n".join(lines[:end]), tuple(line[2:].rstrip() for line in lines[end:] if line.strip())


def _is_note(line: str) -> bool:
    return line.startswith("> ") and not _ALPHAXIV.fullmatch(line)


def _link(rows: Iterable[re.Match[str]], line: Callable[[int], int]) -> str:
    """Return the alphaXiv link between title and first section, the only thing that may stand there."""
    url = ""
    for row in rows:
        link = _ALPHAXIV.fullmatch(row[0])
        if link is None:
            raise ArchiveError(f"line {line(row.start())}: text outside of a section: {row[0][:40]!r}", hint=_BELOW)
        url = link["url"]
    return url


def _introduce(rows: Iterable[re.Match[str]], sources: dict[str, str], line: Callable[[int], int]) -> str:
    """Take the Introduction: its three bullets, each with the rows that go on with it. Return a link above them."""
    url, here = "", ""
    taken: dict[str, list[str]] = {}
    for row in rows:
        bullet = _BULLET.fullmatch(row[0])
        field = HEADINGS.get(bullet["heading"].lower()) if bullet else None
        link = _ALPHAXIV.fullmatch(row[0]) if not (taken or sources) else None
        if bullet and field and field.introduction:
            here = field.name
            if here in taken or here in sources:
                raise ArchiveError(f"line {line(row.start())}: duplicate {field.heading}", hint=_TWICE)
            taken[here] = [bullet["text"].strip()]
        elif link:
            url = link["url"]
        elif here:
            taken[here].append(row[0].strip())
        else:
            raise ArchiveError(
                f"line {line(row.start())}: text in the Introduction before its first bullet: {row[0][:40]!r}"
            )
    sources.update({name: " ".join(filter(None, rows)) for name, rows in taken.items()})
    return url
