"""What was handed in as batches, as the cache remembers it. Only a memory: the server's own list decides."""

import json
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from digest.adapters.store import Cache

_Kind = TypeVar("_Kind")


class _Batch(msgspec.Struct, frozen=True):
    keys: dict[str, str] = {}
    days: tuple[str, str] | None = None


def remember(cache: Cache, batch: str, keys: Mapping[str, str], days: tuple[str, str]) -> None:
    """Remember a batch: by paper the key of its question, and the first and the last day it was made for."""
    cache.keep_fact(f"batch {batch}", json.dumps({"keys": dict(keys), "days": days}))
    cache.keep_fact("batches", json.dumps([*_names(cache), batch]))


def keys(cache: Cache, batch: str) -> dict[str, str]:
    """Return the keys of a batch's questions by paper; none where it is not known."""
    return _batch(cache, batch).keys


def paid(cache: Cache) -> set[str]:
    """Return the papers whose reply came by batch and is still in the cache."""
    return {paper for name in _names(cache) for paper, key in keys(cache, name).items() if cache.reply(key)}


def days(cache: Cache) -> tuple[str, str] | None:
    """Return the first and the last day that batches were handed in for; None where none is known."""
    spans = [span for name in _names(cache) if (span := _batch(cache, name).days)]
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


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
