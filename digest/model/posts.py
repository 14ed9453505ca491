"""What people read: a post and its entries; and what a run reports while it works."""

from collections.abc import Mapping
from typing import Literal

from digest.model.editions import Header
from digest.model.ids import ArxivId, Noun
from digest.model.summaries import Usage


class PostEntry(Noun, frozen=True, kw_only=True):
    """A paper as a post shows it. Field texts are plain unless `markup`."""

    title: str
    arxiv_url: str
    alphaxiv_url: str
    fields: Mapping[str, str]
    """`schema.NAMES` in order; a field that the post lacks is absent."""
    notes: tuple[str, ...] = ()
    markup: bool = False

    @property
    def id(self) -> ArxivId:
        """The id in the link. Raises BadArxivId where the link leads elsewhere."""
        return ArxivId.parse(self.arxiv_url.split("/abs/", 1)[-1])


class Post(Noun, frozen=True, kw_only=True):
    """A post of the archive: front matter, notes, entries."""

    header: Header
    entries: tuple[PostEntry, ...]
    notes: tuple[str, ...] = ()


class Event(Noun, frozen=True, kw_only=True):
    """Something that happened in a run, for progress bars, plain lines and logs."""

    kind: Literal["listed", "problem", "waiting", "read", "summarized", "skipped", "saved"]
    text: str
    """The event in one English sentence."""
    paper: ArxivId | None = None
    total: int = 0
    """With `listed`: how many papers the run will work on."""
    usage: Usage = Usage()
