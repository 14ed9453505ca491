"""Published posts, checked again: each entry against its paper, fetched anew. Changes nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

from digest.errors import FetchError, OutOfTime
from digest.model import (
    Claim,
    Document,
    Edition,
    Entry,
    Event,
    Finding,
    Listing,
    Paper,
    Post,
    PostEntry,
    Summary,
    Verdict,
    schema,
)
from digest.model.text import counted
from digest.posts import escaping


@dataclass(frozen=True)
class Rechecked:
    """The result for one entry of a post."""

    paper: Paper
    origin: str
    """What it was compared with: html, pdf, markdown, abstract; empty where nothing could be read."""
    findings: tuple[Finding, ...] = ()
    error: str = ""
    """Why it could not be checked."""


def recheck(
    post: Post,
    edition: Edition | None,
    *,
    enrich: Callable[[tuple[Paper, ...]], Listing],
    read: Callable[[Paper], Document],
    check: Callable[[Summary, Mapping[str, Sequence[Claim]], Paper, Document], Verdict],
    pool: Callable[[], Executor],
    report: Callable[[Event], None],
) -> Iterator[Rechecked]:
    """Check every entry of a post, in its order. What the edition knows of evidence and quotations counts."""
    known = {entry.paper.id: entry for entry in edition.entries} if edition else {}
    papers = {entry.id.base: Paper(id=entry.id.base, title=entry.title) for entry in post.entries}
    papers |= {paper_id: known[paper_id].paper for paper_id in papers.keys() & known.keys()}
    papers = {paper.id: paper for paper in enrich(tuple(papers.values())).papers}
    total = len(post.entries)
    report(Event(kind="listed", text=f"{counted(total, 'entry')} of {post.header.date[:10]}", total=total))
    with pool() as workers:
        yield from workers.map(
            partial(_one, read=read, check=check, report=report),
            post.entries,
            [papers[entry.id.base] for entry in post.entries],
            [known.get(entry.id.base) for entry in post.entries],
        )


def _one(
    entry: PostEntry,
    paper: Paper,
    known: Entry | None,
    *,
    read: Callable[[Paper], Document],
    check: Callable[[Summary, Mapping[str, Sequence[Claim]], Paper, Document], Verdict],
    report: Callable[[Event], None],
) -> Rechecked:
    try:
        document = read(paper)
    except (FetchError, OutOfTime) as error:
        report(Event(kind="skipped", text=f"could not be checked: {error}", paper=paper.id))
        return Rechecked(paper, "", error=str(error))
    claims = {name: several for name in schema.NAMES if known and (several := known.claims_of(name))}
    quoted = known is not None and known.provenance.backend == "extractive"
    plain = {name: escaping.plain(text) if entry.markup else text for name, text in entry.fields.items()}
    summary = Summary.of(plain)
    found = check(summary, claims, paper, document).findings
    if quoted:
        found = tuple(finding for finding in found if finding.check == "evidence" and finding.field in claims)
    elif not claims:
        # A post without an edition never claimed any evidence, so none is missing.
        found = tuple(finding for finding in found if finding.check != "evidence")
    report(Event(kind="checked", text=counted(len(found), "finding"), paper=paper.id))
    return Rechecked(paper, document.origin, found)
