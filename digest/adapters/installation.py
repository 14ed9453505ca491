"""The program as it is installed: its version with the commit, and where the same program can be had again.

What is not known is left out: none of this ever fails, also not in a folder of sources that nobody installed.
"""

import json
import platform
import re
import subprocess
import traceback
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from digest import __version__

DISTRIBUTION = "daily-paper-digest"
"""What package indexes call this program. Its import name and its command are `digest`."""
_GIT_SECONDS = 5.0
_SSH = re.compile(r"(?:ssh://)?[\w.-]+@(?P<host>[\w.-]+)(?::\d+/|[:/])(?P<path>[\w./~-]+)")
_HTTPS = re.compile(r"https://(?:[^/@\s]*@)?(?P<place>[\w.-]+(?::\d+)?/[\w./~-]+)")
_REPORTED = ("openai", "httpx2", "pydantic", "jinja2", "msgspec")
"""Libraries whose versions a report of a bug names."""


def origin() -> Mapping[str, Any]:
    """Return what PEP 610's direct_url.json says; empty where the program came from an index or is not installed."""
    try:
        found = json.loads(metadata.distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def version() -> str:
    """Return the version, with the commit where one is known: `0.1.0 (commit 1a2b3c4d5e6f)`."""
    commit = _commit(origin())
    return f"{__version__} (commit {commit})" if commit else __version__


def requirement(extra: str) -> str:
    """Return what pip, pipx and uv take for this same program with an extra."""
    found = origin()
    wanted, url = f"{DISTRIBUTION}[{extra}]", urlsplit(str(found.get("url", "")))
    if not url.scheme:
        return f"{wanted}=={__version__}"
    address = url._replace(netloc=url.netloc.rpartition("@")[2]).geturl()
    if "vcs_info" in found:
        return f"{wanted} @ git+{address}@{_commit(found) or 'HEAD'}"
    return f"{wanted} @ {address}"


def way_to_add(extra: str) -> str:
    """Return what a message about a missing extra advises."""
    return f"install '{requirement(extra)}' the way digest was installed, with pip, pipx or uv"


def public_address(url: str) -> str:
    """Return the https address by which anybody can get what `url` leads to, without name and password; else empty."""
    if found := _SSH.fullmatch(url):
        url = f"https://{found['host']}/{found['path']}"
    found = _HTTPS.fullmatch(url)
    return f"https://{found['place']}" if found else ""


def clone_source(origin: Mapping[str, Any]) -> tuple[str, str]:
    """Return where pip gets the clone that this program was installed from: `git+https://…@commit`; or why nowhere."""
    clone = Path(url2pathname(urlsplit(str(origin.get("url", ""))).path))
    commit = _git(clone, "rev-parse", "HEAD")
    if not commit:
        return "", f"{clone} is not a git clone"
    branch = _git(clone, "symbolic-ref", "--quiet", "--short", "HEAD")
    remote = _git(clone, "config", f"branch.{branch}.remote") or "origin"
    address = public_address(_git(clone, "config", f"remote.{remote}.url"))
    if not address:
        return "", f"the clone {clone} has no remote with an https or ssh address"
    if _git(clone, "status", "--porcelain", "--untracked-files=no"):
        return "", f"the clone {clone} has changes that are not committed"
    if not _git(clone, "branch", "--remotes", "--contains", commit):
        return "", f"the commit {commit[:12]} of the clone {clone} is not pushed"
    return f"git+{address}@{commit}", ""


def _commit(origin: Mapping[str, Any]) -> str:
    """Return the commit that was installed, or that an editable clone is at now."""
    from_git, folder = origin.get("vcs_info"), origin.get("dir_info")
    if isinstance(from_git, dict):
        return str(from_git.get("commit_id", ""))[:12]
    if not (isinstance(folder, dict) and folder.get("editable")):
        return ""
    clone = Path(url2pathname(urlsplit(str(origin.get("url", ""))).path))
    return _git(clone, "describe", "--always", "--dirty", "--exclude=*", "--abbrev=12")


def _git(clone: Path, *words: str) -> str:
    """Ask the clone that this program runs from; empty where that gives no answer."""
    try:
        answered = subprocess.run(  # noqa: S603 - no shell
            [  # noqa: S607 - the git of the user's PATH is meant
                "git", "--no-optional-locks", f"--git-dir={clone / '.git'}", f"--work-tree={clone}", *words
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return answered.stdout.decode("utf-8", "replace").strip()


def bug_report(words: Sequence[str]) -> str:
    """Return a report of the exception that is being handled, ready to be pasted. `words` are those of the command."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _REPORTED)
    return (
        "digest: this is a bug in digest, not in your configuration. Please report it with all of this:\n\n"
        f"```\ndigest {version()}, Python {platform.python_version()}, {platform.platform()}\n{versions}\n"
        f"command: digest {' '.join(words)}\n\n{traceback.format_exc()}```"
    )
