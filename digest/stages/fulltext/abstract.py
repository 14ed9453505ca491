"""The last reader: the authors' abstract, which the paper's record already holds."""

from typing import TYPE_CHECKING

from digest.errors import NotThere
from digest.model import Document, Paper, Section
from digest.stages.fulltext.normalize import tidy
from digest.stages.fulltext.reader import Get

if TYPE_CHECKING:
    from digest.config import FulltextConfig


def read(paper: Paper, _get: Get, _config: "FulltextConfig") -> Document:
    """Return the abstract as a document of one section. Fetches nothing. Raises NotThere where it is empty."""
    text = tidy(paper.abstract)
    if not text:
        raise NotThere(f"{paper.id} has no abstract")
    return Document(id=paper.id.at(paper.version), origin="abstract", sections=(section(paper),))


def section(paper: Paper) -> Section:
    """Return the abstract as a section, also for papers whose full text has none under that name."""
    return Section("Abstract", tidy(paper.abstract), "abstract")
