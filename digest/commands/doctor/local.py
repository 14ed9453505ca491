"""What is on this machine: settings, folders, room, the archive."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from digest.adapters.store import Archive, KnownFiles, has_locks
from digest.adapters.templates import Templates
from digest.commands.doctor.result import CheckResult, Setup
from digest.commands.languages import mixed
from digest.config import Config, series_of
from digest.errors import DigestError
from digest.model.text import counted, enumerated

_NAMED = 5
"""So many days are named one by one."""
_ENOUGH_DISK = 500 * 2**20


def configuration(setup: Setup) -> Iterator[CheckResult]:
    """Look at the settings, the words of the language, and the time zone."""
    config = setup.config
    templates = Templates(config.paths.templates)
    try:
        for one in series_of(config):
            templates.words(one.language)
    except DigestError as error:
        yield CheckResult("configuration", error.what, error.hint or "fix or remove that file")
    else:
        yield CheckResult("configuration", str(setup.file) if setup.file.is_file() else "none, using defaults")
    here = setup.now().astimezone(ZoneInfo(config.timezone))
    yield CheckResult("time zone", f"{config.timezone} (now {here:%Y-%m-%d %H:%M})")


def disk(setup: Setup) -> Iterator[CheckResult]:
    """Look whether the folders can be written, and what room is left."""
    paths = setup.config.paths
    for folder in (paths.posts, paths.data, paths.cache, paths.site):
        there = next(place for place in (folder, *folder.parents) if place.exists())
        try:
            with tempfile.TemporaryFile(dir=there):
                pass
        except OSError as error:
            fix = f"check who owns {there}, and paths in config.yaml"
            yield CheckResult("folders", f"{folder} cannot be written: {error.strerror}", fix)
            return
    cache = next(place for place in (paths.cache, *paths.cache.parents) if place.exists())
    if has_locks(cache):
        yield CheckResult("folders", "posts, editions, cache and site can be written")
    else:
        fix = "set paths.cache to a folder on a local disk"
        yield CheckResult("folders", f"{paths.cache}: files cannot be locked here", fix)
    free = shutil.disk_usage(there).free
    fix = "" if free > _ENOUGH_DISK else "free 500 MB; .cache may be deleted"
    yield CheckResult("disk", f"{free / 2**30:,.1f} GB free", fix)


def archive(setup: Setup) -> Iterator[CheckResult]:
    """Check that every edition can be read and has its post, and that no run left half a file; in every series."""
    yesterday = setup.now().date() - timedelta(days=1)
    for config in series_of(setup.config):
        for one in _archive(config, yesterday):
            yield replace(one, detail=f"{config.series.name}: {one.detail}") if config.series.name else one


def _archive(config: Config, yesterday: date) -> Iterator[CheckResult]:
    paths = config.paths
    archive = Archive(paths.posts, paths.data, KnownFiles(paths.cache))
    if parts := sorted(part.name for folder in (paths.posts, paths.data) for part in folder.glob(".*.part")):
        yield CheckResult("archive", f"leftovers of an interrupted run: {', '.join(parts[:3])}", "delete them")
    for odd in archive.unreadable():
        yield CheckResult("archive", odd, "rename it, remove it or restore it from git")
    missing, entries = [], 0
    for name in archive.names():
        try:
            edition = archive.load(name)
        except DigestError as error:
            yield CheckResult("archive", error.what, error.hint or "restore it from git")
            continue
        entries += len(edition.entries) if edition else 0
        if edition and edition.written and archive.post(edition.written.file) is None:
            missing.append(name)
    due = ""
    if holes := archive.holes(yesterday):
        days = counted(len(holes), "day")
        late = [day for day in holes if day < yesterday - timedelta(days=config.run.look_back)]
        if any(day.weekday() < 5 for day in late):
            which = f"{holes[0]} to {holes[-1]}" if len(holes) > _NAMED else enumerated(holes)
            fix = f"digest backfill --from {holes[0]} --to {holes[-1]}"
            yield CheckResult("archive", f"{days} never built: {which}", fix)
        elif owed := holes[len(late) :]:
            due = f"; {counted(len(owed), 'day')} due: {enumerated(owed)}"
    what, hint = mixed(config, archive.languages())
    if what:
        yield CheckResult("archive", what, hint, warning=True)
    if missing:
        yield CheckResult("archive", f"posts are missing: {', '.join(missing[:3])}", f"run digest render {missing[0]}")
    else:
        yield CheckResult(
            "archive", f"{counted(len(archive.names()), 'edition')} with {counted(entries, 'paper')}{due}"
        )
