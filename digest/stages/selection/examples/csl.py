"""CSL-JSON, as Zotero and Pandoc write it, and what Zotero's own API answers."""

import json
from typing import Any

from digest.model import Example
from digest.stages.selection.examples import fields

_LINKS = ("DOI", "URL", "url", "archiveID", "archive_location", "number", "note", "extra")


def parse(raw: str) -> tuple[Example, ...]:
    """Read all references that have a title; none where the text is not JSON of that kind."""
    try:
        read = json.loads(raw)
    except (ValueError, RecursionError):
        return ()
    rows = read.get("items") if isinstance(read, dict) else read
    return tuple(one for row in rows if (one := _reference(row))) if isinstance(rows, list) else ()


def _reference(row: Any) -> Example | None:
    if not isinstance(row, dict):
        return None
    if isinstance(row.get("data"), dict):
        row = row["data"]
        if row.get("itemType") in {"attachment", "note", "annotation"}:
            return None
    links = (_text(row.get(name)) for name in _LINKS)
    dates = (_text(row.get("dateAdded")), _date(row.get("accessed")), _date(row.get("issued")), _text(row.get("date")))
    abstract = _text(row.get("abstract")) or _text(row.get("abstractNote"))
    return fields.example(_text(row.get("title")), abstract, links=links, dates=dates)


def _text(raw: Any) -> str:
    return raw if isinstance(raw, str) else ""


def _date(raw: Any) -> str:
    """Write a date of CSL's, `{"date-parts": [[2025, 11, 17]]}` or `{"raw": …}`, with hyphens."""
    if not isinstance(raw, dict):
        return _text(raw)
    parts = raw.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        return "-".join(str(part) for part in parts[0][:3])
    return _text(raw.get("raw") or raw.get("literal"))
