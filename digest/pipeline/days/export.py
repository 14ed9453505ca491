"""The archive, or what changed of it, as files of other programs. Never writes over what somebody edited."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path, PurePath
from typing import Any, NamedTuple

import msgspec

from digest import posts
from digest.adapters import plugins
from digest.adapters.store import Archive
from digest.adapters.store.files import read, text_hash, write
from digest.adapters.templates import Templates
from digest.config import SiteConfig
from digest.errors import ArchiveError
from digest.model import Edition, Entry, Summary
from digest.model.text import counted, one_line
from digest.pipeline.extensions import is_inside
from digest.site import urls
from digest.stages.export import EXPORTERS, ExportedFile, PublishedPaper
from digest.stages.notify import day_links

_MARKS = ".digest-export.json"
"""What an export remembers of the files that it wrote: path → hash. Without it, no file that is there is written."""

_SHOWN = 5
"""So many files that could not be written are named."""


class Exported(NamedTuple):
    """What came of an export."""

    written: int = 0
    unchanged: int = 0
    edited: tuple[str, ...] = ()
    """Files that somebody edited, or that were there before: left as they are."""
    gone: int = 0
    """Notes that somebody deleted or moved: not written again."""
    left: tuple[str, ...] = ()
    """Files of papers and days that are no longer published: nobody but their reader deletes them."""
    problems: tuple[str, ...] = ()


def export(name: str, folder: Path, archive: Archive, templates: Templates, site: SiteConfig) -> Exported:
    """Export all published papers. Raises ArchiveError where the folder cannot be used."""
    marks_file = folder / _MARKS
    raw = read(marks_file)
    try:
        marks = msgspec.json.decode(raw, type=dict[str, str]) if raw else {}
    except msgspec.MsgspecError as cause:
        raise ArchiveError(f"{marks_file}: damaged: {cause}", hint="delete it; no file is lost") from cause
    problems: list[str] = []
    faults: list[ArchiveError] = []
    made = _files(name, archive, templates, site, problems)
    known, result, paths = dict(marks), Exported(), set[str]()
    try:
        for file in made:
            paths.add(file.path)
            try:
                result = _put(folder, file, marks, result)
            except ArchiveError as error:
                faults.append(error)
    finally:
        if marks != known:
            write(marks_file, msgspec.json.format(msgspec.json.encode(dict(sorted(marks.items()))), indent=1) + b"\n")
    if faults and result == Exported():
        raise faults[0]
    more = f"and {counted(len(faults) - _SHOWN, 'file')} more" if len(faults) > _SHOWN else ""
    problems += [*map(str, faults[:_SHOWN]), *filter(None, [more])]
    kinds = {PurePath(path).suffix for path in paths}
    left = (path for path in marks.keys() - paths if PurePath(path).suffix in kinds and (folder / path).exists())
    return result._replace(problems=tuple(problems), left=tuple(sorted(left)))


def _put(folder: Path, file: ExportedFile, marks: dict[str, str], result: Exported) -> Exported:
    path, wanted, mark = folder / file.path, text_hash(file.content), marks.get(file.path)
    there = read(path)
    if there is None and path.is_symlink():
        return result._replace(edited=(*result.edited, file.path))
    if there is None and file.note and mark is not None:
        return result._replace(gone=result.gone + 1)
    if there is not None and text_hash(there) == wanted:
        marks[file.path] = wanted
        return result._replace(unchanged=result.unchanged + 1)
    if there is not None and text_hash(there) != mark:
        return result._replace(edited=(*result.edited, file.path))
    write(path, file.content)
    marks[file.path] = wanted
    return result._replace(written=result.written + 1)


def _files(
    name: str, archive: Archive, templates: Templates, site: SiteConfig, problems: list[str]
) -> Iterator[ExportedFile]:
    exporter = EXPORTERS.get(name)
    if exporter is not None:
        yield from exporter(published(archive, templates, site))
        return
    ask = plugins.guarded("exporters", name, dict, problems.append, {})
    for edition in _editions(archive):
        for path, content in ask(edition).items():
            if isinstance(path, str) and isinstance(content, bytes) and is_inside(path):
                yield ExportedFile(path, content)
            else:
                problems.append(f"plug-in {name}: {one_line(str(path))[:60]!r} was not written")


def published(archive: Archive, templates: Templates, site: SiteConfig) -> Iterator[PublishedPaper]:
    """Go through all published papers, oldest day first; one that was published again stands where it was last."""
    words = cache(templates.words)
    last = {entry.paper.id: edition.name for edition in _editions(archive) for entry in edition.entries}
    for edition in _editions(archive):
        for one in of_edition(edition, archive, words(edition.language), site):
            if last[one.entry.paper.id] == edition.name:
                yield one


def of_edition(edition: Edition, archive: Archive, words: Mapping[str, Any], site: SiteConfig) -> list[PublishedPaper]:
    """Return the published papers of an edition in the order of its post."""
    page = day_links(edition, archive.posts, site, urls.permalink).page
    return [
        PublishedPaper(edition, rank, entry, words, page(entry.paper.id) if page else "")
        for rank, entry in enumerate(_as_published(edition, archive), 1)
    ]


def _editions(archive: Archive) -> Iterator[Edition]:
    found = (archive.load(name) for name in archive.names())
    return (edition for edition in found if edition is not None)


def _as_published(edition: Edition, archive: Archive) -> list[Entry]:
    """Return the entries of an edition with the texts of its post, which somebody may have edited since."""
    raw = archive.post(edition.written.file) if edition.written else None
    if raw is None or not edition.written or text_hash(raw) == edition.written.sha256:
        return list(edition.entries)
    try:
        shown = {one.id.base: one for one in posts.parse(raw.decode("utf-8-sig")).entries}
    except (ArchiveError, UnicodeDecodeError):
        return list(edition.entries)
    entries = []
    for entry in edition.entries:
        post = shown.get(entry.paper.id.base)
        if post and post.fields != {name: text for name in post.fields if (text := entry.summary.field(name))}:
            kept = {"tldr": entry.summary.tldr, "topics": entry.summary.topics}
            summary = msgspec.structs.replace(Summary.of(post.fields, markup=post.markup), **kept)
            entries.append(msgspec.structs.replace(entry, summary=summary))
        else:
            entries.append(entry)
    return entries
