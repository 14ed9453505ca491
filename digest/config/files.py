"""Read files that may be anything: a pipe, a device, a link to one, a folder, far too large."""

import errno
import os
import stat
from pathlib import Path

LARGEST = 64 << 20
"""Bytes of a file that are read at most; a post, an edition or a table of settings has a hundredth of it."""
_AT_ONCE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def read(path: Path | str) -> bytes:
    """Read a regular file whole; follows links. Never waits for another process.

    Raises OSError where it cannot be read, is not a regular file or has more than LARGEST bytes.
    """
    handle = os.open(path, _AT_ONCE)
    try:
        found = os.fstat(handle)
        if reason := why_unreadable(found):
            raise OSError(errno.EINVAL, reason, str(path))
        with open(handle, "rb", buffering=0, closefd=False) as file:
            return file.readall()
    finally:
        os.close(handle)


def leads_out(path: Path, folder: Path) -> bool:
    """Return whether a file is a link to one outside of a folder: what it publishes, nobody looked at."""
    return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())


def why_unreadable(found: os.stat_result) -> str:
    """Return why a file cannot be read, by what its folder says of it; empty where nothing is in the way."""
    if not stat.S_ISREG(found.st_mode):
        return "not a regular file"
    return f"larger than {LARGEST >> 20} MB" if found.st_size > LARGEST else ""
