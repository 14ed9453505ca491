"""Which program answers: PyPI's `digest` is another one with the same import name and the same command."""

import shutil
import subprocess
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from digest.adapters import installation
from digest.commands.doctor.result import CheckResult, Setup

_SECONDS = 20.0


def program(setup: Setup) -> Iterator[CheckResult]:
    """Look whether this program is installed alone, and whether it is what the command `digest` starts."""
    if foreign := sorted(_owners() - {installation.DISTRIBUTION}):
        name = ", ".join(foreign)
        yield CheckResult(
            "program",
            f"overwritten by another package: {name}",
            f"uninstall {name} and {installation.DISTRIBUTION}, then reinstall {installation.DISTRIBUTION}",
        )
        return
    ours = f"digest, version {installation.version()}"
    command = shutil.which("digest", path=setup.environ.get("PATH", ""))
    if command is None:
        yield CheckResult("program", f"{ours}; not on PATH")
    elif Path(command).resolve() in _commands() or (answer := _answer(command, setup)) == ours:
        yield CheckResult("program", f"{ours}; {command}")
    else:
        yield CheckResult(
            "program",
            f"{ours}, but the command digest is {command}, which answers {answer[:60]!r}",
            "put this program's folder first on PATH, or call it by its path",
        )


def _owners() -> set[str]:
    """Return the distributions of this environment that bring the package or the command."""
    scripts = metadata.entry_points(group="console_scripts", name="digest")
    owners = {script.dist.name for script in scripts if script.dist is not None}
    return owners | set(metadata.packages_distributions().get("digest", []))


def _commands() -> set[Path]:
    """Return the files of our distribution that are commands."""
    try:
        files = metadata.distribution(installation.DISTRIBUTION).files or []
    except metadata.PackageNotFoundError:
        return set()
    return {Path(str(file.locate())).resolve() for file in files if file.stem == "digest" and file.suffix != ".py"}


def _answer(command: str, setup: Setup) -> str:
    """Return the first line that a command says of its version; it gets no key to see."""
    try:
        ran = subprocess.run(  # noqa: S603 - no shell; this is the command that a nightly run starts
            [command, "--version"],
            env=dict(setup.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return type(error).__name__
    printed = (ran.stdout + ran.stderr).decode("utf-8", "replace").splitlines()
    return next((line.strip() for line in printed if line.strip()), "nothing")
