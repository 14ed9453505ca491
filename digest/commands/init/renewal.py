"""The files of a digest that come with each version, renewed where they are unedited; else their difference."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from digest.adapters import store
from digest.commands.init import scaffold
from digest.config import files, schema
from digest.errors import ArchiveError


@dataclass(frozen=True)
class Renewed:
    """What became of each file."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    edited: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Files that somebody edited, each with its difference from the new one."""


def renew(folder: Path, requirement: str) -> Renewed:
    """Write the workflow, the lock, the requirement and the schema of this version. Changes no file that was edited.

    Without a `requirement` the one that is there stays. Raises ArchiveError where there is no digest, or digest itself.
    """
    if not (folder / "config.yaml").is_file():
        raise ArchiveError(f"{folder} has no config.yaml", hint="digest init creates a new digest")
    if (folder / "digest" / "__init__.py").is_file():
        hint = "on GitHub: Sync fork; in a clone: git pull"
        raise ArchiveError(f"{folder} is a copy of digest itself, which git updates", hint=hint)
    written, unchanged, edited = [], [], []
    for file, content in scaffold.generated(folder, requirement).items():
        path = folder / file
        if file == scaffold.REQUIREMENT and not requirement and path.exists():
            continue
        old = files.read(path).decode("utf-8", "replace").replace("\r\n", "\n") if path.is_file() else None
        if old == content:
            unchanged.append(file)
        elif old is None or file == schema.FILE or is_unedited(old) or _body(old) == _body(content):
            store.write(path, content.encode())
            written.append(file)
        else:
            lines = difflib.unified_diff(
                _body(old).splitlines(), _body(content).splitlines(), f"{file} (yours)", f"{file} (new)", lineterm=""
            )
            edited.append((file, tuple(lines)))
    return Renewed(tuple(written), tuple(unchanged), tuple(edited))


def is_unedited(text: str) -> bool:
    """Return whether a file is still what was written, by the mark in its first line."""
    return text == scaffold.marked(_body(text)) if scaffold.MARK.match(text) else False


def _body(text: str) -> str:
    return scaffold.MARK.sub("", text, count=1)
