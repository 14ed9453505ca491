"""Files of the site: first all to a place of their own, then each by one rename. A page is never half there."""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from digest.errors import ArchiveError

STAGE = ".digest-part"
"""The folder in the site's where files wait for the whole build to succeed."""
LIST = ".digest-files"
"""The list of our files: what may be replaced and removed when the cache is gone. Its first line names the build."""


def hash_of(content: bytes) -> bytes:
    """Stand for the content of a file."""
    # Of the hashes in the library the one that processors know, twice as quick as blake2b.
    return hashlib.sha256(content).digest()[:12]


class Site:
    """The folder of one site."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._stage = os.fspath(out / STAGE)
        self._staged: list[str] = []
        """Paths; each file waits under its place in this list."""

    def listed(self) -> tuple[str, set[str]]:
        """Return the name of the build that is there, and its files; empty where it is no site of ours."""
        try:
            name, *paths = (self.out / LIST).read_text("utf-8").split("\n")
        except (OSError, UnicodeDecodeError):
            return "", set()
        return name, {path for path in paths if path}

    def build_name(self) -> str:
        """Return the name of the build that is there."""
        try:
            with (self.out / LIST).open("rb") as file:
                return file.readline(80).decode(errors="replace").strip()
        except OSError:
            return ""

    def holds(self, path: str, content: bytes) -> bool:
        """Tell whether the file is there with just this content."""
        try:
            with open(f"{self.out}/{path}", "rb") as file:  # noqa: PTH123 - asked of every page of a first build
                return file.read() == content
        except OSError:
            return False

    def stage(self, path: str, content: bytes) -> None:
        """Put a file aside until the build is whole."""
        waiting = f"{self._stage}/{len(self._staged)}"
        try:
            if not self._staged:
                self.clear()  # of what a killed build left
                Path(self._stage).mkdir(parents=True)
            handle = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            try:
                written = os.write(handle, content)
                while written < len(content):
                    written += os.write(handle, content[written:])
            finally:
                os.close(handle)
        except OSError as cause:
            raise ArchiveError(f"{self.out / path}: cannot be written: {cause.strerror}") from cause
        self._staged.append(path)

    @property
    def staged(self) -> Sequence[str]:
        """The paths of the files that wait."""
        return self._staged

    def refuse_foreign(self, paths: Iterable[str], ours: Collection[str]) -> None:
        """Raise ArchiveError where a file is in the way that no build of ours has written."""
        if not self.out.exists():
            return
        for path in paths:
            if path not in ours and (self.out / path).exists():
                raise ArchiveError(
                    f"{self.out / path}: is in the way and was not written by digest",
                    hint="move it, empty the folder, or set paths.site to another one",
                )

    def settle(self, gone: Iterable[str]) -> None:
        """Remove what is gone, with folders that this leaves empty, and move all that waits to its place."""
        out = os.fspath(self.out)
        made: set[str] = set()
        try:
            for path in gone:
                self._remove(path)
            for waiting, path in enumerate(self._staged):
                folder = path.rpartition("/")[0]
                if folder not in made:
                    _make_folder(f"{out}/{folder}")
                    made.add(folder)
                os.replace(f"{self._stage}/{waiting}", f"{out}/{path}")  # noqa: PTH105 - 40,000 times
        except OSError as cause:
            raise ArchiveError(f"{cause.filename2 or cause.filename}: cannot be written: {cause.strerror}") from cause
        self._staged.clear()
        self.clear()

    def _remove(self, path: str) -> None:
        with suppress(FileNotFoundError, NotADirectoryError):
            (self.out / path).unlink()
        for parent in list(Path(path).parents)[:-1]:
            try:
                (self.out / parent).rmdir()
            except OSError:
                break

    def write_list(self, name: str, lines: Iterable[str]) -> None:
        """Write down which files are ours. `lines` end in newlines."""
        self.out.mkdir(parents=True, exist_ok=True)
        part = self.out / f"{LIST}.part"
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(f"{name}\n")
            file.writelines(lines)
        part.replace(self.out / LIST)

    def clear(self) -> None:
        """Throw away what waits."""
        shutil.rmtree(self._stage, ignore_errors=True)


def _make_folder(path: str) -> None:
    """Make a folder, and those above it only where it turns out that they are missing."""
    try:
        os.mkdir(path)  # noqa: PTH102 - as often as there are pages
    except FileExistsError:
        return
    except FileNotFoundError:
        os.makedirs(path, exist_ok=True)  # noqa: PTH103
