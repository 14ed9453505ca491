"""The nouns of batches: a question, its name in a batch, a batch as the server knows it, and what came of batches."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

from digest.errors import DigestError
from digest.model import PaperId, Usage

SHARE = 0.5
"""What a token costs in a batch, as a share of its price online: https://openai.com/api/pricing/"""
_LONGEST_RANGE = 20_000
_NAME = re.compile(r"(\d{8})\.([\w./-]{9,24})\.([\w-]{43})", re.ASCII)
_ARXIV = re.compile(r"\d{4}\.\d{4,5}", re.ASCII)


@dataclass(frozen=True)
class Question:
    """What is to be asked about a paper, ready to be sent."""

    key: str
    """Under which its reply is kept in the cache."""
    model: str
    body: bytes
    """The request, as JSON."""
    most: Usage
    """The most it can take, at the price of a batch."""
    first: bool
    """Whether it is the first one about its paper; the others follow from a reply."""


class Deferred(DigestError):
    """A paper waits for the reply of a batch."""

    def __init__(self, question: Question | None = None, papers: int = 1) -> None:
        super().__init__("waits for the reply of a batch", hint="run `digest backfill --collect` later")
        self.question = question
        self.papers = papers


def paper_name(paper_id: PaperId) -> str:
    """Return what a paper is called in names of requests: arXiv's id, or ten characters that stand for any other."""
    return paper_id if _ARXIV.fullmatch(paper_id) else f"x{sha256(paper_id.encode()).hexdigest()[:9]}"


@dataclass(frozen=True)
class RequestName:
    """A question's name in a batch: which paper of which day it is about, and the key of its reply.

    Written into 64 characters, the most that servers take.
    """

    day: str
    paper: str
    """See `paper_name`."""
    key: str

    def __str__(self) -> str:
        key = base64.urlsafe_b64encode(bytes.fromhex(self.key)).decode().rstrip("=")
        return f"{self.day.replace('-', '')}.{self.paper}.{key}"

    @classmethod
    def parse(cls, name: object) -> "RequestName | None":
        """Read a name; None where it is none of ours."""
        found = _NAME.fullmatch(name) if isinstance(name, str) else None
        if not found:
            return None
        try:
            day = date.fromisoformat(found[1])
            return cls(str(day), found[2], base64.urlsafe_b64decode(f"{found[3]}=").hex())
        except (ValueError, binascii.Error):
            return None


@dataclass(frozen=True)
class Terms:
    """What a batch was submitted for: the range of days, the limit, and the settings that shape its questions."""

    first: str
    last: str
    limit: int
    settings: Mapping[str, str]

    @property
    def days(self) -> tuple[date, ...]:
        """All days of the range; none where it is not one."""
        try:
            first, last = date.fromisoformat(self.first), date.fromisoformat(self.last)
        except ValueError:
            return ()
        return tuple(first + timedelta(days=n) for n in range(min((last - first).days + 1, _LONGEST_RANGE)))

    def changes(self, now: Mapping[str, str]) -> str:
        """Return which settings are others now; empty where none is."""
        return ", ".join(
            f"{name} was {then}, is {now.get(name, '')}"
            for name, then in sorted(self.settings.items())
            if then != now.get(name, "")
        )


@dataclass(frozen=True)
class Batch:
    """A batch of ours, as the server, or our own memory of it, tells."""

    id: str
    status: str = ""
    input: str = ""
    outputs: tuple[str, ...] = ()
    total: int = 0
    created: float = 0.0
    """Seconds since 1970; 0 where unknown."""
    terms: Terms | None = None
    site: str = ""
    model: str = ""
    cost: float = 0.0
    """The most it was expected to cost."""
    problem: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in {"completed", "failed", "expired", "cancelled"}


@dataclass(frozen=True)
class Collected:
    """What came of the batches."""

    replies: int = 0
    failed: int = 0
    waiting: int = 0
    """Requests of batches that are not answered yet."""
    usage: Usage = field(default_factory=Usage)
    problems: tuple[str, ...] = ()
    ended: int = 0
    """How many batches were looked into."""

    def __add__(self, other: "Collected") -> "Collected":
        return Collected(
            self.replies + other.replies,
            self.failed + other.failed,
            self.waiting + other.waiting,
            self.usage + other.usage,
            (*self.problems, *other.problems),
            self.ended + other.ended,
        )
