"""What is examined, and what is found: one line each, `ok`, `skip`, `warn` or `FAIL`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from digest.config import Config
from digest.stages.notify import Target


@dataclass(frozen=True)
class CheckResult:
    """One line: what was checked, how it is, and where it fails the fix."""

    name: str
    detail: str
    fix: str = ""
    """What to do about it; empty where nothing has to be done."""
    skipped: bool = False
    """Whether it could not be checked, or is not needed yet."""
    warning: bool = False
    """Whether some get along without the fix."""

    @property
    def ok(self) -> bool:
        """Whether nothing has to be done."""
        return not self.fix or self.warning

    def __str__(self) -> str:
        state = "warn" if self.warning else "FAIL" if self.fix else "skip" if self.skipped else "ok"
        line = f"{state:<6} {self.name}: {' '.join(self.detail.split())}"
        return f"{line} — {self.fix}" if self.fix else line


@dataclass(frozen=True)
class Setup:
    """What is examined."""

    config: Config
    file: Path
    """The settings' file, there or not."""
    key: str | None = field(repr=False)
    """The key for `llm.base_url`."""
    environ: Mapping[str, str] = field(repr=False)
    now: Callable[[], datetime]
    targets: tuple[Target, ...] = ()
    """The targets of notifications, of days and of failed runs."""
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The keys of further models, by variable."""
