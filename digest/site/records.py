"""What a site is made of: a post as its pages show it, and the summaries by which pages depend on one another.

Text is safe HTML where the name ends in `html`, plain text otherwise. Nothing here reads or writes a file."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from digest.model import PaperId, Reason
from digest.model.corpus.vectors import Embedding


class StoredValue(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A value with named parts, stored by position: compact, and read back in microseconds."""


class AnchorText(StoredValue, frozen=True, array_like=True, gc=False):
    """A passage of the paper, verbatim, and where it stands."""

    quote: str
    section: str = ""
    context: str = ""
    """Caption and heading rows of the table whose row it is."""
    url: str = ""
    """Where it can be read, with a text fragment where that works."""


class ClaimText(StoredValue, frozen=True, array_like=True, gc=False):
    """One claim of a field with its passages; without text where they stand for the whole field."""

    text: str
    anchors: tuple[AnchorText, ...]


class FieldText(StoredValue, frozen=True, array_like=True, gc=False):
    """One field of a summary."""

    name: str
    html: str
    block: bool = False
    """True where `html` brings its own paragraphs or lists."""
    claims: tuple[ClaimText, ...] = ()
    """Those with a passage of the paper."""
    findings: tuple[tuple[str, str, str], ...] = ()
    """What could not be confirmed: kind of check, the words it is about (empty: the whole field), the paper's words."""


class ImageFigure(StoredValue, frozen=True, array_like=True, gc=False):
    """A picture that stays where it is."""

    url: str
    caption_html: str
    alt: str


class SummarySource(StoredValue, frozen=True, array_like=True, gc=False):
    """Where a summary came from."""

    origin: str
    url: str = ""
    version: int | None = None
    backend: str = ""
    model: str = ""
    prompt: str = ""
    made: str = ""
    left_out: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    license: str = ""
    edited: tuple[str, ...] = ()
    """Headings of fields whose text in the post differs from the edition's."""
    unverified: bool = False
    """Whether a second reading was wanted and could not be made."""
    figures: tuple[int, int] = (0, 0)
    """Figures that were looked for in the passages of their claims; those that are borne out."""


class Card(StoredValue, frozen=True, array_like=True, gc=False):
    """A paper with its summary, as one post shows it."""

    id: str
    slug: str
    title: str
    title_html: str
    arxiv_url: str
    alphaxiv_url: str
    parts: tuple[FieldText, ...]
    tldr: str = ""
    tldr_html: str = ""
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    abstract: str = ""
    upvotes: int | None = None
    submitted: str = ""
    updated: str = ""
    categories: tuple[str, ...] = ()
    comment: str = ""
    organization: str = ""
    code: str = ""
    stars: int | None = None
    project: str = ""
    huggingface: bool = False
    figure: ImageFigure | None = None
    source: SummarySource | None = None
    notes_html: tuple[str, ...] = ()
    replaces: int | None = None
    changed: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    version: int | None = None
    tldr_findings: tuple[tuple[str, str, str], ...] = ()
    """What could not be confirmed of the one-line summary, as in `FieldText`."""
    sources: tuple[str, ...] = ()
    pdf: str = ""
    state: tuple[str, ...] = ()
    """What became of the paper or its summary: withdrawn, provisional."""
    taste: float = 0.0
    """Points for being what is followed."""
    doi: str = ""
    """The DOI of a paper whose id is another one."""
    embedding: Embedding | None = None

    @property
    def findings(self) -> tuple[tuple[str, str, str], ...]:
        """What could not be confirmed of the whole summary."""
        return (*(finding for part in self.parts for finding in part.findings), *self.tldr_findings)

    @property
    def signs(self) -> tuple[str, ...]:
        """What every list says beside the paper."""
        return (*self.state, *(("doubted",) if self.findings else ()))


class UnpublishedPaper(StoredValue, frozen=True, array_like=True, gc=False):
    """A paper that was seen and not published: why, in the words of the run."""

    title_html: str
    id: str
    why: str
    """The stage of a failure, or the rule that left it out."""
    detail: str = ""
    url: str = ""

    @property
    def anchor(self) -> str:
        """The name of its place on the first page of its day."""
        return f"l-{PaperId.parse(self.id).slug}"


class DayLedger(StoredValue, frozen=True, array_like=True, gc=False):
    """What became of the day's papers that are not in the post."""

    failed: tuple[UnpublishedPaper, ...] = ()
    left_out: tuple[UnpublishedPaper, ...] = ()
    unread: tuple[str, ...] = ()
    """Records of the list that could not be read as papers, and why."""

    @property
    def papers(self) -> tuple[UnpublishedPaper, ...]:
        """All of them, those that failed first."""
        return (*self.failed, *self.left_out)


class OverviewText(StoredValue, frozen=True, array_like=True, gc=False):
    """One sentence of a day's overview, and the papers that it rests on."""

    html: str
    papers: tuple[tuple[str, str], ...]
    """Slug and short name."""


class PostPage(StoredValue, frozen=True, array_like=True, gc=False):
    """A post, whole: what the cache keeps of it so that no page reads the archive again."""

    file: str
    url: str
    date: str
    stamp: str
    title: str
    tags: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    body_html: str = ""
    """The text of a post that is no digest, or is one in a form of its own; its papers are in `cards`, too."""
    layout: str = "post"
    notes_html: tuple[str, ...] = ()
    ledger: DayLedger | None = None
    listing: str = ""
    images: tuple[str, ...] = ()
    """Origins of the pictures in `body_html`."""
    description: str = ""
    overview: tuple[OverviewText, ...] = ()
    permalink_line: int = 0
    """The line of the front matter that names its address; 0 where the settings do."""
    fault: str = ""
    """Why it is shown as it is, though it means to be a digest."""
    language: str = ""
    """The language that its edition says its summaries are in."""


class PaperSummary(StoredValue, frozen=True, array_like=True, gc=False):
    """What other pages need to know of a paper in order to know whether they change."""

    id: str
    other_slug: str
    """Its slug where that is not its id; tens of thousands of papers are held, and few have two."""
    topic_lines: str
    """The topics, a line each: one text takes a third of the room of many."""
    author_lines: str
    """The slugs of the authors' names, a line each."""

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.other_slug or self.id

    @property
    def topics(self) -> tuple[str, ...]:
        """The names of its topics."""
        return tuple(self.topic_lines.split("\n")) if self.topic_lines else ()

    @property
    def authors(self) -> tuple[str, ...]:
        """The slugs of its authors' names."""
        return tuple(self.author_lines.split("\n")) if self.author_lines else ()


class PostSummary(StoredValue, frozen=True, array_like=True, gc=False):
    """A post as its neighbours see it. `content_hash` stands for everything that was in its files."""

    file: str
    content_hash: bytes
    kind: Literal["digest", "page", "none"]
    """`none`: an edition without a post, seen in the calendar only."""
    url: str
    date: str
    stamp: str
    title: str
    tags: tuple[str, ...]
    papers: tuple[PaperSummary, ...]
    seen: int = 0
    """How many papers the day's list held; 0 where nobody knows."""
    ledger: tuple[str, ...] = ()
    """The ids of the papers in its ledger, each once."""
    permalink_line: int = 0
    """The line of the front matter that names its address; 0 where the settings do."""
    fault: str = ""
    """Why it is shown as it is, though it means to be a digest."""
    language: str = ""
    """The language that its edition says its summaries are in."""
    origins: tuple[int, int] = (0, 0)
    """How many summaries were made by a run, and how many were imported: those nobody checked."""


Content = bytes | Iterable[bytes]
"""What a file holds; as pieces where it is too large to be held, which come again each time that they are asked for."""


class Output(StoredValue, frozen=True, array_like=True, gc=False):
    """A file of the site that is there: its path below the site's folder, and the hash of its content."""

    path: str
    hash: bytes
