"""Months of papers as Parquet files, which need a quarter of the room and can be asked by other programs.

Written where the extra `archive` is installed. Rows are in order of their ids, in groups that are read one by one: a
month of 30,000 papers takes no more memory than a day.
"""

import heapq
import importlib
from collections.abc import Collection, Iterator
from datetime import UTC
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from digest.adapters.installation import way_to_add
from digest.adapters.store.files import replaced
from digest.errors import ArchiveError
from digest.model import ArxivId, Paper

_GROUP = 500
"""Papers that are read or written at once."""


class Months:
    """A folder with a file per month, `2026-08.parquet`, one row per paper."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def available(self) -> bool:
        """Whether months can be written here."""
        return find_spec("pyarrow") is not None

    def read(self, month: str, ids: Collection[str]) -> Iterator[Paper]:
        """Read papers of a month, in order of their ids. Raises ArchiveError where its file cannot be read."""
        wanted = frozenset(ids)
        return (paper for paper in self._rows(month, min(wanted), max(wanted)) if paper.id in wanted)

    def add(self, month: str, papers: Iterator[Paper]) -> None:
        """Add papers, which come in order of their ids, to a month. A paper that it has already is replaced."""
        arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
        schema = _schema(arrow)
        old = self._rows(month) if self._path(month).exists() else iter(())
        with (
            replaced(self._path(month)) as part,
            parquet.ParquetWriter(part, schema, compression="zstd") as writer,
        ):
            group: list[dict[str, Any]] = []
            for paper in _newest(papers, old):
                group.append({name: getattr(paper, name) for name in schema.names})
                if len(group) == _GROUP:
                    writer.write_batch(arrow.RecordBatch.from_pylist(group, schema), row_group_size=_GROUP)
                    group = []
            writer.write_batch(arrow.RecordBatch.from_pylist(group, schema), row_group_size=_GROUP)

    def _path(self, month: str) -> Path:
        return self._folder / f"{month}.parquet"

    def _rows(self, month: str, first: str = "", last: str = "\U0010ffff") -> Iterator[Paper]:
        path = self._path(month)
        try:
            parquet = importlib.import_module("pyarrow.parquet")
        except ImportError as cause:
            raise ArchiveError(f"{path}: needs pyarrow", hint=way_to_add("archive")) from cause
        try:
            with parquet.ParquetFile(path) as file:
                groups = [number for number in range(file.num_row_groups) if _has(file, number, first, last)]
                for batch in file.iter_batches(_GROUP, row_groups=groups, use_threads=False):
                    yield from map(_paper, batch.to_pylist())
        except (OSError, ValueError, TypeError, KeyError) as cause:  # Arrow's own errors are ValueErrors
            raise ArchiveError(
                f"{path}: not a readable Parquet file", hint="delete it and `arxiv.sqlite3` in the folder above"
            ) from cause


def _schema(arrow: Any) -> Any:
    text, moment = arrow.string(), arrow.timestamp("us", tz="UTC")
    lists = arrow.list_(text)
    kinds = {
        "id": text, "title": text, "abstract": text, "authors": lists, "categories": lists, "comment": text,
        "submitted": moment, "updated": moment, "version": arrow.int32(), "withdrawn": arrow.bool_(),
    }  # fmt: skip
    return arrow.schema(list(kinds.items()))


def _has(file: Any, group: int, first: str, last: str) -> bool:
    """Return whether a group of rows may have ids between two."""
    span = file.metadata.row_group(group).column(0).statistics
    return span is None or not span.has_min_max or (span.max >= first and span.min <= last)


def _paper(row: dict[str, Any]) -> Paper:
    moments = {name: row[name].astimezone(UTC) for name in ("submitted", "updated")}
    lists = {name: tuple(row[name]) for name in ("authors", "categories")}
    return Paper(**(row | moments | lists | {"id": ArxivId.parse(row["id"])}))


def _newest(new: Iterator[Paper], old: Iterator[Paper]) -> Iterator[Paper]:
    """Merge two runs of papers in order of their ids; of two with one id the new one stays."""
    last = ""
    for paper in heapq.merge(new, old, key=lambda one: one.id):
        if paper.id != last:
            yield paper
        last = paper.id
