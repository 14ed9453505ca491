"""Edition → Post → text. Decides which notes a reader gets; the template decides where they stand."""

from collections.abc import Mapping
from typing import Any

from digest.adapters.templates import Templates
from digest.errors import ConfigError
from digest.model import Edition, Entry, Post, PostEntry, schema
from digest.model.text import one_line, paragraphs
from digest.posts import escaping

_FIELDS = {field.name: field for field in schema.FIELDS}


def compose(edition: Edition, words: Mapping[str, Any]) -> Post:
    """Make the post of an edition. Notes are Markdown, everything else is plain text unless an entry says markup.

    Whatever an edition holds, its titles and the bullets of the introduction become single lines here, and no line of
    plain text holds invisible characters: the post's grammar rests on it. Raises ConfigError on a broken note.
    """
    return Post(
        header=edition.header,
        notes=(*edition.notes, *_day_notes(edition, words)),
        entries=tuple(_compose_entry(entry, words) for entry in edition.entries),
    )


def render(post: Post, templates: Templates) -> str:
    """Write a post as text through `post.md.j2`. The result ends in a newline."""
    return templates.render("post.md.j2", post=post, schema=_FIELDS)


def of_edition(edition: Edition, templates: Templates) -> str:
    """Write the post of an edition, in the edition's language."""
    return render(compose(edition, templates.words(edition.language)), templates)


def _compose_entry(entry: Entry, words: Mapping[str, Any]) -> PostEntry:
    texts = {field.name: _text(entry, field) for field in schema.FIELDS}
    return PostEntry(
        title=one_line(entry.paper.title) or entry.paper.id,
        arxiv_url=entry.arxiv_url,
        alphaxiv_url=entry.alphaxiv_url,
        fields={name: text for name, text in texts.items() if text},
        notes=(*entry.notes, *_entry_notes(entry, words)),
        markup=entry.summary.markup,
    )


def _text(entry: Entry, field: schema.Field) -> str:
    text = entry.summary.field(field.name)
    if entry.summary.markup:
        return text
    return one_line(text) if field.introduction else paragraphs(text)


def _day_notes(edition: Edition, words: Mapping[str, Any]) -> list[str]:
    notes = []
    if edition.listing == "partial":
        notes.append(_say(words, "partial"))
    if any(entry.provenance.backend == "extractive" for entry in edition.entries):
        notes.append(_say(words, "preview"))
    return notes


def _entry_notes(entry: Entry, words: Mapping[str, Any]) -> list[str]:
    notes = []
    if entry.replaces is not None:
        replaced = _say(words, "replaced", old=entry.replaces, new=entry.provenance.version)
        changed = _say(words, "changed", fields=", ".join(entry.changed)) if entry.changed else ""
        notes.append(f"{replaced} {changed}".rstrip())
    if entry.paper.withdrawn:
        notes.append(_say(words, "withdrawn"))
    if entry.provenance.provisional is not None:
        notes.append(_say(words, "provisional", until=entry.provenance.provisional))
    if entry.rewritten:
        notes.append(_say(words, f"rewritten_{entry.rewritten.replace(' ', '_')}", date=entry.provenance.made))
    if entry.provenance.verified is False:
        notes.append(_say(words, "unverified"))
    if entry.findings:
        notes.append(_say(words, "unconfirmed", what=_unconfirmed(entry, words)))
    return notes


def _say(words: Mapping[str, Any], note: str, **values: object) -> str:
    """Return one of the language's notes, on one line. Raises ConfigError where it asks for other values."""
    try:
        return one_line(words["notes"][note].format(**values))
    except (LookupError, ValueError, AttributeError) as cause:
        raise ConfigError(f"locale: notes.{note}: unknown placeholder; allowed: {{{'}, {'.join(values)}}}") from cause


def _unconfirmed(entry: Entry, words: Mapping[str, Any]) -> str:
    """Name, field by field, what the checks could not confirm: the words themselves, or the kind of finding."""
    by_field: dict[str, dict[str, None]] = {}
    for finding in entry.findings:
        where = escaping.escape(one_line(finding.where))
        named = f"“{where}”" if where else words["findings"][finding.check]
        if finding.paper:
            named = _say(words, "against", claim=where, paper=escaping.escape(one_line(finding.paper)))
        by_field.setdefault(finding.field, {})[named] = None
    headings = {field.name: field.heading for field in schema.FIELDS}
    return "; ".join(f"{headings.get(name, name)}: {', '.join(named)}" for name, named in by_field.items())
