"""Posts that others wrote → editions: how an old blog moves in. The originals are never changed."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from digest import posts
from digest.adapters.store import Archive, sha256_hex
from digest.config import files
from digest.errors import DigestError
from digest.model import Edition, Entry, Paper, Post, Provenance, Summary, Written, schema
from digest.model.text import counted
from digest.posts.repair import Repaired, repair

_DIGEST = re.compile(
    r"^#{1,3} *(?:\d+[.)]? *)?\[[^\n]*(?:\n[^\n]+){0,3}?\(\s*https?://[^\s()]*(?:arxiv\.org|/papers/)", re.M
)
_DATED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_NO_POSTS = frozenset({"_site", "_drafts", "_data", "node_modules", "vendor"})


@dataclass(frozen=True)
class ImportOutcome:
    """What became of one post."""

    ok: bool
    message: str
    """In words: what was taken, and what could not be."""


def files_of(path: Path) -> list[Path]:
    """List the posts of a blog, whatever its folders and years; of a file, itself.

    Follows no link to a folder, and looks into no hidden one, nor into those that Jekyll fills by itself.
    """
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _NO_POSTS]
        found += [
            Path(folder, name) for name in names if name.endswith((".md", ".markdown")) and not name.startswith(".")
        ]
    return sorted(found)


def import_post(
    path: Path, archive: Archive, render: Callable[[Edition], str], language: str, *, force: bool
) -> ImportOutcome:
    """Make the edition of a post, and copy the post into the archive where it is not in it yet.

    A legacy post is copied as it was repaired, see `digest.posts.repair`. Posts about other things are left alone.
    Fails, in words, where the post is not in this format, or its day has an edition already.
    """
    try:
        raw = files.read(path)
        text = raw.decode("utf-8")
        if not _DIGEST.search(text.replace("\r", "\n")):
            return ImportOutcome(True, "skipped (not a digest post)")
        post, repaired = _read(text)
        file = _file(path.name, post)
        edition = edition_of(post, file, language)
        content = repaired.text.encode() if repaired.what else raw
        known = archive.load(edition.name)
        if known is not None and known.written and known.written.sha256 == sha256_hex(content) and not force:
            return ImportOutcome(True, f"{counted(len(known.entries), 'paper')}, already imported")
        if known is not None and not force:
            return ImportOutcome(False, f"edition {edition.name} already exists; --force replaces it")
        there = archive.post(file)
        in_place = there == raw and path.resolve() == (archive.posts / file).resolve()
        if there not in (None, content) and not in_place and not force:
            return ImportOutcome(False, "another post has this name; --force replaces it")
        same = render(edition).encode() == content
        edition = _written(edition, file, raw if in_place else content)
        archive.save(msgspec.structs.replace(edition, notified=known.notified if known else ()))
        if not in_place:
            archive.write_post(file, content)
    except OSError as error:
        return ImportOutcome(False, f"not imported: {error.strerror or error}")
    except (DigestError, ValueError) as error:  # not UTF-8, or a link that is none
        return ImportOutcome(False, f"not imported: {error}")
    return ImportOutcome(True, _said(edition, path.name, repaired, same=same, in_place=in_place))


def _read(text: str) -> tuple[Post, Repaired]:
    """Read a post; repaired where the grammar refuses it as it is, or where that fills a field that is lacking.

    The first error is the one that is reported, unless repairing came further.
    """
    try:
        post = posts.parse(text)
    except DigestError as refused:
        repaired = repair(text)
        try:
            return posts.parse(repaired.text), repaired
        except DigestError as still:
            raise (still if repaired.what else refused) from refused
    whole = len(post.entries) * len(schema.FIELDS)
    if _fields(post) < whole and (repaired := repair(text)).what:
        with suppress(DigestError):
            better = posts.parse(repaired.text)
            if _fields(better) > _fields(post):
                return better, repaired
    return post, Repaired(text)


def _fields(post: Post) -> int:
    return sum(1 for entry in post.entries for text in entry.fields.values() if text)


def _file(name: str, post: Post) -> str:
    """Name the post in the archive: as it is called, with the front matter's day before a name that has none."""
    stem = re.sub(r"\.(?:md|markdown)$", "", name)
    if found := _DATED.match(stem):
        return f"{_day(found)}{stem[found.end() :]}.md"
    dated = _DATED.match(post.header.date)
    if dated is None:
        raise DigestError(
            f"{name}: no date in the file name or front matter",
            hint="rename it, for example 2025-11-17-daily-papers.md",
        )
    return f"{_day(dated)}-{stem}.md"


def _day(found: re.Match[str]) -> date:
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as cause:
        raise DigestError(f"invalid date {found[0]}", hint="use YYYY-MM-DD") from cause


def _said(edition: Edition, name: str, repaired: Repaired, *, same: bool, in_place: bool) -> str:
    """Say what was taken, what it lacks, what was repaired and where it differs."""
    parts = [counted(len(edition.entries), "paper")]
    parts += [f"{entry.paper.id} lacks {', '.join(names)}" for entry in edition.entries if (names := _lacking(entry))]
    without = sum(not entry.alphaxiv_url for entry in edition.entries)
    parts += [f"{without} without an alphaXiv link"] if without else []
    parts += [f"fixed: {', '.join(repaired.what)}"] if repaired.what else []
    assert edition.written is not None  # noqa: S101 - it was just written down
    parts += [f"named {edition.written.file}"] if edition.written.file != name else []
    if not same or (repaired.what and in_place):
        parts.append("imported unchanged; `digest render` would reformat it")
    return "; ".join(parts)


def edition_of(post: Post, file: str, language: str) -> Edition:
    """Return the edition that a post shows. Raises ArchiveError or BadArxivId where it shows none."""
    stem = file.removesuffix(".md")
    try:
        day = date.fromisoformat(stem[:10])
    except ValueError as cause:
        raise DigestError(f"{file}: the name does not start with a date like 2025-11-17") from cause
    named = stem[10:].startswith("-papers-")
    return Edition(
        name=stem if named else str(day),
        day=day,
        header=post.header,
        listing="imported",
        notes=post.notes,
        language=language,
        entries=tuple(
            Entry(
                paper=Paper(id=entry.id.base, title=entry.title, version=entry.id.version),
                summary=Summary.of(entry.fields, markup=entry.markup),
                provenance=Provenance(origin="imported"),
                arxiv_url=entry.arxiv_url,
                alphaxiv_url=entry.alphaxiv_url,
                notes=entry.notes,
            )
            for entry in post.entries
        ),
    )


def _written(edition: Edition, file: str, raw: bytes) -> Edition:
    return msgspec.structs.replace(edition, written=Written(file=file, sha256=sha256_hex(raw)))


def _lacking(entry: Entry) -> list[str]:
    return [field.heading for field in schema.FIELDS if not entry.summary.field(field.name)]
