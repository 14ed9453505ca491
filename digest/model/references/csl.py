"""CSL-JSON, as Zotero and Pandoc write it, and what Zotero's own API answers."""

import json
from typing import Any

from digest.model.references.fields import Reference, reference

_LINKS = ("DOI", "URL", "url", "archiveID", "archive_location", "number", "note", "extra")


def parse(raw: str) -> tuple[Reference, ...]:
    """Read all references that have a title; none where the text is not JSON of that kind."""
    try:
        read = json.loads(raw)
    except (ValueError, RecursionError):
        return ()
    rows = read.get("items") if isinstance(read, dict) else read
    return tuple(one for row in rows if (one := _reference(row))) if isinstance(rows, list) else ()


def _reference(row: Any) -> Reference | None:
    if not isinstance(row, dict):
        return None
    if isinstance(row.get("data"), dict):
        row = row["data"]
        if row.get("itemType") in {"attachment", "note", "annotation"}:
            return None
    links = (_text(row.get(name)) for name in _LINKS)
    dates = (_text(row.get("dateAdded")), _date(row.get("accessed")), _date(row.get("issued")), _text(row.get("date")))
    abstract = _text(row.get("abstract")) or _text(row.get("abstractNote"))
    return reference(
        _text(row.get("title")),
        abstract,
        authors=_names(row.get("author") or row.get("creators")),
        links=links,
        files=(_text(row.get("URL")), _text(row.get("url"))),
        dates=dates,
    )


def _names(raw: Any) -> tuple[str, ...]:
    """Return names: `{"given": …, "family": …}`, as Zotero's own API has them, or in one piece."""
    rows = [row for row in raw if isinstance(row, dict)] if isinstance(raw, list) else []
    return tuple(_name(row) or _text(row.get("literal") or row.get("name")) for row in rows)


def _name(row: dict[str, Any]) -> str:
    given, family = (
        " ".join(filter(None, (_text(row.get(part)) for part in parts)))
        for parts in (("given", "firstName"), ("dropping-particle", "non-dropping-particle", "family", "lastName"))
    )
    return ", ".join(filter(None, (family, given, _text(row.get("suffix"))))) if family else given


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
