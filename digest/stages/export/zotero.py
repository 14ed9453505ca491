"""The papers of each day as RIS, which Zotero imports: topics become tags, the summary becomes a note."""

from collections.abc import Iterable, Iterator
from html import escape

from digest.model.references.citations import ris
from digest.stages.export.published import ExportedFile, PublishedPaper


def export(papers: Iterable[PublishedPaper]) -> Iterator[ExportedFile]:
    """Write a file a day: what was imported once need not be imported again, which would make doubles."""
    days: dict[str, list[str]] = {}
    for one in papers:
        days.setdefault(one.edition.name, []).append(ris.record(one.citation, (_note(one),)))
    for name, records in days.items():
        yield ExportedFile(f"{name}.ris", "\r\n".join(records).encode())


def _note(one: PublishedPaper) -> str:
    """Write the summary as HTML on one line, as Zotero itself does in this format."""
    headings = one.headings
    blocks = [f"<p><strong>{_line(one.entry.summary.tldr)}</strong></p>"] if one.entry.summary.tldr else []
    blocks += [f"<p><strong>{escape(headings[name])}</strong> {_line(text)}</p>" for name, text in one.fields.items()]
    blocks += [f"<p>{escape(heading)}: {escape(what)}</p>" for heading, what in one.doubts]
    blocks += [f'<p><a href="{escape(one.page)}">{escape(one.page)}</a></p>'] if one.page else []
    return "".join(blocks)


def _line(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n") if line.strip())
