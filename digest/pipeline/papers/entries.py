"""One published entry: taken off, or written anew. The other entries of its edition stay as they are."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from digest.adapters.store import Archive
from digest.adapters.store.removals import Removals
from digest.errors import ArchiveError, EditedByHand, SummaryError
from digest.model import Edition, Entry, Exclusion, Paper, PaperId, Skip
from digest.pipeline import paper as paper_pipeline
from digest.pipeline import post
from digest.pipeline.importer import cutting
from digest.pipeline.papers.decision import stands
from digest.pipeline.papers.dependencies import PaperDependencies
from digest.pipeline.papers.overview import held_to


def find(paper_id: PaperId, archive: Archive) -> tuple[Edition, Entry]:
    """Return the newest edition that a paper is published in, and its entry. Raises ArchiveError where there is none.

    An edition that cannot be read is an error only where no newer one has the paper.
    """
    if (found := lookup(paper_id, archive)) is None:
        raise _nowhere(paper_id, archive)
    return found


def lookup(paper_id: PaperId, archive: Archive) -> tuple[Edition, Entry] | None:
    """Return the same, or None where there is none."""
    for name in reversed(archive.names()):
        edition = archive.load(name)
        for entry in edition.entries if edition else ():
            if edition and entry.paper.id == paper_id.base:
                return edition, entry
    return None


def remove(paper_id: PaperId, because: str, archive: Archive, render: Callable[[Edition], str]) -> list[str]:
    """Take a paper off all posts of a series; see `remove_everywhere`."""
    return remove_everywhere(paper_id, because, [(archive, render)])


def remove_everywhere(
    paper_id: PaperId, because: str, several: Sequence[tuple[Archive, Callable[[Edition], str]]]
) -> list[str]:
    """Take a paper off all posts of some series; return their files. All series remember it as left out, and why.

    Of a post that somebody edited its entry is cut out, and the rest stays as it is. Raises ArchiveError where it is in
    no post, EditedByHand where such a post names it elsewhere.
    """
    found = [
        (edition, archive, render)
        for archive, render in several
        for name in archive.names()
        if (edition := archive.load(name)) and any(entry.paper.id == paper_id.base for entry in edition.entries)
    ]
    if not found:
        raise _nowhere(paper_id, several[0][0])
    # Before any of them is changed.
    edited: dict[tuple[Path, str], str] = {}
    for edition, archive, _ in found:
        if (left := _left_of_edited(edition, paper_id, archive)) is not None:
            edited[archive.data, edition.name] = left
    for archive, _ in several:  # also those that do not have it yet
        Removals(archive.data).add({paper_id: because})
        _no_longer_owed(paper_id, because, archive)
    files: list[str] = []
    for earlier, archive, render in found:
        edition = archive.load(earlier.name) or earlier
        gone = [entry for entry in edition.entries if entry.paper.id == paper_id.base]
        left_out = Exclusion(paper=gone[0].paper, rule="removed", detail=because)
        changed = msgspec.structs.replace(
            edition,
            entries=tuple(entry for entry in edition.entries if entry not in gone),
            exclusions=(*edition.exclusions, left_out),
        )
        if (left := edited.get((archive.data, edition.name))) is None:
            files.append(_write(changed, edition, archive, render))
            continue
        kept = edition.written if _has_text(left) else None
        archive.save(msgspec.structs.replace(changed, written=kept))
        if kept:  # its hash stays that of an edited one
            archive.write_post(_file(edition), left.encode("utf-8", "surrogateescape"))
        else:
            archive.delete_post(_file(edition))
        files.append(_file(edition))
    return files


def _left_of_edited(edition: Edition, paper_id: PaperId, archive: Archive) -> str | None:
    """Return what a post that somebody edited is without the paper; None where it is as it was written.

    Raises EditedByHand where the paper stands in it in other places than its entry.
    """
    file = _file(edition)
    try:
        post.refuse_edited(file, edition, archive, force=False)
    except EditedByHand as error:
        left = cutting.without((archive.post(file) or b"").decode("utf-8", "surrogateescape"), paper_id)
        if paper_id.base in left:
            raise EditedByHand(
                f"{file} was edited, and names {paper_id.base} outside of its entry",
                hint="delete that from the post, then remove the paper again",
            ) from error
        return left
    return None


def _has_text(post: str) -> bool:
    """Return whether a post has more than front matter."""
    return bool(post.replace("\r\n", "\n").split("\n---\n", 1)[-1].strip())


def _no_longer_owed(paper_id: PaperId, because: str, archive: Archive) -> None:
    """Leave a paper out of the editions for which it failed: they have no entry of it, and their posts stay."""
    for name in archive.names():
        edition = archive.load(name)
        off = [one for one in edition.skips if one.paper.id == paper_id.base] if edition else []
        if edition and off:
            left_out = Exclusion(paper=off[0].paper, rule="removed", detail=because)
            skips = tuple(one for one in edition.skips if one not in off)
            archive.save(msgspec.structs.replace(edition, skips=skips, exclusions=(*edition.exclusions, left_out)))


def redo(
    edition: Edition,
    entry: Entry,
    known: Callable[[Paper], Paper],
    stages: PaperDependencies,
    archive: Archive,
    render: Callable[[Edition], str],
) -> Entry:
    """Write an entry anew from the newest version of its paper. The old one stands until the new one is there.

    Returns the old one, and writes nothing, where the answer is the one of the same day. Raises SummaryError where
    there is no new one, EditedByHand before anything is spent, RunStopped.
    """
    post.refuse_edited(_file(edition), edition, archive, force=False)
    full = None if entry.provenance.origin == "abstract" else entry
    made = paper_pipeline.make(known(entry.paper), stages, standing=full)
    if made is full:
        raise SummaryError(f"{entry.paper.id}: its full text is out of reach", hint="the old entry still stands")
    if isinstance(made, Skip):
        raise SummaryError(f"{entry.paper.id}: {made.stage}: {made.reason}", hint="the old entry still stands")
    if isinstance(made, Exclusion):
        raise SummaryError(f"{entry.paper.id}: the paper was withdrawn", hint="`digest remove` takes the entry off")
    if stands(made, entry) and (made.claims, made.paper.version) == (entry.claims, entry.paper.version):
        return entry
    vector = entry.embedding if entry.paper.abstract and _says_the_same(made.paper, entry.paper) else None
    made = msgspec.structs.replace(made, rewritten="redo", notes=entry.notes, embedding=vector)
    entries = tuple(made if one.paper.id == entry.paper.id else one for one in edition.entries)
    overview = edition.overview
    if overview:  # as much of it as the new entry bears out
        held = held_to(overview, entries, edition.language)
        overview = msgspec.structs.replace(overview, sentences=held.sentences)
    _write(msgspec.structs.replace(edition, entries=entries, overview=overview), edition, archive, render)
    return made


def _says_the_same(one: Paper, other: Paper) -> bool:
    return (one.title, one.abstract) == (other.title, other.abstract)


def _nowhere(paper_id: PaperId, archive: Archive) -> ArchiveError:
    if (why := archive.removed().get(paper_id.base)) is not None:
        return ArchiveError(f"{paper_id.base} was removed: {why}")
    return ArchiveError(
        f"no edition has an entry for {paper_id.base}", hint="`digest ledger DAY` lists the papers of a day"
    )


def _write(changed: Edition, known: Edition, archive: Archive, render: Callable[[Edition], str]) -> str:
    """Save an edition and its post; an edition without entries has none."""
    file = _file(known)
    if changed.entries:
        post.write(changed, file, known, render, archive, force=False)
    else:
        post.refuse_edited(file, known, archive, force=False)
        archive.save(msgspec.structs.replace(changed, written=None))
        archive.delete_post(file)
    return file


def _file(edition: Edition) -> str:
    if edition.written is None:
        raise ArchiveError(f"{edition.name}: has no post that digest wrote")
    return edition.written.file
