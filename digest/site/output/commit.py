"""The end of a build: what was made is put in its place, and written down. Before the first move all of it is ready."""

import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress

import msgspec

from digest.adapters.store.damage import Damaged
from digest.errors import ArchiveError
from digest.model.text import counted
from digest.site.cache import CachedUnit, Manifest
from digest.site.output import listing
from digest.site.output.make import Made
from digest.site.output.outputs import unpacked
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
    seen: int | None = None
    """Stands for what the folders tell of the files, for `up_to_date`; None where one may change without a trace."""


def commit(
    manifest: Manifest, site: Site, made: Made, known: Mapping[str, CachedUnit], name: str | None, built: BuildResult,
    files: dict[str, int], facts: Mapping[str, bytes],
) -> BuildResult:  # fmt: skip
    """Put everything in place. Until the last line is written down, the next build believes nothing and compares.

    `name` is that of the build that is there, None where it is not known to be whole. `files` are the facts of its
    files, `facts` what the manifest keeps with the build. Raises Damaged where the
    manifest lacks files of the list.
    """
    changed = known.keys() - made.kept
    before = _written(manifest, site, [] if name is None else [known[one] for one in changed], whole=name is not None)
    stale = before.keys() - made.paths.keys()
    gone = site.removable(before, sorted(stale))
    _refuse_overlap(made.paths, site.staged)
    made.paths.clear()  # where a whole site is made, what waits here is as large as all that was read
    try:
        site.refuse_obstacles(before.keys(), gone)
    except ArchiveError:
        if name is None or site.listed().keys().isdisjoint(set(site.staged) - before.keys()):
            raise
        raise Damaged("files of the site are missing from it") from None
    if name is None:
        manifest.forget("units")
    manifest.keep_units(made.units, changed - made.units.keys())
    made.units.clear()
    lines = manifest.listing()
    new_name = listing.name_of(lines)
    total = lines.count(b"\n")
    done = msgspec.structs.replace(built, unchanged=total - built.written, removed=len(gone))
    manifest.keep_state(counts=msgspec.msgpack.encode(done), **facts)
    if new_name == name and not site.staged and not gone:
        manifest.keep_state(files=msgspec.msgpack.encode(files))
        manifest.commit()
        return msgspec.structs.replace(done, seen=seen_of(lines, files))
    earlier = b"".join(listing.line(path, one) for path in sorted(before) for one in sorted(before[path]))
    site.prepare([listing.head(new_name), lines], [listing.head(""), lines, earlier])
    del earlier
    manifest.keep_state(finished=None, files=None)
    manifest.commit()
    staged = list(site.staged)
    files.update(site.held)
    site.commit(sorted(gone), files)
    for path in gone:
        files.pop(path, None)
    _remember(manifest, site, new_name, files, staged)
    return msgspec.structs.replace(done, notices=tuple(_left(site, stale - gone)), seen=seen_of(lines, files))


def _written(manifest: Manifest, site: Site, changed: Iterable[CachedUnit], *, whole: bool) -> dict[str, set[bytes]]:
    """Return the files that may be written over or removed, each with the hashes of what we may have written there.

    A path that leads out of the site, as in a cache that comes from elsewhere, is left out.
    """
    found: dict[str, set[bytes]] = {} if whole else site.listed()
    for output in unpacked(b"".join(unit.lines for unit in changed) if whole else manifest.listing()):
        if listing.inside(output.path):
            found.setdefault(output.path, set()).add(output.hash)
    return found


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


def _remember(manifest: Manifest, site: Site, name: str, files: dict[str, int], staged: Iterable[str]) -> None:
    """Write down that the build came to its end. Where that fails, the site is whole no less."""
    time.sleep(TICK / 1e9)  # so that a change from now on shows
    now = time.time_ns()
    for path in staged:
        state, changed = state_of(f"{site.out}/{path}")
        if state != files[path] or not believable(changed, now):
            del files[path]
    with suppress(sqlite3.Error):
        manifest.keep_state(finished=name.encode(), files=msgspec.msgpack.encode(files))


def seen_of(lines: bytes, files: Mapping[str, int]) -> int | None:
    """Return what stands for the facts of the files of a list, if those of all are known."""
    known = [files.get(output.path) for output in unpacked(lines)]
    return None if None in known else hash(tuple(known))


def _left(site: Site, paths: Iterable[str]) -> Iterable[str]:
    """Name the files of pages that are gone which were left: changed by somebody, or of a list without hashes."""
    there = sorted(path for path in paths if state_of(f"{site.out}/{path}")[0])
    if there:
        yield (
            f"{site.out / there[0]}: no longer part of any page, kept because it may have been edited "
            f"({counted(len(there), 'such file')}; delete what you do not need)"
        )
