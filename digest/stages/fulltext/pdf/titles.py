"""What a line must look like to be a title: its number, its words, how it is set. Pure."""

import re
from dataclasses import dataclass

from digest.stages.fulltext import section_kinds
from digest.stages.fulltext.blocks import Heading
from digest.stages.fulltext.normalize import tidy
from digest.stages.fulltext.pdf.lines import Line

NUMBERED = re.compile(
    r"(?:§[ \t]*)?(?:"
    r"(?P<digits>\d{1,2}(?:\.\d{1,2}){0,3})(?:[ \t]|\.[ \t]*(?=[^\W\d_]))"
    r"|(?P<roman>[IVX]{1,5})\.[ \t]*"
    r"|(?P<named>[Aa]ppendix[ \t]+|APPENDIX[ \t]+)?(?P<letter>[A-Z])(?P<below>(?:\.\d{1,2}){0,3})(?:[ \t]|[.:][ \t]+))"
    r"[ \t]*(?P<title>[^\s\t][^\t]*)"
)
APPENDIX_ALONE = re.compile(r"(?:appendix|APPENDIX|Appendix)[ \t]+(?P<letter>[A-Z])[.:]?")
USUAL = re.compile(
    r"introduction|background|related works?|(?:materials and )?methods?|methodology|experiments?|results?|evaluation"
    r"|discussions?(?: and \w+)?|conclusions?(?: and [a-z ]{3,30})?|(?:results|discussion) and \w+|future work|summary"
    r"|preliminaries|experimental (?:setup|results)|concluding remarks|motivation|overview",
    re.IGNORECASE,
)
ALWAYS = re.compile(
    r"abstract|references?|bibliography|acknowledge?ments?(?: and disclosure of funding)?|append(?:ix|ices)"
    r"|supplementary(?: materials?| information)?|limitations?(?: (?:and|&) [a-z ]{3,40})?|contents|table of contents"
    rf"|{section_kinds.STATEMENT}"
    r"|(?:neurips )?paper checklist|author contributions?",
    re.IGNORECASE,
)
_SPACED_WORD = re.compile(r"(?:[A-Z] ){3,60}[A-Z]")
_SPACED_CAPITALS = re.compile(r"\b([A-Z]) (?=[A-Z]{2,})")
_LEADERS = re.compile(r"(?:\.\s?){4,}")
"""Dots that lead to a page number in a table of contents."""
_WORD = re.compile(r"[^\W\d_]{3}")
_LONGEST = 130
_SMALLEST = 0.78
"""Size of a heading's letters, as a share of the running text's: small capitals are set with smaller ones."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A heading that is known before the lines are read in order, and over how many lines it runs."""

    heading: Heading
    lines: int = 1


Plan = dict[int, Planned]
"""Headings by the identity of their first line."""


def text_of(line: Line) -> str:
    """Return a line's text with capitals put together that small capitals or wide setting took apart."""
    text = line.text.strip()
    if _SPACED_WORD.fullmatch(text):
        return text.replace(" ", "")
    return _SPACED_CAPITALS.sub(r"\1", text) if capitals(text) else text


def capitals(text: str) -> bool:
    """Return whether a text is set in capitals, a word in the authors' own spelling aside."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 2 and sum(map(str.isupper, letters)) > 0.75 * len(letters)


def stands_out(line: Line, text: str, size: float) -> bool:
    """Return whether a line is set otherwise than the running text of `size`: bold, larger or in capitals."""
    return line.bold >= len(line.text.strip()) - 1 or line.size >= 1.08 * size or capitals(text)


def plausible(line: Line, text: str, size: float) -> bool:
    """Return whether a line is short and large enough for a heading, and no entry of a table of contents."""
    return 3 <= len(text) <= _LONGEST and line.size >= _SMALLEST * size and not _LEADERS.search(text)


def title_like(title: str) -> bool:
    """Return whether words begin like a title, do not end like a sentence, and are words rather than a formula."""
    first = next((char for char in title if char.isalnum()), "")
    if not first or not (first.isupper() or first.isdigit()) or title[-1] in ".,;":
        return False
    letters = sum(char.isalpha() or char in " -'’" for char in title)
    return bool(_WORD.search(title)) and letters >= 0.6 * len(title)


def without_number(text: str) -> str:
    """Return a title without its number, also where that is printed on a line of its own."""
    found = NUMBERED.fullmatch(text.strip().replace("\t", " "))
    return found["title"].strip() if found else text.strip()


def letter(text: str) -> str:
    """Return the letter of an appendix."""
    found = NUMBERED.fullmatch(text.strip().replace("\t", " "))
    return (found["letter"] or "") if found else ""


def heading(words: str, level: int, appendix: str) -> Heading:
    """Return a heading; one of an appendix carries its letter."""
    title = tidy(words)
    if appendix and level == 1:
        return Heading(f"Appendix {appendix} {title}".rstrip(), 1, appendix=True)
    return Heading(title, level)


def continues(above: Line, line: Line) -> bool:
    """Return whether a line is the second one of the heading above it."""
    close = 0 < above.base - line.base < 1.6 * above.size
    bold = line.bold >= len(line.text.strip()) - 1 > 0
    styled = above.font == line.font and not bold and above.bold == 0 and capitals(above.text) and capitals(line.text)
    alike = abs(line.size - above.size) < 0.5 and (bold or styled)
    return close and alike and not NUMBERED.fullmatch(line.text.strip()) and "\t" not in line.text


def usual(title: str) -> bool:
    """Return whether most papers have a section of that title."""
    bare = title.strip(" .:")
    return bool(USUAL.fullmatch(bare) or ALWAYS.fullmatch(bare)) or section_kinds.references(bare)
