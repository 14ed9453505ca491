"""Edition → Post → text. Decides which notes a reader gets; the template decides where they stand."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from digest.adapters.templates import Templates
from digest.config import PostConfig
from digest.model import Edition, Entry, Header, Overview, Post, PostEntry, schema
from digest.model.papers import short_name, shown_figure
from digest.model.text import one_line, paragraphs, shorten
from digest.posts import escaping, frontmatter, notes, reasons

_PLAIN = PostConfig()
_DESCRIBED = 160
_ADDRESS = re.compile(r"https://[\w./~%+-]{1,500}", re.ASCII)
"""An address that needs no escaping in Markdown."""
_FIELDS = {field.name: field for field in schema.FIELDS}


def compose(
    edition: Edition, words: Mapping[str, Any], *, show_reasons: bool = False, style: PostConfig = _PLAIN
) -> Post:
    """Make the post of an edition. Notes are Markdown, everything else is plain text unless an entry says markup.

    Whatever an edition holds, its titles and the bullets of the introduction become single lines here, and no line of
    plain text holds invisible characters: the post's grammar rests on it. Raises ConfigError on a broken note.
    """
    return Post(
        header=_described(edition) if style.description else edition.header,
        notes=(*edition.notes, *_day_notes(edition, words), *_overview(edition, words, style)),
        entries=tuple(_compose_entry(entry, words, show_reasons, style) for entry in edition.entries),
    )


def render(post: Post, templates: Templates, *, maths: bool = False) -> str:
    """Write a post as text through `post.md.j2`, formulas for kramdown where `maths`. The result ends in a newline."""
    return templates.render("post.md.j2", post=post, schema=_FIELDS, maths=maths)


def of_edition(
    edition: Edition, templates: Templates, *, show_reasons: bool = False, style: PostConfig = _PLAIN
) -> str:
    """Write the post of an edition, in the edition's language; `show_reasons` says why each paper was chosen."""
    words = templates.words(edition.language)
    post = compose(edition, words, show_reasons=show_reasons, style=style)
    return render(post, templates, maths=style.maths == "kramdown")


def _described(edition: Edition) -> Header:
    """Put the one-line summaries of the first papers into the front matter, unless somebody described the post."""
    header = edition.header
    said = shorten(" · ".join(filter(None, (one_line(entry.summary.tldr) for entry in edition.entries))), _DESCRIBED)
    if not said or "description" in header.extra:
        return header
    line = f"description: {frontmatter.quoted(said)}\n"
    return msgspec.structs.replace(header, extra_source=header.extra_source + line)


def _figure(entry: Entry) -> list[str]:
    """Show a figure that may be shown, as a note; its address leads to where it is."""
    made = entry.provenance
    figure = shown_figure("licensed", made.figure, made.license, None)
    if figure is None or not _ADDRESS.fullmatch(figure.url):
        return []
    return [f"![{escaping.escape(one_line(figure.caption))}]({figure.url})"]


def _compose_entry(entry: Entry, words: Mapping[str, Any], show_reasons: bool, style: PostConfig) -> PostEntry:
    texts = {field.name: _text(entry, field) for field in schema.FIELDS}
    return PostEntry(
        title=one_line(entry.paper.title) or entry.paper.id,
        arxiv_url=entry.arxiv_url,
        alphaxiv_url=entry.alphaxiv_url,
        fields={name: text for name, text in texts.items() if text},
        notes=(
            *entry.notes,
            *_entry_notes(entry, words),
            *(_reasons(entry, words) if show_reasons else ()),
            *(_figure(entry) if style.figures else ()),
        ),
        markup=entry.summary.markup,
    )


def _text(entry: Entry, field: schema.Field) -> str:
    text = entry.summary.field(field.name)
    if entry.summary.markup:
        return text
    return one_line(text) if field.introduction else paragraphs(text)


def _reasons(entry: Entry, words: Mapping[str, Any]) -> list[str]:
    why = reasons.explain(entry.reasons, words)
    return [notes.say(words, "chosen", reasons=escaping.escape(why))] if why else []


def _overview(edition: Edition, words: Mapping[str, Any], style: PostConfig) -> list[str]:
    """Write the overview as a note, each sentence with links to the papers that it rests on."""
    text = overview_text(edition.overview, edition.entries) if style.overview else ""
    return [notes.say(words, "overview", text=text)] if text else []


def overview_text(overview: Overview | None, entries: Sequence[Entry]) -> str:
    """Write an overview as one line of Markdown, without sentences on papers that are not among the entries."""
    known = {entry.paper.id: entry for entry in entries}
    said = []
    for sentence in overview.within(known) if overview else ():
        named = [known[paper] for paper in sentence.papers]
        names = [escaping.escape(short_name(one_line(one.paper.title))) for one in named]
        links = ", ".join(f"[{name}]({one.arxiv_url})" for name, one in zip(names, named, strict=True))
        said.append(f"{escaping.escape(sentence.text)} ({links})")
    return " ".join(said)


def _day_notes(edition: Edition, words: Mapping[str, Any]) -> list[str]:
    said = []
    if edition.listing == "partial":
        said.append(notes.say(words, "partial"))
    if any(entry.provenance.backend == "extractive" for entry in edition.entries):
        said.append(notes.say(words, "preview"))
    return said


def _entry_notes(entry: Entry, words: Mapping[str, Any]) -> list[str]:
    said = []
    if entry.replaces is not None:
        replaced = notes.say(words, "replaced", old=entry.replaces, new=entry.provenance.version)
        changed = notes.say(words, "changed", fields=", ".join(entry.changed)) if entry.changed else ""
        said.append(f"{replaced} {changed}".rstrip())
    if entry.paper.withdrawn:
        said.append(notes.say(words, "withdrawn"))
    if entry.provenance.provisional is not None:
        said.append(notes.say(words, "provisional", until=entry.provenance.provisional))
    if entry.rewritten:
        said.append(notes.say(words, f"rewritten_{entry.rewritten.replace(' ', '_')}", date=entry.provenance.made))
    if entry.provenance.verified is False:
        said.append(notes.say(words, "unverified"))
    if entry.findings:
        doubts = [(one.field, one.check, one.where, one.paper) for one in entry.findings]
        named = notes.unconfirmed(doubts, words, lambda text: escaping.escape(one_line(text)))
        what = "; ".join(f"{heading}: {several}" for heading, several in named)
        said.append(notes.say(words, "unconfirmed", what=what))
    return said
