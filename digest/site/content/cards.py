"""A paper of a post, with what its edition knows beyond the post, → Card. The post's words win where they differ."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from digest.model import Edition, Entry, Paper, PostEntry, paper_links, schema
from digest.model.corpus.ranking import taste_points
from digest.model.papers import shown_figure
from digest.model.references.titles import readable
from digest.site.content import markup, passages
from digest.site.records import (
    Card,
    DayLedger,
    FieldText,
    ImageFigure,
    SummarySource,
    UnpublishedPaper,
)

Figures = Literal["hotlink", "licensed", "off"]

_WEB = re.compile(r"https?://[^\s<>\"'`\\]+")
_LINES = {field.name for field in schema.FIELDS if field.introduction}
_HEADINGS = {field.name: field.heading for field in schema.FIELDS}


def make(shown: PostEntry, entry: Entry | None, own_notes: tuple[str, ...], figures: Figures) -> Card:
    """Join both. `own_notes` are the beginnings of notes that a page says better in its own place."""
    named = shown.id
    paper_id = named.base
    title = readable(markup.tidy(shown.title))
    base = Card(
        id=str(paper_id),
        slug=paper_id.slug,
        title=title,
        title_html=markup.line(title),
        arxiv_url=web(shown.arxiv_url) or web(paper_id.link),
        alphaxiv_url=web(shown.alphaxiv_url),
        parts=tuple(_part(name, shown, entry) for name in schema.NAMES),
        notes_html=tuple(
            markup.inline(note) for note in shown.notes if entry is None or not note.startswith(own_notes or ("\n",))
        ),
        version=named.version,
    )
    return base if entry is None else _enrich(base, entry, shown, figures)


def ledger(edition: Edition) -> DayLedger | None:
    """What became of the papers that are not in the post; None where the edition tells of none."""
    if not edition.skips and not edition.exclusions and not edition.unread:
        return None
    return DayLedger(
        tuple(_unpublished(skip.paper, skip.stage, skip.reason) for skip in edition.skips),
        tuple(_unpublished(left.paper, left.rule, left.detail) for left in edition.exclusions),
        tuple(" ".join(markup.tidy(record).split()) for record in edition.unread),
    )


def _unpublished(paper: Paper, why: str, detail: str) -> UnpublishedPaper:
    return UnpublishedPaper(_line(readable(paper.title)), str(paper.id), why, markup.tidy(detail), web(paper.id.link))


def web(url: str | None) -> str:
    """Return an address that a link may lead to; empty for anything that is not plainly http or https."""
    bare = (url or "").strip()
    return bare if _WEB.fullmatch(bare) else ""


def _line(raw: str) -> str:
    return markup.line(" ".join(markup.tidy(raw).split()))


def _part(name: str, shown: PostEntry, entry: Entry | None) -> FieldText:
    source = shown.fields.get(name, "")
    if shown.markup and source:
        html, block = markup.markdown(source).strip(), True
        if html.count("<p>") == 1 and html.startswith("<p>") and html.endswith("</p>"):
            html, block = html[3:-4], False
    elif name in _LINES and "\n" not in source:
        html, block = markup.line(source), False  # no list: the post has it behind its own bullet
    else:
        html, block = markup.prose(source)
    if entry is None or not _unchanged(name, source, entry):
        return FieldText(name, html, block)
    page = web(entry.provenance.url) if entry.provenance.origin == "html" else ""
    return FieldText(
        name,
        html,
        block,
        tuple(passages.of_claim(claim, page) for claim in entry.claims_of(name) if claim.anchors),
        _findings(entry, name),
    )


def _findings(entry: Entry, field: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (finding.check, markup.tidy(finding.where), " ".join(markup.tidy(finding.paper).split()))
        for finding in entry.findings
        if finding.field == field
    )


def _unchanged(name: str, source: str, entry: Entry) -> bool:
    written = entry.summary.field(name)
    return source == written or " ".join(source.split()) == " ".join(markup.tidy(written).split())


def _enrich(card: Card, entry: Entry, shown: PostEntry, figures: Figures) -> Card:
    paper, made = entry.paper, entry.provenance
    tldr = " ".join(markup.tidy(entry.summary.tldr).split())
    picture = shown_figure(figures, made.figure, made.license, paper.thumbnail)
    edited = tuple(_HEADINGS[name] for name in schema.NAMES if not _unchanged(name, shown.fields.get(name, ""), entry))
    more: Mapping[str, Any] = {
        "tldr": tldr,
        "tldr_html": markup.line(tldr),
        "tldr_findings": _findings(entry, "tldr"),
        "authors": tuple(" ".join(markup.tidy(name).split()) for name in paper.authors),
        "topics": tuple(
            dict.fromkeys(" ".join(markup.tidy(topic).split()) for topic in entry.summary.topics if topic.strip())
        ),
        "abstract": readable(markup.tidy(paper.abstract)),
        "upvotes": paper.upvotes,
        "submitted": paper.submitted.date().isoformat() if paper.submitted else "",
        "updated": paper.updated.date().isoformat() if paper.updated else "",
        "categories": tuple(markup.tidy(name) for name in paper.categories),
        "comment": markup.tidy(paper.comment or ""),
        "organization": markup.tidy(paper.organization or ""),
        "code": web(paper.code),
        "stars": paper.stars,
        "project": web(paper.project),
        "huggingface": paper.featured is not None or paper.upvotes is not None,
        "figure": _figure(picture.url, picture.caption) if picture and web(picture.url) else None,
        "source": SummarySource(
            origin=made.origin,
            url=web(made.url),
            version=made.version,
            backend=made.backend,
            model=markup.tidy(made.model),
            prompt=made.prompt,
            made=made.made.isoformat() if made.made else "",
            left_out=tuple(markup.tidy(part) for part in made.left_out),
            missed=tuple(markup.tidy(part) for part in made.missed),
            license=web(made.license) or markup.tidy(made.license or ""),
            edited=edited,
            unverified=made.verified is False,
            figures=made.figures,
        ),
        "sources": tuple(markup.tidy(label) for label in paper.sources),
        "pdf": web(paper.pdf),
        "doi": paper_links.doi(paper.doi or ""),
        "state": tuple(sign for sign in entry.signs if sign != "doubted"),
        "reasons": entry.reasons,
        "taste": taste_points(entry.reasons),
        "embedding": entry.embedding,
        "replaces": entry.replaces,
        "changed": tuple(entry.changed),
        "version": made.version or paper.version,
        "alphaxiv_url": card.alphaxiv_url or web(entry.alphaxiv_url),
    }
    return Card(**{name: more.get(name, getattr(card, name)) for name in card.__struct_fields__})


def _figure(url: str, caption: str) -> ImageFigure:
    line = " ".join(markup.tidy(caption).split())
    shown = markup.line(line)
    return ImageFigure(url, shown, markup.bare(shown))
