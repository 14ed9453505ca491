"""Tell which lines of a PDF are headings and of which level, as they come. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from digest.stages.fulltext import section_kinds
from digest.stages.fulltext.blocks import Heading
from digest.stages.fulltext.normalize import tidy
from digest.stages.fulltext.pdf import titles
from digest.stages.fulltext.pdf.lines import Line, Page

_INLINE_ABSTRACT = re.compile(r"abstract\s*[—–:.\-]+\s*", re.IGNORECASE)
_BOLD_ABSTRACT = re.compile(r"abstract\s+", re.IGNORECASE)
_MOST_WORDS = 14
"""Words of a heading that no number marks."""
Style = tuple[str, float]
"""Font and size."""


@dataclass(slots=True)
class Headings:
    """What has been seen of a paper's headings. `size` is that of the running text, in points."""

    size: float
    plan: titles.Plan = field(default_factory=dict)
    own: bool = False
    """Whether the plan is the file's own outline: then it is complete."""
    unnumbered: Style | None = None
    """How a paper sets its sections that does not number them."""
    section: int = 0
    section_size: float = 0.0
    section_font: str = ""
    letter: str = ""
    back: bool = False
    """Whether the references have begun."""

    def take(self, line: Line) -> tuple[Heading, int] | None:
        """Return the heading that begins on a line, if one does, and on how many lines it is known to run."""
        if (planned := self.plan.get(id(line))) is not None:
            return self._planned(planned, line), planned.lines
        text = titles.text_of(line)
        if not titles.plausible(line, text, self.size):
            return None
        out = titles.stands_out(line, text, self.size)
        found = self._numbered(text, out, line) or self._unnumbered(text, line, out)
        return None if found is None else (found, 0)

    def subsection(self, line: Line) -> bool:
        """Return whether a line is a numbered heading inside the section."""
        text = titles.text_of(line)
        found = titles.plausible(line, text, self.size) and self._numbered(
            text, titles.stands_out(line, text, self.size), line
        )
        return bool(found)

    def _planned(self, planned: titles.Planned, line: Line) -> Heading:
        heading = planned.heading
        if heading.level == 1:
            if heading.appendix:
                self.letter = heading.title[len("Appendix ") :][:1]
            else:
                self.section += 1
                number = titles.NUMBERED.fullmatch(titles.text_of(line))
                if number and number["digits"] and number["digits"].isdecimal():
                    self.section = int(number["digits"])
            self.section_size, self.section_font = line.size, line.font
        return heading

    def _numbered(self, text: str, out: bool, line: Line) -> Heading | None:
        """Return the heading of a subsection."""
        found = titles.NUMBERED.fullmatch(text)
        if self.own or found is None or not titles.title_like(title := found["title"].strip()):
            return None
        other = out or (line.font != "" and line.font == self.section_font)
        if digits := found["digits"]:
            number, _, below = digits.partition(".")
            return Heading(title, digits.count(".") + 1) if below and other and int(number) == self.section else None
        if found["below"] and other and found["letter"] == self.letter:
            return Heading(title, found["below"].count(".") + 1)
        return None

    def _unnumbered(self, text: str, line: Line, out: bool) -> Heading | None:
        bare = text.rstrip(".:")
        if titles.ALWAYS.fullmatch(bare) and (out or bare[0].isupper()) and "\t" not in text:
            if self.own and not (section_kinds.references(bare) or out):
                return None
            self.back = self.back or section_kinds.references(bare)
            return Heading(bare, self._level(bare))
        alike = self._like_a_section(line)
        # A file's own outline lacks headings that no number marks; those set like its sections are the same.
        if self.own and not (alike and (self.back or titles.USUAL.fullmatch(bare))):
            return None
        if not out or "\t" in text or not titles.title_like(text) or line.words > _MOST_WORDS:
            return None
        if titles.USUAL.fullmatch(bare):
            return Heading(tidy(bare), 1 if alike or not self.section else 3)
        if self.unnumbered is not None:
            return Heading(text, 1) if alike else None
        if line.size >= 1.08 * self.size and line.bold >= len(text) - 1:
            # Behind the references it ends them; before, a numbered paper's sections have numbers.
            return Heading(text, 1 if alike and self.back and not self.letter else 3)
        return None

    def run_in(self, lead: str) -> Heading | None:
        """Return the heading that a bold lead is: thanks and statements begin like that in the last section."""
        bare = lead.rstrip(" .:—–")
        always = titles.ALWAYS.fullmatch(bare) and not section_kinds.limits(bare)
        return Heading(bare, self._level(bare)) if always else None

    def _level(self, title: str) -> int:
        """Return the level of a title that no number marks: a statement belongs to the numbered section before it."""
        return 2 if self.section and section_kinds.statement(title) else 1

    def _like_a_section(self, line: Line) -> bool:
        font, size = self.unnumbered or (self.section_font, self.section_size)
        return bool(size) and line.font == font and abs(line.size - size) < 0.6


def unnumbered_style(pages: Sequence[Page], size: float) -> Style | None:
    """Return how a paper without numbers sets its sections: like those of its titles that most papers have."""
    styles: Counter[Style] = Counter()
    for page in pages:
        for line in page:
            text = titles.text_of(line)
            if line.words < 6 and titles.plausible(line, text, size) and titles.stands_out(line, text, size):
                styles[line.font, line.size] += titles.usual(text)
    style, count = max(styles.items(), key=lambda item: (item[1], item[0][1]), default=(None, 0))
    return style if count > 1 else None


def inline_abstract(line: Line) -> str | None:
    """Return what follows "Abstract—", or a bold "Abstract", on a line that begins like that."""
    found = _INLINE_ABSTRACT.match(line.text)
    if found is None and 8 <= line.bold <= 9:
        found = _BOLD_ABSTRACT.match(line.text)
    return line.text[found.end() :] if found and found.end() < len(line.text) else None
