"""Edition → Post → text. Decides which notes a reader gets; the template decides where they stand."""

from collections.abc import Mapping
from typing import Any

from digest import frontmatter, posts, schema
from digest.model import Edition, Entry, Post, PostEntry
from digest.templating import Templates

_FIELDS = {field.name: field for field in schema.FIELDS}


def compose(edition: Edition, words: Mapping[str, Any]) -> Post:
    """Make the post of an edition. Notes are Markdown, everything else is plain text unless an entry says markup."""
    return Post(
        header=edition.header,
        notes=(*edition.notes, *_day_notes(edition, words)),
        entries=tuple(_compose_entry(entry, words) for entry in edition.entries),
    )


def render(post: Post, templates: Templates) -> str:
    """Write a post as text through `post.md.j2`. The result ends in a newline."""
    templates.environment.filters["front_matter"] = lambda header: frontmatter.render(header).rstrip("\n")
    return templates.render("post.md.j2", post=post, schema=_FIELDS)


def _compose_entry(entry: Entry, words: Mapping[str, Any]) -> PostEntry:
    texts = {name: entry.summary.field(name) for name in schema.NAMES}
    return PostEntry(
        title=entry.paper.title,
        arxiv_url=entry.arxiv_url,
        alphaxiv_url=entry.alphaxiv_url,
        fields={name: text for name, text in texts.items() if text},
        notes=(*entry.notes, *_entry_notes(entry, words)),
        markup=entry.summary.markup,
    )


def _day_notes(edition: Edition, words: Mapping[str, Any]) -> list[str]:
    notes = []
    if edition.listing == "partial":
        notes.append(words["notes"]["partial"])
    if any(entry.provenance.backend == "extractive" for entry in edition.entries):
        notes.append(words["notes"]["preview"])
    return notes


def _entry_notes(entry: Entry, words: Mapping[str, Any]) -> list[str]:
    notes = []
    if entry.replaces is not None:
        line = words["notes"]["replaced"].format(old=entry.replaces, new=entry.provenance.version)
        changed = words["notes"]["changed"].format(fields=", ".join(entry.changed)) if entry.changed else ""
        notes.append(f"{line} {changed}".rstrip())
    if entry.findings:
        notes.append(words["notes"]["unconfirmed"].format(what=_unconfirmed(entry, words)))
    return notes


def _unconfirmed(entry: Entry, words: Mapping[str, Any]) -> str:
    """Name, field by field, what the checks could not confirm: the words themselves, or the kind of finding."""
    by_field: dict[str, list[str]] = {}
    for finding in entry.findings:
        named = f"“{posts.escape(finding.where)}”" if finding.where else words["findings"][finding.check]
        by_field.setdefault(finding.field, [])
        if named not in by_field[finding.field]:
            by_field[finding.field].append(named)
    headings = {name: field.heading for name, field in _FIELDS.items()}
    return "; ".join(f"{headings.get(name, name)}: {', '.join(named)}" for name, named in by_field.items())
