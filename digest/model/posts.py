"""What people read: a post and its entries; and what a run reports while it works."""

from collections.abc import Mapping
from typing import Literal

from digest.model.editions import Header
from digest.model.ids import Noun
from digest.model.paper_ids import PaperId
from digest.model.summaries import Usage


class PostEntry(Noun, frozen=True, kw_only=True):
    """A paper as a post shows it. Field texts are plain unless `markup`."""

    title: str
    arxiv_url: str
    """The paper's page, on arXiv or wherever its id leads."""
    alphaxiv_url: str
    fields: Mapping[str, str]
    """`schema.NAMES` in order; a field that the post lacks is absent."""
    notes: tuple[str, ...] = ()
    markup: bool = False

    @property
    def id(self) -> PaperId:
        """The id in the link. Raises BadPaperId where it leads to no paper."""
        return PaperId.of_link(self.arxiv_url)


class Post(Noun, frozen=True, kw_only=True):
    """A post of the archive: front matter, notes, entries."""

    header: Header
    entries: tuple[PostEntry, ...]
    notes: tuple[str, ...] = ()


class Event(Noun, frozen=True, kw_only=True):
    """Something that happened in a run, for progress bars, plain lines and logs."""

    kind: Literal["listed", "problem", "waiting", "read", "summarized", "checked", "skipped", "saved"]
    text: str
    """The event in one English sentence."""
    paper: PaperId | None = None
    total: int = 0
    """With `listed`: how many papers the run will work on."""
    usage: Usage = Usage()
