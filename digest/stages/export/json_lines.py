"""All papers as JSON, one on each line, with everything that is known of them."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from digest.stages.export.published import ExportedFile, PublishedPaper

_ENDS = re.compile("[\x85\u2028\u2029]")
"""What some readers take for the end of a line."""


def export(papers: Iterable[PublishedPaper]) -> Iterator[ExportedFile]:
    """Write `papers.jsonl`."""
    lines = (_ENDS.sub(_escaped, msgspec.json.encode(_row(one), enc_hook=str).decode()) for one in papers)
    yield ExportedFile("papers.jsonl", "".join(f"{line}\n" for line in lines).encode())


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _row(one: PublishedPaper) -> dict[str, Any]:
    entry, cited = one.entry, one.citation
    row: dict[str, Any] = {
        "id": cited.id, "day": one.day, "rank": one.rank, "language": one.edition.language, "page": one.page,
        "title": cited.title, "authors": cited.authors, "abstract": cited.abstract, "doi": cited.doi,
        "link": cited.url, "pdf": cited.pdf, "tldr": entry.summary.tldr, "topics": one.topics,
        "summary": one.fields,
        "claims": {name: claims for name in one.fields if (claims := entry.claims_of(name))},
        "unconfirmed": entry.findings, "paper": entry.paper, "source": entry.provenance,
    }  # fmt: skip
    return {name: value for name, value in row.items() if value not in ("", (), {})}
