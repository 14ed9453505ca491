"""The papers of a series that follows: those of its profile's first language, as that series' editions have them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from digest.adapters.store import Archive
from digest.errors import FetchError
from digest.model import Edition, Entry, Exclusion, Paper, PaperId, Selection, Skip
from digest.pipeline.plan import Plan


@dataclass(frozen=True)
class Followed:
    """What another series chose. Asks no service, ranks nothing."""

    archive: Archive
    """That of the series that is followed."""
    planned: Mapping[str, Plan] = field(default_factory=dict)
    """What it is about to have, by day: for an estimate."""

    def selection(self, name: str) -> Selection:
        """Return the papers of an edition, chosen and left out. Raises FetchError where there is none yet."""
        edition, plan = self.archive.load(name), self.planned.get(name)
        if edition is None and plan is None:
            raise FetchError(f"{name} has not been built in the first language")
        if plan is None:
            return _of_edition(edition) if edition else Selection()
        kept = tuple(entry.paper for entry in plan.kept)
        return Selection(chosen=(*kept, *plan.todo), exclusions=plan.exclusions, unread=plan.unread, open=plan.open)

    def late(self, day: date, seen: frozenset[PaperId]) -> bool:
        """Return whether papers have joined the edition beside those that were seen."""
        return any(paper.id not in seen for paper in self.selection(str(day)).chosen)

    def has(self, name: str) -> bool:
        """Return whether there is anything to follow."""
        edition = self.archive.load(name)
        return name in self.planned or (edition is not None and edition.listing != "imported")

    def retried(self, papers: tuple[Paper, ...]) -> Selection:
        """Part papers that failed: those that were taken off meanwhile are left out."""
        removed = self.archive.removed()
        off = tuple(Exclusion(paper=one, rule="removed", detail=removed[one.id]) for one in papers if one.id in removed)
        return Selection(chosen=tuple(one for one in papers if one.id not in removed), exclusions=off)


def _of_edition(edition: Edition) -> Selection:
    chosen: tuple[Entry | Skip, ...] = (*edition.entries, *edition.skips)
    return Selection(
        chosen=tuple(one.paper for one in chosen),
        exclusions=edition.exclusions,
        unread=edition.unread,
        open=edition.listing == "partial",
        reasons={one.paper.id: one.reasons for one in chosen if one.reasons},
    )
