"""What became of a day: entries, skips, and the edition that holds them with its exclusions."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from digest.model.corpus.vectors import Embedding
from digest.model.ids import Noun, file_name
from digest.model.paper_ids import PaperId
from digest.model.papers import Figure, Origin, Paper
from digest.model.selection import Exclusion, Reason
from digest.model.summaries import Claim, Evidence, Finding, Overview, Summary, Usage

EXAMPLE = "replayed"
"""The model that the entries of the demo name."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)
_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t\r]*$", re.MULTILINE)
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")
_ADDRESS = re.compile(r"https?://[^\s()<>{}\"'\\]+")


class Provenance(Noun, frozen=True, kw_only=True):
    """Where an entry came from. Nothing in it changes when the same day is built again."""

    origin: Origin | Literal["imported"]
    url: str = ""
    version: int | None = None
    backend: str = ""
    model: str = ""
    prompt: str = ""
    """The prompt's version: a short hash of its templates."""
    made: date | None = None
    usage: Usage = Usage()
    verified: bool | None = None
    """Whether a model read the summary a second time beside the paper; False where that failed, None where unasked."""
    figures: tuple[int, int] = (0, 0)
    """How many figures were looked for in the passages of their claims, and how many of them are borne out there."""
    left_out: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    provisional: date | None = None
    """Where only the abstract could be read for a reason that may pass: the day until which later runs try again."""
    figure: Figure | None = None
    license: str | None = None


class Entry(Noun, frozen=True, kw_only=True):
    """A paper with its checked summary."""

    paper: Paper
    summary: Summary
    provenance: Provenance
    arxiv_url: str
    """The paper's page, on arXiv or wherever its id leads."""
    alphaxiv_url: str = ""
    claims: Mapping[str, tuple[Claim, ...]] = {}
    """Field name → its claims, each with the passages of the paper that it rests on."""
    evidence: Mapping[str, Evidence] = {}
    """What editions of format 1 have instead: one sentence per field."""
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    """Lines under the entry that a post brought along (Markdown); our own are derived when rendering."""
    replaces: int | None = None
    """The version of the paper that an earlier entry of the same day had summarised."""
    changed: tuple[str, ...] = ()
    """The headings of the fields that the newer version changed."""
    rewritten: Literal["", "full text", "redo"] = ""
    """Why it replaced an entry of the same version: the full text was out of reach before, or somebody asked for it."""
    reasons: tuple[Reason, ...] = ()
    """Why its paper was chosen, where a taste is configured."""
    embedding: Embedding | None = None

    def __post_init__(self) -> None:
        """Refuse links that are none: they are written into posts and pages as they are."""
        for url in (self.arxiv_url, self.alphaxiv_url or self.arxiv_url):
            if not (_ADDRESS.fullmatch(url) or url == self.paper.id.link):
                raise ValueError(f"{url[:60]!r} is not a page URL")
        PaperId.of_link(self.arxiv_url)

    def claims_of(self, field: str) -> tuple[Claim, ...]:
        """Return the claims of a field; in editions of format 1 a single one for the whole field."""
        if field in self.claims or field not in self.evidence:
            return self.claims.get(field, ())
        return (Claim(anchors=(self.evidence[field],)),)

    @property
    def signs(self) -> tuple[str, ...]:
        """What every list says beside the paper: withdrawn, provisional, doubted."""
        signs = (self.paper.withdrawn, self.provenance.provisional is not None, bool(self.findings))
        return tuple(name for name, shown in zip(("withdrawn", "provisional", "doubted"), signs, strict=True) if shown)

    def marked(self, paper: Paper) -> "Entry":
        """Return the entry, marked where its paper was withdrawn since: then its text is not looked for any more."""
        if self.paper.withdrawn or not paper.withdrawn:
            return self
        withdrawn = msgspec.structs.replace(self.paper, withdrawn=True, comment=paper.comment)
        return msgspec.structs.replace(self.final(), paper=withdrawn)

    def final(self) -> "Entry":
        """Return the entry as one that nothing better will replace: no later run looks for the full text."""
        if self.provenance.provisional is None:
            return self
        return msgspec.structs.replace(self, provenance=msgspec.structs.replace(self.provenance, provisional=None))


class Skip(Noun, frozen=True, kw_only=True):
    """A paper that was chosen and could not be published. The next run tries it again."""

    paper: Paper
    stage: Literal["fulltext", "summarize", "check", "run"]
    reason: str
    usage: Usage = Usage()
    reasons: tuple[Reason, ...] = ()
    """Why it was chosen, as in an entry."""


class Header(Noun, frozen=True, kw_only=True):
    """The front matter of a post, in the order it is written."""

    title: str
    date: str
    """`YYYY-MM-DD HH:MM:SS`, as Jekyll reads it in the site's time zone."""
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    layout: str = "post"
    extra: Mapping[str, str | list[str]] = {}
    """Keys of other people's posts, as far as they are strings and lists of strings."""
    extra_source: str = ""
    """The lines of those keys as somebody wrote them, which is how they are written again."""

    def __post_init__(self) -> None:
        """Refuse lines that would end the front matter before its end."""
        if _FENCE.search(self.extra_source) or (self.extra_source and not self.extra_source.endswith("\n")):
            raise ValueError("extra_source is not a part of a front matter")


class Written(Noun, frozen=True, kw_only=True):
    """The post as it was last written, to tell whether somebody edited it since."""

    file: str
    sha256: str
    before: str = ""
    """The hash it had before that, in case the run died between the edition and the post."""

    def __post_init__(self) -> None:
        """Refuse a file outside of the folder of posts."""
        file_name(self.file)


class Edition(Noun, frozen=True, kw_only=True):
    """A day's papers, each with its outcome. The order of `entries` is the order of the post."""

    name: str
    """The day, or the day and a slug for a post of named papers: also the stem of its file."""
    day: date
    header: Header
    listing: Literal["complete", "partial", "named", "imported"] = "complete"
    """`partial` while the day may still grow."""
    entries: tuple[Entry, ...] = ()
    skips: tuple[Skip, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    unread: tuple[str, ...] = ()
    """Records of the day's list that could not be read as papers, and why."""
    asked: tuple[date, ...] = ()
    """The days on which the list was found empty."""
    mentions: tuple[Paper, ...] = ()
    """Papers of a post in a form of its own: of each nothing is known but what is there, and there is no summary."""
    notes: tuple[str, ...] = ()
    """Lines above the first entry that a post brought along (Markdown)."""
    overview: Overview | None = None
    language: str = "ko"
    written: Written | None = None
    notified: tuple[str, ...] = msgspec.field(default=(), name="told")
    """Marks of the targets that were notified of it (see `digest.stages.notify`)."""
    format: int = 2

    def __post_init__(self) -> None:
        """Refuse a name or a language that leads out of the folder of editions or of words."""
        file_name(self.name)
        if not _DAY.match(self.name):
            raise ValueError(f"{self.name[:60]!r} does not start with a date like 2025-11-17")
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError(f"{self.language[:60]!r} is not a language code like ko")

    @property
    def is_example(self) -> bool:
        """Whether `digest demo` made it from recorded replies, as the one that this repository and its forks hold."""
        return bool(self.entries) and all(one.provenance.model == EXAMPLE for one in self.entries)

    @property
    def outcomes(self) -> tuple[Entry | Skip | Exclusion, ...]:
        """What became of each listed paper."""
        return (*self.entries, *self.skips, *self.exclusions)

    @property
    def papers(self) -> tuple[Paper, ...]:
        """All papers that were seen, whatever became of them."""
        return (*(outcome.paper for outcome in self.outcomes), *self.mentions)
