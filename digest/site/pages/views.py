"""A card as templates see it: everything ready to be shown, so that a template only says what stands where.

Values of type Markup are safe HTML; everything else is plain text, which templates escape.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from html import escape as quoted
from typing import Any

import msgspec
from markupsafe import Markup

from digest.model import papers, schema
from digest.posts import notes
from digest.site import urls
from digest.site.content import emphasis, markup
from digest.site.pages.data import places
from digest.site.pages.data.places import Place
from digest.site.records import Card, ClaimText, FieldText, ImageFigure
from digest.site.rendering.locales import Locale
from digest.site.rendering.reports import ReportLinks

_FIELDS = {field.name: field for field in schema.FIELDS}
_WORDS = re.compile(r"[a-z]+|\d+[a-z]*|[^\sa-z\d-]")
_NAMED = 7
"""Authors that a day's page names."""
_FULL_TEXT = {"html", "pdf", "markdown"}
"""Origins that go without saying."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """A field of the summary."""

    name: str
    heading: str
    html: Markup
    """Empty where the post has nothing; with its paragraphs where it stands alone."""
    claims: tuple[ClaimText, ...]


class CardView(msgspec.Struct, frozen=True, gc=False):
    """A paper on a page."""

    id: str
    slug: str
    long: bool
    """Whether the title takes more than two lines."""
    title: Markup
    name: Markup
    """What people call it."""
    tldr: Markup
    line: Markup
    """The one-line summary, behind the name of the paper where it has one that is not said; else the title."""
    authors: str
    """The first of them, as a list."""
    others: str
    """How many there are in all, where not all are named."""
    topics: tuple[tuple[str, str], ...]
    """Slug and name."""
    slugs: str
    """The slugs of its topics, by which lists are filtered."""
    votes: str
    """Empty where nothing is known of the paper but the post."""
    voted: bool
    origin: str
    """What was read, where that is not the full text; empty where all papers of the site were imported."""
    other_origin: str
    """The same, where not all papers of its post were imported: of these the post says so."""
    place: Place
    arxiv_url: str
    pdf: str
    alphaxiv_url: str
    huggingface: bool
    code: str
    stars: str
    project: str
    figure: ImageFigure | None
    run: tuple[Row, ...]
    """The fields of the introduction."""
    rows: tuple[Row, ...]
    """The other fields."""
    provable: bool
    """Whether evidence was looked for, so that its absence says something."""
    doubts: tuple[tuple[str, str], ...]
    """Headings of fields, and what the checks could not confirm there."""
    legend: tuple[tuple[str, str], ...]
    """The marks of these doubts, and what each means."""
    notes: tuple[Markup, ...]
    signs: tuple[str, ...]
    """What every list says beside it, in words: withdrawn, provisional, doubted."""
    report: str
    """Where to report an error; empty where readers are not asked."""

    @property
    def remarks(self) -> bool:
        """Whether there is something to say about the summary."""
        return bool(self.doubts or self.notes)


def card_view(card: Card, locale: Locale, reports: ReportLinks, others: tuple[bool, bool] = (True, True)) -> CardView:
    """Make ready what pages say of a paper; `others`: whether any of the site, and of its post, was not imported."""
    words, source = locale.words, card.source
    report = partial(reports.of, card.id, card.slug, title(card))
    rows = [_row(part, words, report) for part in card.parts]
    tldr = _marked(card.tldr_html, card.tldr_findings, words["findings"])
    split = sum(field.introduction for field in schema.FIELDS)
    known = source is not None or card.upvotes is not None
    votes = locale.count("votes", card.upvotes) if card.upvotes is not None else words["votes_unknown"]
    shown = source is not None and source.origin not in _FULL_TEXT
    origin = str(words["origins"].get(source.origin, source.origin)) if source and shown else ""
    return CardView(
        id=card.id,
        slug=card.slug,
        long=len(card.title) > 120,
        title=markup.safe(card.title_html),
        name=markup.safe(markup.line(short_name(card))),
        tldr=markup.safe(tldr),
        line=markup.safe(_line(card, tldr)),
        authors=", ".join(card.authors[:_NAMED]),
        others=locale.count("people", len(card.authors)) if len(card.authors) > _NAMED else "",
        topics=tuple((urls.slug(topic), topic) for topic in card.topics),
        slugs=" ".join(urls.slug(topic) for topic in card.topics),
        votes=votes if known else "",
        voted=card.upvotes is not None,
        origin=origin if others[0] else "",
        other_origin=origin if others[1] else "",
        place=places.place(card),
        arxiv_url=card.arxiv_url,
        pdf=places.pdf(card),
        alphaxiv_url=card.alphaxiv_url,
        huggingface=card.huggingface,
        code=card.code,
        stars=f"{card.stars:,}" if card.stars else "",
        project=card.project,
        figure=card.figure,
        run=tuple(rows[:split]),
        rows=tuple(rows[split:]),
        provable=source is not None and source.origin != "imported" and source.backend != "extractive",
        doubts=unconfirmed(card, words),
        legend=_legend(card, words),
        notes=_notes(card, words),
        signs=signs(card, words),
        report=report(),
    )


def signs(card: Card, words: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what every list says beside a paper."""
    return tuple(str(words["signs"][sign]) for sign in card.signs)


def short_name(card: Card) -> str:
    """Return what people call a paper: what stands before the colon, if that is short."""
    return papers.short_name(card.title)


def name_before(card: Card) -> str:
    """Return the name that stands before the one-line summary: none where that says it."""
    name = papers.proper_name(card.title)
    return name if name and card.tldr and _spelled(name) not in _spelled(markup.bare(card.tldr_html)) else ""


def _spelled(text: str) -> str:
    """Write words and numbers apart, whatever stands between them: `SAM-2는` holds `SAM 2` and no `AM 2`."""
    return f" {' '.join(_WORDS.findall(text.casefold()))} "


def title(card: Card) -> str:
    """Return the title of a paper as plain text, its formulas as far as that can say them."""
    return markup.bare(card.title_html)


def in_short(card: Card) -> str:
    """Return the one-line summary of a paper as plain text; the title where there is none."""
    return markup.bare(card.tldr_html or card.title_html)


def listed(card: Card) -> tuple[str, Markup, str]:
    """Return slug and line of a paper, and the language of a line that is but its title."""
    return card.slug, markup.safe(_line(card, card.tldr_html)), "" if card.tldr else "en"


def unconfirmed(card: Card, words: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Name what the checks could not confirm, field by field, with the mark that it has in the text."""
    doubts = [(part.name, *finding) for part in card.parts for finding in part.findings]
    doubts += [("tldr", *finding) for finding in card.tldr_findings]
    return notes.unconfirmed(doubts, words, headings=words["fields"])


def _legend(card: Card, words: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    kinds = {notes.kind_of(kind, paper): None for kind, _, paper in card.findings}
    legend = words["doubt"]["legend"]
    by_mark = {str(words["findings"][kind]): str(legend[kind]) for kind in kinds if kind in legend}
    return tuple(by_mark.items())


def _marked(html: str, findings: Iterable[tuple[str, str, str]], marks: Mapping[str, Any], report: str = "") -> str:
    for kind, what, paper in findings:
        if what:
            said = markup.escape(str(marks.get(notes.kind_of(kind, paper), kind)))
            said = f'<a href="{quoted(report)}">{said}</a>' if report else said
            html = markup.mark(html, what, '<span class="doubted">', f'</span><small class="why">{said}</small>')
    return html


def _line(card: Card, tldr: str) -> str:
    if name := name_before(card):
        return f'<b lang="en">{markup.line(name)}</b> {tldr}'
    said = papers.proper_name(card.title) if tldr else ""
    return markup.mark(tldr, said, '<b lang="en">', "</b>") if said else tldr or card.title_html


def _row(part: FieldText, words: Mapping[str, Any], report: Callable[[str], str]) -> Row:
    field = _FIELDS[part.name]
    html = _marked(part.html, part.findings, words["findings"], report(field.heading) if part.findings else "")
    if part.name == "results":
        html = emphasis.figures(html)
    if html and not part.block and not field.introduction:
        html = f"<p>{html}</p>"  # it stands alone
    return Row(part.name, str(words["fields"][part.name]), markup.safe(html), part.claims)


def _notes(card: Card, words: Mapping[str, Any]) -> tuple[Markup, ...]:
    said = [markup.safe(note) for note in card.notes_html]
    if card.replaces is not None:
        line = notes.say(words, "replaced", old=card.replaces, new=card.version)
        if card.changed:
            line += " " + notes.say(words, "changed", fields=", ".join(card.changed))
        said.append(markup.safe(markup.escape(line)))
    if card.source is not None and card.source.unverified:
        said.append(markup.safe(markup.escape(notes.say(words, "unverified"))))
    return tuple(said)
