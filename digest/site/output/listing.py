"""The list of a site's files, kept in its folder: which are ours, and what was written.

Its first line names the build, and no build while files are being moved; each other
one is the hash of what was written and a path below the folder. During a move a path stands there once per content that
it may have.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from digest.site.urls import PRIVATE

LIST = ".digest-files"
_HEAD = b"digest-files 2 "
_DIGITS = 24
"""Of a hash in hexadecimal: 12 bytes."""
_PATH = _DIGITS + 1
"""Where in its line a path begins."""


def read(folder: Path) -> dict[str, tuple[bytes, ...]]:
    """Return path → the hashes of what may have been written there; none where an earlier version made the list.

    Lines that name nothing inside the folder are left out.
    """
    try:
        head, *lines = raw(folder).split(b"\n")
    except OSError:
        return {}
    files: dict[str, tuple[bytes, ...]] = {}
    for path, content in _readable(lines) if head.startswith(_HEAD) else ((line, None) for line in lines):
        name = path.decode("utf-8", "replace")
        if inside(name):
            files[name] = (*files.get(name, ()), *([] if content is None else [content]))
    return files


def raw(folder: Path) -> bytes:
    """Read the list. Raises OSError where there is none, or something else in its place."""
    file = folder / LIST
    if file.exists() and not file.is_file():
        raise OSError(f"{file} is not a file")
    return file.read_bytes()


def build_name(folder: Path) -> str:
    """Return the name of the build that is in the folder; empty where it or its list is not whole, or not ours."""
    try:
        first, _, lines = raw(folder).partition(b"\n")
    except OSError:
        return ""
    name = name_of(lines)
    return name if first == head(name).rstrip(b"\n") else ""


def name_of(lines: bytes) -> str:
    """Name a build after its list."""
    return hashlib.blake2b(lines, digest_size=12).hexdigest()


def paths(raw: bytes) -> list[bytes]:
    """Return the paths of a list that is whole; none where it is of an earlier version."""
    head, *lines = raw.split(b"\n")
    return [line[_PATH:] for line in lines if line] if head.startswith(_HEAD) else []


def head(name: str) -> bytes:
    """Return the first line of a list."""
    return b"%b%b\n" % (_HEAD, name.encode())


def line(path: str, content: bytes) -> bytes:
    """Return the line of a file. `content` is the hash of what was written."""
    return b"%b %b\n" % (content.hex().encode(), path.encode())


def entries(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the path and hash of each line. Raises ValueError where one is no line of a file."""
    for one in lines:
        yield one[_PATH:].rstrip(b"\n"), bytes.fromhex(one[:_DIGITS].decode("ascii"))


def _readable(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for one in lines:
        with suppress(ValueError):
            yield from entries([one])


def inside(path: str) -> bool:
    """Return whether a path leads to a file below the folder, without a detour and not to one of those reserved."""
    parts = path.split("/")
    return not any(part in {"", ".", ".."} or part.startswith(PRIVATE) or "\0" in part for part in parts)
