"""Whether a process has the same program: a hash of its files, and the versions of what shapes the result."""

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata

from digest.adapters.templates import BUNDLED, PACKAGE, below

_SAME = ("selectolax", "pypdfium2", "msgspec", "rapidfuzz", "jinja2")
"""Libraries that shape what is read and made: the same versions everywhere, or the bytes may differ."""


def python() -> str:
    """Return which Python this is; what is made by another one cannot be read."""
    return ".".join(platform.python_version_tuple()[:2])


@cache
def fingerprint() -> Mapping[str, str]:
    """Return what has to be the same on every worker, by name. Read once: a process keeps what it has imported."""
    digest = hashlib.sha256()
    for folder, pattern in ((PACKAGE, "**/*.py"), (BUNDLED, "prompt/*"), (BUNDLED, "locale/*")):
        for path in below(folder, pattern):
            digest.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return {"Python": python(), "digest": digest.hexdigest()[:12], **{name: _version(name) for name in _SAME}}


def difference(theirs: Mapping[str, str]) -> str:
    """Say in which way this process differs from another one; empty where it does not."""
    ours = fingerprint()
    return next(
        (f"has {name} {ours.get(name)}, not {theirs[name]}" for name in theirs if ours.get(name) != theirs[name]), ""
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "none"
