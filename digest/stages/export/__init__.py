"""PublishedPaper papers as files of other programs: the table of exporters. Writes nothing itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from digest.stages.export import csv_table, json_lines, obsidian, zotero
from digest.stages.export.published import ExportedFile, PublishedPaper

__all__ = ["EXPORTERS", "ExportedFile", "Exporter", "PublishedPaper"]

Exporter = Callable[[Iterable[PublishedPaper]], Iterator[ExportedFile]]
"""Makes the files of papers, which come oldest first, each paper once."""

EXPORTERS: Mapping[str, Exporter] = {
    "obsidian": obsidian.export,
    "zotero": zotero.export,
    "csv": csv_table.export,
    "jsonl": json_lines.export,
}
"""Name → exporter; those of installed packages stand behind them."""
