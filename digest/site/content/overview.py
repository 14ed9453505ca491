"""The overview of a day as its post has it, which somebody may have edited; else as its edition has it.

A post that is written with overviews and has none lost it: then pages show none either.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from digest.adapters.store.files import is_text_of
from digest.model import Edition, Overview, PaperId, Post
from digest.model.papers import short_name
from digest.model.references.titles import readable
from digest.site.content import markup
from digest.site.records import OverviewText

_LINK = r"\[(?:\\.|[^\[\]\\])*\]\([^()\s]*\)"
_SENTENCE = re.compile(rf"(?P<text>.+?)\s\((?P<links>{_LINK}(?:,\s{_LINK})*)\)(?:\s|$)")
_ADDRESS = re.compile(r"\]\(([^()\s]*)\)")


def of_day(
    post: Post | None, edition: Edition | None, raw: bytes, begins: str, *, expected: bool
) -> tuple[OverviewText, ...]:
    """Return the overview of a day. `begins` is how its line begins, `expected` whether posts are to have one.

    A post that nobody changed since a run wrote it may be older than the setting: its edition has the overview.
    """
    if post is None or edition is None:
        return ()
    edited = edition.written is not None and not is_text_of(raw, edition.written.sha256)
    line = next((note for note in post.notes if begins and note.startswith(begins)), "")
    titles = {entry.paper.id: entry.paper.title for entry in edition.entries}
    if line and edited:
        return tuple(_read(line[len(begins) :].strip(), post, titles))
    if not line and expected and edited:
        return ()
    return overview_of(edition.overview, titles)


def without(post: Post, begins: str) -> Iterator[str]:
    """Yield the notes of a day, without the overview, which has its own place."""
    return (note for note in post.notes if not begins or not note.startswith(begins))


def overview_of(overview: Overview | None, titles: Mapping[PaperId, str]) -> tuple[OverviewText, ...]:
    """Return the sentences of an overview that rest on no other papers than those with `titles`."""
    return tuple(
        OverviewText(markup.line(markup.tidy(one.text)), _named(one.papers, titles))
        for one in (overview.within(titles) if overview else ())
    )


def _named(papers: Sequence[PaperId], titles: Mapping[PaperId, str]) -> tuple[tuple[str, str], ...]:
    return tuple((paper.slug, short_name(readable(markup.tidy(titles[paper])))) for paper in papers)


def _read(line: str, post: Post, titles: Mapping[PaperId, str]) -> Iterator[OverviewText]:
    """Read the sentences of a line, each with the papers of the post that it links to; the rest links to none."""
    known = {entry.arxiv_url: entry.id.base for entry in post.entries}
    end = 0
    for found in _SENTENCE.finditer(line):
        papers = [known[url] for url in _ADDRESS.findall(found["links"]) if known.get(url) in titles]
        yield OverviewText(markup.inline(found["text"].strip()), _named(papers, titles))
        end = found.end()
    if rest := line[end:].strip():
        yield OverviewText(markup.inline(rest), ())
