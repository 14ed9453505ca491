"""What has been read of a LaTeXML page so far: finished blocks, and the text of what is still open."""

import re
from dataclasses import dataclass, field

from digest.stages.fulltext.blocks import Block, Grid, Heading, Prose
from digest.stages.fulltext.grid import Rows
from digest.stages.fulltext.normalize import tidy

_SPLIT_FORMULA = re.compile(r"\$ \$(?!\$)")
_SUBCAPTION = re.compile(r"\([a-z]{1,2}\)")


@dataclass(slots=True)
class Frame:
    """Something whose text is gathered before it is known what becomes of it: the page, a title, a float, a cell."""

    what: str
    pieces: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lead: str = ""
    before: str = ""
    """The last character of the line so far that is not white space."""

    def add(self, text: str) -> None:
        """Take a piece of text."""
        self.pieces.append(text)
        self.before = text.rstrip()[-1:] or self.before


@dataclass(slots=True)
class PageReader:
    """The blocks of a page and what is open on it, the page itself first."""

    blocks: list[Block] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=lambda: [Frame("page")])
    grids: list[Rows] = field(default_factory=list)
    equations: int = 0

    def float(self) -> Frame | None:
        """Return the innermost float that is being read."""
        return next((frame for frame in reversed(self.frames) if frame.what == "float"), None)

    def end_note(self) -> None:
        """Close a note of a table: it stands below the rows."""
        text = " ".join(self.pop().lines)
        if (outer := self.float()) is not None and text:
            outer.notes.append(text)

    def flush(self) -> None:
        """Close the line so far."""
        frame = self.frames[-1]
        line = tidy("".join(frame.pieces))
        frame.pieces.clear()
        lead, frame.lead, frame.before = frame.lead, "", ""
        if self.equations:
            line = _SPLIT_FORMULA.sub(" ", line)
        if line and frame.what == "page":
            self.blocks.append(Prose(line, lead))
        elif line:
            frame.lines.append(line)

    def push(self, what: str) -> None:
        """Begin to gather the text of something."""
        self.flush()
        self.frames.append(Frame(what))

    def pop(self) -> Frame:
        """Return what has been gathered."""
        self.flush()
        return self.frames.pop()

    def end_abstract(self) -> None:
        """Close the abstract: a letter goes on without a heading."""
        self.flush()
        self.blocks.append(Heading(""))

    def emit_float(self, frame: Frame) -> None:
        """Close a table or figure; a part of one goes into the whole."""
        caption = " ".join(frame.captions)
        outer = self.float()
        if outer is not None and (not caption or _SUBCAPTION.match(caption)):
            outer.lines += [line for line in (caption, *frame.lines) if line]
            outer.notes += frame.notes
        elif caption or frame.lines:
            self.blocks.append(Grid("\n".join(line for line in (caption, *frame.lines, *frame.notes) if line)))
