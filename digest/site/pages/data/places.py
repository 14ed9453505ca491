"""Where a paper is to be found, by the name that people know it by, and how it is cited."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from digest.model import ArxivId, BadPaperId, PaperId
from digest.model.references.citations import Citation
from digest.site.content import markup
from digest.site.records import Card


class Place(NamedTuple):
    """The page of a paper."""

    name: str
    """arXiv, DOI, OpenReview or a host; empty where it is nowhere on the web."""
    number: str
    """The paper's number there, where it has one."""
    url: str


def place(card: Card) -> Place:
    """Return the page of a paper; a paper that is known by its file alone has none."""
    if on_arxiv(card):
        return Place("arXiv", card.id, card.arxiv_url)
    if doi := doi_of(card):
        return Place("DOI", doi, card.arxiv_url)
    if card.id.startswith("openreview:"):
        return Place("OpenReview", "", card.arxiv_url)
    return Place(urlsplit(card.arxiv_url).hostname or "", "", card.arxiv_url)


def on_arxiv(card: Card) -> bool:
    """Return whether a paper's id is arXiv's."""
    return _is_arxivs(card.id)


@lru_cache(maxsize=256)
def _is_arxivs(id: str) -> bool:
    try:
        return isinstance(PaperId.parse(id), ArxivId)
    except BadPaperId:
        return False


def doi_of(card: Card) -> str:
    """Return the DOI that a paper is known by; empty where it is none."""
    return card.id.removeprefix("doi:") if card.id.startswith("doi:") else ""


def pdf(card: Card) -> str:
    """Return the address of the paper's PDF; empty where none is open to anybody."""
    return card.arxiv_url.replace("/abs/", "/pdf/", 1) if on_arxiv(card) else card.pdf


def identifier(card: Card) -> str:
    """Return the id as the world writes it: `arXiv:2511.09146`, `doi:10.1101/…`, or an address."""
    return f"arXiv:{card.id}" if on_arxiv(card) else card.id


def citation(card: Card) -> Citation:
    """Cite the paper of a card; abstract and topics are on its page, not in every file beside it."""
    return Citation(
        id=card.id,
        title=card.title,
        shown=markup.bare(card.title_html),
        authors=card.authors,
        submitted=card.submitted,
        categories=card.categories,
        url=card.arxiv_url,
        pdf=pdf(card),
        own_doi=card.doi,
    )
