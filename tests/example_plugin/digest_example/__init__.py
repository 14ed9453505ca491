"""One plug-in of each kind. Everything that they use is in `digest.model` and `digest.errors`."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from digest.errors import NotThere, Unavailable
from digest.model import Document, Edition, Finding, Listing, Paper, PaperId, Section


def list_day(day: date, get: Any, options: Mapping[str, Any]) -> Listing:
    """List what a server of bookmarks has for a day. `options` are the settings beside `use`."""
    try:
        rows = json.loads(get("web", f"{options['server']}/bookmarks?day={day}").body)
    except ValueError as cause:
        raise Unavailable("pinboard: the bookmarks are not JSON") from cause
    return Listing(papers=tuple(Paper(id=PaperId.parse(row["url"]), title=row["title"]) for row in rows))


def read(paper: Paper, get: Any, config: Any) -> Document:
    """Read papers whose page has a text beside it."""
    if not paper.id.startswith("http"):
        raise NotThere("no text beside it")
    page = get("web", f"{paper.id}.txt", belongs=lambda page: page.content_type == "text/plain")
    sections = (Section("Introduction", page.body.decode("utf-8", "replace"), "introduction"),)
    return Document(id=paper.id, origin="html", sections=sections, url=page.url)


def check(subject: Any) -> list[Finding]:
    """Find exclamation marks."""
    return [
        Finding("plugin", field, "the summary shouts", "!") for field, text in subject.fields.items() if "!" in text
    ]


def notify(message: Any, edition: Edition) -> None:
    """Append a line to a file."""
    with Path("logbook.txt").open("a", encoding="utf-8") as file:
        file.write(f"{edition.name}: {message.title}\n")


def export(edition: Edition) -> dict[str, bytes]:
    """Make a list of titles."""
    titles = "\n".join(entry.paper.title for entry in edition.entries)
    return {f"{edition.name[:4]}/{edition.name}.txt": f"{titles}\n".encode()}


def escape(edition: Edition) -> dict[str, bytes]:
    """Try to write elsewhere."""
    return {"../outside.txt": b"x", "/tmp/outside.txt": b"x", "inside.txt": b"x"}


def silent(*_: object) -> None:
    """Forget to return anything."""


def broken(*_: object) -> None:
    """Have a bug."""
    raise KeyError("oops\nin two lines")
