"""The records of a list as they are read: papers, each once, and what could not be read as one."""

import msgspec

from digest.model import Listing, Paper, PaperId
from digest.model.text import one_line

_TOLD = 3
"""So many unreadable records are reported one by one; all of them are kept."""
_LONGEST_NAME, _LONGEST, _LONGEST_TITLE = 80, 160, 1000


class Records:
    """Takes what a source called `label` lists, in its order."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._papers: dict[PaperId, Paper] = {}
        self._unread: list[str] = []

    def add(self, paper: Paper) -> None:
        """Take a paper; of two with one id the first stays."""
        if len(paper.title) > _LONGEST_TITLE:
            paper = msgspec.structs.replace(paper, title=paper.title[:_LONGEST_TITLE])
        self._papers.setdefault(paper.id, paper)

    def leave_out(self, why: object, name: str | None = None) -> None:
        """Take note of a record that is no paper: why, and what it is called where it has a name."""
        reason = str(getattr(why, "what", why))
        named = reason if name is None else f"{name[:_LONGEST_NAME] or 'untitled'}: {reason}"
        self._unread.append(one_line(named)[:_LONGEST])

    def listing(self, *problems: str) -> Listing:
        """Return what was taken, with further problems."""
        unread = (f"{self._label}: a record could not be read: {what}" for what in self._unread[:_TOLD])
        return Listing(papers=tuple(self._papers.values()), problems=(*unread, *problems), unread=tuple(self._unread))
