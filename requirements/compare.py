"""Compare what is installed with what a lock pins: `python requirements/compare.py requirements/test.txt`.

Prints a Markdown table of what differs and exits with 1, or one line and 0 where nothing does. Leaves out pip, which
made the environment, and digest itself, which no lock can hold.
"""

import re
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

from packaging.markers import Environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


def pinned(lock: str) -> list[Requirement]:
    """Read the requirements of a lock, without their hashes."""
    lines = re.sub(r"\s*\\\n\s*--hash=\S+", "", lock).splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


def versions(lock: str, environment: Environment | None = None) -> dict[str, str]:
    """Return the version of each package that a lock pins for an environment; without one, for this Python."""
    return {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in pinned(lock)
        if one.marker is None or one.marker.evaluate(dict(environment or {}))
    }


def installed() -> dict[str, str]:
    """Return the version of each package of this Python's environment, but for pip and digest itself."""
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["name"]
    return {name: one.version for one in distributions() if (name := canonicalize_name(one.name)) not in {"pip", ours}}


def difference(lock: dict[str, str], here: dict[str, str]) -> list[str]:
    """Return the rows of a table with a package each whose locked and installed versions differ."""
    return [
        f"| {name} | {lock.get(name, '—')} | {here.get(name, '—')} |"
        for name in sorted({*lock, *here})
        if lock.get(name) != here.get(name)
    ]


def main(files: list[str]) -> int:
    """Print how this environment differs from these locks together."""
    lock = {name: version for file in files for name, version in versions(Path(file).read_text("utf-8")).items()}
    rows = difference(lock, installed())
    if rows:
        print("| package | locked | installed |", "|---|---|---|", *rows, sep="\n")
        return 1
    print(f"{len(lock)} packages are installed as locked")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
