"""Hugging Face Daily Papers: its JSON in, papers out. The shapes of 2024 to 2026 are all read.

Source: `GET /api/daily_papers?date=&limit=&p=` (https://huggingface.co/docs/hub/api), counted over recorded days.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from digest.config import SourcesConfig
from digest.errors import FetchError, Unavailable
from digest.model import ArxivId, BadArxivId, Fetched, Listing, Paper
from digest.text import one_line

_PAGE = 100  # the largest page the service serves; its default of 50 truncates without a word
_PAGES = 20


def list_day(day: date, get: Callable[[str, str], Fetched], _config: SourcesConfig) -> Listing:
    """List the papers featured on a UTC day, as the service orders them. Raises FetchError."""
    papers: dict[ArxivId, Paper] = {}
    problems: list[str] = []
    for page in range(_PAGES):
        rows = _rows(get("huggingface", f"/api/daily_papers?date={day}&limit={_PAGE}&p={page}"))
        for row in rows:
            try:
                paper = parse(row)
            except (BadArxivId, KeyError, TypeError, ValueError) as cause:
                problems.append(f"a record could not be read: {one_line(str(cause))[:120] or type(cause).__name__}")
            else:
                papers.setdefault(paper.id, paper)  # one id can stand twice in one answer
        if len(rows) < _PAGE:
            return Listing(papers=tuple(papers.values()), problems=tuple(problems))
    raise FetchError(f"huggingface: more than {_PAGE * _PAGES} papers on {day}, which cannot be")


def _rows(page: Fetched) -> list[Any]:
    try:
        rows = json.loads(page.body)
    except (ValueError, RecursionError) as cause:
        raise Unavailable("huggingface: the list of the day is not JSON") from cause
    if not isinstance(rows, list):
        said = rows.get("error") if isinstance(rows, dict) else None
        raise Unavailable(f"huggingface: no list of papers{f': {one_line(str(said))[:100]}' if said else ''}")
    return rows


def parse(row: dict[str, Any]) -> Paper:
    """Read one record. Raises BadArxivId, KeyError, TypeError or ValueError where it lacks what every record has."""
    inner = row["paper"]
    code, project = _address(inner.get("githubRepo")), _address(inner.get("projectPage"))
    if project and not code and project.startswith(("https://github.com/", "http://github.com/")):
        code, project = project, None
    organization = inner.get("organization") or row.get("organization") or {}
    return Paper(
        id=ArxivId.parse(inner["id"]).base,
        # Until 2025-11 titles and abstracts held hard line breaks.
        title=one_line(inner.get("title") or row["title"]),
        abstract=one_line(inner.get("summary") or row.get("summary") or ""),
        authors=tuple(name for author in inner.get("authors", ()) if (name := one_line(author["name"]))),
        submitted=_moment(inner.get("publishedAt")),  # the outer one has been hours off since 2025-03
        featured=_moment(inner.get("submittedOnDailyAt")),
        upvotes=_count(inner.get("upvotes")),
        comments=_count(row.get("numComments")),
        code=code,
        stars=_count(inner.get("githubStars")),
        project=project,
        organization=one_line(organization.get("fullname") or organization.get("name") or "") or None,
        keywords=tuple(one_line(word) for word in inner.get("ai_keywords") or ()),
        thumbnail=_address(row.get("thumbnail")),
    )


def _address(raw: object) -> str | None:
    """Return an http(s) address without the white space that some begin with."""
    text = one_line(raw) if isinstance(raw, str) else ""
    return text if text.startswith(("https://", "http://")) and " " not in text else None


def _moment(raw: object) -> datetime | None:
    if not isinstance(raw, str):
        return None
    moment = datetime.fromisoformat(raw)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _count(raw: object) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0 else None
