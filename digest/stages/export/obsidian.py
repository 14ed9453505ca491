"""A note a paper for Obsidian, and one a day that links to them: front matter, Markdown, formulas for MathJax."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from digest.model import schema
from digest.model.papers import short_name
from digest.model.text import one_line
from digest.stages.export.published import ExportedFile, PublishedPaper

_FORMULA = re.compile(r"(?<![\\$])\$(?=[^\s$])[^$\n]{1,400}(?<=[^\s\\])\$(?![\d$])")
_SPECIAL = re.compile(
    r"[\\`*\[\]|$]|(?<!\w)_|_(?!\w)|#(?=\S)|={2,}|%{2,}|~{2,}|(?<=\s)\^|<(?=[A-Za-z/!?%])|&(?=#?\w{1,30};)|^[-+>=#:]"
)
"""What Obsidian would take for markup, for a tag, a comment or a highlight."""
_NUMBER = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))")
_LINES = {field.name for field in schema.FIELDS if field.introduction}
_NO_LABEL = re.compile(r"[\[\]|\\]")
_NO_TAG = re.compile(r"[^\w/-]+")


def export(papers: Iterable[PublishedPaper]) -> Iterator[ExportedFile]:
    """Write `papers/ID.md` for each paper and `days/DAY.md` for each day."""
    days: dict[str, list[PublishedPaper]] = {}
    for one in papers:
        days.setdefault(one.edition.name, []).append(one)
        yield ExportedFile(f"papers/{one.slug}.md", _note(one).encode(), note=True)
    for name, those in days.items():
        lines = [f"# {escaped(one_line(those[0].edition.header.title))}", ""]
        lines += [f"{number}. {_link(one)} {escaped(_line(one))}".rstrip() for number, one in enumerate(those, 1)]
        yield ExportedFile(f"days/{_day_note(name)}.md", ("\n".join(lines) + "\n").encode(), note=True)


def _day_note(name: str) -> str:
    """Name the note of a day, unlike the daily notes that a vault may have already."""
    return f"{name}-papers"


def _note(one: PublishedPaper) -> str:
    summary, headings = one.entry.summary, one.headings
    lines = ["---", _front_matter(one).rstrip("\n"), "---", f"# {escaped(one.citation.title)}", ""]
    if summary.tldr:
        lines += [f"> {escaped(one_line(summary.tldr))}", ""]
    for name, text in one.fields.items():
        shown = summary.field(name).strip() if summary.markup else _field(name, text)
        lines += [f"## {headings[name]}", "", shown, ""]
        quotes = [anchor.quote for claim in one.entry.claims_of(name) for anchor in claim.anchors]
        if quotes:
            lines += [f"> [!quote]- {one.words['site']['evidence']['show']}"]
            lines += [f"> - {escaped(one_line(quote))}" for quote in dict.fromkeys(quotes)] + [""]
    if one.doubts:
        lines += [f"> [!warning] {one.words['site']['doubt']['title']}"]
        lines += [f"> - {escaped(heading)}: {escaped(what)}" for heading, what in one.doubts] + [""]
    lines += [f"[[{_day_note(one.edition.name)}|{one.day}]]", ""]
    return "\n".join(lines)


def _front_matter(one: PublishedPaper) -> str:
    cited, paper = one.citation, one.entry.paper
    known: dict[str, Any] = {
        "title": cited.shown, "aliases": [short_name(cited.shown)], "id": cited.id, "authors": list(cited.authors),
        "day": one.edition.day, "submitted": paper.submitted.date() if paper.submitted else "",
        "tags": [tag for topic in one.topics if (tag := _tag(topic))], "upvotes": paper.upvotes, "doi": cited.doi,
        "link": cited.url, "pdf": cited.pdf, "code": paper.code, "project": paper.project, "page": one.page,
        "organization": paper.organization, "citekey": cited.key,
    }  # fmt: skip
    kept = {name: value for name, value in known.items() if value not in (None, "", [])}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=1_000_000)


def _link(one: PublishedPaper) -> str:
    """Link to the note of a paper; what ends such a link cannot stand in it."""
    name = one_line(_NO_LABEL.sub(" ", short_name(one.citation.shown)))
    return f"[[{one.slug}|{name or one.slug}]]"


def _line(one: PublishedPaper) -> str:
    return one_line(one.entry.summary.tldr) or one.citation.title


def _tag(topic: str) -> str:
    """Write a topic as Obsidian writes tags: no spaces, and not digits alone."""
    tag = _NO_TAG.sub("-", topic).strip("-")
    return tag if re.search(r"[^\W\d]", tag) else ""


def _field(name: str, text: str) -> str:
    """Write a field of plain text; those of the introduction are a line and hold no list."""
    return escaped(one_line(text)) if name in _LINES else "\n".join(map(_escaped_line, text.split("\n")))


def _escaped_line(line: str) -> str:
    return f"- {escaped(line[2:])}" if line.startswith("- ") else escaped(line)


def escaped(line: str) -> str:
    """Write a line of plain text as Markdown that shows just it, formulas as formulas."""
    pieces, end = [], 0
    for found in _FORMULA.finditer(line):
        pieces += [_plain(line[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*pieces, _plain(line[end:])])


def _plain(text: str) -> str:
    return _NUMBER.sub(r"\1\\", _SPECIAL.sub(_escaped_sign, text))


def _escaped_sign(found: re.Match[str]) -> str:
    return {"<": "&lt;", "&": "&amp;"}.get(found[0]) or "".join(f"\\{sign}" for sign in found[0])
