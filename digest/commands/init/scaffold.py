"""A digest of one's own: the files that `digest init` lays down. Overwrites nothing, changes no file that is there."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from digest.adapters import installation, store
from digest.adapters.installation import DISTRIBUTION
from digest.adapters.templates import BUNDLED, Templates
from digest.commands.init import jekyll
from digest.commands.init.jekyll import Blog
from digest.config import schema
from digest.errors import ArchiveError
from digest.posts import frontmatter

WORKFLOW = ".github/workflows/nightly.yml"
LOCK, REQUIREMENT = "requirements.txt", "requirements-digest.txt"
_FRESH = {
    "config.yaml": "init/config.yaml.j2",
    LOCK: "init/requirements.txt.j2",
    REQUIREMENT: "init/requirements-digest.txt.j2",
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
    LOCK: "init/requirements.txt.j2",
    REQUIREMENT: "init/requirements-digest.txt.j2",
    WORKFLOW: "init/nightly.yml",
}
"""What a blog gets: no more than it lacks."""
_LOCKS = ("notify.txt", "cards.txt", "build.txt")
"""What the nightly run installs before digest itself: the libraries, and what builds digest from a commit."""
_SITE = "  # From here on: the site.\n"
_REQUIREMENT = re.compile(r"^[\w.-]+==.+\n(?:    --hash=.+\n)+", re.MULTILINE)
_PUBLIC = re.compile(r"https://[\w./~-]+")
MARK = re.compile(r"# Written by digest init \([0-9a-f]{16}\).*\n")
"""The first line of a file that `digest init --update` renews as long as nobody edited it."""


@dataclass(frozen=True)
class Scaffolded:
    """What was laid down, and what is left for its owner to do."""

    files: tuple[str, ...]
    kept: tuple[str, ...] = ()
    """Files that were there already and were left unchanged."""
    advice: tuple[str, ...] = ()


def marked(body: str) -> str:
    """Return a file with the line that shows whether it was edited since."""
    mark = hashlib.sha256(body.encode()).hexdigest()[:16]
    return f"# Written by digest init ({mark}): unless you edit it, digest init --update renews this file.\n{body}"


def scaffold(folder: Path, requirement: str, why: str = "") -> Scaffolded:
    """Lay down a new digest. Raises ArchiveError where one of its files is there already; nothing is written then.

    `requirement` is the line of requirements-digest.txt, see `requirement_line`; `why` is why there is none.
    """
    values = {
        "language": "ko", "timezone": "Asia/Seoul", "title": "Daily Papers", "url": "http://localhost:8000",
        "blog": None, "requirement": requirement, "why": why, "lock": _lock(),
    }  # fmt: skip
    contents = _completed(_rendered(_FRESH, values), None)
    kept = {file: advice for file, advice in _KEPT.items() if (folder / file).exists()}
    contents = {file: content for file, content in contents.items() if file not in kept}
    advice = [f"see {folder / 'README.md'} for the first steps"] if "README.md" in contents else ["run digest doctor"]
    advice += filter(None, kept.values())
    return Scaffolded(_lay_down(folder, contents), tuple(kept), (*advice, *_unknown(requirement)))


def scaffold_into(blog: Blog, requirement: str, why: str = "") -> Scaffolded:
    """Add a digest to a Jekyll blog: settings that match it, and a workflow that starts its own build."""
    values = {
        "language": blog.language, "timezone": blog.timezone, "title": blog.title, "url": blog.url, "blog": blog,
        "requirement": requirement, "why": why, "lock": _lock(),
    }  # fmt: skip
    contents = _completed(_rendered(_ADDED, values), blog)
    return Scaffolded(_lay_down(blog.folder, contents), (), (*blog.advice, *_unknown(requirement)))


def generated(folder: Path, requirement: str) -> dict[str, str]:
    """Return the files that the digest in a folder got and that are not its owner's to write, as they are now."""
    blog = jekyll.read(folder) if jekyll.is_blog(folder) else None
    files = {file: template for file, template in _ADDED.items() if file != "config.yaml"}
    return _completed(_rendered(files, {"requirement": requirement, "why": "", "lock": _lock()}), blog)


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

    Of a clone that is its remote and commit. Empty where it is unknown: see `why_unknown`. Never names a folder of a
    machine, a password, or a branch that moves.
    """
    if origin is None:
        return ""
    if not origin:
        return f"{DISTRIBUTION}=={version}"
    if "dir_info" in origin:
        source, _ = installation.clone_source(origin)
        return f"{DISTRIBUTION} @ {source}" if source else ""
    url, from_git, archive = str(origin.get("url", "")), origin.get("vcs_info"), origin.get("archive_info")
    if isinstance(from_git, dict):
        address = url if url.startswith("https://") else installation.public_address(url)
        if url.startswith("https://") and not _PUBLIC.fullmatch(url):  # a password, for example
            return ""
        commit = from_git.get("commit_id")
        return f"{DISTRIBUTION} @ git+{address}@{commit}" if commit and address else ""
    if not _PUBLIC.fullmatch(url):
        return ""
    sha256 = archive.get("hashes", {}).get("sha256", "") if isinstance(archive, dict) else ""
    return f"{DISTRIBUTION} @ {url}" + (f"#sha256={sha256}" if sha256 else "")


def why_unknown(origin: Mapping[str, Any] | None) -> str:
    """Return why there is no such line."""
    if origin and "dir_info" in origin:
        return installation.clone_source(origin)[1]
    return "digest was not installed from an address that others can reach"


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


def _completed(contents: dict[str, str], blog: Blog | None) -> dict[str, str]:
    """Let the workflow end with the blog's own build where there is a blog, and mark what can be renewed."""
    if blog:
        kind = "blog-workflow" if blog.workflow else "blog"
        tail = Templates().source(f"init/{kind}.yml").replace("BLOG_WORKFLOW", blog.workflow)
        contents[WORKFLOW] = contents[WORKFLOW].partition(_SITE)[0] + tail
    return {
        file: marked(content) if file in {WORKFLOW, LOCK, REQUIREMENT} else content
        for file, content in contents.items()
    }


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
