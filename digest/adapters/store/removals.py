"""The papers that somebody took off, beside the editions: what is remembered there outlasts any one of them."""

from collections.abc import Mapping
from pathlib import Path

from digest.adapters.store.files import read, write
from digest.errors import ArchiveError
from digest.model import PaperId
from digest.model.paper_ids import BadPaperId
from digest.model.text import one_line

NAME = "removed.txt"


class Removals:
    """The list in a folder of editions: a line for each paper, its ID, then why. Never forgets one by itself."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def read(self) -> dict[PaperId, str]:
        """Tell which papers were taken off, and why. Raises ArchiveError where a line names no paper.

        A paper of that line would be published again.
        """
        found: dict[PaperId, str] = {}
        for number, line in enumerate((read(self._path) or b"").decode("utf-8", "replace").splitlines(), 1):
            words = line.split(maxsplit=1)
            if not words:
                continue
            try:
                found[PaperId.parse(words[0]).base] = words[1].strip() if len(words) > 1 else ""
            except BadPaperId as cause:
                raise ArchiveError(
                    f"removed.txt: line {number} does not begin with the ID of a paper: {line[:60]!r}",
                    hint="correct the line, or restore the file from git",
                ) from cause
        return found

    def add(self, papers: Mapping[PaperId, str]) -> None:
        """Remember further papers; what is remembered of one already stays as it is."""
        known = self.read()
        if more := {paper.base: why for paper, why in papers.items() if paper.base not in known}:
            lines = [f"{paper} {one_line(why)}".strip() for paper, why in (known | more).items()]
            write(self._path, "".join(f"{line}\n" for line in lines).encode())
