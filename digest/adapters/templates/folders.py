"""The folders of templates, the package's and the user's, and how their files are read."""

import os
from pathlib import Path

from digest.config import files
from digest.errors import ConfigError
from digest.model.text import in_utf8

PACKAGE = Path(__file__).parents[2]
"""The folder of this package."""
BUNDLED = next(place / "templates" for place in (PACKAGE, PACKAGE.parent) if (place / "templates").is_dir())
"""The package's own templates: inside it when installed, beside it in a source checkout."""


def is_there(path: Path) -> bool:
    """Return whether there is something of that name, be it no file or a link that leads nowhere."""
    return os.path.lexists(path)


def read(path: Path) -> bytes:
    """Read a file of a folder of templates. Raises ConfigError where it cannot be read."""
    try:
        return files.read(path)
    except OSError as cause:
        raise ConfigError(f"{path}: cannot be read: {cause.strerror or cause}") from cause


def text(path: Path) -> str:
    """Read a file of a folder of templates as text. Raises ConfigError where it cannot be read."""
    try:
        return read(path).decode()
    except UnicodeDecodeError as cause:
        raise ConfigError(f"{path}: cannot be read: {cause}") from cause


def below(folder: Path, pattern: str) -> list[Path]:
    """List what lies below a folder of templates, but folders and what is hidden; some of it may be unreadable.

    Raises ConfigError where a name is not UTF-8, for no address can be made of it.
    """
    every = (path for path in folder.glob(pattern) if not path.is_dir())
    found = [path for path in every if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    for path in found:
        if (shown := in_utf8(str(path))) != str(path):
            raise ConfigError(f"{shown}: its name is not UTF-8", hint="rename it")
    return sorted(found)
