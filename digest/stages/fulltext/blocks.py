"""What every reader makes of its file, before sections are made of it: headings, paragraphs and tables in order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A title. Level 1 begins a section, deeper ones are folded into it."""

    title: str
    level: int = 1
    appendix: bool = False
    """Whether the file itself says that it begins an appendix."""


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph, list item, formula or line of code, on one line."""

    text: str
    lead: str = ""
    """The words in bold or italics that it begins with: a title that runs into the text."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table or figure: its caption on one line, then a line per row with ` | ` between cells."""

    text: str


Block = Heading | Prose | Grid
