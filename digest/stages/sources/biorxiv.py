"""bioRxiv and medRxiv: their JSON in, papers out. Source: https://api.biorxiv.org/details/biorxiv/help."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from digest.config import PreprintSource
from digest.errors import NotThere, Unavailable
from digest.model import BadPaperId, Fetched, Listing, Paper, PaperId
from digest.model.text import one_line
from digest.stages.sources.records import Records

_SITES = {"biorxiv": "https://www.biorxiv.org", "medrxiv": "https://www.medrxiv.org"}
_PREFIXES = ("10.1101/", "10.64898/")
_MOST = 2_000  # papers of one day, of all subjects; so many would not be plausible


def list_day(day: date, get: Callable[[str, str], Fetched], config: PreprintSource) -> Listing:
    """List the preprints first posted on a day; new versions of older ones are left out. Raises FetchError."""
    query = f"?{urlencode({'category': config.category.replace(' ', '_').lower()})}" if config.category else ""
    records = Records(config.use)
    cursor, total = 0, 1
    while cursor < total:
        page = get("biorxiv_api", f"/details/{config.use}/{day}/{day}/{cursor}{query}")
        rows, total = _rows(page.body, config.use)
        if not rows and cursor < total:
            raise Unavailable(f"{config.use}: the list for {day} is truncated ({cursor} of {total} papers)")
        if total > _MOST:
            raise Unavailable(f"{config.use}: {total:,} papers on {day}, which is not plausible")
        cursor += len(rows)
        for row in rows:
            try:
                paper = _paper(row, config.use)
            except (BadPaperId, ValueError) as cause:
                records.leave_out(cause, _line(row, "title") if isinstance(row, dict) else "")
            else:
                if paper.version == 1:
                    records.add(paper)
    return records.listing()


def has(doi: str) -> bool:
    """Return whether a DOI is one that these servers give."""
    return doi.startswith(_PREFIXES)


def look_up(doi: str, get: Callable[[str, str], Fetched]) -> Paper:
    """Return the latest version of a preprint, of whichever server has it. Raises NotThere, FetchError."""
    for server in _SITES:
        rows, _ = _rows(get("biorxiv_api", f"/details/{server}/{quote(doi, safe='/')}/na/json").body, server)
        for row in reversed(rows):
            with suppress(BadPaperId, ValueError):
                return _paper(row, server)
    raise NotThere("neither bioRxiv nor medRxiv has it")


def _rows(body: bytes, server: str) -> tuple[list[Any], int]:
    """Return the records of an answer, and how many there are in all."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as cause:
        raise Unavailable(f"{server}: the list of the day is not JSON") from cause
    messages = answer.get("messages") if isinstance(answer, dict) else None
    message = messages[0] if isinstance(messages, list) and messages and isinstance(messages[0], dict) else {}
    rows = answer.get("collection") if isinstance(answer, dict) else None
    status = _line(message, "status")
    if status.lower().startswith("no posts found"):
        return [], 0
    if status != "ok" or not isinstance(rows, list):
        raise Unavailable(f"{server}: unexpected response, not a list of papers{f': {status[:100]}' if status else ''}")
    total = str(message.get("total", ""))  # a number in some years, its digits in others
    return rows, int(total) if total.isdecimal() and len(total) < 10 else len(rows)


def _paper(row: Any, server: str) -> Paper:
    if not isinstance(row, dict) or not _line(row, "title"):
        raise ValueError("no title")
    paper_id = PaperId.parse(f"doi:{_line(row, 'doi')}")
    version = _line(row, "version")
    place = f"{_SITES[server]}/content/{paper_id.doi}v{version or 1}"
    institution = _line(row, "author_corresponding_institution")
    return Paper(
        id=paper_id,
        title=_line(row, "title"),
        abstract=_line(row, "abstract"),
        authors=tuple(map(_name, filter(str.strip, _line(row, "authors").split(";")))),
        submitted=_moment(_line(row, "date")),
        version=int(version) if version.isdecimal() and len(version) < 4 else 1,
        withdrawn=_line(row, "type").lower() in ("withdrawn", "withdrawal"),
        html=f"{place}.full",
        pdf=f"{place}.full.pdf",
        organization=institution or None,
        keywords=tuple(filter(None, (_line(row, "category"),))),
    )


def _name(raw: str) -> str:
    """Write `Smith, J. A.` as J. A. Smith."""
    last, _, first = raw.strip().partition(",")
    return f"{first.strip()} {last.strip()}".strip()


def _line(row: Any, key: str) -> str:
    value = row.get(key)
    return one_line(value) if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _moment(raw: str) -> datetime | None:
    try:
        return datetime.fromisoformat(raw).replace(tzinfo=UTC)
    except ValueError:
        return None
