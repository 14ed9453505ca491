"""The user's own files as answers to a GET: reading lists and papers. Reads them, never writes."""

import glob
from pathlib import Path

from digest.errors import NotThere, Refused, Unavailable
from digest.model import Fetched

FILE = "file"
"""What a path is asked for as: `get("file", "papers/one.pdf")`; a pattern gives the names of the files, a line each."""
_MOST = 10_000


class LocalFiles:
    """Files in a folder, and wherever its reading lists say that they are."""

    def __init__(self, folder: Path, max_megabytes: int) -> None:
        self._folder = folder
        self._most = max_megabytes * 2**20

    def get(self, path: str) -> Fetched:
        """Read a file, or find those of a pattern. Raises NotThere, Refused where it is too large, or Unavailable."""
        if glob.has_magic(path):
            pattern = str(Path(path).expanduser())
            paths = glob.glob(pattern, root_dir=self._folder, recursive=True)  # noqa: PTH207 - it may be absolute, too
            home = pattern.removesuffix(path.removeprefix("~"))  # what `~` stands for is nobody's business
            found = sorted(one for one in paths if (self._folder / one).is_file())
            found = [f"~{one.removeprefix(home)}" for one in found] if path.startswith("~") else found
            if len(found) > _MOST:
                raise Refused(f"file {path}: more than {_MOST:,} files")
            return Fetched(path, "text/plain", "\n".join(found).encode("utf-8", "surrogateescape"))
        place = self._folder / Path(path).expanduser()
        try:
            if place.is_dir():
                raise NotThere(f"file {path}: is a folder", hint=f"name its files: {Path(path, '*.pdf').as_posix()}")
            if not place.is_file():
                raise NotThere(f"file {path}: not found")
            if place.stat().st_size > self._most:
                raise Refused(f"file {path}: larger than {self._most >> 20} MB")
            return Fetched(path, "", place.read_bytes())
        except OSError as cause:
            raise Unavailable(f"file {path}: cannot be read: {cause.strerror}") from cause
