"""Make headings, paragraphs and tables of a PDF's lines. Best effort: a PDF knows glyphs and places, not text. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from digest.stages.fulltext.blocks import Block, Grid, Heading, Prose
from digest.stages.fulltext.grid import SEPARATOR
from digest.stages.fulltext.normalize import joined, tidy, vocabulary
from digest.stages.fulltext.pdf import lines as pdf_lines
from digest.stages.fulltext.pdf.headings import Headings, continues, inline_abstract, run_in
from digest.stages.fulltext.pdf.lines import Line, Page

_CAPTION = re.compile(
    r"(?P<what>Table|TABLE|Tab\.|Figure|FIGURE|Fig\.|FIG\.|Algorithm|Listing)[ \t]+"
    r"[\dA-Z][\w.-]{0,5}?(?P<end>[:.|]|[ \t]?[—–]|$)"
)
_TABLE = ("Ta", "TA")
_BULLET = re.compile(r"^[•▪‣∙◦⋄▶►–\-*]\s+(?=\w)")
_LEADERS = re.compile(r"(?:\.\s?){5,}")
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*|[A-Z](?:\.\d{1,2})*|[IVX]{1,5})\.?[ \t]+[^\W\d_]{3}")
_LABEL = re.compile(r"\([A-Za-z0-9]{1,3}\)")
_SENTENCE_END = re.compile(r"[.!?:][\"'”’)\]]*$")
_DEBRIS = 5
"""Short lines in a row that are labels of a drawing or shreds of a formula."""
_LOOSE_STOP = re.compile(r" (?=[.,;:](?:\s|$))")
_SHRED = 4
"""Characters of a paragraph without a letter that is a piece of a formula."""
_LONGEST_WORD = 200
"""Characters of a word up to which the next line may go on with it."""
_NEAR = 5.0
"""Font sizes between two rows of one table at most."""


@dataclass(slots=True)
class _Assembler:
    pages: Sequence[Page]
    size: float
    width: float
    leading: float
    words: frozenset[str]
    headings: Headings
    paragraph: list[str] = field(default_factory=list)
    lead: str = ""
    last: Line | None = None

    def blocks(self) -> Iterator[Block]:
        for page in self.pages:
            lines = _without_debris(page, self.width)
            at = 0
            while at < len(lines):
                line = lines[at]
                caption = _CAPTION.match(line.text)
                if caption and line.size <= 1.05 * self.size:
                    yield from self.pause()
                    at, grid = self.float(lines, at)
                    yield grid
                    continue
                heading = self.headings.take(line)
                if heading is not None:
                    yield from self.end()
                    at, heading = _whole(lines, at, heading)
                    yield heading
                    continue
                rows = self.rows(lines, at)
                if rows:
                    yield from self.pause()
                    at += len(rows)
                    below = _CAPTION.match(lines[at].text) if at < len(lines) else None
                    text = _caption(lines, at) if below and below["what"].startswith(_TABLE) else []
                    at += len(text)
                    if text or 2 * sum(map(_holds_figures, rows)) > len(rows):
                        yield Grid("\n".join(filter(None, (self.join(text), *map(_row, rows)))))
                    continue
                yield from self.text(line)
                at += 1
        yield from self.end()

    def float(self, lines: list[Line], at: int) -> tuple[int, Grid]:
        """Return a caption with the rows below it, and where to go on."""
        text = _caption(lines, at)
        at += len(text)
        rows = self.rows(lines, at, below=text[-1]) if text[0].text.startswith((*_TABLE, "Al", "Li")) else []
        return at + len(rows), Grid("\n".join((self.join(text), *map(_row, rows))))

    def rows(self, lines: list[Line], at: int, below: Line | None = None) -> list[Line]:
        """Return the lines from `at` that stand in columns, with the short labels between them.

        Below a caption a label may come first.
        """
        rows: list[Line] = []
        for line in map(lines.__getitem__, range(at, len(lines))):
            wide = line.right - line.left > 0.9 * self.width
            tabs = line.text.count("\t")
            prose = wide and (tabs == 0 or (tabs == 1 and line.words > 8) or (tabs < line.words / 6))
            label = bool(rows or below) and tabs == 0 and line.right - line.left < 0.45 * self.width and line.words < 8
            above = rows[-1] if rows else below
            near = above is None or abs(above.base - line.base) < _NEAR * max(line.size, 6)
            leads = 0 < line.bold < len(line.text) and line.text[line.bold : line.bold + 1] == "\t" and line.words > 8
            if prose or leads or not near or not (tabs or label) or _CAPTION.match(line.text):
                break
            if (label or tabs == 1) and self.heading_like(line):
                break
            rows.append(line)
        while rows and "\t" not in rows[-1].text:
            rows.pop()
        return rows if sum(1 for row in rows if "\t" in row.text) > 1 else []

    def heading_like(self, line: Line) -> bool:
        stands_out = line.size > 1.05 * self.size or line.bold >= len(line.text) - 1
        return stands_out and bool(_NUMBERED.match(line.text))

    def text(self, line: Line) -> Iterator[Block]:
        """Take a line of running text; yield the paragraph before it where a new one begins."""
        if _LEADERS.search(line.text) or _LABEL.fullmatch(line.text) or self.label(line):
            return
        abstract = inline_abstract(line.text)
        if abstract is not None and not self.headings.section:
            yield from self.end()
            yield Heading("Abstract")
            line = replace(line, text=abstract, bold=0)
        if self.begins(line):
            yield from self.end()
        if not self.paragraph and 2 < line.bold < len(line.text.strip()) and line.bold <= 90:
            self.lead = tidy(line.text[: line.bold])
            if titled := run_in(self.lead):
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
        if self.last is not None and _SENTENCE_END.search(self.last.text.rstrip()):
            yield from self.end()

    def begins(self, line: Line) -> bool:
        """Return whether a paragraph begins with a line."""
        last = self.last
        if last is None or not self.paragraph:
            return True
        if _BULLET.match(line.text):
            return True
        ended = bool(_SENTENCE_END.search(last.text.rstrip()))
        step = last.base - line.base
        if 2 < line.bold < len(line.text.strip()) and ended:
            return True
        if step < -2 or abs(line.left - last.left) > 0.8 * self.width:
            return ended and not line.text[:1].islower()
        hidden_lines = 1 + last.text.count("\x02")
        if step > 1.3 * self.leading * max(hidden_lines, 1) + self.leading * self.merged(last):
            return ended or not line.text[:1].islower()
        return ended and 5 < line.left - last.left < 40

    def merged(self, line: Line) -> int:
        """Return how many more lines PDFium has put on this one: it joins a divided word with its whole next line."""
        return round(len(line.text) * 0.45 * line.size / max(self.width, 1)) - 1 if len(line.text) > 1 else 0

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
            divided = words and words[-1][-1:] == "-" and words[-1][-2:-1].isalpha() and first[:1].isalpha()
            if divided and len(words[-1]) <= _LONGEST_WORD:
                words[-1] = joined(words[-1][:-1], first, self.words)
            else:
                words.append(first)
            words += rest.split(" ")
        return " ".join(words)


def blocks(pages: Sequence[Page]) -> list[Block]:
    """Return the blocks of a PDF's pages; the title page's names and addresses before the abstract are left out."""
    size = pdf_lines.body_size(pages)
    width, leading = pdf_lines.column_width(pages, size), pdf_lines.leading(pages, size)
    kept = pdf_lines.of_the_paper(pages)
    words = vocabulary("\n".join(line.text for page in kept for line in page))
    for strict in (True, False):
        found = list(_Assembler(kept, size, width, leading, words, Headings(size, strict)).blocks())
        sections = [at for at, block in enumerate(found) if isinstance(block, Heading) and block.level == 1]
        if len(sections) > 2:
            break
    abstract = next((at for at in sections if found[at].__class__ is Heading and _is_abstract(found[at])), None)
    return found if abstract is None else found[abstract:]


def _is_abstract(block: Block) -> bool:
    return isinstance(block, Heading) and block.title.lower() == "abstract"


def _whole(lines: list[Line], at: int, heading: Heading) -> tuple[int, Heading]:
    """Return a heading with the lines that it runs over, and where to go on."""
    title, first = heading.title, at
    at += 1
    while at < len(lines) and at < first + 3 and continues(lines[at - 1], lines[at]):
        title = f"{title} {lines[at].text.strip()}"
        at += 1
    return at, Heading(tidy(title), heading.level, heading.appendix)


def _caption(lines: list[Line], at: int) -> list[Line]:
    """Return the lines of the caption that begins at `at`: evenly spaced, of one size, not in columns."""
    caption = [lines[at]]
    step = 0.0
    for line in lines[at + 1 : at + 15]:
        down = caption[-1].base - line.base
        alone = len(caption) == 1 and caption[0].words < 3
        even = 0 < down < 1.45 * line.size + 1 and (not step or abs(down - step) < 0.15 * line.size)
        if (
            "\t" in line.text
            or abs(line.size - caption[-1].size) > 0.6
            or not (even or (alone and 0 < down < 3 * line.size))
        ):
            break
        if not alone:
            step = step or down
        caption.append(line)
    return caption


def _row(line: Line) -> str:
    return SEPARATOR.join(filter(None, map(tidy, line.text.split("\t"))))


def _holds_figures(line: Line) -> bool:
    return bool(re.search(r"\d", line.text))


def _without_debris(page: Page, width: float) -> list[Line]:
    kept: list[Line] = []
    run: list[Line] = []
    for line in page:
        narrow = line.words < 4 and line.right - line.left < 0.35 * width and "\t" not in line.text
        said = _CAPTION.match(line.text) or _SENTENCE_END.search(line.text.rstrip())
        if narrow and not said and line.bold < len(line.text.strip()) - 1:
            run.append(line)
            continue
        kept += run if len(run) < _DEBRIS else []
        run = []
        kept.append(line)
    return kept + (run if len(run) < _DEBRIS else [])
