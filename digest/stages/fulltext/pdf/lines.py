"""The lines of a PDF, and which of them are not the paper: stamps, running heads, page numbers, footnotes. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

import msgspec

from digest.stages.fulltext.normalize import joined, vocabulary
from digest.stages.fulltext.pdf import glyphs

_STAMP = re.compile(r"arXiv:(?P<id>\d{4}\.\d{4,5}|[a-z.A-Z-]+/\d{7})v(?P<version>[1-9]\d{0,2})\s*\[[\w.-]+\]")
_PAGE_NUMBER = re.compile(r"(?:page\s+)?[-–—]?\s?(?:\d{1,4}|[ivxl]{1,6})\s?[-–—]?(?:\s*(?:of|/)\s*\d+)?", re.IGNORECASE)
_FURNITURE = re.compile(
    r"(?:preprint\b|under review|published as a|accepted (?:at|to|by)|proceedings of|\d+(?:st|nd|rd|th) conference on"
    r"|.{0,60}conference on neural information|correspondence to:|copyright \d|©)",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"Permission to make|ACM Reference [Ff]ormat|Copyright \d|©|Manuscript received|DISTRIBUTION")
"""How the publisher's own notes at the foot of a first page begin."""
# Three characters before a raised sign decide; a longer look back takes the square of a line.
_RAISED = re.compile(r"(?P<base>[^\s\x0e\x0f]{0,3})(?P<gap>[ \t]{0,3})\x0e(?P<raised>[^\x0e\x0f]*)\x0f")
_EXPONENT = re.compile(r"[-+−–]?\d{1,4}")
_MARKS = re.compile(r"[\d,∗*†‡§¶♠♣♦♡⋆✉⁎\s]*")
_ORDINAL = ("st", "nd", "rd", "th")
_DIVIDED = re.compile(r"(?:(?<![^\s\x02])([^\s\x02]+))?\x02\s*([^\s\x02]*)")
_NOTE_GAP = 2.5
"""Font sizes from a note down to text that is none: affiliations below the authors begin with marks like notes."""
_LEAST_PAGES = 3
"""Pages on which a line at the same place makes a running head."""


class Line(msgspec.Struct, frozen=True, array_like=True):
    """A line as PDFium found it; lengths in points from the lower left corner, `bold` leading bold characters."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: int
    font: str = ""
    """Name of the font of most letters."""
    drawn: bool = False
    """Whether it belongs to a drawing that was made elsewhere and placed on the page."""

    @property
    def words(self) -> int:
        """How many words it holds."""
        return len(self.text.split())


Page = Sequence[Line]


def version(pages: Sequence[Page], base: str) -> int | None:
    """Return the version of the paper `base` in arXiv's stamp on the first page."""
    for line in pages[0] if pages else ():
        if (found := _STAMP.search(line.text)) and found["id"] == base:
            return int(found["version"])
    return None


def body_size(pages: Sequence[Page]) -> float:
    """Return the font size of most characters, in points."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def column_width(pages: Sequence[Page], size: float) -> float:
    """Return the width of a column of running text, in points."""
    widths = [line.right - line.left for page in pages for line in page if line.size == size and line.words > 5]
    return median(widths) if widths else 200.0


def leading(pages: Sequence[Page], size: float) -> float:
    """Return the usual distance between two baselines of running text, in points."""
    steps = Counter(
        round(above.base - line.base, 1)
        for page in pages
        for above, line in pairwise(page)
        if line.size == above.size == size and 0 < above.base - line.base < 3 * size
    )
    return steps.most_common(1)[0][0] if steps else 1.2 * size


def words_of(pages: Sequence[Page]) -> frozenset[str]:
    """Return the words of the paper, without the halves of those that are divided at a line's end."""
    texts: list[str] = []
    divided = False
    for page in pages:
        for line in page:
            text = line.text.rstrip()
            if divided:
                text = text.partition(" ")[2]
            divided = text.endswith(("-", "\x02"))
            if "\x02" not in text[:-1]:
                texts.append(text.rpartition(" ")[0] if divided else text)
    return vocabulary("\n".join(texts))


def of_the_paper(pages: Sequence[Page], unknown: Mapping[str, str] | None = None) -> list[list[Line]]:
    """Return the pages without what stands on them but is not their text; normalise exponents and divided words."""
    size = body_size(pages)
    repeated = _running_heads(pages)
    drawn = _drawings(pages)
    kept = []
    for page in pages:
        whole = _rejoined([line for line in page if not (drawn and line.drawn)])
        edges = _edges(whole)
        lines = [
            line
            for line in whole
            if not _STAMP.search(line.text)
            and (_place(line) not in repeated)
            and not (line in edges and (_PAGE_NUMBER.fullmatch(line.text.strip()) or _FURNITURE.match(line.text)))
        ]
        kept.append(_without_footnotes(lines, size))
    words = words_of(kept)
    kept = glyphs.spelled(kept, words, unknown or {})
    return [[text for line in page if (text := _normalised(line, words)).text] for page in kept]


def _drawings(pages: Sequence[Page]) -> bool:
    """Return whether what is marked as drawn are drawings, and not the whole paper placed on pages of another file."""
    sizes = {
        drawn: sum(len(line.text) for page in pages for line in page if line.drawn == drawn) for drawn in (False, True)
    }
    return sizes[True] < sizes[False]


def _place(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.strip()), round(line.base / 3)


def _edges(page: Page) -> list[Line]:
    """Return the two highest and the two lowest lines."""
    ordered = sorted(page, key=lambda line: line.base)
    return ordered[:3] + ordered[-2:]


def _running_heads(pages: Sequence[Page]) -> set[tuple[str, int]]:
    places = Counter(place for page in pages for place in {_place(line) for line in _edges(page)})
    return {place for place, count in places.items() if count >= _LEAST_PAGES}


def _rejoined(lines: Page) -> list[Line]:
    """Put together what PDFium took apart on one line: a raised exponent and what follows it."""
    kept: list[Line] = []
    for line in lines:
        above = kept[-1] if kept else None
        # An index stands below the mark that is raised over the same letter.
        back = 5 if above is not None and above.text.endswith("\x0f") and line.size < 0.9 * above.size else 2
        if above is None or not (abs(above.base - line.base) < 0.6 * above.size and -back < line.left - above.right):
            kept.append(line)
            continue
        # PDFium ends a line behind a raised exponent, also where the next cell of a table stands far off.
        if line.left - above.right >= 15 and not (above.text.endswith("\x0f") and abs(above.base - line.base) < 1):
            kept.append(line)
            continue
        raised = line.size < 0.9 * above.size and line.base > above.base + 0.15 * above.size
        text = f"\x0e{line.text}\x0f" if raised and "\x0e" not in line.text else line.text
        gap = line.left - above.right
        between = "" if raised or gap < 0.15 * above.size else " " if gap < 0.9 * above.size else "\t"
        kept[-1] = msgspec.structs.replace(above, text=above.text + between + text, right=max(above.right, line.right))
    return kept


def _without_footnotes(lines: list[Line], size: float) -> list[Line]:
    """Drop notes: small lines from a raised mark down to where the size or the column changes."""
    kept: list[Line] = []
    note: Line | None = None
    for line in lines:
        marked = line.text.startswith("\x0e") or _NOTICE.match(line.text)
        if marked and line.size < 0.96 * size and line.words > 2:
            note = line
        elif note is not None and note.base - line.base > _NOTE_GAP * line.size:
            note = None
        elif note is not None and (abs(line.size - note.size) > 0.3 or line.base >= note.base + 12):
            note = None if line.size >= 0.96 * size or line.base >= note.base else note
        if note is None:
            kept.append(line)
        else:
            note = line if abs(line.size - note.size) <= 0.3 else note
    return kept


def _normalised(line: Line, words: frozenset[str]) -> Line:
    whole = re.sub(r"(?<![ \t])([ \t]+)\x0f", "\x0f\\1", line.text)
    text = _RAISED.sub(_lower, whole) if "\x0e" in whole else whole
    text = text.replace("\x0e", "").replace("\x0f", "").rstrip()
    if text.endswith("\x02"):
        text = text[:-1] + "-"
    if "\x02" in text:
        text = _DIVIDED.sub(lambda found: joined(found[1], found[2], words) if found[1] else found[2], text)
    bold = min(line.bold, len(text.rstrip()))
    return msgspec.structs.replace(line, text=text.strip(" \x02"), bold=bold)


def _lower(found: re.Match[str]) -> str:
    """Write what is raised: 10¹⁸ as 10^18, R² as R^2, 1st as 1st; marks of notes and authors go."""
    base, gap, raised = found["base"], found["gap"], found["raised"].strip()
    last = re.search(r"[^\W\d_]*$", base)
    letters = len(last[0]) if last else 0
    close = not gap and base and (base[-1].isdigit() or base[-1] in ")]|")
    if _EXPONENT.fullmatch(raised) and (close or 0 < letters < 3):
        return f"{base}^{raised.replace('−', '-').replace('–', '-')}"
    if _MARKS.fullmatch(raised):
        return base + gap
    if raised in _ORDINAL or gap or not base or len(raised) > 12:
        return base + gap + raised
    return f"{base}^{raised.replace('−', '-')}"
