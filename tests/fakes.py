"""Stages that do nothing outside: each remembers what it was asked and answers what a test put into it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from digest.adapters.store import Archive
from digest.adapters.templates import Templates
from digest.config import SelectionConfig
from digest.errors import FetchError, SummaryError
from digest.model import (
    ArxivId,
    Claim,
    Document,
    Draft,
    Edition,
    Entry,
    Event,
    Finding,
    Header,
    Listing,
    Overview,
    OverviewSentence,
    Paper,
    Section,
    SourcedClaim,
    Summary,
    Usage,
    Verdict,
    Verification,
)
from digest.pipeline import day as pipeline
from digest.pipeline.days.outcome import DayOutcome
from digest.pipeline.papers.dependencies import PaperDependencies
from digest.pipeline.plan import Order
from digest.stages import render, selection

DAY = date(2025, 11, 17)
TEMPLATES = Templates()
WORDS = TEMPLATES.words("ko")


def paper(number: int, **parts: Any) -> Paper:
    """A paper with an id of its own; upvotes fall with the number."""
    parts = {"title": f"Paper {number}", "abstract": f"Abstract {number}.", "upvotes": 100 - number} | parts
    return Paper(id=ArxivId(f"2511.{number:05}"), **parts)


def summary(mark: str = "", **fields: str) -> Summary:
    """A summary whose fields differ from one another."""
    texts = {
        name: f"{name}{mark}을 다룬다."
        for name in ("goal", "motivation", "contribution", "method", "results", "limitations", "conclusion")
    }
    return Summary(**(texts | fields))


@dataclass
class FakeSummarizer:
    """Answers with a draft per paper; raises what stands in `faults`."""

    faults: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    revisions: dict[str, Draft] = field(default_factory=dict)
    mark: str = ""
    verified: list[tuple[SourcedClaim, ...]] = field(default_factory=list)
    verifications: list[Verification] = field(default_factory=list)

    def summarize(self, paper: Paper, document: Document) -> Draft:
        self.asked.append(paper.id)
        if paper.id in self.faults:
            raise self.faults[paper.id]
        return Draft(summary=summary(self.mark or paper.title), document=document, usage=Usage(1, 100, 0, 10, 0.5))

    def revise(self, paper: Paper, draft: Draft, findings: Sequence[Finding]) -> Draft | None:
        self.asked.append(f"again {paper.id}")
        return self.revisions.get(paper.id)

    def verify(self, claims: Sequence[SourcedClaim], usage: Usage) -> Verification:
        self.verified.append(tuple(claims))
        return self.verifications.pop(0) if self.verifications else Verification(usage=usage)

    def overview(self, entries: Sequence[Entry]) -> Overview:
        return Overview(sentences=(OverviewSentence("두 논문을 함께 본다.", tuple(one.paper.id for one in entries)),))


@dataclass
class Bench:
    """One site in a folder, with stages that a test can bend."""

    folder: Path
    listing: Listing = field(default_factory=Listing)
    summarizer: FakeSummarizer = field(default_factory=FakeSummarizer)
    unreadable: dict[str, FetchError] = field(default_factory=dict)
    findings: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    unresolved: str = "mark"
    claims: Mapping[str, tuple[Claim, ...]] = field(default_factory=dict)
    verify: bool = False
    limit: int = 6
    listed: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    fault: Exception | None = None
    left: Callable[[], float] = lambda: 60.0

    @property
    def archive(self) -> Archive:
        return Archive(self.folder / "_posts", self.folder / "_data")

    def build(self, day: date = DAY, **flags: Any) -> DayOutcome:
        return pipeline.build(self.order(day, **flags), self.stages(), self.archive)

    @staticmethod
    def order(day: date = DAY, **flags: Any) -> Order:
        header = Header(title=f"Daily Papers — {day}", date=f"{day} 08:15:00", tags=("papers",))
        flags = {"name": str(day), "file": f"{day}-daily-papers.md"} | flags
        return Order(day=day, header=header, **flags)

    def stages(self) -> pipeline.DayDependencies:
        return pipeline.DayDependencies(
            list_day=self._list,
            list_named=self._list,
            enrich=lambda papers, **_: Listing(papers=papers),
            select=self._select,
            paper=self._paper_stages(),
            render=lambda edition: render.render(render.compose(edition, WORDS), TEMPLATES),
            pool=lambda: ThreadPoolExecutor(4),
            report=self.events.append,
        )

    def _paper_stages(self) -> PaperDependencies:
        return PaperDependencies(
            read=self._read,
            summarizer=self.summarizer,
            check=lambda draft, paper: Verdict(self._found(draft, paper), draft.claims or self.claims),
            unresolved=self.unresolved,  # type: ignore[arg-type]
            alphaxiv=lambda paper_id: f"https://www.alphaxiv.org/ko/overview/{paper_id}",
            backend="openai",
            model="fake",
            prompt="p1",
            today=date(2025, 11, 18),
            verify=self.verify,
            left=self.left,
            report=self.events.append,
        )

    def _list(self, asked: object) -> Listing:
        self.listed.append(str(asked))
        if self.fault:
            raise self.fault
        return self.listing

    def _select(self, papers: Iterable[Paper], published: Mapping[ArxivId, str]) -> Any:
        return selection.select(papers, published, SelectionConfig(limit=self.limit), self.archive.removed())

    def _read(self, paper: Paper) -> Document:
        if paper.id in self.unreadable:
            raise self.unreadable[paper.id]
        return Document(id=paper.id.at(paper.version), origin="html", sections=(Section("Introduction", "Text."),))

    def _found(self, draft: Draft, paper: Paper) -> tuple[Finding, ...]:
        revised = self.summarizer.revisions.get(paper.id)
        return () if draft is revised else self.findings.get(paper.id, ())

    def files(self) -> dict[str, bytes]:
        """Every file of the site with its bytes."""
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in sorted(self.folder.rglob("*")) if p.is_file()}

    def edition(self, name: str = str(DAY)) -> Edition:
        found = self.archive.load(name)
        assert found is not None
        return found


def broken(what: str = "no JSON") -> SummaryError:
    """What a summarizer raises when a paper cannot be summarised."""
    return SummaryError(what)


def build_themes(bench: Bench) -> list[Paper]:
    """Build two days of eight papers each, by votes on speech and vision first; return the two papers on proofs."""
    themes = ("speech", "vision", "robots", "graphs", "proofs", "music", "games", "maps")
    found: list[Paper] = []
    for day in (3, 4):
        listed = tuple(
            paper(100 * day + number, title=f"On {word}", abstract=f"We study {word} of {word}.", upvotes=50 - number)
            for number, word in enumerate(themes)
        )
        bench.listing = Listing(papers=listed)
        bench.build(date(2025, 11, day), name=f"2025-11-0{day}", file=f"2025-11-0{day}-daily-papers.md")
        found.append(listed[themes.index("proofs")])
    return found
