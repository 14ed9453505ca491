"""What a reader likes: weights for words, people and places, and papers that are examples of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from digest.config.values import Keyword, Part

Weight = Annotated[float, Field(ge=-10, le=10)]
Weights = Mapping[Keyword, Weight]
_NONE: Weights = {}
Period = Annotated[str, Field(pattern=r"^\d{4}(?:-\d{2}(?:-\d{2})?)?$")]


class ZoteroConfig(Part):
    """A library in Zotero, read anew by each run from `services.zotero`, with the key in ZOTERO_API_KEY."""

    library: Annotated[str, Field(pattern=r"^(?:(?:users|groups)/\d+)?$")] = ""
    """users/<number> or groups/<number>; users/0 is the local program's own; empty means none."""
    collection: Annotated[str, Field(pattern=r"^(?:[A-Z0-9]{8})?$")] = ""
    """The key of one collection; empty means the whole library."""


class ExamplesConfig(Part):
    """Papers that a reader likes; a listed paper scores by how much it is like them."""

    files: tuple[Path, ...] = ()
    """BibTeX (.bib), RIS (.ris) or CSL-JSON (.json) files, relative to the configuration file."""
    editions: tuple[Period, ...] = ()
    """Days (2025-11-17), months (2025-11) or years (2025) whose published papers are examples."""
    zotero: ZoteroConfig = ZoteroConfig()
    """A library in Zotero, asked before each day is ranked."""
    half_life: Annotated[int, Field(ge=0, le=36_500)] = 730
    """Days after which an example weighs half as much as the newest one; 0 lets all weigh the same."""


class TasteConfig(Part):
    """What a paper's score is made of. Without weights and examples, papers are ranked by votes alone."""

    votes: Weight = 1.0
    """For the paper with the most votes of the day; others get less, by the logarithm of theirs."""
    similarity: Weight = 8.0
    """For a paper that is just like the examples."""
    words: Weights = _NONE
    """Word or phrase in title or abstract → weight; negative ones push a paper down."""
    authors: Weights = _NONE
    """Name of an author → weight."""
    organizations: Weights = _NONE
    """Name of an organisation, or words of it → weight."""
    categories: Weights = _NONE
    """arXiv category such as cs.CL, or an archive such as cs → weight."""
    venues: Weights = _NONE
    """Words of the authors' comment, as in "Accepted at ICML 2025" → weight."""
    examples: ExamplesConfig = ExamplesConfig()
    """Papers that you like; a paper like them scores higher."""
    show: tuple[Literal["post", "page"], ...] = ()
    """Where readers are shown the reasons: under each entry of the post, on the page of each paper."""

    @property
    def has_examples(self) -> bool:
        """Whether any examples are named."""
        return bool(self.examples.files or self.examples.editions or self.examples.zotero.library)

    @property
    def needs_records(self) -> bool:
        """Whether papers are weighed by what only arXiv's own record of them says."""
        return bool(self.categories or self.venues)

    def __bool__(self) -> bool:
        """Return whether anything but votes counts."""
        weights = (self.words, self.authors, self.organizations, self.categories, self.venues)
        return self.has_examples or any(weights)

    def below(self, folder: Path) -> "TasteConfig":
        """Return the same with the files of examples below a folder."""
        files = tuple(folder / file.expanduser() for file in self.examples.files)
        return self.model_copy(update={"examples": self.examples.model_copy(update={"files": files})})
