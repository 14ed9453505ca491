"""What the files of posts are called, by us and by Jekyll: the day, a name, and how the text is written."""

import re
from datetime import date
from pathlib import Path

from digest.errors import ArchiveError

MARKDOWN = (".md", ".markdown", ".mkd", ".mkdn", ".mkdown")
ENDINGS = (*MARKDOWN, ".html")
"""How files end that Jekyll makes pages of, in small or capital letters: Markdown, and HTML as it is."""
POST = re.compile(r"(?P<date>(?:\d\d)?\d\d-\d{1,2}-\d{1,2})-(?P<slug>.+)\.(?i:md|markdown|mkd|mkdn|mkdown|html)")
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_DATED = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|_(\d{1,2})_(\d{1,2})|(\d\d)(\d\d))(?!\d)[-_ ]*")


def day_of(written: str) -> date | None:
    """Return the day that a name or a front matter begins with; None where it is none of the calendar.

    Like Jekyll, takes years of two digits, and days and months of one. None, too, in a year that can only be mistyped,
    such as 0026: its weeks have no names, and those of 9999 no end.
    """
    found = re.match(r"((?:\d\d)?\d\d)-(\d{1,2})-(\d{1,2})(?!\d)", written, re.ASCII)
    try:
        day = date(int(found[1]) + (2000 if len(found[1]) == 2 else 0), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
    return day if day and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def file_name_of(path: Path, written: str) -> str:
    """Name a post by others for the archive: `2025-11-17-name.md`.

    The day is that of the name, of the front matter's date `written`, or of the folders, as in `logs/2025/11/17.md`.
    Raises ArchiveError where there is none.
    """
    stem, ending = path.stem, ".html" if path.suffix.lower() == ".html" else ".md"
    if found := _DATED.match(stem):
        year, *parts = filter(None, found.groups())
        return f"{_day(year, *parts, of=path.name)}-{stem[found.end() :] or 'post'}{ending}"
    if known := re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", written):
        return f"{_day(*known.groups(), of=path.name)}-{stem}{ending}"
    folders = re.search(r"([^/]*)/?(\d{4})/(\d{1,2})/(\d{1,2})$", path.with_suffix("").as_posix())
    if folders:
        return f"{_day(*folders.groups()[1:], of=path.name)}-{folders[1] or 'post'}{ending}"
    raise ArchiveError(
        f"{path.name}: no date in the file name or front matter",
        hint="rename it, for example 2025-11-17-daily-papers.md",
    )


def _day(year: str, month: str, day: str, *, of: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as cause:
        raise ArchiveError(f"{of}: invalid date {year}-{month}-{day}", hint="use YYYY-MM-DD") from cause
