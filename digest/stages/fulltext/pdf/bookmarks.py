"""Find the headings that a PDF's own bookmarks name. Pure."""

import re
from collections.abc import Sequence

from digest.stages.fulltext.pdf import titles
from digest.stages.fulltext.pdf.lines import Page

Bookmark = tuple[int, str, int]
"""Level from 1, title, page from 0."""
_LEAST_FOUND = 0.8
"""Share of the bookmarks of sections that have to be printed as headings for the file's outline to be the paper's."""
_LEAST_SECTIONS = 3
_MOST_LINES = 3
"""Lines that a heading runs over."""


def plan(pages: Sequence[Page], outline: Sequence[Bookmark]) -> titles.Plan:
    """Return the headings that bookmarks name, by the identity of their first line; nothing if they do not fit."""
    if sum(level == 1 for level, _, _ in outline) < _LEAST_SECTIONS:
        return {}
    found: titles.Plan = {}
    inside = [mark for mark in outline if 0 <= mark[2] < len(pages)]
    after = (0, 0)
    for level, title, page in inside:
        place = _printed(pages, title, page, after)
        if place is None:
            continue
        at, count, appendix = place
        after = (at[0], at[1] + 1)
        line = pages[at[0]][at[1]]
        words = titles.without_number(" ".join(each.text for each in pages[at[0]][at[1] : at[1] + count]))
        found[id(line)] = titles.Planned(titles.heading(words, level, appendix), count)
    top = sum(level == 1 for level, _, _ in inside)
    # Deeper headings may run into the text, where no line is theirs alone.
    return found if sum(each.heading.level == 1 for each in found.values()) >= _LEAST_FOUND * top > 0 else {}


def _printed(
    pages: Sequence[Page], title: str, page: int, after: tuple[int, int]
) -> tuple[tuple[int, int], int, str] | None:
    """Return where a title is printed on its page or the next one, on how many lines, and its appendix's letter."""
    wanted = _plain(titles.without_number(title))
    for number in range(page, min(page + 2, len(pages))) if wanted else ():
        lines = pages[number]
        for at in range(after[1] if number == after[0] else 0, len(lines)):
            so_far = ""
            for count, line in enumerate(lines[at : at + _MOST_LINES], 1):
                so_far += line.text if not so_far else f" {line.text}"
                said = _plain(titles.without_number(so_far))
                if said == wanted:
                    return (number, at), count, titles.letter(so_far)
                if not wanted.startswith(said.removesuffix("-")) or not said:
                    break
    return None


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).lower()
