"""Posts that others wrote → editions: how an old blog moves in. The originals are never changed."""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from digest.adapters.store import Archive, is_text_of, text_hash
from digest.adapters.store.removals import Removals
from digest.config import files
from digest.errors import DigestError
from digest.model import Edition, Entry, Header, Paper, Post, Provenance, Summary, Written, schema
from digest.model.text import counted
from digest.pipeline.importer import edited
from digest.posts import filenames, foreign, grammar
from digest.posts.repair import Repaired
from digest.posts.reviews import reviewed

_NO_POSTS = frozenset({"_site", "_drafts", "_data", "node_modules", "vendor"})


@dataclass(frozen=True)
class ImportOutcome:
    """What became of one post."""

    ok: bool
    message: str
    """In words: what was taken, and what could not be."""
    entries: int = field(default=0, compare=False)
    """Papers with their summaries."""
    mentions: int = field(default=0, compare=False)
    """Papers of which only id and title are known."""


def files_of(path: Path) -> list[Path]:
    """List the posts of a blog, whatever its folders and years; of a file, itself.

    Follows no link to a folder, and looks into no hidden one, nor into those that Jekyll fills by itself.
    """
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _NO_POSTS]
        found += [Path(folder, name) for name in names if _may_be_post(name)]
    return sorted(found)


def _may_be_post(name: str) -> bool:
    """Return whether a file may be a post: any Markdown, and HTML that is named by its day."""
    ending = Path(name).suffix.lower()
    dated = filenames.POST.fullmatch(name) is not None
    return not name.startswith(".") and (ending in filenames.MARKDOWN or (ending in filenames.ENDINGS and dated))


def import_post(
    path: Path,
    archive: Archive,
    render: Callable[[Edition], str],
    language: str,
    slug: str = "",
    *,
    force: bool,
    blog: Path | None = None,
) -> ImportOutcome:
    """Make the edition of a post, and copy the post into the archive where it is not in it yet.

    A legacy post is copied as it was repaired, see `digest.posts.repair`. Of a post in a form of its own, the papers
    are taken with id and title; it is copied as it is. Posts about other things are left alone. What an edition knows
    stays known, but of what was edited in its post. Fails, in words, where a post in this format has a fault, its day
    has another post's edition already, or a link leads out of the `blog` that it was found in: nobody looked at what
    would be published then.
    """
    try:
        if blog is not None and files.leads_out(path, blog):
            raise OSError(errno.EXDEV, "a link to a file outside of the folder; name it to import it")
        raw = files.read(path)
        text = raw.decode("utf-8-sig")
        post, repaired = foreign.read(text)
        header, papers = (post.header, ()) if post else foreign.listed(text, path.stem)
        if reviewed(header):
            return ImportOutcome(True, f"skipped (the review of {reviewed(header)})")
        if post is None and not papers:
            return ImportOutcome(True, "skipped (not a digest post)")
        file = filenames.file_name_of(path, header.date)
        edition = edition_of(post, file, language, slug) if post else _list_of(papers, header, file, language)
        edition = _named_as_before(edition, file, archive)
        content = repaired.text.encode() if repaired.what else raw
        known = archive.load(edition.name)
        if known is not None and known.written and is_text_of(content, known.written.sha256) and not force:
            return _outcome(known, f"{counted(len(known.entries) or len(known.mentions), 'paper')}, already imported")
        there = archive.post(file)
        in_place = there == raw and path.resolve() == (archive.posts / file).resolve()
        own = in_place and known is not None and known.written is not None and known.written.file == file
        if known is not None and not force and not (own and post):
            return ImportOutcome(False, f"edition {edition.name} already exists; --force replaces it")
        if there not in (None, content) and not in_place and not force:
            return ImportOutcome(False, "another post has this name; --force replaces it")
        changes: tuple[str, ...] = ()
        if known is not None and known.entries and post is not None:
            merged = edited.merge(edition, known, _as_read(known, file, render), took_off=own)
            edition, changes = merged.edition, merged.said
        same = post is None or render(edition).encode() == content
        written = Written(file=file, sha256=text_hash(raw if in_place else content))
        notified = known.notified if known else ()
        removed = {one.paper.id: one.detail for one in edition.exclusions if one.rule == "removed"}
        Removals(archive.data).add(removed)
        archive.save(msgspec.structs.replace(edition, written=written, notified=notified))
        if not in_place:
            archive.write_post(file, content)
    except OSError as error:
        return ImportOutcome(False, f"not imported: {error.strerror or error}")
    except (DigestError, ValueError) as error:  # not UTF-8, or a link that is none
        why = "not UTF-8 — save it as UTF-8" if isinstance(error, UnicodeDecodeError) else error
        return ImportOutcome(False, f"not imported: {why}")
    return _outcome(edition, _said(edition, path.name, file, repaired, changes, same=same, in_place=in_place))


def _list_of(papers: tuple[Paper, ...], header: Header, file: str, language: str) -> Edition:
    """Return the edition of a post that presents papers in another form. Its name is the post's: it is no day's own."""
    stem = Path(file).stem
    day = filenames.day_of(stem)
    assert day is not None  # noqa: S101 - the file was named by its day
    return Edition(name=stem, day=day, header=header, listing="imported", mentions=papers, language=language)


def edition_of(post: Post, file: str, language: str, slug: str = "") -> Edition:
    """Return the edition that a post shows. It is its day's own where the post is called `slug`, as ours are.

    Without `slug`, any but a post of named papers is. Raises BadArxivId.
    """
    stem = Path(file).stem
    day = filenames.day_of(stem)
    if day is None:
        raise DigestError(f"{file}: the name does not start with a date like 2025-11-17")
    own = stem[10:] == f"-{slug}" if slug else not stem[10:].startswith("-papers-")
    return Edition(
        name=str(day) if own else stem,
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


def _as_read(known: Edition, file: str, render: Callable[[Edition], str]) -> Edition | None:
    """Return the edition that the post of another one is read as; None where templates write it in another form."""
    with suppress(DigestError):
        return edition_of(grammar.parse(render(known)), file, known.language)
    return None


def _named_as_before(edition: Edition, file: str, archive: Archive) -> Edition:
    """Keep the name that the edition of this very post has: earlier versions named all of them by their day."""
    known = archive.load(str(edition.day))
    kept = known is not None and known.written is not None and known.written.file == file
    return msgspec.structs.replace(edition, name=str(edition.day)) if kept else edition


def _outcome(edition: Edition, message: str) -> ImportOutcome:
    return ImportOutcome(True, message, len(edition.entries), len(edition.mentions))


def _said(
    edition: Edition, name: str, file: str, repaired: Repaired, changes: tuple[str, ...], *, same: bool, in_place: bool
) -> str:
    """Say what was taken, what it lacks, what was repaired and where it differs."""
    parts = [counted(len(edition.entries) or len(edition.mentions), "paper"), *changes]
    parts += ["ids and titles only, the post is kept as it is"] if edition.mentions else []
    untitled = sum(paper.title == paper.id for paper in edition.mentions)
    parts += [f"{untitled} without a title"] if untitled else []
    parts += [f"{entry.paper.id} lacks {', '.join(names)}" for entry in edition.entries if (names := _lacking(entry))]
    without = sum(not entry.alphaxiv_url for entry in edition.entries)
    parts += [f"{without} without an alphaXiv link"] if without else []
    parts += [f"fixed: {', '.join(repaired.what)}"] if repaired.what else []
    parts += [f"named {file}"] if file != name else []
    if not same or (repaired.what and in_place):
        parts.append("imported unchanged; `digest render` would reformat it")
    return "; ".join(parts)


def _lacking(entry: Entry) -> list[str]:
    return [known.heading for known in schema.FIELDS if not entry.summary.field(known.name)]
