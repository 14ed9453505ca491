"""Posts that others wrote → editions: how an old blog moves in. The originals are never changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from digest import posts, schema
from digest.errors import DigestError
from digest.model import Edition, Entry, Paper, Post, Provenance, Summary, Written
from digest.store import Archive, digest_of
from digest.text import counted


@dataclass(frozen=True)
class Taken:
    """What became of one post."""

    ok: bool
    said: str
    """In words: what was taken, and what could not be."""


def take(path: Path, archive: Archive, render: Callable[[Edition], str], language: str, *, force: bool) -> Taken:
    """Make the edition of a post, and copy the post into the archive where it is not in it yet.

    Fails, in words, where the post is not in this format, or its day has an edition already.
    """
    try:
        raw = path.read_bytes()
        edition = edition_of(posts.parse(raw.decode("utf-8")), path.name, language)
        if archive.load(edition.name) is not None and not force:
            return Taken(False, f"there is an edition {edition.name} already; --force replaces it")
        there = archive.post(path.name)
        if there is not None and there != raw and not force:
            return Taken(False, "there is another post of that name; --force replaces it")
        same = render(edition).encode() == raw
        edition = _written(edition, path.name, raw)
        archive.save(edition)
        archive.write_post(path.name, raw)
    except (DigestError, ValueError, OSError) as error:  # not UTF-8, or a link that is none
        return Taken(False, f"not taken: {error}")
    lacking = [f"{entry.paper.id} lacks {', '.join(names)}" for entry in edition.entries if (names := _lacking(entry))]
    said = counted(len(edition.entries), "paper") + (f"; {'; '.join(lacking)}" if lacking else "")
    return Taken(True, said if same else f"{said}; kept as it is, but `digest render` would write it differently")


def edition_of(post: Post, file: str, language: str) -> Edition:
    """Return the edition that a post shows. Raises ArchiveError or BadArxivId where it shows none."""
    stem = file.removesuffix(".md")
    try:
        day = date.fromisoformat(stem[:10])
    except ValueError as cause:
        raise DigestError(f"{file}: the name does not begin with a day like 2025-11-17") from cause
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
    return msgspec.structs.replace(edition, written=Written(file=file, sha256=digest_of(raw)))


def _lacking(entry: Entry) -> list[str]:
    return [field.heading for field in schema.FIELDS if not entry.summary.field(field.name)]
