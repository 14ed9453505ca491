"""How a day ended: with its edition, or in numbers, which are all that is kept of it once it is written."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from digest.errors import RunStopped
from digest.model import Edition

Status = Literal["published", "unchanged", "no list", "all left out"]


@dataclass(frozen=True)
class DayCounts:
    """A day without its papers."""

    day: date
    name: str
    status: Status
    entries: int
    skips: int
    exclusions: int
    provisional: int
    asked: int
    """On how many days the list was found empty."""
    open: bool
    """Whether papers may still be listed."""
    made: int
    stopped: RunStopped | None
    reason: str


@dataclass(frozen=True)
class DayOutcome:
    """How a run ended."""

    status: Status
    edition: Edition
    made: int = 0
    """Entries that this run added or replaced."""
    stopped: RunStopped | None = None
    """Why the run ended early, although something was published."""
    reason: str = ""
    """Why there was nothing to do."""

    @property
    def counts(self) -> DayCounts:
        """The outcome without its papers."""
        edition = self.edition
        return DayCounts(
            day=edition.day,
            name=edition.name,
            status=self.status,
            entries=len(edition.entries),
            skips=len(edition.skips),
            exclusions=len(edition.exclusions),
            provisional=sum(entry.provenance.provisional is not None for entry in edition.entries),
            asked=len(edition.asked),
            open=edition.listing == "partial",
            made=self.made,
            stopped=self.stopped,
            reason=self.reason,
        )
