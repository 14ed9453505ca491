"""Another reader: Hugging Face's Markdown of a paper, made from arXiv's HTML. Seen at /papers/<id>.md; undocumented."""

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from digest.errors import NotThere, Refused
from digest.model import ArxivId, Document, Fetched, Paper
from digest.stages.fulltext import belonging
from digest.stages.fulltext import sections as outline
from digest.stages.fulltext.blocks import Block, Grid, Heading, Prose
from digest.stages.fulltext.grid import SEPARATOR
from digest.stages.fulltext.normalize import tidy
from digest.stages.fulltext.reader import Get

if TYPE_CHECKING:
    from digest.config import FulltextConfig

LEAST_PROSE = 1_500
"""Characters of prose below which a file is an error message or a stub."""
_MOST = 5 << 20

_HEADING = re.compile(r"(#{1,6})[ \t]+([^\n]*)")
_IMAGE = re.compile(
    r"!\[[^\[\]\n]{0,2000}\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,200}\])|<img\b[^<>\n]*>", re.IGNORECASE
)
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\((?:[^()\n]|\([^()\n]*\)){0,1000}\)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(
    r"</?(?:a|b|i|em|strong|span|div|p|sup|sub|br|center|details|summary)\b[^<>\n]{0,500}>", re.IGNORECASE
)
_HIDDEN_SPAN = re.compile(
    r"<(span|div|p)\b[^<>\n]{0,200}(?:hidden|display:\s*none|white)[^<>\n]{0,200}>[^<]*</\1>", re.IGNORECASE
)
_LEAD = re.compile(r"(?:\*\*|__)([^*_\n]{2,80})(?:\*\*|__)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)([^*\n]{1,200}?)(?<=\S)\1|(?<![\w*])\*(?=\S)([^*\n]{1,200}?)(?<=\S)\*(?![\w*])")
_RULE = frozenset("|:- \t")
_CAPTION = re.compile(r"(?:\*\*|_|\*)?(?:Table|Figure|Fig\.)\s+\w{1,4}\s*[:.]")
_BULLET = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_FOOTNOTE = re.compile(r"\[\^[^\]\n]{1,40}\](?::[^\n]*)?")


def read(paper: Paper, get: Get, _config: "FulltextConfig") -> Document:
    """Return what Hugging Face's Markdown says. Raises FetchError: the GET's own, NotThere for anything but a paper."""
    if not isinstance(paper.id, ArxivId):
        raise NotThere("Hugging Face has Markdown of arXiv's papers alone")
    place = ("huggingface", f"/papers/{paper.id.base}.md")
    return belonging.document(paper, get, place, whole=is_whole, parse=partial(parse, paper))


def is_whole(page: Fetched) -> bool:
    """Return whether it is anything but a web page, and arrived to its end, which Markdown itself does not show."""
    return is_markdown(page) and not page.unbounded


def is_markdown(page: Fetched) -> bool:
    """Return whether it is anything but a web page."""
    start = page.body.lstrip()[:15].lower()
    return "html" not in page.content_type and not start.startswith((b"<!doctype", b"<html"))


def parse(paper: Paper, fetched: Fetched) -> Document:
    """Return the Markdown as a document; pictures, comments and references are left out. Pure.

    Raises NotThere for a web page, a message or a stub, Refused for more than 5 MB.
    """
    if len(fetched.body) > _MOST:
        raise Refused("the Markdown has too much text for a paper")
    text = fetched.body.decode("utf-8", "replace").replace("\r\n", "\n")
    if not is_markdown(fetched):
        raise NotThere("not Markdown, but a web page")
    sections = outline.sections(blocks(text))
    prose = sum(len(section.text) for section in sections)
    if prose < LEAST_PROSE or not any(section.title for section in sections):
        raise NotThere(f"the Markdown has almost no text ({prose} characters)")
    return Document(id=paper.id.at(paper.version), origin="markdown", sections=sections, url=fetched.url)


def blocks(text: str) -> list[Block]:
    """Return the blocks of a Markdown text. The highest level of heading that occurs twice begins the sections."""
    lines = _FOOTNOTE.sub("", _IMAGE.sub("", _HIDDEN_SPAN.sub("", _COMMENT.sub("", text)))).split("\n")
    reader, fenced = _MarkdownReader(_top(lines)), False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
            reader.end_paragraph()
        elif fenced:
            reader.end_paragraph()
            reader.paragraph.append(line)
        else:
            reader.take(line)
    reader.end_paragraph()
    reader.end_table()
    return reader.blocks


@dataclass(slots=True)
class _MarkdownReader:
    top: int
    blocks: list[Block] = field(default_factory=list)
    paragraph: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    caption: str = ""

    def take(self, line: str) -> None:
        bare = line.strip()
        if bare.startswith("|"):
            self.end_paragraph()
            if not _RULE.issuperset(bare):
                self.rows.append(SEPARATOR.join(map(_without_markup, bare.strip("|").split("|"))))
            return
        if bare:
            self.end_rows()
        if heading := _HEADING.fullmatch(bare):
            self.end_paragraph()
            self.end_table()
            title, level = _without_markup(heading[2].rstrip("# ")), len(heading[1]) - self.top + 1
            # The paper's own title stands above the sections and is none of them.
            if title and (level > 0 or self.blocks):
                self.blocks.append(Heading(title, max(level, 1)))
            return
        if not bare or _BULLET.match(line):
            self.end_paragraph()
        if bare:
            self.paragraph.append(_BULLET.sub("", line, count=1))

    def end_paragraph(self) -> None:
        whole = " ".join(self.paragraph).strip()
        self.paragraph = []
        if _CAPTION.match(whole):
            self.end_table()
            self.caption = _without_markup(whole)
        elif text := _without_markup(whole):
            self.end_table()
            lead = _LEAD.match(whole)
            self.blocks.append(Prose(text, _without_markup(lead[1]) if lead else ""))

    def end_rows(self) -> None:
        if self.rows:
            self.end_table()

    def end_table(self) -> None:
        if self.caption or self.rows:
            self.blocks.append(Grid("\n".join([self.caption, *self.rows] if self.caption else self.rows)))
        self.caption, self.rows = "", []


def _top(lines: list[str]) -> int:
    levels = [len(found[1]) for line in lines if (found := _HEADING.fullmatch(line.strip()))]
    return next((level for level in sorted(set(levels)) if levels.count(level) > 1), min(levels, default=1))


def _without_markup(markdown: str) -> str:
    unlinked = _TAG.sub("", _LINK.sub(r"\1", markdown))
    return tidy(_EMPHASIS.sub(lambda found: found[2] or found[3], unlinked))
