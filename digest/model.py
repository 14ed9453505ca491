"""The nouns: frozen values that one stage returns and the next one takes. They do nothing but hold together."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from digest.errors import DigestError

Origin = Literal["html", "pdf", "markdown", "abstract"]
SectionKind = Literal[
    "abstract", "introduction", "related", "method", "results", "limitations", "conclusion", "appendix", "other"
]

_NEW_ID = re.compile(r"\d{4}\.\d{4,5}(?:v[1-9]\d{0,2})?", re.ASCII)
_OLD_ID = re.compile(r"[a-z][a-z-]*(?:\.[A-Z]{2})?/\d{7}(?:v[1-9]\d{0,2})?", re.ASCII)
_ID_PREFIX = re.compile(r"(?i)^\s*(?:arxiv:|https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/)?")


class BadArxivId(DigestError, ValueError):
    """A text is no arXiv identifier."""


class BadName(DigestError, ValueError):
    """A text cannot be the name of an edition or of a post's file."""


_NO_NAME = re.compile(r"[/\\\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)
_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t\r]*$", re.MULTILINE)
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")
_ADDRESS = re.compile(r"https?://[^\s()<>{}\"'\\]+")


def file_name(raw: str) -> str:
    """Return a name as it is where it is one of a file in its own folder and nothing else. Raises BadName."""
    if not raw or raw.startswith(".") or len(raw.encode(errors="replace")) > 200 or _NO_NAME.search(raw):
        hint = "no slash, no control character, no dot in front, at most 200 bytes"
        raise BadName(f"{raw[:60]!r} cannot be the name of a file", hint=hint)
    return raw


class Noun(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value with named parts. Parts that hold their default are left out of the JSON: absent means absent."""


class ArxivId(str):
    """An arXiv identifier, new (`2401.01234`) or old (`astro-ph/0601001`), with an optional version (`v2`).

    A string that has been checked: make it with `parse`. Source: https://info.arxiv.org/help/arxiv_identifier.html
    """

    __slots__ = ()

    @classmethod
    def parse(cls, raw: str) -> "ArxivId":
        """Read an id, also behind `arXiv:` or in an arxiv.org address. Raises BadArxivId."""
        bare = _ID_PREFIX.sub("", raw).strip().removesuffix(".pdf")
        if not (_NEW_ID.fullmatch(bare) or _OLD_ID.fullmatch(bare)):
            raise BadArxivId(f"{raw[:60]!r} is no arXiv id", hint="write it like 2511.09146 or astro-ph/0601001")
        return cls(bare)

    @property
    def version(self) -> int | None:
        """The number behind `v`, if there is one."""
        _, mark, version = self.rpartition("v")
        return int(version) if mark and version.isdigit() else None

    @property
    def base(self) -> "ArxivId":
        """The same paper, whatever its version."""
        return self if self.version is None else ArxivId(self.rpartition("v")[0])

    def at(self, version: int | None) -> "ArxivId":
        """The same paper in a given version; without one, whatever is newest."""
        return self.base if version is None else ArxivId(f"{self.base}v{version}")

    @property
    def slug(self) -> str:
        """The id as a part of a file name or path: without slash and version."""
        return self.base.replace("/", "-")


class Paper(Noun, frozen=True, kw_only=True):
    """A bibliographic record. `id` carries no version; `version` is the newest one that arXiv told us of."""

    id: ArxivId
    title: str
    abstract: str = ""
    """The authors' abstract."""
    authors: tuple[str, ...] = ()
    submitted: datetime | None = None
    """When version 1 reached arXiv."""
    updated: datetime | None = None
    """When `version` reached arXiv."""
    featured: datetime | None = None
    """When it joined Hugging Face Daily Papers (UTC)."""
    upvotes: int | None = None
    comments: int | None = None
    """How many comments its Hugging Face page had."""
    categories: tuple[str, ...] = ()
    """arXiv categories, the primary one first."""
    comment: str | None = None
    """The authors' comment on arXiv ("12 pages, accepted at …")."""
    version: int | None = None
    withdrawn: bool = False
    code: str | None = None
    stars: int | None = None
    project: str | None = None
    organization: str | None = None
    keywords: tuple[str, ...] = ()
    thumbnail: str | None = None


class Listing(Noun, frozen=True, kw_only=True):
    """What a service lists, in its order, and what went wrong on the way without stopping it, a sentence each."""

    papers: tuple[Paper, ...] = ()
    problems: tuple[str, ...] = ()


class Section(Noun, frozen=True):
    """A part of a paper's text: title, prose (paragraphs separated by newlines), tables as `cell | cell` rows."""

    title: str
    text: str
    kind: SectionKind = "other"
    tables: tuple[str, ...] = ()
    """One string per table or figure: its caption, then a line per row."""


class Figure(Noun, frozen=True):
    """A picture of the paper that stays where it is: its address and caption."""

    url: str
    caption: str


class Document(Noun, frozen=True, kw_only=True):
    """What could be read of a paper, and where from. References, navigation and notes are not in it."""

    id: ArxivId
    origin: Origin
    sections: tuple[Section, ...]
    url: str = ""
    left_out: tuple[str, ...] = ()
    """Titles of sections, or parts of them, that did not fit the budget."""
    missed: tuple[str, ...] = ()
    """Why earlier rungs of the ladder gave nothing, one line each."""
    figure: Figure | None = None
    license: str | None = None

    @property
    def text(self) -> str:
        """All prose and tables, in order: what the model reads and what checks compare with."""
        return "\n\n".join(
            "\n".join(part for part in (section.title, section.text, *section.tables) if part)
            for section in self.sections
        )


class Summary(Noun, frozen=True, kw_only=True):
    """Our text in the fixed schema (see `digest.schema`), plain unless `markup`."""

    goal: str
    motivation: str
    contribution: str
    method: str
    results: str
    limitations: str
    conclusion: str
    tldr: str = ""
    topics: tuple[str, ...] = ()
    markup: bool = False
    """True where the fields hold Markdown as somebody wrote it: an imported or hand-edited post."""

    @classmethod
    def of(cls, fields: Mapping[str, str], *, markup: bool = False) -> "Summary":
        """Make a summary of its fields by name; one that is not there is empty."""
        return cls(
            goal=fields.get("goal", ""),
            motivation=fields.get("motivation", ""),
            contribution=fields.get("contribution", ""),
            method=fields.get("method", ""),
            results=fields.get("results", ""),
            limitations=fields.get("limitations", ""),
            conclusion=fields.get("conclusion", ""),
            markup=markup,
        )

    def field(self, name: str) -> str:
        """Return one of the seven fields by its name in `schema.NAMES`."""
        return str(getattr(self, name))


class Usage(Noun, frozen=True):
    """What a summary took. Tokens are the server's own count; `cost` is None where no price is known."""

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    """The part of `input_tokens` that the server billed as cached."""
    output_tokens: int = 0
    cost: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            self.calls + other.calls,
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.output_tokens + other.output_tokens,
            round(sum(costs), 6) if costs else None,
        )


class Draft(Noun, frozen=True, kw_only=True):
    """An unchecked summary with the sentences that the model says it rests on."""

    summary: Summary
    document: Document
    """What the model read: the document after the budget."""
    evidence: Mapping[str, str] = {}
    """Field name → a sentence of the paper, as claimed."""
    usage: Usage = Usage()
    reply: str = ""
    """The raw reply, needed to ask for a better one."""


class Evidence(Noun, frozen=True):
    """A sentence of the paper that a field rests on, verbatim, and the title of its section."""

    quote: str
    section: str = ""


class Finding(Noun, frozen=True):
    """One result of a check: what in which field could not be confirmed, in English, for people and for the model."""

    check: Literal["complete", "language", "numbers", "names", "evidence"]
    field: str
    what: str
    """The complaint in a sentence."""
    where: str = ""
    """The very words of the field that it is about; empty where it is about the whole field."""


class Verdict(Noun, frozen=True):
    """What the checks say of a draft: findings, and the evidence that was really found in the paper."""

    findings: tuple[Finding, ...] = ()
    evidence: Mapping[str, Evidence] = {}


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
    left_out: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    figure: Figure | None = None
    license: str | None = None


class Entry(Noun, frozen=True, kw_only=True):
    """A paper with its checked summary."""

    paper: Paper
    summary: Summary
    provenance: Provenance
    arxiv_url: str
    alphaxiv_url: str = ""
    evidence: Mapping[str, Evidence] = {}
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    """Lines under the entry that a post brought along (Markdown); our own are derived when rendering."""
    replaces: int | None = None
    """The version of the paper that an earlier entry of the same day had summarised."""
    changed: tuple[str, ...] = ()
    """The headings of the fields that the newer version changed."""

    def __post_init__(self) -> None:
        """Refuse links that are none: they are written into posts and pages as they are."""
        for url in (self.arxiv_url, self.alphaxiv_url or self.arxiv_url):
            if not _ADDRESS.fullmatch(url):
                raise ValueError(f"{url[:60]!r} is no address of a page")
        ArxivId.parse(self.arxiv_url.split("/abs/", 1)[-1])


class Skip(Noun, frozen=True, kw_only=True):
    """A paper that was chosen and could not be published. The next run tries it again."""

    paper: Paper
    stage: Literal["fulltext", "summarize", "check", "run"]
    reason: str
    usage: Usage = Usage()


class Exclusion(Noun, frozen=True, kw_only=True):
    """A paper that was listed and left out by a rule of the configuration."""

    paper: Paper
    rule: Literal["limit", "min_upvotes", "include", "exclude", "published", "withdrawn"]
    detail: str = ""


class Selection(Noun, frozen=True, kw_only=True):
    """The listed papers, parted: those to be read, best first, and the others with the rule that left them out."""

    chosen: tuple[Paper, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()


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
    notes: tuple[str, ...] = ()
    """Lines above the first entry that a post brought along (Markdown)."""
    language: str = "ko"
    written: Written | None = None
    told: tuple[str, ...] = ()
    """Marks of the targets that were told of it (see `digest.notify`)."""
    format: int = 1

    def __post_init__(self) -> None:
        """Refuse a name or a language that leads out of the folder of editions or of words."""
        file_name(self.name)
        if not _DAY.match(self.name):
            raise ValueError(f"{self.name[:60]!r} does not begin with a day like 2025-11-17")
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError(f"{self.language[:60]!r} is no language like ko")

    @property
    def papers(self) -> tuple[Paper, ...]:
        """All papers that were seen, whatever became of them."""
        outcomes: tuple[Entry | Skip | Exclusion, ...] = (*self.entries, *self.skips, *self.exclusions)
        return tuple(outcome.paper for outcome in outcomes)


class Event(Noun, frozen=True, kw_only=True):
    """Something that happened in a run, for progress bars, plain lines and logs."""

    kind: Literal["listed", "problem", "waiting", "read", "summarized", "skipped", "saved"]
    text: str
    """The event in one English sentence."""
    paper: ArxivId | None = None
    total: int = 0
    """With `listed`: how many papers the run will work on."""
    usage: Usage = Usage()


class PostEntry(Noun, frozen=True, kw_only=True):
    """A paper as a post shows it. Field texts are plain unless `markup`."""

    title: str
    arxiv_url: str
    alphaxiv_url: str
    fields: Mapping[str, str]
    """`schema.NAMES` in order; a field that the post lacks is absent."""
    notes: tuple[str, ...] = ()
    markup: bool = False

    @property
    def id(self) -> ArxivId:
        """The id in the link. Raises BadArxivId where the link leads elsewhere."""
        return ArxivId.parse(self.arxiv_url.split("/abs/", 1)[-1])


class Post(Noun, frozen=True, kw_only=True):
    """A post of the archive: front matter, notes, entries."""

    header: Header
    entries: tuple[PostEntry, ...]
    notes: tuple[str, ...] = ()


class Fetched(Noun, frozen=True):
    """The answer to a GET: final address, bare content type, whole body."""

    url: str
    content_type: str
    body: bytes
