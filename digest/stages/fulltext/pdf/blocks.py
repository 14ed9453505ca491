"""Make headings, paragraphs and tables of a PDF's lines. Best effort: a PDF knows glyphs and places, not text. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from digest.stages.fulltext.blocks import Block, Grid, Heading, Prose
from digest.stages.fulltext.normalize import joined, tidy
from digest.stages.fulltext.pdf import bookmarks, chains, floats, tables, titles
from digest.stages.fulltext.pdf import lines as pdf_lines
from digest.stages.fulltext.pdf.bookmarks import Bookmark
from digest.stages.fulltext.pdf.headings import Headings, inline_abstract, unnumbered_style
from digest.stages.fulltext.pdf.lines import Line, Page

_BULLET = re.compile(r"^[•▪‣∙◦⋄▶►–\-*]\s+(?=\w)")
_LEADERS = re.compile(r"(?:\.\s?){5,}")
_LABEL = re.compile(r"\([A-Za-z0-9]{1,3}\)")
_DEBRIS = 5
"""Short lines in a row that are labels of a drawing or shreds of a formula."""
_CAPTION_LINES = 6
"""Lines above the heads of a table in which its caption begins."""
_LOOSE_STOP = re.compile(r" (?=[.,;:](?:\s|$))")
_SHRED = 4
"""Characters of a paragraph without a letter that is a piece of a formula."""
_LONGEST_WORD = 200
"""Characters of a word up to which the next line may go on with it."""


@dataclass(slots=True)
class _Assembler:
    pages: Sequence[Page]
    size: float
    width: float
    leading: float
    words: frozenset[str]
    headings: Headings
    layout: tables.Tables = field(init=False)
    paragraph: list[str] = field(default_factory=list)
    lead: str = ""
    last: Line | None = None

    def __post_init__(self) -> None:
        self.layout = tables.Tables(self.size, self.width, self.ends)

    def blocks(self) -> Iterator[Block]:
        for page in self.pages:
            lines = _without_debris(page, self.width, self.headings.plan)
            at = 0
            while at < len(lines):
                line = lines[at]
                if self.caption(line):
                    yield from self.pause()
                    at, grid = self.float(lines, at)
                    yield grid
                    continue
                heading = self.headings.take(line)
                if heading is not None:
                    yield from self.end()
                    at, whole = _whole(lines, at, *heading)
                    yield whole
                    continue
                rows = self.layout.rows(lines, at)
                if rows:
                    yield from self.pause()
                    at += len(rows)
                    below = floats.label(lines[at]) if at < len(lines) else None
                    text = floats.caption(lines, at, self.ends) if below and floats.of_table(below["what"]) else []
                    at += len(text)
                    if text or 2 * sum(map(_holds_figures, rows)) > len(rows):
                        yield Grid("\n".join(filter(None, (self.join(text), *map(tables.row, rows)))))
                    continue
                yield from self.text(line)
                at += 1
        yield from self.end()

    def caption(self, line: Line) -> bool:
        """Return whether a line begins a caption and does not merely name a table or figure in a sentence."""
        return (
            floats.label(line) is not None
            and line.size <= 1.05 * self.size
            and not (self.paragraph and floats.runs_on(self.last, line, self.leading))
        )

    def float(self, lines: list[Line], at: int) -> tuple[int, Grid]:
        """Return a caption with the rows or steps below it, and where to go on."""
        found = floats.label(lines[at])
        what = found["what"] if found else ""
        text = floats.caption(lines, at, self.algorithm_begins if floats.of_code(what) else self.ends)
        at += len(text)
        if floats.of_code(what) and (steps := floats.steps(lines, at, self.ends)):
            return at + len(steps), Grid("\n".join((self.join(text), *map(floats.step, steps))))
        table = floats.of_table(what) or floats.of_code(what)
        rows = self.layout.rows(lines, at, below=text[-1]) if table else []
        return at + len(rows), Grid("\n".join((self.join(text), *map(tables.row, rows))))

    def ends(self, line: Line) -> bool:
        """Return whether a heading ends a table or caption above it."""
        return id(line) in self.headings.plan or self.headings.subsection(line)

    def algorithm_begins(self, line: Line) -> bool:
        """Return whether a caption ends because the algorithm's own lines begin."""
        return floats.is_step(line) or self.ends(line)

    def text(self, line: Line) -> Iterator[Block]:
        """Take a line of running text; yield the paragraph before it where a new one begins."""
        if _LEADERS.search(line.text) or _LABEL.fullmatch(line.text) or self.label(line):
            return
        abstract = inline_abstract(line)
        if abstract is not None and not self.headings.section:
            yield from self.end()
            yield Heading("Abstract")
            line = replace(line, text=abstract, bold=0)
        if self.begins(line):
            yield from self.end()
        if not self.paragraph and 2 < line.bold < len(line.text.strip()) and line.bold <= 90:
            self.lead = tidy(line.text[: line.bold])
            if titled := self.headings.run_in(self.lead):
                yield titled
                self.lead, line = "", replace(line, text=line.text[line.bold :].lstrip(" .:—–\t"))
        self.paragraph.append(_BULLET.sub("", line.text, count=1) if not self.paragraph else line.text)
        self.last = line

    def label(self, line: Line) -> bool:
        """Return whether a line is words beside one another inside a drawing."""
        cells = line.text.split("\t")
        narrow = line.right - line.left < 0.9 * self.width and not line.text.rstrip().endswith(".")
        return (
            narrow
            and len(cells) > 1
            and not re.search(r"\d", line.text)
            and all(len(cell.split()) < 5 for cell in cells)
        )

    def pause(self) -> Iterator[Prose]:
        """Close the paragraph unless it goes on behind a table or figure."""
        if self.last is not None and floats.ends_sentence(self.last.text.rstrip()):
            yield from self.end()

    def begins(self, line: Line) -> bool:
        """Return whether a paragraph begins with a line."""
        last = self.last
        if last is None or not self.paragraph:
            return True
        if _BULLET.match(line.text):
            return True
        ended = floats.ends_sentence(last.text.rstrip())
        step = last.base - line.base
        if 2 < line.bold < len(line.text.strip()) and ended:
            return True
        if step < -2 or abs(line.left - last.left) > 0.8 * self.width:
            return ended and not line.text[:1].islower()
        if step > 1.3 * self.leading:
            return ended or not line.text[:1].islower()
        return ended and 5 < line.left - last.left < 40

    def end(self) -> Iterator[Prose]:
        """Close the paragraph."""
        text = tidy(self.join_texts(self.paragraph))
        if len(text) > _SHRED or any(map(str.isalpha, text)):
            yield Prose(_LOOSE_STOP.sub("", text), self.lead)
        self.paragraph, self.lead, self.last = [], "", None

    def join(self, lines: Sequence[Line]) -> str:
        return tidy(self.join_texts([line.text for line in lines]))

    def join_texts(self, texts: Sequence[str]) -> str:
        words: list[str] = []
        for text in texts:
            first, _, rest = text.partition(" ")
            divided = words and words[-1][-1:] == "-" and words[-1][-2:-1].isalpha() and first[:1].isalnum()
            if divided and len(words[-1]) <= _LONGEST_WORD:
                words[-1] = joined(words[-1][:-1], first, self.words)
            else:
                words.append(first)
            words += rest.split(" ")
        return " ".join(words)


def blocks(
    pages: Sequence[Page], outline: Sequence[Bookmark] = (), unknown: Mapping[str, str] | None = None
) -> list[Block]:
    """Return the blocks of a PDF's pages; the title page's names and addresses before the abstract are left out.

    Headings are those that the file's own outline names, else those that count on and are set alike.
    """
    size = pdf_lines.body_size(pages)
    kept = pdf_lines.of_the_paper(pages, unknown)
    width, leading = pdf_lines.column_width(kept, size), pdf_lines.leading(kept, size)
    words = pdf_lines.words_of(kept)
    own = bookmarks.plan(kept, outline)
    style = unnumbered_style(kept, size)
    plan = own or chains.plan(kept, size, leading, alone=style is None)
    headings = Headings(size, plan, bool(own), None if plan else style)
    found = list(_Assembler(kept, size, width, leading, words, headings).blocks())
    abstract = next((at for at, block in enumerate(found) if _is_abstract(block)), None)
    return found if abstract is None else found[abstract:]


def _is_abstract(block: Block) -> bool:
    return isinstance(block, Heading) and block.title.lower() == "abstract"


def _whole(lines: list[Line], at: int, heading: Heading, count: int) -> tuple[int, Heading]:
    """Return a heading with the lines that it runs over, and where to go on."""
    if count:
        return at + count, heading
    title, first = heading.title, at
    at += 1
    while at < len(lines) and at < first + 3 and titles.continues(lines[at - 1], lines[at]):
        title = f"{title} {lines[at].text.strip()}"
        at += 1
    return at, Heading(tidy(title), heading.level, heading.appendix)


def _holds_figures(line: Line) -> bool:
    return bool(re.search(r"\d", line.text))


def _without_debris(page: Page, width: float, plan: titles.Plan) -> list[Line]:
    """Drop runs of short lines: labels of a drawing or shreds of a formula, unless they head a table."""
    kept: list[Line] = []
    run: list[Line] = []
    for line in page:
        narrow = line.words < 4 and line.right - line.left < 0.35 * width and "\t" not in line.text
        said = (
            id(line) in plan or floats.label(line) or floats.is_step(line) or floats.ends_sentence(line.text.rstrip())
        )
        if narrow and not said and line.bold < len(line.text.strip()) - 1:
            run.append(line)
            continue
        heads = line.text.count("\t") > 1 and any(_names_a_table(each) for each in kept[-_CAPTION_LINES:])
        kept += run if len(run) < _DEBRIS or heads else []
        run = []
        kept.append(line)
    return kept + (run if len(run) < _DEBRIS else [])


def _names_a_table(line: Line) -> bool:
    found = floats.label(line)
    return found is not None and floats.of_table(found["what"])
