"""The settings of sources: one class per kind, each with what it needs and no more."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field

from digest.config.plugins import known
from digest.config.values import Category, Line, Link, Part

BUILT_IN = ("huggingface", "arxiv", "rss", "biorxiv", "medrxiv", "openreview", "file")

FIRST_DAY = date(2023, 5, 4)
"""The day of the oldest list of Hugging Face Daily Papers."""
Limit = Annotated[int, Field(ge=1)] | None


class HuggingFaceSource(Part):
    """Hugging Face Daily Papers."""

    use: Literal["huggingface"] = "huggingface"
    """Hugging Face Daily Papers."""
    list: Literal["day", "week", "month", "trending"] = "day"
    """day: what was featured that day; week, month: the list of the week or month that the day lies in; trending."""
    name: Line = ""
    """What it is called; empty means `huggingface` and its list."""
    limit: Limit = None
    """How many of its papers a day at most; null is no limit but `selection.limit`."""

    @property
    def label(self) -> str:
        """What papers and messages call the source."""
        return self.name or ("huggingface" if self.list == "day" else f"huggingface {self.list}")

    @property
    def standing(self) -> bool:
        """Whether the list is no day's own: then papers beyond the limit wait for the next days."""
        return self.list != "day"


class ArxivSource(Part):
    """What arXiv announced that day, by category."""

    use: Literal["arxiv"] = "arxiv"
    """What arXiv announced."""
    categories: Annotated[tuple[Category, ...], Field(min_length=1)] = ("cs.CL", "cs.CV", "cs.LG")
    """The categories that are listed: `cs.CL`, an archive such as `cs`, or `all`."""
    cross_lists: bool = True
    """Whether papers count that are only cross-listed to one of them."""
    name: Line = ""
    """What it is called; empty means `arxiv`."""
    limit: Limit = None
    """How many of its papers a day at most."""
    standing: ClassVar[bool] = False

    @property
    def label(self) -> str:
        """What papers and messages call the source."""
        return self.name or "arxiv"


class RssSource(Part):
    """A feed, RSS or Atom: of a journal, a laboratory, a blog."""

    use: Literal["rss"]
    """A feed, RSS or Atom."""
    url: Link
    """Its address."""
    name: Line = ""
    """What it is called; empty means its host."""
    days: Annotated[int, Field(ge=1, le=60)] = 7
    """How many days back an item may be dated: feeds show some late. What was published is left out anyway."""
    open_pages: bool = False
    """Whether the pages that it links to are the papers themselves, open to anybody, as those of a blog."""
    limit: Limit = None
    """How many of its papers a day at most."""
    standing: ClassVar[bool] = True

    @property
    def label(self) -> str:
        """What papers and messages call the source."""
        return self.name or self.url.split("/")[2]


class PreprintSource(Part):
    """bioRxiv or medRxiv."""

    use: Literal["biorxiv", "medrxiv"]
    """One of the two servers."""
    category: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z _-]*$|^$")] = ""
    """A subject, as `neuroscience` or `cell biology`; empty means all."""
    name: Line = ""
    """What it is called; empty means its server and subject."""
    limit: Limit = None
    """How many of its papers a day at most."""
    standing: ClassVar[bool] = False

    @property
    def label(self) -> str:
        """What papers and messages call the source."""
        return self.name or f"{self.use} {self.category}".strip()


class OpenReviewSource(Part):
    """The papers that a venue on OpenReview took."""

    use: Literal["openreview"]
    """What was submitted to a venue."""
    # The length stands apart: as a repetition of \w it would be 18 MB of compiled expression.
    venue: Annotated[str, Field(pattern=r"^[\w./-]+$", min_length=3, max_length=200)]
    """Its id, as `ICLR.cc/2026/Conference` or `TMLR`."""
    name: Line = ""
    """What it is called; empty means `openreview` and its venue."""
    limit: Limit = None
    """How many of its papers a day at most."""
    standing: ClassVar[bool] = True

    @property
    def label(self) -> str:
        """What papers and messages call the source."""
        return self.name or f"openreview {self.venue}"


class FileSource(Part):
    """A reading list of one's own: BibTeX, RIS, CSL-JSON, a text with ids or addresses, or PDF files."""

    use: Literal["file"]
    """A reading list, or papers in files."""
    path: Annotated[str, Field(min_length=1, max_length=500)]
    """Where it is, relative to the configuration file; `papers/*.pdf` names several files."""
    name: Line = ""
    """What it is called; empty means its path."""
    limit: Limit = None
    """How many of its papers a day at most."""
    standing: ClassVar[bool] = True

    @property
    def label(self) -> str:
        """What papers and messages call the source."""
        return self.name or self.path


class PluginSource(Part):
    """A source of an installed package, with whatever settings that one knows."""

    model_config = ConfigDict(frozen=True, extra="allow")

    use: Annotated[
        str, AfterValidator(known("sources", BUILT_IN)), Field(json_schema_extra={"not": {"enum": list(BUILT_IN)}})
    ]
    """The name of an entry point of the group `digest.sources`."""
    name: Line = ""
    """What it is called; empty means the name of its entry point."""
    limit: Limit = None
    """How many of its papers a day at most."""
    standing: bool = False
    """Whether its list is no day's own."""

    @property
    def label(self) -> str:
        """What papers and messages call the source."""
        return self.name or self.use

    @property
    def options(self) -> Mapping[str, Any]:
        """The settings that only the package knows."""
        return self.model_extra or {}


KINDS: Mapping[str, type[Part]] = {
    "huggingface": HuggingFaceSource,
    "arxiv": ArxivSource,
    "rss": RssSource,
    "biorxiv": PreprintSource,
    "medrxiv": PreprintSource,
    "openreview": OpenReviewSource,
    "file": FileSource,
}
"""The class of the settings of each kind of source; those of packages are `PluginSource`."""


def kind_of(use: object) -> str:
    """Return the kind of settings that `use` has."""
    return (KINDS[use] if isinstance(use, str) and use in KINDS else PluginSource).__name__
