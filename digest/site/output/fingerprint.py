"""What a build rests on beside the archive: code, libraries, templates, words, settings; each as a short hash."""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from digest.adapters.templates import PACKAGE, Templates, below, is_there, read

CODE = ("adapters/store", "adapters/templates", "model", "posts", "site")
"""The folders and files of the package that decide how posts and editions are read and pages are made."""
_LIBRARIES = ("jinja2", "latex2mathml", "markdown", "markupsafe", "msgspec", "nh3", "pillow")


def code() -> bytes:
    """Stand for our own code and the libraries that shape a page."""
    places = [PACKAGE / name for name in CODE]
    files = [
        file for place in places for file in (place.rglob("*.py") if place.is_dir() else [place]) if file.is_file()
    ]
    return _hash(f"{sys.version_info[:3]} {' '.join(_versions())}".encode(), files)


def templates(found: Templates, language: str) -> bytes:
    """Stand for all templates and words, the user's and ours."""
    made = hashlib.blake2b(digest_size=16)
    for folder in found.folders:
        words = [folder / "locale" / f"{code}.yaml" for code in ("en", language)]
        made.update(_hash(b"", [*below(folder, "site/**/*"), *filter(is_there, words)]))
    return made.digest()


def assets(found: Templates) -> dict[str, bytes]:
    """Return the files below `templates/site/assets`, the user's before ours, as path in the site and content."""
    files: dict[str, Path] = {}
    for folder in reversed(found.folders):
        root = folder / "site"
        files |= {file.relative_to(root).as_posix(): file for file in below(root, "assets/**/*")}
    return {path: read(files[path]) for path in sorted(files)}


def layouts(found: Templates) -> set[str]:
    """Return the names of the templates for pages."""
    return {file.name for folder in found.folders for file in (folder / "site").glob("*.html.j2")}


def version(files: dict[str, bytes]) -> str:
    """Name the assets, so that a browser does not mix a new page with an old style."""
    made = hashlib.blake2b(digest_size=4)
    for path, content in files.items():
        made.update(path.encode())
        made.update(content)
    return made.hexdigest()


def _hash(start: bytes, files: Iterable[Path]) -> bytes:
    made = hashlib.blake2b(start, digest_size=16)
    for file in sorted(files):
        content = read(file)
        made.update(f"\n{file.name} {file.parent.name} {len(content)}\n".encode())
        made.update(content)
    return made.digest()


def _versions() -> list[str]:
    """Read the libraries' versions off the names of their folders; importlib.metadata would take 20 ms."""
    found: list[str] = []
    for entry in sys.path:
        folder = Path(entry or ".")
        if folder.name in {"site-packages", "dist-packages"} and folder.is_dir():
            found += [
                path.name
                for path in folder.glob("*.dist-info")
                if path.name.lower().startswith(tuple(f"{name}-" for name in _LIBRARIES))
            ]
    return sorted(found)
