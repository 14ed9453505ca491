"""When a post is from: its day and its time, by its front matter or its name."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from digest.errors import ArchiveError
from digest.model import Header
from digest.posts import filenames

_TIME = re.compile(
    r"[\d-]{1,10}[T ]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:\.\d+)?"
    r" *(?P<offset>Z|UTC|[+-]\d\d(?::?\d\d)?)?"
)


def moment(file: str, header: Header, text: str, timezone: str) -> tuple[date, str]:
    """Return the day a post belongs to, and its time as `YYYY-MM-DD HH:MM:SS`: its front matter's, else its name's.

    A time with an offset is one of the day that it is then where the site is, as in Jekyll. One without is a time of
    that place; for Jekyll it is one of UTC, which is another day in the evening.
    """
    raw = header.date.strip()
    day = filenames.day_of(raw or file.rpartition("/")[2])
    wrong = ArchiveError(
        f"{file}:{line_of(text, 'date')}: front matter: invalid date {raw[:40]!r}",
        hint="use a date like 2025-11-17 08:15:00",
    )
    if day is None:
        raise wrong
    found = _TIME.fullmatch(raw)
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second")) if found else (0, 0, 0)
    if found is None or max(hour // 24, minute // 60, second // 60):
        return day, f"{day} 00:00:00"
    offset = {"Z": "+0000", "UTC": "+0000", None: ""}.get(found["offset"], found["offset"] or "").replace(":", "")
    shown = f"{day} {hour:02d}:{minute:02d}:{second:02d}"
    if not offset:
        return day, shown
    try:
        then = datetime.fromisoformat(f"{shown}{offset[:3]}:{offset[3:] or '00'}")
    except ValueError as cause:  # an offset of days
        raise wrong from cause
    return then.astimezone(ZoneInfo(timezone)).date(), then.isoformat(sep=" ")


def line_of(text: str, key: str) -> int:
    """Return the line of a key of the front matter; the first one where it is not there."""
    found = re.search(rf"^{key}[ \t]*:", text, re.M)
    return text.count("\n", 0, found.start()) + 1 if found else 1
