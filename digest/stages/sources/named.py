"""Papers by name: as arXiv, OpenReview or a preprint server knows them; pages and files of the web by what they say."""

import re
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import PurePath
from types import MappingProxyType
from urllib.parse import urlsplit

from digest.errors import NotThere
from digest.model import ArxivId, Fetched, Listing, Paper, PaperId, paper_links
from digest.model.text import one_line
from digest.stages.sources import arxiv_api, biorxiv, openreview, pdf_title

Get = Callable[[str, str], Fetched]
_READ = 200_000  # bytes of a page in which its title stands
_LONGEST = 500
_META = re.compile(
    r"""<meta\s{1,9}(?:name|property)\s?=\s?["']?([\w.:-]{1,40})["']?\s{1,9}content\s?=\s?(?:"([^"<>]{1,2000})"|'([^'<>]{1,2000})')""",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]{1,2000})<", re.IGNORECASE)
_TITLES = ("citation_title", "dc.title", "og:title")


def list_named(ids: tuple[PaperId, ...], get: Get, known: Mapping[PaperId, Paper] = MappingProxyType({})) -> Listing:
    """Look papers up, in the order given; `known` are those of which there is a record. Unknown ids are problems.

    Raises FetchError where a service does not answer.
    """
    found, problems = dict(known), list[str]()
    on_arxiv = tuple(one for one in ids if isinstance(one, ArxivId))
    if on_arxiv:
        listing = arxiv_api.list_named(on_arxiv, get)
        found |= {paper.id: paper for paper in listing.papers}
        problems += listing.problems
    for one in ids:
        if not isinstance(one, ArxivId) and one not in found:
            try:
                found[one] = _look_up(one, get)
            except NotThere as cause:
                problems.append(f"not found: {one}: {cause.what}")
    papers = tuple(found[key] for key in dict.fromkeys(one.base for one in ids) if key in found)
    return Listing(papers=papers, problems=tuple(problems))


def _look_up(paper_id: PaperId, get: Get) -> Paper:
    kind, _, rest = paper_id.partition(":")
    if kind == "openreview":
        return openreview.look_up(rest, get)
    if kind == "doi" and biorxiv.has(rest):
        return biorxiv.look_up(rest, get)
    if kind in ("https", "http"):
        return _of_pdf(paper_id, get("web", paper_id)) if paper_links.is_pdf(paper_id) else _of_page(paper_id, get)
    raise NotThere("no source and no earlier list has it")


def _of_pdf(address: PaperId, answer: Fetched) -> Paper:
    if not answer.body.startswith(b"%PDF"):
        raise NotThere("the address leads to no PDF")
    name = PurePath(urlsplit(address).path).stem
    title = pdf_title.find(answer.body) or one_line(name.replace("_", " ").replace("-", " "))
    return Paper(id=address, title=title or address, pdf=str(address))


def _of_page(address: PaperId, get: Get) -> Paper:
    """Make a paper of a page that somebody named, which is its text as well: title and authors stand in its head."""
    page = get("web", address).body[:_READ].decode("utf-8", "replace")
    said: dict[str, list[str]] = {}
    for name, double, single in _META.findall(page):
        said.setdefault(name.lower(), []).append(one_line(unescape(double or single)))
    plain = [one_line(unescape(found[1])) for found in [_TITLE.search(page)] if found]
    titles = [*(title for name in _TITLES for title in said.get(name, ())), *plain]
    title = next(filter(None, titles), "")
    if not title:
        raise NotThere("the page has no title")
    return Paper(
        id=address,
        title=title[:_LONGEST],
        authors=tuple(dict.fromkeys(filter(None, said.get("citation_author", ())))),
        html=str(address),
    )
