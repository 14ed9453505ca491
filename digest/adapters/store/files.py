"""Files that are written whole or not at all, in a folder that is held for one run."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from digest.config import files
from digest.errors import ArchiveError, Busy


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, through a temporary file beside it. Makes the folders it needs.

    Raises ArchiveError where the disk is full or the folder is not ours to write.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as cause:
        raise ArchiveError(f"{path}: cannot be written: {cause.strerror or cause}") from cause


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
    """Return the hash of a text with line ends as we write them: a checkout on Windows has others."""
    return sha256_hex(unix_lines(content))


def is_text_of(content: bytes, *hashes: str) -> bool:
    """Return whether one of the hashes is that of this text, whatever its line ends; older hashes are of the bytes."""
    return text_hash(content) in hashes or sha256_hex(content) in hashes


def unix_lines(content: bytes) -> bytes:
    r"""Return a text with `\n` at the end of its lines."""
    return content.replace(b"\r\n", b"\n")


@contextmanager
def run_lock(folder: Path, *kept: Path) -> Iterator[None]:
    """Hold the folder for one run; the system lets go of it when the run dies. Raises Busy when another holds it.

    What a run that was killed left half-written in the folders `kept` is cleared away: nobody is writing it now.
    """
    lock = FileLock(folder / "run.lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as cause:
        raise Busy(f"another digest run is using {folder.parent}", hint="wait for it to finish, or stop it") from cause
    except OSError as cause:
        raise ArchiveError(f"{folder}: cannot be written: {cause.strerror or cause}") from cause
    try:
        for half in (path for place in kept for path in place.glob(".*.part")):
            with suppress(OSError):
                half.unlink()
        yield
    finally:
        lock.release()
