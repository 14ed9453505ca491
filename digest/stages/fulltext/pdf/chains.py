"""Find the headings of sections: lines that count 1, 2, 3 … (I, II …; A, B …) and are set alike. Pure.

Numbered lines are many: lists, formulas, drawings, tables, theorems. Those that count on in one style from an early
page to a late one, with titles that papers have, are the sections.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from digest.stages.fulltext import section_kinds
from digest.stages.fulltext.pdf import titles
from digest.stages.fulltext.pdf.lines import Line, Page

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_MOST_STARTS = 12
"""Lines with a first number of one style from which a count is tried."""
_SAME_SIZE = 0.6
"""Points between the sizes of headings that are set alike."""
_SPACE = 1.25
"""Leadings above a heading that does not stand out otherwise."""
_FURTHEST = 2
"""How much further the number of the next section may be: one may be missing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may be the heading of a section."""

    place: int
    """Its place among all lines of the paper."""
    line: Line
    scheme: str
    number: int
    title: str
    out: bool
    """Whether it is set otherwise than the running text."""
    spaced: bool
    """Whether there is space above it."""


def plan(pages: Sequence[Page], size: float, leading: float, *, alone: bool = True) -> titles.Plan:
    """Return the headings of numbered sections and appendices by the identity of their first line.

    `alone` allows for a single one whose title says nothing: a part of a paper has no more.
    """
    lines = [line for page in pages for line in page]
    found = _candidates(pages, size, leading)
    main = _best([each for each in found if each.scheme != "letter"], alone)
    main = _completed(main, found, lines)
    chosen = [*main, *_appendices(found, main, _references(lines, main), lines)]
    return {id(each.line): _planned(each, lines) for each in chosen}


def _candidates(pages: Sequence[Page], size: float, leading: float) -> list[Candidate]:
    found: list[Candidate] = []
    place = -1
    for page in pages:
        above: Line | None = None
        for line in page:
            place += 1
            before, above = above, line
            text = titles.text_of(line)
            named = titles.NUMBERED.fullmatch(text) or titles.APPENDIX_ALONE.fullmatch(text)
            if named is None or not titles.plausible(line, text, size):
                continue
            groups = named.groupdict()
            title = (groups.get("title") or "").strip()
            # The words of a heading over two lines may end in anything.
            if title and not titles.title_like(title.rstrip(",")):
                continue
            scheme, number = _number(groups)
            if scheme == "":
                continue
            step = before.base - line.base if before is not None else 0.0
            spaced = before is None or step < 0 or step > _SPACE * leading
            found.append(Candidate(place, line, scheme, number, title, titles.stands_out(line, text, size), spaced))
    return found


def _number(groups: dict[str, str | None]) -> tuple[str, int]:
    if digits := groups.get("digits"):
        return ("digit", int(digits)) if "." not in digits else ("", 0)
    if (roman := groups.get("roman")) in _ROMAN:
        return "roman", _ROMAN.index(roman or "") + 1
    mark = groups.get("letter") or groups.get("roman") or ""
    return ("letter", ord(mark) - ord("A") + 1) if len(mark) == 1 and not groups.get("below") else ("", 0)


def _best(candidates: Sequence[Candidate], alone: bool) -> list[Candidate]:
    """Return the longest count in one style whose titles are those of sections."""
    styles: defaultdict[tuple[str, str, int], list[Candidate]] = defaultdict(list)
    for each in candidates:
        styles[each.scheme, each.line.font, round(each.line.size)].append(each)
    best: list[Candidate] = []
    most = (0.0, 0)
    for group in styles.values():
        starts = [at for at, each in enumerate(group) if each.number == 1][:_MOST_STARTS] or [0]
        for start in starts:
            chain = _counted(group, start)
            usual = sum(titles.usual(each.title) for each in chain)
            out = 2 * sum(each.out for each in chain) > len(chain)
            spaced = sum(each.spaced for each in chain) >= 0.75 * len(chain)
            if len(chain) < (1 if out and (usual or alone) else 2 if out else 3) or (
                not out and not (spaced and usual)
            ):
                continue
            score = (len(chain) + 2 * usual + 3 * out, chain[-1].place - chain[0].place)
            if score > most:
                best, most = chain, score
    return best


def _counted(group: Sequence[Candidate], start: int) -> list[Candidate]:
    """Return the count from `start` on; a number may be left out where the one after it comes."""
    chain = [group[start]]
    at = start + 1
    while at < len(group):
        wanted = chain[-1].number
        nearest = next((to for to in range(at, len(group)) if group[to].number == wanted + 1), None)
        if nearest is None:
            nearest = next((to for to in range(at, len(group)) if group[to].number == wanted + _FURTHEST), None)
        if nearest is None:
            break
        chain.append(group[nearest])
        at = nearest + 1
    return chain


def _completed(chain: Sequence[Candidate], found: Sequence[Candidate], lines: Sequence[Line]) -> list[Candidate]:
    """Return the count with numbers that are missing in it: a heading with a formula or in italics has other fonts."""
    whole: list[Candidate] = []
    end = len(lines)
    for at, each in enumerate(chain):
        whole.append(each)
        until = chain[at + 1].place if at + 1 < len(chain) else end
        missing = each.number + 1
        last = chain[at + 1].number - 1 if at + 1 < len(chain) else missing + len(found)
        for other in found:
            if (
                whole[-1].place < other.place < until
                and other.scheme == each.scheme
                and other.number == missing <= last
                and (other.out or not each.out)
                and abs(other.line.size - each.line.size) < _SAME_SIZE
                and (other.spaced or other.line.font == each.line.font)
            ):
                whole.append(other)
                missing += 1
    return whole


def _references(lines: Sequence[Line], main: Sequence[Candidate]) -> int:
    """Return where the references begin, or the last section."""
    after = main[len(main) // 2].place if main else 0
    marked = [at for at, line in enumerate(lines) if at > after and section_kinds.references(titles.text_of(line))]
    return max(marked[0] if marked else 0, main[-1].place if main else 0)


def _appendices(
    found: Sequence[Candidate], main: Sequence[Candidate], after: int, lines: Sequence[Line]
) -> list[Candidate]:
    """Return the appendices: they count A, B … behind the last section, set like sections."""
    late = [each for each in found if each.scheme == "letter" and (not main or each.place > main[-1].place)]
    model = main[-1].line if main else None
    alike = [
        each
        for each in late
        if model is not None
        and each.line.font == model.font
        and abs(each.line.size - model.size) < _SAME_SIZE
        and (each.out or each.spaced)
    ]
    least = model.size - _SAME_SIZE if model is not None else 0
    behind = [each for each in late if each.out and each.place > after > 0 and each.line.size >= least]
    for group in (alike, behind):
        first = next((at for at, each in enumerate(group) if each.number == 1), None)
        if first is not None:
            return _completed(_counted(group, first), late, lines)
    return []


def _planned(each: Candidate, lines: Sequence[Line]) -> titles.Planned:
    words, count = each.title, 1
    while each.place + count < len(lines) and count < 3:
        above, line = lines[each.place + count - 1], lines[each.place + count]
        bare = not words and abs(line.size - above.size) < _SAME_SIZE and titles.title_like(line.text.strip())
        if not (bare or titles.continues(above, line)):
            break
        words = f"{words} {line.text.strip()}".strip()
        count += 1
    mark = chr(ord("A") + each.number - 1) if each.scheme == "letter" else ""
    return titles.Planned(titles.heading(words, 1, mark), count)
