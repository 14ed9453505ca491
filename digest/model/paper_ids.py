"""What papers are called: by arXiv, by a DOI, by OpenReview, by their address, by their file."""

import re
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from urllib.parse import quote

from digest.errors import DigestError
from digest.model import paper_links

_NEW_ID = re.compile(r"\d\d(?:0[1-9]|1[0-2])\.\d{4,5}(?:v[1-9]\d{0,2})?", re.ASCII)
_OLD_ID = re.compile(r"[a-z][a-z-]*(?:\.[A-Z]{2})?/\d{7}(?:v[1-9]\d{0,2})?", re.ASCII)
_ID_PREFIX = re.compile(r"(?i)^\s*(?:arxiv:|https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/)?")
_LINKED = re.compile(
    r"(?<![\w./-])(?:(?i:(?:https?://)?(?:[a-z]{1,9}\.)?"
    r"(?:arxiv\.org/(?:abs|pdf|html|format|src)/|ar5iv\.(?:labs\.arxiv\.)?org/(?:abs|html)/"
    r"|(?:huggingface|hf)\.co/papers/|alphaxiv\.org/(?:[a-z]{2}/)?(?:abs|pdf|html|overview)/)"
    r"|(?:(?:https?://)?(?:dx\.)?doi\.org/|doi: ?)?10\.48550/arxiv\.|arxiv: ?))"
    r"(?P<id>(?:\d\d(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z][a-z-]{1,20}(?:\.[A-Z]{2})?/\d{7})(?:v[1-9]\d{0,2})?)(?![\dv])",
    re.ASCII,
)
_REST = re.compile(r"(?:\.pdf|\.md)?/?(?:[?#]\S*)?(?:\s+\[[\w.-]+\].*)?", re.ASCII)
_TITLED = re.compile(
    r"\[?\s?(?i:arxiv\s?[:.]?\s?)?(?P<id>(?:\d\d(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)(?:[\]\s:,;].*)?",
    re.ASCII | re.DOTALL,
)
"""An id with what stands beside it: `[2511.09146] DoPE: …`, as in the titles of arXiv's own pages."""
_NO_SCHEME = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,20}/[^\s/]\S{0,500}")
"""An address as browsers show it."""
_ARXIV_DOI = "10.48550/arxiv."
_KINDS = ("doi:", "openreview:", "file:", "https://", "http://")
"""How ids begin that are not arXiv's."""


class BadPaperId(DigestError, ValueError):
    """A text does not identify a paper."""


class BadArxivId(BadPaperId):
    """A text is no arXiv identifier."""


class PaperId(str):
    """What a paper is called for good, whoever lists it. A string that has been checked: make it with `parse`.

    An `ArxivId`; else `doi:10.1101/…`, `openreview:…`, the address of its page, or `file:` and the hash of a file.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, raw: str) -> "PaperId":
        """Read an id of any kind, in its own form or as a link to the paper. Raises BadPaperId.

        The best that a link tells: an address of arXiv, of a DOI or of OpenReview is read as what it stands for.
        """
        text = raw.strip()
        if not text.startswith(_KINDS):
            with suppress(BadArxivId):
                return ArxivId.parse(text)
        if doi := paper_links.doi(text):
            return ArxivId.parse(doi[len(_ARXIV_DOI) :]) if doi.startswith(_ARXIV_DOI) else cls(f"doi:{doi}")
        kind, _, rest = text.replace("#file-", "file:", 1).partition(":")
        if (kind == "openreview" and paper_links.OPENREVIEW.fullmatch(rest)) or (
            kind == "file" and paper_links.FILE.fullmatch(rest)
        ):
            return cls(f"{kind}:{rest}")
        if address := paper_links.address(text):
            with suppress(BadArxivId):
                return ArxivId.pasted(text)
            forum = paper_links.openreview(address)
            return cls(f"openreview:{forum}" if forum else address)
        raise BadPaperId(f"{raw[:60]!r} does not identify a paper", hint="expected an arXiv ID, a DOI or a web address")

    @classmethod
    def of_link(cls, url: str) -> "PaperId":
        """Read the id that an entry's link leads to; also behind `/abs/` of any mirror. Raises BadPaperId."""
        with suppress(BadArxivId):
            return ArxivId.parse(url.split("/abs/", 1)[-1])
        return PaperId.parse(url)

    @classmethod
    def pasted(cls, raw: str) -> "PaperId":
        """Read an id in any form in which people copy one. Raises BadPaperId."""
        with suppress(BadArxivId):
            return ArxivId.pasted(raw)
        text = raw.strip().strip("<>[]\"'")
        return cls.parse(f"https://{text}" if _NO_SCHEME.fullmatch(text) and not paper_links.doi(text) else text)

    @classmethod
    def of_file(cls, content: bytes) -> "PaperId":
        """Identify a paper of which nothing is known but its file."""
        return cls(f"file:{sha256(content).hexdigest()[:16]}")

    @property
    def version(self) -> int | None:
        """The version that the id names; only arXiv's have any."""
        return None

    @property
    def base(self) -> "PaperId":
        """The same paper, whatever its version."""
        return self

    def at(self, version: int | None) -> "PaperId":
        """The same paper in a given version: the same id, for all but arXiv's."""
        return self

    @property
    def doi(self) -> str:
        """The DOI that the id is; empty where it is another kind of id."""
        return self.removeprefix("doi:") if self.startswith("doi:") else ""

    @property
    def slug(self) -> str:
        """The id as a part of a file name or path, different for every paper also where capitals do not count."""
        plain = self.replace("://", ":").replace(":", "-", 1).replace("/", "-", 1)
        short = re.sub(r"[^a-z0-9._-]+", "-", plain.lower())[:60].strip("-.")
        # One dash may stand for the one slash of a DOI; whatever else was replaced makes two ids look alike.
        same = self.startswith(("doi:", "file:")) and short == plain and short.count("-") == self.startswith("doi:") + 1
        return short if same else f"{short}-{sha256(self.encode()).hexdigest()[:8]}"

    @property
    def link(self) -> str:
        """Where people find the paper; for a file the anchor of its entry. `parse` reads it as the id again."""
        kind, _, rest = self.partition(":")
        if kind == "doi":
            return f"https://doi.org/{quote(rest, safe='/:;.-_~!$&*+,=@')}"
        if kind == "openreview":
            return f"https://openreview.net/forum?id={rest}"
        return f"#file-{rest}" if kind == "file" else str(self)


class ArxivId(PaperId):
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
        """Read an id in any form in which people copy one: a page of arXiv, Hugging Face or alphaXiv, a DOI, a title.

        Raises BadArxivId.
        """
        copied = raw.strip(" \n\t.,;").strip("<>()\"'`")
        if titled := _TITLED.fullmatch(copied):
            return cls.parse(titled["id"])
        text = copied.strip("[]")
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

    @property
    def link(self) -> str:
        """The page of the abstract."""
        return f"https://arxiv.org/abs/{self}"
