"""Files that are written whole or not at all, in a folder that is held for one run."""

import errno
import hashlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from digest.adapters.store.damage import without_locks
from digest.config import files
from digest.errors import ArchiveError, Busy

_NO_LOCKS = {errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOLCK, errno.ENOSYS}


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, through a temporary file beside it. Makes the folders it needs.

    Raises ArchiveError where the disk is full or the folder is not ours to write.
    """
    with replaced(path) as file:
        file.write(content)


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of another once it is whole, as `write` does for what fits into memory."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as cause:
        raise unwritable(path, cause) from cause


def unwritable(path: Path | str, cause: OSError) -> ArchiveError:
    """Return the error about a file or folder that could not be written, with what there is to do about it."""
    full = cause.errno in {errno.ENOSPC, errno.EDQUOT}
    there = next((one for one in (Path(path), *Path(path).parents) if os.path.isdir(one)), path)  # noqa: PTH112 - no error
    hint = "free disk space, then rerun" if full else f"fix the permissions of {there}, or set paths in config.yaml"
    return ArchiveError(f"{path}: cannot be written: {cause.strerror or cause}", hint=hint)


def read(path: Path) -> bytes | None:
    """Read a file whole; None where there is none. Raises ArchiveError where it cannot be read."""
    try:
        return files.read(path)
    except FileNotFoundError:
        return None
    except OSError as cause:
        raise ArchiveError(f"{path}: cannot be read: {cause.strerror or cause}") from cause


def sha256_hex(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def text_hash(content: bytes) -> str:
    """Return the hash of a text as we write it: a checkout on Windows has other line ends, its editors add a mark."""
    return sha256_hex(unix_lines(content))


def is_text_of(content: bytes, *hashes: str) -> bool:
    """Return whether one of the hashes is that of this text, whatever its line ends and mark; older ones had both."""
    known = (unix_lines(content), content.replace(b"\r\n", b"\n"), content)
    return any(sha256_hex(one) in hashes for one in known)


def unix_lines(content: bytes) -> bytes:
    r"""Return a text in UTF-8 without a mark at its beginning, with `\n` at the end of its lines."""
    return content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")


@contextmanager
def hold(path: Path, busy: Busy, timeout: float = 0) -> Iterator[None]:
    """Hold a file's lock; the system lets go of it when the process dies. Makes the folder it needs.

    Raises `busy` where another process holds it for longer than `timeout` seconds, ArchiveError where none can be held.
    """
    folder = path.parent
    lock = FileLock(path, timeout=timeout)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where the system has no locks, filelock does with a file, and says so
            lock.acquire()
    except Timeout as cause:
        raise busy from cause
    except NotImplementedError as cause:
        raise without_locks(folder) from cause
    except OSError as cause:
        if cause.errno in _NO_LOCKS:
            raise without_locks(folder) from cause
        raise unwritable(folder, cause) from cause
    try:
        yield
    finally:
        lock.release()


@contextmanager
def run_lock(folder: Path, *kept: Path) -> Iterator[None]:
    """Hold the folder for one run. Raises Busy when another holds it.

    What a run that was killed left half-written in the folders `kept` is cleared away: nobody is writing it now.
    """
    busy = Busy(f"another digest run is using {folder.parent}", hint="wait for it to finish, or stop it")
    with hold(folder / "run.lock", busy):
        for half in (path for place in kept for path in place.glob(".*.part")):
            with suppress(OSError):
                half.unlink()
        yield
