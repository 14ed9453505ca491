"""What is handed in as batches, and what the cache remembers of it. Only a memory: the server's own list decides."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import msgspec

from digest.adapters.store import Cache
from digest.model import Usage

_MOST_LINES, _MOST_BYTES = 50_000, 150 * 2**20  # the service takes 200 MB
_ENDED = {"completed", "failed", "expired", "cancelled"}
_Kind = TypeVar("_Kind")


@dataclass(frozen=True)
class Question:
    """A question about a paper, ready to be sent."""

    paper: str
    key: str
    line: bytes
    most: Usage
    """The most it can take."""


@dataclass(frozen=True)
class Batch:
    """A batch of ours, as the server tells of it."""

    id: str
    status: str
    input: str
    outputs: tuple[str, ...]
    total: int
    days: tuple[str, str]
    """The first and the last day it was made for; empty where the server does not say."""
    problem: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in _ENDED


@dataclass(frozen=True)
class Collected:
    """What came of the batches."""

    replies: int = 0
    failed: int = 0
    waiting: int = 0
    """Questions of batches that are not answered yet."""
    usage: Usage = field(default_factory=Usage)
    problems: tuple[str, ...] = ()

    def __add__(self, other: "Collected") -> "Collected":
        return Collected(
            self.replies + other.replies,
            self.failed + other.failed,
            self.waiting + other.waiting,
            self.usage + other.usage,
            (*self.problems, *other.problems),
        )


class _Batch(msgspec.Struct, frozen=True):
    keys: dict[str, str] = {}
    days: tuple[str, str] | None = None
    kind: Literal["summary", "verdict"] = "summary"


def parts(questions: list[Question]) -> Iterator[list[Question]]:
    """Part questions into batches that the service takes."""
    part: list[Question] = []
    size = 0
    for question in questions:
        if part and (len(part) == _MOST_LINES or size + len(question.line) > _MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(question)
        size += len(question.line)
    if part:
        yield part


def remember(
    cache: Cache, batch: str, keys: Mapping[str, str], days: tuple[str, str], kind: Literal["summary", "verdict"]
) -> None:
    """Remember a batch: by paper the key of its question, the first and the last day it was made for, what it asks."""
    cache.keep_fact(f"batch {batch}", json.dumps({"keys": dict(keys), "days": days, "kind": kind}))
    cache.keep_fact("batches", json.dumps([*_names(cache), batch]))


def remember_days(cache: Cache, batch: Batch) -> None:
    """Remember the days of a batch that another cache knew."""
    if batch.id not in _names(cache) and all(batch.days):
        cache.keep_fact(f"batch {batch.id}", json.dumps({"days": batch.days}))
        cache.keep_fact("batches", json.dumps([*_names(cache), batch.id]))


def keys(cache: Cache, batch: str) -> dict[str, str]:
    """Return the keys of a batch's questions by paper; none where it is not known."""
    return _batch(cache, batch).keys


def paid(cache: Cache, kind: Literal["summary", "verdict"] = "summary") -> set[str]:
    """Return the papers whose reply of a kind came by batch and is still in the cache."""
    batches = [one for name in _names(cache) if (one := _batch(cache, name)).kind == kind]
    return {paper for one in batches for paper, key in one.keys.items() if cache.reply(key)}


def read_again(cache: Cache) -> set[str]:
    """Return the papers whose second reading was handed in, whatever came of it, since they were last summarised."""
    found: set[str] = set()
    for name in _names(cache):
        one = _batch(cache, name)
        found = found | one.keys.keys() if one.kind == "verdict" else found - one.keys.keys()
    return found


def days(cache: Cache) -> list[tuple[str, str]]:
    """Return the first and the last day of every range that batches were handed in for, oldest first."""
    return sorted({span for name in _names(cache) if (span := _batch(cache, name).days)})


def is_collected(cache: Cache, batch: str) -> bool:
    """Return whether the replies of a batch were fetched."""
    return cache.fact(f"batch collected {batch}") is not None


def collected(cache: Cache, batch: str) -> None:
    """Remember that the replies of a batch were fetched."""
    cache.keep_fact(f"batch collected {batch}", "yes")


def _names(cache: Cache) -> list[str]:
    return _fact(cache, "batches", list[str]) or []


def _batch(cache: Cache, batch: str) -> _Batch:
    return _fact(cache, f"batch {batch}", _Batch) or _Batch()


def _fact(cache: Cache, key: str, kind: type[_Kind]) -> _Kind | None:
    """Return what is remembered under a key; None where there is nothing, or something else."""
    try:
        return msgspec.json.decode(cache.fact(key) or "null", type=kind)
    except msgspec.DecodeError:
        return None
