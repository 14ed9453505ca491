"""A citation → its item in CSL-JSON, which Pandoc, Zotero and every citation processor read."""

from collections.abc import Iterable
from typing import Any

import msgspec

from digest.model.references.citations.citation import Citation
from digest.model.references.citations.names import parted


def item(cited: Citation, note: str = "") -> str:
    """Write the item of one paper, as JSON on a line."""
    described: dict[str, Any] = {
        "id": cited.key,
        "type": "article",
        "genre": "Preprint" if cited.on_arxiv else "",
        "title": cited.shown or cited.title,
        "author": [_author(name) for name in cited.authors],
        "issued": _issued(cited),
        "DOI": cited.doi,
        "URL": cited.url,
        "publisher": "arXiv" if cited.on_arxiv else "",
        "number": f"arXiv:{cited.id}" if cited.on_arxiv else "",
        "abstract": cited.abstract,
        "keyword": ", ".join(cited.keywords),
        "note": note,
    }
    return msgspec.json.encode({name: value for name, value in described.items() if value}).decode()


def joined(items: Iterable[str]) -> str:
    """Make a file of items."""
    return "[\n" + ",\n".join(items) + "\n]\n"


def _author(name: str) -> dict[str, str]:
    family, given, suffix = parted(name)
    if not given:
        return {"literal": family}
    return {"family": family, "given": given, **({"suffix": suffix} if suffix else {})}


def _issued(cited: Citation) -> dict[str, Any]:
    date = cited.submitted or cited.year
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else {}
