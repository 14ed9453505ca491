"""An edition of a post that somebody edited: what was known of what did not change stays known. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from digest.model import Edition, Entry, Exclusion, Summary, schema
from digest.posts import escaping

_HEADINGS = {one.name: one.heading for one in schema.FIELDS}


@dataclass(frozen=True)
class Merged:
    """An edition as the edited post shows it, and what changed."""

    edition: Edition
    said: tuple[str, ...]
    """In words: what changed, and that the rest is as it was."""


def merge(new: Edition, known: Edition, shown: Edition | None, *, took_off: bool) -> Merged:
    """Return `new`, the edition of a post as it is, with what `known` has of everything that is as it was.

    `shown` is the edition that the post of `known` would be read as: text that is tidied for a post is no change.
    Entries that the post has no more are left out for good where somebody `took_off` them from it.
    """
    before = shown if shown and _alike(known, shown) else known
    waiting: dict[str, list[tuple[Entry, Entry]]] = {}
    for entry, seen in zip(known.entries, before.entries, strict=True):
        waiting.setdefault(str(entry.paper.id), []).append((entry, seen))
    entries, changes = [], []
    for entry in new.entries:
        there = waiting.get(str(entry.paper.id))
        if not there:
            entries.append(entry)
            changes.append(f"{entry.paper.id} is new")
            continue
        made, what = _entry(entry, *there.pop(0))
        entries.append(made)
        changes += [f"{entry.paper.id} ({', '.join(what)})"] if what else []
    gone = [entry for rest in waiting.values() for entry, _ in rest]
    changes += [f"{entry.paper.id} is taken off" for entry in gone]
    own = [note for note in before.notes if note not in known.notes]
    here = {entry.paper.id for entry in new.entries}
    left_out = [Exclusion(paper=one.paper, rule="removed", detail="taken off the post") for one in gone if took_off]
    edition = msgspec.structs.replace(
        known,
        name=new.name,
        header=known.header if new.header == before.header else new.header,
        entries=tuple(entries),
        skips=tuple(one for one in known.skips if one.paper.id not in here),
        exclusions=(*(one for one in known.exclusions if one.paper.id not in here), *left_out),
        mentions=(),
        notes=tuple(note for note in new.notes if note in known.notes or note not in own),
        overview=known.overview if set(own) <= set(new.notes) else None,
    )
    parts = [f"changed: {', '.join(changes)}"] if changes else []
    kept = len(known.entries) - len(gone)
    parts += ["all else that was known is kept"] if kept else []
    return Merged(edition, tuple(parts))


def _alike(known: Edition, shown: Edition) -> bool:
    return [one.paper.id for one in known.entries] == [one.paper.id for one in shown.entries]


def _entry(new: Entry, known: Entry, shown: Entry) -> tuple[Entry, list[str]]:
    """Return an entry with what is known of everything that did not change, and the names of what did."""
    texts: dict[str, Any] = {}
    what = []
    for name in schema.NAMES:
        words = new.summary.field(name)
        same = {_plain(words, new.summary)} & {_plain(one.summary.field(name), one.summary) for one in (known, shown)}
        if not same:
            what.append(_HEADINGS[name])
        texts[name] = known.summary.field(name) if same and known.summary.markup == new.summary.markup else words
    changed = {name for name in schema.NAMES if _HEADINGS[name] in what}
    titled = new.paper.title not in (known.paper.title, shown.paper.title)
    linked = (new.arxiv_url, new.alphaxiv_url) != (known.arxiv_url, known.alphaxiv_url)
    noted = new.notes not in (known.notes, shown.notes)
    ours = [note for note in shown.notes if note not in known.notes]
    what = [*(["title"] if titled else []), *(["links"] if linked else []), *what, *(["notes"] if noted else [])]
    if not what:
        return known, []
    entry = msgspec.structs.replace(
        known.final(),  # no later run writes over what somebody edited
        paper=msgspec.structs.replace(known.paper, title=new.paper.title) if titled else known.paper,
        summary=msgspec.structs.replace(known.summary, **texts, markup=new.summary.markup),
        arxiv_url=new.arxiv_url,
        alphaxiv_url=new.alphaxiv_url,
        claims=_without(known.claims, changed),
        evidence=_without(known.evidence, changed),
        findings=tuple(one for one in known.findings if one.field not in changed),
        notes=tuple(note for note in new.notes if note in known.notes or note not in ours),
    )
    return entry, what


def _plain(words: str, summary: Summary) -> str:
    """Return a field as a reader sees it, so that the same words are the same in Markdown and in plain text."""
    plain = escaping.unescaped(words) if summary.markup else words
    return " ".join((words if plain is None else plain).split())


def _without(parts: Mapping[str, Any], changed: set[str]) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if name not in changed}
