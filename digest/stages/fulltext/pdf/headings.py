"""Tell which lines of a PDF are headings, by number, weight and size, and in which order they may come. Pure."""

import re
from dataclasses import dataclass

from digest.stages.fulltext import section_kinds
from digest.stages.fulltext.blocks import Heading
from digest.stages.fulltext.pdf.lines import Line

_NUMBERED = re.compile(
    r"(?:(?P<digits>\d{1,2}(?:\.\d{1,2}){0,3})\.?|(?P<roman>[IVX]{1,5})\.|(?:Appendix\s+)?(?P<letter>[A-Z])(?P<below>(?:\.\d{1,2}){0,3})[.:]?)"
    r"[ \t]+(?P<title>\S[^\t]*)"
)
_ALWAYS = re.compile(
    r"abstract|references?|bibliography|acknowledge?ments?(?: and disclosure of funding)?|append(?:ix|ices)"
    r"|supplementary(?: materials?| information)?|limitations?(?: (?:and|&) [a-z ]{3,40})?|contents|table of contents"
    r"|(?:ethic(?:s|al)|broader impacts?|impact|reproducibility|data availability)(?: statement| considerations)?"
    r"|(?:neurips )?paper checklist|author contributions?",
    re.IGNORECASE,
)
_USUAL = re.compile(
    r"introduction|background|related works?|(?:materials and )?methods?|methodology|experiments?|results?|evaluation"
    r"|discussions?(?: and \w+)?|conclusions?(?: and [a-z ]{3,30})?|(?:results|discussion) and \w+|future work|summary",
    re.IGNORECASE,
)
_INLINE_ABSTRACT = re.compile(r"abstract\s*[—–:.\-]+\s*", re.IGNORECASE)
_SPACED_CAPITALS = re.compile(r"\b([A-Z]) (?=[A-Z]{2,})")
_LEADERS = re.compile(r"(?:\.\s?){4,}")
"""Dots that lead to a page number in a table of contents."""
_LONGEST = 110
_ROMAN = {
    "I": 1,
    "II": 2,
    "III": 3,
    "IV": 4,
    "V": 5,
    "VI": 6,
    "VII": 7,
    "VIII": 8,
    "IX": 9,
    "X": 10,
    "XI": 11,
    "XII": 12,
}


@dataclass(slots=True)
class Headings:
    """What has been seen of a paper's headings. `size` is that of the running text, in points."""

    size: float
    strict: bool = True
    """Whether a heading has to stand out by weight, size or capitals; some papers set theirs like text."""
    section: int = 0
    section_size: float = 0.0
    roman: bool = False
    letter: str = ""
    back: bool = False
    """Whether the references have begun."""

    def take(self, line: Line) -> Heading | None:
        """Return the heading that a line is, if it is one."""
        text = _SPACED_CAPITALS.sub(r"\1", line.text.strip()) if line.text.isupper() else line.text.strip()
        if len(text) > _LONGEST or len(text) < 3 or _LEADERS.search(text):
            return None
        stands_out = line.bold >= len(text) - 1 or line.size >= 1.08 * self.size or text.isupper()
        numbered = _NUMBERED.fullmatch(text)
        if numbered and (stands_out or not self.strict) and _title_like(numbered["title"]):
            found = self._numbered(numbered, line)
            if found is not None:
                return found
        return self._unnumbered(text, line, stands_out)

    def _numbered(self, found: re.Match[str], line: Line) -> Heading | None:
        title = found["title"].strip()
        if digits := found["digits"]:
            number, _, below = digits.partition(".")
            level = digits.count(".") + 1
            if level == 1 and not self.back and self.section < int(number) <= self.section + 2:
                self.section, self.section_size = int(number), max(line.size, self.section_size)
                return Heading(title)
            return Heading(title, level) if below and int(number) == self.section else None
        if roman := found["roman"]:
            if _ROMAN.get(roman, 0) == self.section + 1 and not self.letter:
                self.section, self.section_size, self.roman = self.section + 1, line.size, True
                return Heading(title)
            if len(roman) > 1:
                return None
        letter = found["letter"] or found["roman"]
        if found["letter"] and found["below"]:
            return Heading(title, found["below"].count(".") + 1) if letter == self.letter else None
        if self.roman and not self.back:
            return Heading(title, 2)
        if letter == chr(ord(self.letter or "@") + 1) and (self.back or line.size > 1.08 * self.size):
            self.letter = letter
            return Heading(f"Appendix {letter} {title}", 1, appendix=True)
        return None

    def _unnumbered(self, text: str, line: Line, stands_out: bool) -> Heading | None:
        bare = text.rstrip(".:")
        if _ALWAYS.fullmatch(bare) and (stands_out or bare[0].isupper()) and "\t" not in text:
            self.back = self.back or section_kinds.references(bare)
            return Heading(bare)
        if not stands_out or "\t" in text or not _title_like(text):
            return None
        if _USUAL.fullmatch(bare):
            return Heading(bare, 3 if self.section else 1)
        if line.size >= 1.08 * self.size and line.words <= 14 and line.bold >= len(text) - 1:
            like_a_section = self.section_size and abs(line.size - self.section_size) < 0.3
            return Heading(text, 1 if like_a_section else 3)
        return None


def inline_abstract(text: str) -> str | None:
    """Return what follows "Abstract—" on a line that begins like that."""
    found = _INLINE_ABSTRACT.match(text)
    return text[found.end() :] if found and found.end() < len(text) else None


def run_in(lead: str) -> Heading | None:
    """Return the heading that a bold lead is: acknowledgements and statements begin like that in the last section."""
    bare = lead.rstrip(" .:—–")
    return Heading(bare) if _ALWAYS.fullmatch(bare) and not section_kinds.limits(bare) else None


def continues(heading: Line, line: Line) -> bool:
    """Return whether a line is the second one of the heading above it."""
    close = 0 < heading.base - line.base < 1.6 * heading.size
    alike = line.size == heading.size and line.bold >= len(line.text.strip()) - 1 > 0
    return close and alike and not _NUMBERED.fullmatch(line.text.strip()) and "\t" not in line.text


def _title_like(title: str) -> bool:
    first = next((char for char in title if char.isalnum()), "")
    return (
        bool(first) and (first.isupper() or first.isdigit()) and title[-1] not in ".,;" and any(map(str.isalpha, title))
    )
