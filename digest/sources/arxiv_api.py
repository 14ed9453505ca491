"""arXiv's Atom API: ids in, papers out. The one module that knows the `arxiv` package.

The package parses; the GET is ours, because its client has no timeout and ignores `Retry-After`.
Source: https://info.arxiv.org/help/api/user-manual.html
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from urllib.parse import urlencode

import msgspec

from digest.config import SourcesConfig
from digest.errors import FetchError, Unavailable
from digest.model import ArxivId, BadArxivId, Fetched, Listing, Paper
from digest.text import one_line

Get = Callable[[str, str], Fetched]
_BATCH = 100
_ERROR = re.compile(rb"<id>https?://arxiv\.org/api/errors#?([^<]*)</id>")
_WITHDRAWN = re.compile(
    r"\b(?:this (?:paper|submission|article|manuscript|version|work) (?:has been|is|was) withdrawn"
    r"|withdrawn (?:by|due|because|from)|^withdrawn\b)",
    re.IGNORECASE,
)


def list_day(day: date, get: Get, config: SourcesConfig) -> Listing:
    """List all papers submitted on a UTC day to one of the configured categories. Raises FetchError."""
    categories = " OR ".join(f"cat:{category}" for category in config.arxiv_categories)
    search = f"({categories}) AND submittedDate:[{day:%Y%m%d}0000 TO {day:%Y%m%d}2359]"
    papers: dict[ArxivId, Paper] = {}
    for start in range(0, 3000, _BATCH):
        query = urlencode({"search_query": search, "start": start, "max_results": _BATCH, "sortBy": "submittedDate"})
        page = parse(get("arxiv_api", f"/api/query?{query}").body)
        papers |= {paper.id: paper for paper in page}
        if len(page) < _BATCH:
            break
    return Listing(papers=tuple(papers.values()))


def list_named(ids: tuple[ArxivId, ...], get: Get) -> Listing:
    """Look papers up by id, in the order given. Raises FetchError where the service does not answer."""
    found = dict(_look_up(tuple(dict.fromkeys(ids)), get))
    missing = tuple(f"arXiv does not know {paper_id}" for paper_id in ids if paper_id.base not in found)
    return Listing(
        papers=tuple(found[key] for key in dict.fromkeys(i.base for i in ids) if key in found), problems=missing
    )


def enrich(papers: tuple[Paper, ...], get: Get) -> Listing:
    """Add categories, comment, version and withdrawal. Where the service is down the papers come back as they are."""
    if not papers:
        return Listing()
    try:
        known = dict(_look_up(tuple(paper.id for paper in papers), get))
    except FetchError as error:
        return Listing(papers=papers, problems=(f"going on without arXiv's API: {error}",))
    missing = tuple(f"arXiv's API says nothing of {paper.id}" for paper in papers if paper.id not in known)
    return Listing(papers=tuple(_merge(paper, known.get(paper.id)) for paper in papers), problems=missing)


def _merge(paper: Paper, known: Paper | None) -> Paper:
    """Keep what the listing said and add what only arXiv knows. The listing's title is never replaced."""
    if known is None:
        return paper
    return msgspec.structs.replace(
        paper,
        abstract=paper.abstract or known.abstract,
        authors=paper.authors or known.authors,
        submitted=paper.submitted or known.submitted,
        updated=known.updated,
        categories=known.categories,
        comment=known.comment,
        version=known.version,
        withdrawn=known.withdrawn,
    )


def _look_up(ids: tuple[ArxivId, ...], get: Get) -> Iterator[tuple[ArxivId, Paper]]:
    """Ask for all ids in as few calls as the service takes. Unknown ids are simply absent from its answer."""
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        query = urlencode({"id_list": ",".join(batch), "max_results": len(batch)}, safe=",/")
        yield from ((paper.id, paper) for paper in parse(get("arxiv_api", f"/api/query?{query}").body))


def parse(body: bytes) -> tuple[Paper, ...]:
    """Read an Atom answer. Raises Unavailable where it is none, or is the service's error in place of papers."""
    from arxiv import _feed  # noqa: PLC0415 - 0.2 s that only a real run needs

    if error := _ERROR.search(body):
        said = one_line(error[1].decode("utf-8", "replace")).replace("_", " ")
        raise FetchError(f"arxiv_api: refused the question: {said[:120]}")
    feed = _feed.parse(body)
    if b"<feed" not in body[:2000] or (feed.malformed and not feed.results):
        # "Rate exceeded.", an HTML page or nothing at all, each with status 200
        raise Unavailable(f"arxiv_api: no Atom feed but {one_line(body[:60].decode('utf-8', 'replace'))!r}")
    papers = []
    for result in feed.results:
        try:
            paper_id = ArxivId.parse(result.entry_id)
        except BadArxivId:
            continue
        comment = one_line(result.comment or "") or None
        papers.append(
            Paper(
                id=paper_id.base,
                title=one_line(result.title),
                abstract=one_line(result.summary),
                authors=tuple(name for author in result.authors if (name := one_line(author.name))),
                submitted=result.published,
                updated=result.updated,
                categories=tuple(dict.fromkeys([result.primary_category, *result.categories])),
                comment=comment,
                version=paper_id.version,
                withdrawn=bool(_WITHDRAWN.search(comment or "") or _WITHDRAWN.search(one_line(result.summary)[:300])),
            )
        )
    return tuple(papers)
