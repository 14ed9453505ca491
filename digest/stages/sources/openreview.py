"""OpenReview: the notes of a venue in, papers out. Source: https://docs.openreview.net/reference/api-v2."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from digest.config import OpenReviewSource
from digest.errors import NotThere, Unavailable
from digest.model import BadPaperId, Fetched, Listing, Paper, PaperId
from digest.model.text import clean, one_line
from digest.stages.sources.records import Records

_PAGE = 1_000  # the most that the service gives at once
_PAGES = 20


def list_day(_day: date, get: Callable[[str, str], Fetched], config: OpenReviewSource) -> Listing:
    """List the papers that a venue took, whatever the day: they come out all at once. Raises FetchError."""
    records = Records("openreview")
    for page in range(_PAGES):
        query = urlencode({"content.venueid": config.venue, "limit": _PAGE, "offset": page * _PAGE})
        notes = _notes(get("openreview_api", f"/notes?{query}").body)
        for note in notes:
            try:
                records.add(_paper(note))
            except (BadPaperId, ValueError) as cause:
                records.leave_out(cause)
        if len(notes) < _PAGE:
            return records.listing()
    raise Unavailable(f"openreview: more than {_PAGE * _PAGES:,} papers of {config.venue}, which is not plausible")


def look_up(forum: str, get: Callable[[str, str], Fetched]) -> Paper:
    """Return a paper by its id there. Raises NotThere where there is none, FetchError."""
    for note in _notes(get("openreview_api", f"/notes?{urlencode({'id': forum})}").body):
        with suppress(BadPaperId, ValueError):
            return _paper(note)
    raise NotThere("OpenReview shows no such paper")


def _notes(body: bytes) -> list[Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as cause:
        raise Unavailable("openreview: the list of papers is not JSON") from cause
    notes = answer.get("notes") if isinstance(answer, dict) else None
    if not isinstance(notes, list) or len(notes) > _PAGE:
        said = answer.get("message") if isinstance(answer, dict) else ""
        said = one_line(said)[:100] if isinstance(said, str) else ""
        raise Unavailable(f"openreview: unexpected response, not a list of papers{f': {said}' if said else ''}")
    return notes


def _paper(note: Any) -> Paper:
    """Read a note. Raises ValueError without a title, BadPaperId without an id."""
    content = note.get("content") if isinstance(note, dict) else None
    if not isinstance(content, dict):
        raise ValueError("a record without content")
    title = _line(_value(content, "title"))
    forum = note.get("forum") or note.get("id")
    if not title:
        raise ValueError(f"{str(forum)[:40]}: no title")
    paper_id = PaperId.parse(f"openreview:{forum}")
    pdf = _line(_value(content, "pdf"))
    return Paper(
        id=paper_id,
        title=title,
        abstract=_line(_value(content, "abstract")),
        authors=_lines(_value(content, "authors")),
        submitted=_moment(note.get("pdate")) or _moment(note.get("cdate")),
        pdf=f"https://openreview.net/pdf?id={forum}" if pdf else None,
        comment=_line(_value(content, "venue")) or None,
        code=_address(_value(content, "code")),
        keywords=_lines(_value(content, "keywords")),
    )


def _value(content: dict[str, Any], key: str) -> Any:
    """Return a field: `{"value": …}` in version 2 of the API, bare in version 1."""
    raw = content.get(key)
    return raw.get("value") if isinstance(raw, dict) else raw


def _line(raw: Any) -> str:
    return one_line(raw) if isinstance(raw, str) else ""


def _lines(raw: Any) -> tuple[str, ...]:
    return tuple(line for one in raw if (line := _line(one))) if isinstance(raw, list) else ()


def _address(raw: Any) -> str | None:
    text = clean(raw).strip() if isinstance(raw, str) else ""
    return text if text.startswith(("https://", "http://")) and " " not in text and "\n" not in text else None


def _moment(raw: Any) -> datetime | None:
    """Read milliseconds since 1970."""
    try:
        return datetime.fromtimestamp(raw / 1000, UTC) if isinstance(raw, int) and not isinstance(raw, bool) else None
    except (ValueError, OverflowError, OSError):
        return None
