"""Standard streams that do not fail: the work does not depend on being heard."""

import codecs
import io
import os
import select
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer


_PLAINER = "digest.plainer"
_SIGNS = {
    "—": "-", "–": "-", "−": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "→": "->", "←": "<-", "×": "x",
    "≥": ">=", "≤": "<=", "≈": "~", "·": "-", "•": "*", "✓": "ok", "✗": "x", "\u200b": "", "\ufe0f": "",
}  # fmt: skip


class Lossy(io.FileIO):
    """A file that takes everything: what it cannot write it drops, and remembers why."""

    lost: OSError | None = None

    def write(self, content: "Buffer", /) -> int:
        """Write, or drop what cannot be written. Waits where the other end is slow."""
        try:
            while (size := super().write(content)) is None:  # a pipe that does not block
                select.select([], [self], [])
        except OSError as cause:
            self.lost = cause
            return memoryview(content).nbytes
        return size


class Streams:
    """Standard output and standard error of this process."""

    def __init__(self, output: Lossy | None) -> None:
        self._output = output

    def lost(self) -> str:
        """Return why something of standard output is lost; empty where nothing is, or where the reader went away."""
        sys.stdout.flush()
        lost = self._output.lost if self._output else None
        return "" if lost is None or isinstance(lost, BrokenPipeError) else str(lost.strerror)


@contextmanager
def lossy() -> Iterator[Streams]:
    """Have standard output and standard error take whatever is printed in the block, in any encoding.

    A stream that is closed is opened on the null device: the next file to be opened would get its number.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a number, not a path
    output = _raw(1, sys.stdout)
    errors = _raw(2, sys.stderr)
    if output:
        sys.stdout = _text(output, before[1])
    if errors:
        sys.stderr = _text(errors, before[2])
    try:
        yield Streams(output)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdin, sys.stdout, sys.stderr = before


def _raw(number: int, stream: TextIO | None) -> Lossy | None:
    """Return the file under a standard stream; None where the stream was replaced by another one."""
    with suppress(OSError, ValueError):
        if stream is None or stream.fileno() == number:
            return Lossy(number, "w", closefd=False)
    return None


def _text(raw: Lossy, like: TextIO | None) -> TextIO:
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=like.encoding if like else "utf-8",
        errors=_PLAINER,
        line_buffering=True,
    )


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """Show what the terminal's encoding lacks as well as it can: `…` as `...`, `é` as `e`, an emoji by its number."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    char = error.object[error.start]
    for shown in (_SIGNS.get(char, ""), *_without_marks(char)):
        with suppress(UnicodeError):
            if shown:
                shown.encode(error.encoding)
                return shown, error.start + 1
    return char.encode("ascii", "backslashreplace").decode(), error.start + 1


def _without_marks(char: str) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKD", char)
    return plain, "".join(part for part in plain if not unicodedata.combining(part))


codecs.register_error(_PLAINER, _plainer)
