"""Hugging Face Daily Papers: its JSON in, papers out. The shapes of 2024 to 2026 are all read.

Source: `GET /api/daily_papers?date=&limit=&p=` (https://huggingface.co/docs/hub/api), counted over recorded days.
"""

import json
import reprlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from digest.config import HuggingFaceSource
from digest.config.sources import FIRST_DAY
from digest.errors import Refused, Unavailable
from digest.model import ArxivId, BadArxivId, Fetched, Listing, Paper, PaperId
from digest.model.text import clean, counted, has_letters, one_line

_PAGE = 100  # the largest page the service serves; its default of 50 truncates without a word
_PAGES = 20
_LISTS: Mapping[str, Callable[[date], str]] = {
    "day": lambda day: f"date={day}",
    "week": lambda day: f"week={day:%G-W%V}",
    "month": lambda day: f"month={day:%Y-%m}",
    "trending": lambda _: "sort=trending",
}
_TOLD = 3
"""So many unreadable records of a day are reported one by one; the others are counted."""
_KEPT = 20
"""So many are kept one by one in the edition."""


def list_day(day: date, get: Callable[[str, str], Fetched], config: HuggingFaceSource) -> Listing:
    """List the papers featured on a UTC day, in its week or month, or trending now, as the service orders them.

    Raises FetchError, Refused for a day before the first list.
    """
    if day < FIRST_DAY and config.list != "trending":
        raise Refused(f"huggingface: there are no daily papers before {FIRST_DAY}, {day} was asked for")
    papers: dict[PaperId, Paper] = {}
    kept: list[str] = []
    unread = 0
    which = _LISTS[config.list](day)
    for page in range(_PAGES):
        rows = _rows(get("huggingface", f"/api/daily_papers?{which}&limit={_PAGE}&p={page}"))
        for row in rows:
            try:
                paper = parse(row)
            except (BadArxivId, ValueError) as cause:
                unread += 1
                if unread <= _KEPT:
                    kept.append(_named(row, cause))
            else:
                papers.setdefault(paper.id, paper)  # one id can stand twice in one answer
        if len(rows) < _PAGE:
            if unread and not papers:
                raise Unavailable(f"huggingface: not one of {unread} records is a paper; first: {kept[0]}")
            problems = [f"a record could not be read: {what}" for what in kept[:_TOLD]]
            problems += [f"{counted(unread - _TOLD, 'more record')} could not be read"] if unread > _TOLD else []
            kept += [counted(unread - _KEPT, "more record")] if unread > _KEPT else []
            return Listing(papers=tuple(papers.values()), problems=tuple(problems), unread=tuple(kept))
    raise Unavailable(f"huggingface: more than {_PAGE * _PAGES} papers on {day}, which is not plausible")


def _rows(page: Fetched) -> list[Any]:
    try:
        rows = json.loads(page.body)
    except (ValueError, RecursionError) as cause:
        raise Unavailable("huggingface: the list of the day is not JSON") from cause
    if not isinstance(rows, list):
        error = _line(rows.get("error")) if isinstance(rows, dict) else ""
        raise Unavailable(
            f"huggingface: unexpected response, not a list of papers{f': {error[:100]}' if error else ''}"
        )
    if len(rows) > _PAGE:
        raise Unavailable(f"huggingface: {len(rows):,} records on a page, {_PAGE} were requested")
    return rows


def parse(row: object) -> Paper:
    """Read one record. Raises BadArxivId or ValueError where it lacks what every record has: id and title.

    Everything else has been absent at some time, so nothing else can cost a paper.
    """
    outer = _table(row)
    inner = _table(outer.get("paper"))
    # Until 2025-11 titles and abstracts held hard line breaks.
    title = _line(inner.get("title")) or _line(outer.get("title"))
    if not isinstance(inner.get("id"), str) or not title:
        if isinstance(inner.get("id"), str):
            raise ValueError(f"{_line(inner['id'])[:40]}: no title")
        raise ValueError(f"{title[:60]}: no id" if title else f"no id or no title in {_shown(row)}")
    code, project = _address(inner.get("githubRepo")), _address(inner.get("projectPage"))
    if project and not code and project.startswith(("https://github.com/", "http://github.com/")):
        code, project = project, None
    organization = _table(inner.get("organization") or outer.get("organization"))
    return Paper(
        id=ArxivId.parse(inner["id"]).base,
        title=title,
        abstract=_line(inner.get("summary")) or _line(outer.get("summary")),
        authors=tuple(
            name
            for name in _lines(_table(author).get("name") for author in _list(inner.get("authors")))
            if has_letters(name)  # a collaboration is followed by a colon of its own
        ),
        submitted=_moment(inner.get("publishedAt")),  # the outer one has been hours off since 2025-03
        featured=_moment(inner.get("submittedOnDailyAt")),
        upvotes=_count(inner.get("upvotes")),
        comments=_count(outer.get("numComments")),
        code=code,
        stars=_count(inner.get("githubStars")),
        project=project,
        organization=_line(organization.get("fullname")) or _line(organization.get("name")) or None,
        keywords=_lines(_list(inner.get("ai_keywords"))),
        thumbnail=_address(outer.get("thumbnail")),
    )


def _named(row: object, cause: Exception) -> str:
    """Say which record could not be read, by its title where it has one, and why."""
    inner = _table(_table(row).get("paper"))
    title, what = _line(inner.get("title")), getattr(cause, "what", str(cause))
    return one_line(f"{title[:80]}: {what}" if title else what)[:160]


def _shown(row: object) -> str:
    # A record may be nested as deeply as JSON can be, and as long as the answer: only its beginning is written out.
    return row[:60] if isinstance(row, str) else reprlib.repr(row)[:60]


def _table(raw: object) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _list(raw: object) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _line(raw: object) -> str:
    return one_line(raw) if isinstance(raw, str) else ""


def _lines(raw: Iterable[object]) -> tuple[str, ...]:
    return tuple(line for one in raw if (line := _line(one)))


def _address(raw: object) -> str | None:
    """Return an http(s) address. Some begin with white space, some hold a line break; browsers forgive both."""
    text = clean(raw).replace("\n", "").replace("\t", "").strip() if isinstance(raw, str) else ""
    return text if text.startswith(("https://", "http://")) and " " not in text else None


def _moment(raw: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_line(raw))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _count(raw: object) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 2**53 else None
