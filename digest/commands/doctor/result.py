"""What is examined, and what is found: one line each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from digest.config import Config
from digest.stages.notify import Target


@dataclass(frozen=True)
class CheckResult:
    """One line: what was looked at, how it is, and where it is wrong the way out."""

    name: str
    said: str
    way_out: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing has to be done."""
        return not self.way_out

    def __str__(self) -> str:
        said = " ".join(self.said.split())
        return f"ok     {self.name}: {said}" if self.ok else f"wrong  {self.name}: {said} — {self.way_out}"


@dataclass(frozen=True)
class Setup:
    """What is examined."""

    config: Config
    file: Path
    """The settings' file, there or not."""
    key: str | None = field(repr=False)
    environ: Mapping[str, str] = field(repr=False)
    now: Callable[[], datetime]
    targets: tuple[Target, ...] = ()
    """Who is told of a day or of a failed run."""
