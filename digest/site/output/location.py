"""Where a site may be built: in a folder of its own, and in no other."""

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from digest.errors import ArchiveError, ConfigError
from digest.site.output import listing
from digest.site.urls import PRIVATE

_OUT = "set paths.site to a folder of its own"
_PUBLISHING = {".git", ".gitignore", ".gitattributes", ".gitkeep", ".nojekyll", "CNAME"}
"""What a branch to publish from may hold before its first page."""


def refuse_shared(out: Path, ours: Mapping[str, Path], around: Mapping[str, Path]) -> None:
    """Raise ConfigError where a site would mix with other files, whatever links lead there.

    `ours` are folders that the site may not be, hold or lie in, `around` those that it may lie in; by what they are
    called in the settings.
    """
    for name, folder in {**ours, **around}.items():
        if _identity(out) == _identity(folder):
            raise ConfigError(f"{out}: paths.site is {name}", hint=_OUT)
        if _identity(out) in _above(folder):
            raise ConfigError(f"{out}: paths.site contains {name}, {folder}", hint=_OUT)
        if name in ours and _identity(folder) in _above(out):
            raise ConfigError(f"{out}: paths.site is inside {name}, {folder}", hint=_OUT)
    if out.exists() and not out.is_dir():
        raise ConfigError(f"{out}: paths.site is not a folder", hint=_OUT)


def refuse_foreign(out: Path, known: Collection[str] = ()) -> None:
    """Raise ArchiveError where a folder without a list of ours holds other things than those `known`, by their names.

    A branch to publish from may have what hosts and git want of it.
    """
    try:
        names = set(os.listdir(out))  # noqa: PTH208 - only the names
    except FileNotFoundError:
        return
    except OSError as cause:
        raise ArchiveError(f"{out}: cannot be read: {cause.strerror}") from cause
    foreign = sorted(name for name in names - _PUBLISHING - set(known) if not name.startswith(PRIVATE))
    if listing.LIST not in names and foreign:
        raise in_the_way(out / foreign[0])


def in_the_way(path: Path) -> ArchiveError:
    """Return the error about a file of somebody else."""
    return ArchiveError(
        f"{path}: already exists and was not written by digest",
        hint="move it, empty the folder, or set paths.site to another one",
    )


def _identity(folder: Path) -> object:
    """Return what tells one folder from all others: its place on the disk, or its path where it does not exist."""
    try:
        seen = folder.stat()
    except OSError:
        return os.path.realpath(folder)
    return seen.st_dev, seen.st_ino


def _above(folder: Path) -> Iterator[object]:
    return map(_identity, Path(os.path.realpath(folder)).parents)
