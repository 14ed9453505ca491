"""Read what floats in a PDF: captions and the lines of algorithms. Pure."""

import re
from collections.abc import Callable, Sequence

from digest.stages.fulltext.normalize import tidy
from digest.stages.fulltext.pdf.lines import Line

_CAPTION = re.compile(
    r"(?P<what>Table|TABLE|Tab\.|Figure|FIGURE|Fig\.|FIG\.|Algorithm|ALGORITHM|Listing)[ \t]+"
    r"[\dA-Z][\w.-]{0,5}?(?:(?P<end>[:.|](?=\s|$)|:|[ \t]?[—–]|$)|(?=[ \t]))"
)
_TABLE = ("Ta", "TA")
_CODE = ("Al", "AL", "Li")
_STEP = re.compile(r"\d{1,3}\s?[:.]?(?:[ \t]|$)")
_NUMBERED_STEP = re.compile(r"\d{1,3}:[ \t]")
_KEYWORD = re.compile(
    r"(?:require|ensure|inputs?|outputs?|data|result|initiali[sz]e|parameters?|procedure|function|for|while|if|else|end"
    r"|return|repeat|until)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?:][\"'”’)\]]*$")
_MOST_CAPTION = 30
"""Lines of a caption."""
_MOST_STEPS = 150
_AHEAD = 3
"""Lines after which an algorithm's next numbered line has to come."""


def label(line: Line) -> re.Match[str] | None:
    """Return the label that a caption begins with. A bold one needs no stop behind it ("**Algorithm 1** Search")."""
    found = _CAPTION.match(line.text)
    if found is None or (found["end"] is None and not found.end() - 1 <= line.bold < len(line.text)):
        return None
    return found


def ends_sentence(text: str) -> bool:
    """Return whether a text ends as a sentence does."""
    return bool(_SENTENCE_END.search(text))


def of_table(what: str) -> bool:
    """Return whether a label is that of a table."""
    return what.startswith(_TABLE)


def of_code(what: str) -> bool:
    """Return whether a label is that of an algorithm or listing."""
    return what.startswith(_CODE)


def runs_on(last: Line | None, line: Line, leading: float) -> bool:
    """Return whether a line that begins with a label goes on with the sentence of the line above it."""
    if last is None or ends_sentence(last.text.rstrip()) or abs(last.size - line.size) > 0.3:
        return False
    return 0 < last.base - line.base < 1.2 * leading and abs(last.left - line.left) < 2 * line.size


def caption(lines: Sequence[Line], at: int, ends: Callable[[Line], bool]) -> list[Line]:
    """Return the lines of the caption that begins at `at`: evenly spaced, of one size, not in columns."""
    found = [lines[at]]
    step, base = 0.0, lines[at].base
    for line in lines[at + 1 : at + _MOST_CAPTION]:
        down = base - line.base
        alone = len(found) == 1 and found[0].words < 3
        even = 0 < down < 1.45 * line.size + 1 and (not step or abs(down - step) < 0.2 * line.size)
        beside = abs(down) < 0.5 * found[0].size and 0 <= line.left - found[-1].right + 2 < 15
        if beside and line.size < found[0].size + 0.6:
            found.append(line)
            continue
        if label(line) is not None or ends(line) or abs(line.size - found[0].size) > 0.6:
            break
        leads = 2 < line.bold < 0.7 * len(line.text) and (not found[0].bold or ends_sentence(found[-1].text))
        if _columns(line, found) or leads or not (even or (alone and 0 < down < 3 * line.size)):
            break
        if not alone:
            step = step or down
        base = line.base
        found.append(line)
    return found


def _columns(line: Line, above: Sequence[Line]) -> bool:
    """Return whether a line stands in columns; in one as wide as the caption a gap may be a stretched space."""
    tabs = line.text.count("\t")
    wide = line.right - line.left > 0.85 * max(each.right - each.left for each in above)
    return tabs > 0 and not (wide and line.words > 7 * tabs and not ends_sentence(above[-1].text))


def steps(lines: Sequence[Line], at: int, ends: Callable[[Line], bool]) -> list[Line]:
    """Return the lines of an algorithm from `at` on: numbered ones and keywords, with what stands between them."""
    found: list[Line] = []
    kept = 0
    for line in lines[at : at + _MOST_STEPS]:
        if ends(line) or label(line) is not None or len(found) - kept >= _AHEAD:
            break
        found.append(line)
        if _STEP.match(line.text) or _KEYWORD.match(line.text):
            kept = len(found)
    return found[:kept]


def is_step(line: Line) -> bool:
    """Return whether a line is one of an algorithm by its number or first word."""
    return numbered_step(line) or bool(line.bold > 3 and _KEYWORD.match(line.text))


def numbered_step(line: Line) -> bool:
    """Return whether a line is one of an algorithm by its number."""
    return bool(_NUMBERED_STEP.match(line.text))


def step(line: Line) -> str:
    """Return a line of an algorithm."""
    return tidy(line.text)
