"""All papers as one table, a row each, as spreadsheets and data frames read it."""

import csv
import io
from collections.abc import Iterable, Iterator

from digest.model import schema
from digest.stages.export.published import ExportedFile, PublishedPaper

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet would take for a formula, and run; those of Korean and Japanese read the wide signs alike."""
_COLUMNS = (
    "day", "rank", "id", "title", "authors", "submitted", "tldr", *schema.NAMES, "topics", "unconfirmed", "upvotes",
    "categories", "organization", "doi", "link", "pdf", "code", "project", "page", "origin", "model",
)  # fmt: skip


def export(papers: Iterable[PublishedPaper]) -> Iterator[ExportedFile]:
    """Write `papers.csv`, in UTF-8 with a byte order mark, without which Excel takes it for another encoding."""
    text = io.StringIO()
    rows = csv.DictWriter(text, _COLUMNS, lineterminator="\r\n")
    rows.writeheader()
    for one in papers:
        rows.writerow({name: _cell(value) for name, value in _row(one).items()})
    yield ExportedFile("papers.csv", text.getvalue().encode("utf-8-sig"))


def _row(one: PublishedPaper) -> dict[str, object]:
    paper, made, cited = one.entry.paper, one.entry.provenance, one.citation
    return {
        "day": one.day, "rank": one.rank, "id": cited.id, "title": cited.shown, "authors": "; ".join(cited.authors),
        "submitted": cited.submitted, "tldr": one.entry.summary.tldr, **one.fields, "topics": "; ".join(one.topics),
        "unconfirmed": "; ".join(f"{heading}: {what}" for heading, what in one.doubts), "upvotes": paper.upvotes,
        "categories": "; ".join(paper.categories), "organization": paper.organization, "doi": cited.doi,
        "link": cited.url, "pdf": cited.pdf, "code": paper.code, "project": paper.project, "page": one.page,
        "origin": made.origin, "model": made.model,
    }  # fmt: skip


def _cell(value: object) -> object:
    """Put an apostrophe before a text that a spreadsheet would run."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
