"""An edition → what the figures of an archive need of it. Plain values, so that they can be remembered."""

import re

import msgspec

from digest.model import Edition, Usage


class EditionCount(msgspec.Struct, frozen=True, array_like=True):
    """What is counted of an edition."""

    name: str
    day: str
    listed: int
    left_out: int
    papers: tuple[str, ...]
    """The ids of its entries; what follows has one for each of them."""
    models: tuple[str, ...]
    """The model, or `imported`, `extractive`."""
    origins: tuple[str, ...]
    topics: tuple[tuple[str, ...], ...]
    failures: tuple[tuple[str, str], ...]
    """Stage, and reason without its particulars."""
    usage: Usage
    """Of entries, failures and the overview."""


def count(edition: Edition) -> EditionCount:
    """Count an edition."""
    made = [entry.provenance for entry in edition.entries]
    spent = [one.usage for one in made] + [skip.usage for skip in edition.skips]
    spent += [edition.overview.usage] if edition.overview else []
    return EditionCount(
        name=edition.name,
        day=str(edition.day),
        listed=len(edition.papers),
        left_out=len(edition.exclusions),
        papers=tuple(str(entry.paper.id) for entry in edition.entries),
        models=tuple(one.model or one.backend or one.origin for one in made),
        origins=tuple(one.origin for one in made),
        topics=tuple(entry.summary.topics for entry in edition.entries),
        failures=tuple((skip.stage, _kind(skip.reason)) for skip in edition.skips),
        usage=sum(spent, Usage()),
    )


def _kind(reason: str) -> str:
    """Take ids, paths, numbers and advice out of a reason, so that reasons of one kind are counted together."""
    bare = re.sub(r"\(.*?\)|'[^']*'|/\S+", "…", reason.partition(" — ")[0][:1_000])
    return re.sub(r"\d[\d.,:v]*", "N", bare).strip()[:80]
