"""arXiv's Atom API: ids in, papers out. Source: https://info.arxiv.org/help/api/user-manual.html."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import msgspec

from digest.errors import FetchError, Unavailable
from digest.model import ArxivId, BadArxivId, Fetched, Listing, Paper, PaperId
from digest.model.text import has_letters, one_line
from digest.stages.sources import atom
from digest.stages.sources.arxiv.withdrawal import is_withdrawn
from digest.stages.sources.atom import ATOM

if TYPE_CHECKING:
    import arxiv

Get = Callable[[str, str], Fetched]
_ARXIV = "{http://arxiv.org/schemas/atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_BATCH = 100
# Possessive: whatever comes in place of a feed, each byte is looked at once.
_ERROR = re.compile(rb"<id(?:\s[^<>]*+)?>\s*+https?://arxiv\.org/api/errors#?([^<]*+)</id>")
_NUMBER = re.compile(r"[0-9]{1,9}")
_ENTRY = re.compile(rb"<entry[\s>]")


@dataclass(frozen=True)
class Page:
    """One answer to a question."""

    papers: tuple[Paper, ...]
    entries: int
    """How many entries it had, readable or not."""
    total: int
    """How many papers answer the question, by arXiv's own count."""


def list_named(ids: tuple[PaperId, ...], get: Get) -> Listing:
    """Look papers up by id, in the order given. Raises FetchError where the service does not answer."""
    found = dict(_look_up(tuple(dict.fromkeys(ids)), get))
    missing = tuple(f"not found on arXiv: {paper_id}" for paper_id in ids if paper_id.base not in found)
    return Listing(
        papers=tuple(found[key] for key in dict.fromkeys(i.base for i in ids) if key in found), problems=missing
    )


def enrich(papers: tuple[Paper, ...], get: Get) -> Listing:
    """Add categories, comment, version and withdrawal. Where the service is down the papers come back as they are."""
    known: dict[PaperId, Paper] = {}
    try:
        ids = tuple(paper.id for paper in papers if isinstance(paper.id, ArxivId))
        known.update(_look_up(ids, get))
        problems = tuple(f"the arXiv API has no record of {paper_id}" for paper_id in ids if paper_id not in known)
    except FetchError as error:
        problems = (f"continuing without the arXiv API: {error}",)
    return Listing(papers=tuple(_merge(paper, known.get(paper.id)) for paper in papers), problems=problems)


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


def _look_up(ids: tuple[PaperId, ...], get: Get) -> Iterator[tuple[PaperId, Paper]]:
    """Ask for all ids in as few calls as the service takes. Unknown ids are simply absent from its answer."""
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        query = urlencode({"id_list": ",".join(batch), "max_results": len(batch)}, safe=",/")
        yield from ((paper.id, paper) for paper in parse(get("arxiv_api", f"/api/query?{query}").body))


def parse(body: bytes) -> tuple[Paper, ...]:
    """Return the papers of an Atom answer. Raises as `read` does."""
    return read(body).papers


def read(body: bytes) -> Page:
    """Read an Atom answer. Raises Unavailable where it is none, or is the service's error in place of papers."""
    if error := _ERROR.search(body):
        reason = one_line(error[1].decode("utf-8", "replace")).replace("_", " ")
        raise FetchError(f"arxiv_api: rejected the query: {reason[:120]}")
    # "Rate exceeded.", an HTML page or nothing at all come with status 200 too.
    if b"<feed" not in body[:2000]:
        raise Unavailable(f"arxiv_api: expected an Atom feed, got {one_line(body[:60].decode('utf-8', 'replace'))!r}")
    entries = sum(1 for _ in _ENTRY.finditer(body))
    if entries > _BATCH:
        raise Unavailable(f"arxiv_api: {entries:,} entries in a response, {_BATCH} were requested")
    try:
        feed = atom.parse(body)
        results = (_result(entry) for entry in feed.iterfind(f"{ATOM}entry"))
        papers = tuple(paper for result in results if result and (paper := _paper(result)))
    except ValueError as cause:  # no feed, or a date that is none
        raise Unavailable(f"arxiv_api: the Atom feed cannot be read: {one_line(str(cause))[:80]}") from cause
    total = _line(feed, _TOTAL)
    return Page(papers, entries, max(int(total) if _NUMBER.fullmatch(total) else 0, len(papers)))


def _result(entry: Element) -> "arxiv.Result | None":
    """Read an entry as the package's own record; None where it is no paper. Raises ValueError where a date is none."""
    import arxiv  # noqa: PLC0415 - brings requests, which only a run that asks arXiv should load

    title, submitted, updated = (_line(entry, f"{ATOM}{name}") for name in ("title", "published", "updated"))
    if not (title and submitted and updated):
        return None
    categories = (*entry.iterfind(f"{_ARXIV}primary_category"), *entry.iterfind(f"{ATOM}category"))
    names = (_line(author, f"{ATOM}name") for author in entry.iterfind(f"{ATOM}author"))
    return arxiv.Result(
        entry_id=_line(entry, f"{ATOM}id"),
        updated=_moment(updated),
        published=_moment(submitted),
        title=title,
        authors=[arxiv.Result.Author(name) for name in names if has_letters(name)],
        summary=_line(entry, f"{ATOM}summary"),
        comment=_line(entry, f"{_ARXIV}comment"),
        categories=list(dict.fromkeys(term for category in categories if (term := category.get("term")))),
    )


def _paper(result: "arxiv.Result") -> Paper | None:
    """Return a record as a paper; None where its id is none."""
    try:
        paper_id = ArxivId.parse(result.get_short_id())
    except BadArxivId:
        return None
    return Paper(
        id=paper_id.base,
        title=result.title,
        abstract=result.summary,
        authors=tuple(author.name for author in result.authors),
        submitted=result.published,
        updated=result.updated,
        categories=tuple(result.categories),
        comment=result.comment or None,
        version=paper_id.version,
        withdrawn=is_withdrawn(result.comment or "", result.summary),
    )


def _line(element: Element, path: str) -> str:
    return one_line(element.findtext(path, ""))


def _moment(raw: str) -> datetime:
    moment = datetime.fromisoformat(raw)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
