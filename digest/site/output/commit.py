"""The end of a build: what was made is put in its place, and written down. Before the first move all of it is ready."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

import msgspec

from digest.adapters.store.damage import Damaged
from digest.errors import ArchiveError
from digest.model.text import counted
from digest.site.cache import Manifest
from digest.site.output import listing
from digest.site.output.make import Made
from digest.site.output.writer import Site
from digest.site.snapshot import TICK, believable, state_of


class BuildResult(msgspec.Struct, frozen=True):
    """What a build came to."""

    posts: int = 0
    papers: int = 0
    written: int = 0
    """Files that are new or other than before."""
    unchanged: int = 0
    removed: int = 0
    problems: tuple[str, ...] = ()
    """What was left out and why, a line each; nothing that makes the site wrong."""
    notices: tuple[str, ...] = ()
    """What this build met and the next one will not, a line each."""
    languages: dict[str, int] = {}
    """The posts with summaries by the language that their editions say these are in."""
    seen: int | None = None
    """Stands for what the folders tell of the files, for `up_to_date`; None where one may change without a trace."""


def commit(
    manifest: Manifest, site: Site, made: Made, name: str | None, built: BuildResult, facts: Mapping[str, bytes]
) -> BuildResult:
    """Put everything in place. Until the last line is written down, the next build believes nothing and compares.

    `name` is that of the build that is there, None where it is not known to be whole; `facts` are what the manifest
    keeps with the build. Raises Damaged where the manifest lacks files of the list.
    """
    stale = made.before.keys() - made.paths.keys()
    gone = site.removable(made.before, sorted(stale))
    _refuse_overlap(made.paths, site.staged)
    made.paths.clear()  # where a whole site is made, what waits here is as large as all that was read
    try:
        site.refuse_obstacles(made.before.keys(), gone)
    except ArchiveError:
        if name is None or site.listed().keys().isdisjoint(set(site.staged) - made.before.keys()):
            raise
        raise Damaged("files of the site are missing from it") from None
    lines = manifest.listing()
    new_name = listing.name_of(lines)
    total = lines.count(b"\n")
    done = msgspec.structs.replace(built, unchanged=total - built.written, removed=len(gone))
    manifest.keep_state(counts=msgspec.msgpack.encode(done), **facts)
    manifest.keep_files(site.held.items())
    manifest.drop_files(stale)  # after those that were held: a page may be touched and go at once
    if new_name == name and not site.staged and not gone:
        seen = manifest.seal_files()
        manifest.commit()
        return msgspec.structs.replace(done, seen=seen)
    before = made.before
    earlier = b"".join(listing.line(path, one) for path in sorted(before) for one in sorted(before[path]))
    site.prepare([listing.head(new_name), lines], [listing.head(""), lines, earlier])
    del lines, earlier
    manifest.keep_state(finished=None)
    manifest.commit()
    seen = _remember(manifest, site, new_name, site.commit(sorted(gone)))
    return msgspec.structs.replace(done, notices=tuple(_left(site, stale - gone)), seen=seen)


def _refuse_overlap(paths: Mapping[str, str], staged: Iterable[str]) -> None:
    """Raise ArchiveError where one page's file would be another one's folder."""
    checked = set()
    for path in staged:
        folder = path.rpartition("/")[0]
        while folder and folder not in checked:
            checked.add(folder)
            if folder in paths:
                raise ArchiveError(
                    f"{paths[path]} and {paths[folder]} both produce {folder}", hint="change the permalink"
                )
            folder = folder.rpartition("/")[0]


def _remember(manifest: Manifest, site: Site, name: str, moved: Iterable[tuple[str, int]]) -> int | None:
    """Write down that the build came to its end. Where that fails, the site is whole no less.

    Returns what stands for the facts of all files.
    """
    time.sleep(TICK / 1e9)  # so that a change from now on shows
    with suppress(sqlite3.Error):
        manifest.begin()
        manifest.keep_files(_settled(site, moved, time.time_ns()))
        manifest.keep_state(finished=name.encode())
        seen = manifest.seal_files()
        manifest.commit()
        return seen
    return None


def _settled(site: Site, moved: Iterable[tuple[str, int]], now: int) -> Iterator[tuple[str, int | None]]:
    """Yield the files that were moved, with their facts; None where one was changed since, or may be unseen."""
    for path, facts in moved:
        state, changed = state_of(f"{site.out}/{path}")
        yield path, facts if state == facts and believable(changed, now) else None


def _left(site: Site, paths: Iterable[str]) -> Iterable[str]:
    """Name the files of pages that are gone which were left: changed by somebody, or of a list without hashes."""
    there = sorted(path for path in paths if state_of(f"{site.out}/{path}")[0])
    if there:
        yield (
            f"{site.out / there[0]}: no longer part of any page, kept because it may have been edited "
            f"({counted(len(there), 'such file')}; delete what you do not need)"
        )
