"""What things are called: ids of papers, names of files; and what all nouns have in common."""

import re
from collections.abc import Iterator

import msgspec

from digest.errors import DigestError

_NEW_ID = re.compile(r"\d{4}\.\d{4,5}(?:v[1-9]\d{0,2})?", re.ASCII)
_OLD_ID = re.compile(r"[a-z][a-z-]*(?:\.[A-Z]{2})?/\d{7}(?:v[1-9]\d{0,2})?", re.ASCII)
_ID_PREFIX = re.compile(r"(?i)^\s*(?:arxiv:|https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/)?")
_LINKED = re.compile(
    r"(?<![\w./-])(?:(?i:(?:https?://)?(?:[a-z]{1,9}\.)?"
    r"(?:arxiv\.org/(?:abs|pdf|html|format|src)/|ar5iv\.(?:labs\.arxiv\.)?org/(?:abs|html)/"
    r"|(?:huggingface|hf)\.co/papers/|alphaxiv\.org/(?:[a-z]{2}/)?(?:abs|pdf|html|overview)/)"
    r"|(?:(?:https?://)?(?:dx\.)?doi\.org/|doi: ?)?10\.48550/arxiv\.|arxiv: ?))"
    r"(?P<id>(?:\d{4}\.\d{4,5}|[a-z][a-z-]{1,20}(?:\.[A-Z]{2})?/\d{7})(?:v[1-9]\d{0,2})?)(?![\dv])",
    re.ASCII,
)
_REST = re.compile(r"(?:\.pdf|\.md)?/?(?:[?#]\S*)?(?:\s+\[[\w.-]+\].*)?", re.ASCII)
_NO_NAME = re.compile(r"[/\\\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class BadArxivId(DigestError, ValueError):
    """A text is no arXiv identifier."""


class BadName(DigestError, ValueError):
    """A text cannot be the name of an edition or of a post's file."""


def file_name(raw: str) -> str:
    """Return a name as it is where it is one of a file in its own folder and nothing else. Raises BadName."""
    if not raw or raw.startswith(".") or len(raw.encode(errors="replace")) > 200 or _NO_NAME.search(raw):
        hint = "no slashes, control characters or leading dots, 200 bytes at most"
        raise BadName(f"invalid file name {raw[:60]!r}", hint=hint)
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
            raise BadArxivId(
                f"{raw[:60]!r} is not an arXiv ID", hint="expected something like 2511.09146 or astro-ph/0601001"
            )
        return cls(bare)

    @classmethod
    def pasted(cls, raw: str) -> "ArxivId":
        """Read an id in any form in which people copy one: a page of arXiv, Hugging Face or alphaXiv, a PDF, a DOI.

        Raises BadArxivId.
        """
        text = raw.strip().strip("<>()[]\"'")
        found = _LINKED.match(text)
        return cls(found["id"]) if found and _REST.fullmatch(text, found.end()) else cls.parse(text.rstrip("/"))

    @classmethod
    def linked(cls, text: str) -> Iterator[tuple[int, "ArxivId"]]:
        """Find the papers that a text links to, in order: where each link begins, and the id without a version."""
        return ((found.start(), cls(found["id"]).base) for found in _LINKED.finditer(text))

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
