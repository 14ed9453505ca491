"""What the formats have in common: the record and its key."""

import re
import unicodedata
from functools import lru_cache

from digest.model.ids import Noun
from digest.model.paper_ids import ArxivId, PaperId
from digest.model.papers import Paper
from digest.model.references.citations.names import parted
from digest.model.references.titles import readable
from digest.model.text import has_letters, one_line

_SMALL = {
    "a", "an", "the", "on", "in", "of", "for", "from", "to", "and", "with", "via", "is", "are", "how", "what",
    "why", "do", "does", "can",
}  # fmt: skip
_COMMAND = re.compile(r"\\[A-Za-z]+")
_LONGEST = 24
"""So many letters of the telling word stand in a key."""
_KNOWN = 1024
"""So many names are kept: papers share most of theirs."""


class Citation(Noun, frozen=True, kw_only=True):
    """What a reference manager is told of a paper. Every text is a line."""

    id: str
    """arXiv's id without a prefix, or `doi:…`, `openreview:…`, `file:…`, an address."""
    title: str
    authors: tuple[str, ...] = ()
    submitted: str = ""
    """YYYY-MM-DD; empty where it is unknown."""
    categories: tuple[str, ...] = ()
    url: str = ""
    pdf: str = ""
    own_doi: str = ""
    """The DOI of a paper whose id is another one."""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    shown: str = ""
    """The title without TeX, for formats that have none; empty where it is the same."""

    @classmethod
    def of(cls, paper: Paper, keywords: tuple[str, ...] = ()) -> "Citation":
        """Cite a paper as its record has it."""
        link = paper.id.link
        pdf = link.replace("/abs/", "/pdf/", 1) if isinstance(paper.id, ArxivId) else paper.pdf or ""
        return cls(
            id=str(paper.id),
            title=readable(one_line(paper.title)),
            authors=tuple(name for raw in paper.authors if (name := one_line(raw)) and has_letters(name)),
            submitted=paper.submitted.date().isoformat() if paper.submitted else "",
            categories=paper.categories,
            url=link if link.startswith("http") else "",
            pdf=pdf if pdf.startswith("http") else "",
            own_doi=paper.doi or "",
            abstract=one_line(paper.abstract),
            keywords=keywords,
        )

    @property
    def on_arxiv(self) -> bool:
        """Whether its id is arXiv's."""
        return ":" not in self.id

    @property
    def doi(self) -> str:
        """The DOI under which it is registered; each paper of arXiv has one."""
        if self.id.startswith("doi:"):
            return self.id.removeprefix("doi:")
        return self.own_doi or (f"10.48550/arXiv.{self.id}" if self.on_arxiv else "")

    @property
    def year(self) -> str:
        """The year in which it appeared; empty where neither id nor record has it."""
        if re.match(r"\d{4}\.", self.id):
            return f"20{self.id[:2]}"
        return self.submitted[:4] or _old_year(self.id)

    @property
    def key(self) -> str:
        """The first author, the year, the first telling word of the title, and the id."""
        first = parted(self.authors[0]).family.split()[-1] if self.authors and self.authors[0].split() else "arxiv"
        words = re.findall(r"[A-Za-z0-9]+", _COMMAND.sub(" ", self.title))
        telling = next((word for word in words if word.lower() not in _SMALL), "")[:_LONGEST]
        tail = re.sub(r"[^A-Za-z0-9]", "", self.id if self.on_arxiv else PaperId(self.id).slug[-16:])
        return f"{_ascii(first) or 'arxiv'}{self.year}{telling}_{tail}".lower()


@lru_cache(_KNOWN)
def _ascii(word: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", unicodedata.normalize("NFKD", word))


def _old_year(paper_id: str) -> str:
    if ":" in paper_id:
        return ""
    digits = paper_id.rpartition("/")[2][:2]
    return f"{'19' if digits > '90' else '20'}{digits}" if digits.isdigit() else ""
