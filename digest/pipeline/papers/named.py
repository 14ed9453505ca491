"""The papers that somebody names: as an edition or a source of the settings has them, else as their service does."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from digest.adapters.store import Archive
from digest.errors import FetchError
from digest.model import ArxivId, Event, Fetched, Listing, Paper, PaperId, Selection
from digest.model.text import one_line
from digest.stages import sources


@dataclass(frozen=True)
class NamedPapers:
    """Finds papers by their ids. Those of arXiv are asked for anew, as their versions change."""

    archive: Archive
    list_standing: Callable[[], Listing]
    """Lists what the sources have whose lists are no day's own."""
    get: Callable[[str, str], Fetched]
    report: Callable[[Event], None] = lambda _: None

    def look_up(self, ids: tuple[PaperId, ...]) -> Listing:
        """Return papers in the order of their ids; those that nobody knows are problems. Raises FetchError."""
        others = {one for one in ids if not isinstance(one, ArxivId)}
        known = self._of_editions(others) if others else {}
        problems: tuple[str, ...] = ()
        if left := others - known.keys():
            try:
                listing = self.list_standing()
                problems = listing.problems
                known |= {paper.id: paper for paper in listing.papers if paper.id in left and paper.title != paper.id}
            except FetchError as error:
                problems = (f"continuing without the sources: {one_line(str(error))}",)
        found = sources.list_named(ids, self.get, known)
        return msgspec.structs.replace(found, problems=(*problems, *found.problems))

    def titled(self, selection: Selection) -> Selection:
        """Look up the chosen papers that a list named by nothing but an id; one that is not found stays as it is."""
        bare = {paper.id: paper for paper in selection.chosen if paper.title == paper.id}
        if not bare:
            return selection
        try:
            found = self.look_up(tuple(bare))
        except FetchError as error:
            found = Listing(problems=(f"continuing without titles: {one_line(str(error))}",))
        for problem in found.problems:
            self.report(Event(kind="problem", text=problem))
        whole = {paper.id: _beside(paper, bare[paper.id]) for paper in found.papers}
        chosen = tuple(whole.get(paper.id, paper) for paper in selection.chosen)
        return msgspec.structs.replace(selection, chosen=chosen)

    def _of_editions(self, ids: set[PaperId]) -> dict[PaperId, Paper]:
        """Return what the newest edition that has a paper says of it."""
        known: dict[PaperId, Paper] = {}
        for name in self.archive.names():
            edition = self.archive.load(name)
            known |= {paper.id: paper for paper in edition.papers if paper.id in ids} if edition else {}
        return {paper_id: paper for paper_id, paper in known.items() if paper.title != paper_id}


def _beside(found: Paper, listed: Paper) -> Paper:
    return msgspec.structs.replace(found, sources=listed.sources, pdf=listed.pdf or found.pdf)
