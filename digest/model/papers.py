"""Papers: their records, what lists them, and what can be read of them."""

import re
from datetime import datetime
from typing import Literal

from digest.model.ids import Noun
from digest.model.paper_ids import PaperId

Origin = Literal["html", "pdf", "markdown", "abstract"]
SectionKind = Literal[
    "abstract", "introduction", "related", "method", "results", "limitations", "conclusion", "appendix", "other"
]


class Paper(Noun, frozen=True, kw_only=True):
    """A bibliographic record. `id` carries no version; `version` is the newest one that arXiv reported."""

    id: PaperId
    title: str
    sources: tuple[str, ...] = ()
    """Who listed it, by their labels in the settings; empty where only Hugging Face or arXiv did."""
    doi: str | None = None
    """The DOI of a paper whose id is another one, without `https://doi.org/`."""
    html: str | None = None
    pdf: str | None = None
    """Where its source says that anybody may read it: a web address, or a path beside the settings."""
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
    open: bool = False
    """Whether the day's list may still grow: a source was out of reach, or has not announced the day yet."""
    unread: tuple[str, ...] = ()
    """The records that could not be read as papers, and why, a line each."""


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


_FREE = re.compile(
    r"creativecommons\.org/(?:licenses/by(?:-sa)?/|publicdomain/)"
    r"|\bCC[ -]?(?:BY(?:[ -]SA)?[ -]?\d|0\b)|\bCC BY(?:-SA)?$",
    re.I,
)


def is_free(license: str | None) -> bool:
    """Return whether a licence lets everybody show the paper's pictures."""
    return bool(_FREE.search(license or ""))


def shown_figure(
    choice: Literal["licensed", "hotlink", "off"], figure: Figure | None, license: str | None, thumbnail: str | None
) -> Figure | None:
    """Return the picture of a paper that is to be shown; hotlinked it may be Hugging Face's, which has no caption."""
    if choice == "off" or (choice == "licensed" and not is_free(license)):
        return None
    return figure or (Figure(thumbnail, "") if thumbnail and choice == "hotlink" else None)


class Document(Noun, frozen=True, kw_only=True):
    """What could be read of a paper, and where from. References, navigation and notes are not in it."""

    id: PaperId
    origin: Origin
    sections: tuple[Section, ...]
    url: str = ""
    left_out: tuple[str, ...] = ()
    """Titles of sections, or parts of them, that did not fit the budget."""
    missed: tuple[str, ...] = ()
    """Why earlier readers gave nothing, one line each."""
    provisional: bool = False
    """Whether it is just the abstract because the full text was out of reach, which may pass."""
    figure: Figure | None = None
    license: str | None = None

    @property
    def text(self) -> str:
        """All prose and tables, in order: what the model reads and what checks compare with."""
        return "\n\n".join(
            "\n".join(part for part in (section.title, section.text, *section.tables) if part)
            for section in self.sections
        )


class Fetched(Noun, frozen=True):
    """The answer to a GET: final address, bare content type, whole body."""

    url: str
    content_type: str
    body: bytes
    unbounded: bool = False
    """Whether nothing but the end of the connection said where it ends."""


def short_name(title: str) -> str:
    """Return what people call a paper: what stands before its colon, if that is short; else the title.

    A colon without a blank behind it is none: `16:9`, `https://…`.
    """
    head, colon, _ = " ".join(title.split()).partition(": ")
    return head.strip() if colon and 1 < len(head) <= 40 and "$" not in head else title


_GENERIC = frozenset(
    """
    2d 3d 4d ai asr gui kv llm llms lm lms ml mllm mllms moe nlp ocr qa rag rl tts vla vlm vlms vqa xr
    """.split()  # noqa: SIM905 - a list of thirty strings is harder to read
)
_SENTENCE = frozenset(
    """
    a an the and or but not no from to of in on at by for with without into onto as is are be can do does your you our
    it its what when where which who why how if than then beyond behind between against before after via vs v.s vs.
    versus meets let toward towards all every
    """.split()  # noqa: SIM905 - a list of fifty strings is harder to read
)
_KINDS = frozenset({"demo", "overview", "position", "preprint", "report", "survey", "tutorial"})
_MARKED = re.compile(r"[A-Z0-9].*[A-Z0-9]|[a-z][A-Z]|\d")
_REPORT = re.compile(r" (?:technical report|(?:system|model) card)$", re.IGNORECASE)
"""What a title says of itself behind the name: Kimi K2 Technical Report."""
_CLAUSE = re.compile(r"""[,;?"“”]|--|[!.] """)


def proper_name(title: str) -> str:
    """Return the name that a title begins with, or nothing: a slogan is none.

    A single word before the colon is one. Of two or three at least one is written as no other word is, such as
    `SAM 2` or `Typhoon OCR`; that leaves `Movie Gen` out, since `Looking Backward` is written alike.
    """
    head = _REPORT.sub("", short_name(title))
    words = head.split()
    if head == title or len(head) > 30 or len(words) > 3 or _CLAUSE.search(head):
        return ""
    if len(words) == 1:
        return "" if head.casefold() in _KINDS | _SENTENCE else head
    if words[0].endswith("ing") or _SENTENCE & {word.casefold() for word in words}:
        return ""
    parts = (part for word in words for part in word.split("-") if part.casefold() not in _GENERIC)
    return head if any(map(_MARKED.search, parts)) else ""
