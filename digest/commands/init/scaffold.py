"""A digest of one's own: the files that `digest init` lays down. Overwrites nothing, changes no file that is there."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from digest.adapters import store
from digest.adapters.installation import DISTRIBUTION
from digest.adapters.templates import BUNDLED, Templates
from digest.commands.init.jekyll import Blog
from digest.config import schema
from digest.errors import ArchiveError
from digest.posts import frontmatter

WORKFLOW = ".github/workflows/nightly.yml"
_FRESH = {
    "config.yaml": "init/config.yaml.j2",
    "requirements.txt": "init/requirements.txt.j2",
    "requirements-digest.txt": "init/requirements-digest.txt.j2",
    "README.md": "init/README.md.j2",
    ".gitignore": "init/gitignore",
    ".gitattributes": "init/gitattributes",
    "templates/README.md": "init/templates.md",
    WORKFLOW: "init/nightly.yml",
    "_posts/.gitkeep": "",
    "_data/digests/.gitkeep": "",
}
"""What a new digest consists of: file → template."""
_KEPT = {
    "README.md": "",
    ".gitignore": "add to .gitignore: .cache/ and _site/",
    ".gitattributes": "add to .gitattributes: _posts/* text eol=lf",
}
"""What may be there already, and what its owner should then do."""
_ADDED = {
    "config.yaml": "init/config.yaml.j2",
    "requirements.txt": "init/requirements.txt.j2",
    "requirements-digest.txt": "init/requirements-digest.txt.j2",
    WORKFLOW: "init/nightly.yml",
}
"""What a blog gets: no more than it lacks."""
_LOCKS = ("notify.txt", "build.txt")
"""What the nightly run installs before digest itself: the libraries, and what builds digest from a commit."""
_SITE = "  # From here on: the site.\n"
_REQUIREMENT = re.compile(r"^[\w.-]+==.+\n(?:    --hash=.+\n)+", re.MULTILINE)
_PUBLIC = re.compile(r"https://[\w./~-]+")


@dataclass(frozen=True)
class Scaffolded:
    """What was laid down, and what is left for its owner to do."""

    files: tuple[str, ...]
    kept: tuple[str, ...] = ()
    """Files that were there already and were left unchanged."""
    advice: tuple[str, ...] = ()


def scaffold(folder: Path, requirement: str) -> Scaffolded:
    """Lay down a new digest. Raises ArchiveError where one of its files is there already; nothing is written then.

    `requirement` is the line of requirements-digest.txt, see `requirement_line`.
    """
    values = {
        "language": "ko", "timezone": "Asia/Seoul", "title": "Daily Papers", "url": "http://localhost:8000",
        "blog": None, "requirement": requirement, "lock": _lock(),
    }  # fmt: skip
    contents = _rendered(_FRESH, values)
    kept = {file: advice for file, advice in _KEPT.items() if (folder / file).exists()}
    contents = {file: content for file, content in contents.items() if file not in kept}
    advice = ["see README.md for the first steps"] if "README.md" in contents else ["run digest doctor"]
    advice += filter(None, kept.values())
    return Scaffolded(_lay_down(folder, contents), tuple(kept), (*advice, *_unknown(requirement)))


def scaffold_into(blog: Blog, requirement: str) -> Scaffolded:
    """Add a digest to a Jekyll blog: settings that match it, and a workflow that starts its own build."""
    values = {
        "language": blog.language, "timezone": blog.timezone, "title": blog.title, "url": blog.url, "blog": blog,
        "requirement": requirement, "lock": _lock(),
    }  # fmt: skip
    contents = _rendered(_ADDED, values)
    head = contents[WORKFLOW].partition(_SITE)[0]
    kind = "blog-workflow" if blog.workflow else "blog"
    tail = Templates().source(f"init/{kind}.yml").replace("BLOG_WORKFLOW", blog.workflow)
    contents[WORKFLOW] = head + tail
    return Scaffolded(_lay_down(blog.folder, contents), (), (*blog.advice, *_unknown(requirement)))


def origin() -> Mapping[str, Any] | None:
    """Return how this program was installed: PEP 610's direct_url.json, empty where it came from an index.

    None where it was not installed at all.
    """
    try:
        return dict(json.loads(distribution(DISTRIBUTION).read_text("direct_url.json") or "{}"))
    except PackageNotFoundError:
        return None


def requirement_line(origin: Mapping[str, Any] | None, version: str) -> str:
    """Return the line of a requirements file by which pip gets exactly this program again, without its extras.

    Empty where that is unknown. Never names a folder of a machine, a password, or a branch that moves.
    """
    if origin is None:
        return ""
    if not origin:
        return f"{DISTRIBUTION}=={version}"
    url, from_git, archive = str(origin.get("url", "")), origin.get("vcs_info"), origin.get("archive_info")
    if not _PUBLIC.fullmatch(url):
        return ""
    if isinstance(from_git, dict):
        commit = from_git.get("commit_id")
        return f"{DISTRIBUTION} @ git+{url}@{commit}" if commit else ""
    sha256 = archive.get("hashes", {}).get("sha256", "") if isinstance(archive, dict) else ""
    return f"{DISTRIBUTION} @ {url}" + (f"#sha256={sha256}" if sha256 else "")


def _lock() -> str:
    """Return what this version was tested with, as `pip install --require-hashes` takes it."""
    lines = {
        requirement: None
        for file in _LOCKS
        for requirement in _REQUIREMENT.findall((BUNDLED.parent / "requirements" / file).read_text("utf-8"))
    }
    return "".join(sorted(lines))


def _rendered(files: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """Fill the templates; those that end otherwise are taken as they are. The schema of the settings lies beside."""
    templates = Templates()
    templates.environment.filters["quoted"] = frontmatter.quoted
    filled = {
        file: templates.render(name, **values) if name.endswith(".j2") else templates.source(name) if name else ""
        for file, name in files.items()
    }
    return {**filled, schema.FILE: schema.schema()}


def _lay_down(folder: Path, contents: Mapping[str, str]) -> tuple[str, ...]:
    there = [file for file in contents if (folder / file).exists() or (folder / file).is_symlink()]
    if there:
        raise ArchiveError(
            f"{folder} already contains {', '.join(there)}; nothing was written", hint="choose an empty folder"
        )
    for file, content in contents.items():
        store.write(folder / file, content.encode())
    return tuple(contents)


def _unknown(requirement: str) -> list[str]:
    return [] if requirement else ["add the source of this program to requirements-digest.txt (see the comment there)"]
