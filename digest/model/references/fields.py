"""What the formats of references have in common: text without markup, names, ids, dates."""

import re
from collections.abc import Iterable
from datetime import date

from digest.model import paper_links
from digest.model.ids import Noun
from digest.model.paper_ids import ArxivId, BadPaperId, PaperId
from digest.model.references.citations.names import in_a_row, parted
from digest.model.text import one_line

_DATE = re.compile(r"(?<!\d)(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")


class Reference(Noun, frozen=True, kw_only=True):
    """A paper as a library holds it: what its record says, and no more."""

    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    id: PaperId | None = None
    """The best of its ids: arXiv's, a DOI, then the address of its page."""
    doi: str | None = None
    """Its DOI, where the id is another one."""
    pdf: str = ""
    """A PDF beside the file of references, or its address."""
    added: date | None = None
    """When it joined the library; where that is unknown, when it appeared."""


def reference(
    title: str,
    abstract: str = "",
    *,
    authors: Iterable[str] = (),
    links: Iterable[str] = (),
    files: Iterable[str] = (),
    dates: Iterable[str] = (),
) -> Reference | None:
    """Make a reference; None where there is no title. `links` are ids and addresses in any form, best first."""
    title = plain(title)
    if not title:
        return None
    ids = [found for link in links if (found := _id(link))]
    best = next((one for kind in (_is_arxiv, _is_doi, _is_any) for one in ids if kind(one)), None)
    doi = next((one.doi for one in ids if one.doi), None)
    days = (moment for raw in dates if (moment := day(raw)))
    return Reference(
        title=title,
        abstract=plain(abstract),
        authors=tuple(name for raw in authors if (name := _name(plain(raw)))),
        id=best,
        doi=doi if best is not None and best.doi != doi else None,
        pdf=next((file for file in files if paper_links.is_pdf(file)), ""),
        added=next(days, None),
    )


def plain(raw: str) -> str:
    """Return a text on one line, without tags."""
    return one_line(_TAG.sub("", raw))


def day(raw: str) -> date | None:
    """Return the first date of a text; a month begins with its first day, a year in its middle."""
    if not (found := _DATE.search(raw)):
        return None
    year, month, number = (int(part) if part else 0 for part in found.groups())
    try:
        return date(year, month or 7, number or 1)
    except ValueError:
        return date(year, 7, 1) if year else None


def _id(link: str) -> PaperId | None:
    for _, found in ArxivId.linked(link):
        return found
    try:
        return PaperId.parse(link).base
    except BadPaperId:
        return None


def _is_arxiv(paper_id: PaperId) -> bool:
    return isinstance(paper_id, ArxivId)


def _is_doi(paper_id: PaperId) -> bool:
    return bool(paper_id.doi)


def _is_any(_: PaperId) -> bool:
    return True


def _name(raw: str) -> str:
    """Write a name as people do: `Vaswani, Ashish` as Ashish Vaswani."""
    return in_a_row(parted(raw))
