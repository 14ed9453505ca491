"""Atom and JSON Feed: of the site by post and by paper, of each topic by paper, and in short of authors."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

import msgspec

from digest.site import urls
from digest.site.content import markup
from digest.site.library import PaperRef, Topic
from digest.site.library.addresses import PART
from digest.site.pages import taxonomies, views
from digest.site.pages.context import PageView, Unit
from digest.site.pages.data import places
from digest.site.pages.posts import spot
from digest.site.records import Card, OverviewText, PostPage

POSTS, PAPERS = 10, 20
"""How many entries a feed of the site, and of a topic, holds."""


class FeedEntry(NamedTuple):
    """One entry of a feed."""

    url: str
    title: str
    when: str
    updated: str
    """When it was last written; a paper that is summarised anew moves it."""
    html: str
    summary: str
    tags: Sequence[str]
    authors: Sequence[str] = ()


def units(view: PageView) -> Iterator[Unit]:
    """Plan the feeds of the site and of each topic: newest day first, within a day as the day itself has them."""
    posts = view.library.posts
    newest = list(range(len(posts) - 1, max(-1, len(posts) - 1 - POSTS), -1))
    yield Unit("feed", [posts[at].content_hash for at in newest], partial(_site, view, newest))
    papers = _ranked(sorted(view.library.owners.values()))
    yield Unit("feed papers", view.content_hashes(papers) or began(view), partial(_papers, view, papers))
    for topic in view.library.topics.values():
        if not topic.tag:
            papers = _ranked(topic.places)
            key = [topic.name, view.content_hashes(papers)]
            yield Unit(f"feed {topic.slug}", key, partial(_topic, view, topic, papers))
    for author in filter(view.library.has_feed, view.library.authors):
        written = view.library.authors[author]
        papers = _ranked(written)[:POSTS]
        hashes = view.content_hashes((written[0], *papers))
        yield Unit(f"feed of {author}", hashes, partial(_author, view, author, written[0], papers))


def _ranked(papers: Sequence[PaperRef]) -> list[PaperRef]:
    """Return the newest of papers that come oldest first; those of one post in its order."""
    start = bisect_left(papers, (papers[-PAPERS:][0][0], 0)) if papers else 0
    return sorted(papers[start:], key=lambda place: (-place[0], place[1]))[:PAPERS]


def _site(view: PageView, newest: Sequence[int]) -> Iterable[tuple[str, bytes]]:
    entries = [_post_entry(view, view.post_page(at)) for at in newest]
    yield from write(view, "", "", view.config.title, view.renderer.description, entries)


def _papers(view: PageView, papers: Sequence[PaperRef]) -> Iterable[tuple[str, bytes]]:
    entries = [_paper_entry(view, view.post_page(place[0]), view.card(place)) for place in papers]
    title = f"{view.renderer.words['feeds']['papers']} — {view.config.title}"
    yield from write(view, "papers/", "", title, view.renderer.description, entries)


def _topic(view: PageView, topic: Topic, papers: Sequence[PaperRef]) -> Iterable[tuple[str, bytes]]:
    folder = f"topics/{topic.slug}/"
    entries = [_paper_entry(view, view.post_page(place[0]), view.card(place)) for place in papers]
    yield from write(view, folder, folder, f"{topic.name} — {view.config.title}", "", entries)


def _author(view: PageView, author: str, first: PaperRef, papers: Sequence[PaperRef]) -> Iterable[tuple[str, bytes]]:
    folder = f"authors/{author}/"
    entries = [_short_entry(view, view.post_page(place[0]), view.card(place)) for place in papers]
    title = f"{taxonomies.author_name(view, author, first)} — {view.config.title}"
    # Atom alone: a tenth of a large archive would be feeds otherwise.
    yield from (file for file in write(view, folder, folder, title, "", entries) if file[0].endswith(".xml"))


def _short_entry(view: PageView, day: PostPage, card: Card) -> FeedEntry:
    """Return an entry without its summary, which a large archive would hold once for each of its authors."""
    whole = _paper_entry(view, day, card)
    return whole._replace(html=f"<p>{card.tldr_html or card.title_html}</p>", summary="", authors=whole.authors[:3])


def _post_entry(view: PageView, day: PostPage) -> FeedEntry:
    papers = [
        f'<h2><a href="{markup.escape(_page(view, card))}">{card.title_html}</a></h2>{_paper_html(view, card)}'
        for card in day.cards[:PART]
    ]
    if more := len(day.cards[PART:]):
        page = markup.escape(f"{view.config.url}/{spot(day.url, PART + 1)}")
        papers.append(f'<p><a href="{page}">{markup.escape(view.locale.count("home.more", more))}</a></p>')
    notes = [f"<p>{note}</p>" for note in day.notes_html]
    if day.overview:
        notes.append(overview_html(view, str(view.renderer.words["day"]["overview"]), day.overview))
    first = " · ".join(map(views.in_short, day.cards[:PART])) or day.description
    return FeedEntry(
        f"{view.config.url}/{urls.href(day.url)}", day.title, when(day.stamp, view.timezone),
        _updated(view, day, day.cards), day.body_html or "".join([*notes, *papers]), first, day.tags,
    )  # fmt: skip


def overview_html(view: PageView, title: str, sentences: Iterable[OverviewText]) -> str:
    """Write an overview, each sentence with links to its papers."""
    said = " ".join(_sentence(view, one) for one in sentences)
    return f"<p><strong>{markup.escape(title)}</strong> {said}</p>"


def _sentence(view: PageView, one: OverviewText) -> str:
    links = ", ".join(
        f'<a href="{view.config.url}/papers/{slug}/">{markup.escape(name)}</a>' for slug, name in one.papers
    )
    return f"{one.html} ({links})" if links else one.html


def _page(view: PageView, card: Card) -> str:
    return f"{view.config.url}/papers/{card.slug}/"


def _paper_entry(view: PageView, day: PostPage, card: Card) -> FeedEntry:
    return FeedEntry(
        _page(view, card), views.title(card), when(day.stamp, view.timezone), _updated(view, day, [card]),
        _paper_html(view, card), markup.bare(card.tldr_html), card.topics, card.authors[:20],
    )  # fmt: skip


def _updated(view: PageView, day: PostPage, cards: Iterable[Card]) -> str:
    """Return when the newest of these summaries was written; the post's own time where they are older."""
    made = (f"{card.source.made}T00:00:00Z" for card in cards if card.source and card.source.made)
    return max([when(day.stamp, view.timezone), *made], key=datetime.fromisoformat)


def _paper_html(view: PageView, card: Card) -> str:
    blocks = [f"<p><strong>{card.tldr_html}</strong></p>"] if card.tldr_html else []
    for part in card.parts:
        if part.html:
            heading = f"<strong>{markup.escape(str(view.renderer.words['fields'][part.name]))}</strong>"
            blocks.append(f"<p>{heading}</p>{part.html}" if part.block else f"<p>{heading} {part.html}</p>")
    blocks += [f"<p><em>{note}</em></p>" for note in card.notes_html]
    doubts = views.unconfirmed(card, view.renderer.words)
    if doubts:
        said = "; ".join(f"{heading}: {what}" for heading, what in doubts)
        blocks.append(
            f"<p><em>{markup.escape(str(view.renderer.words['doubt']['title']))}: {markup.escape(said)}</em></p>"
        )
    if (found := places.place(card)).url:
        name = f"{found.name} {found.number}".rstrip()
        blocks.append(f'<p><a href="{markup.escape(found.url)}">{markup.escape(name)}</a></p>')
    return "".join(blocks)


def when(stamp: str, timezone: str) -> str:
    """Write a post's time as RFC 3339. A time without an offset is one of the site's time zone."""
    moment = datetime.fromisoformat(stamp)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone))
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def began(view: PageView) -> str:
    """Return the time of the first post: a feed without entries has not changed since."""
    posts = view.library.posts
    return when(posts[0].stamp, view.timezone) if posts else _NEVER


def write(
    view: PageView, folder: str, page: str, title: str, subtitle: str, entries: Sequence[FeedEntry]
) -> Iterable[tuple[str, bytes]]:
    """Write the feeds of a folder; `page` is the page that lists the same."""
    own, home = f"{view.config.url}/{folder}", f"{view.config.url}/{page}"
    yield f"{folder}feed.xml", _atom(view, own, home, title, subtitle, entries).encode()
    yield f"{folder}feed.json", _json(view, own, home, title, subtitle, entries)


def _atom(view: PageView, own: str, home: str, title: str, subtitle: str, entries: Sequence[FeedEntry]) -> str:
    updated = max((entry.updated for entry in entries), key=datetime.fromisoformat, default=began(view))
    rows = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(view.language)}>',
        f"<title>{_xml(title)}</title>",
        *([f"<subtitle>{_xml(subtitle)}</subtitle>"] if subtitle else []),
        f"<id>{_xml(own)}</id>",
        f"<updated>{updated}</updated>",
        f"<author><name>{_xml(view.config.author)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(own + "feed.xml")}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(home)}/>',
    ]
    for entry in entries:
        rows += [
            "<entry>",
            f"<title>{_xml(entry.title)}</title>",
            f"<id>{_xml(entry.url)}</id>",
            f'<link rel="alternate" type="text/html" href={quoteattr(entry.url)}/>',
            f"<published>{entry.when}</published>",
            f"<updated>{entry.updated}</updated>",
            *(f"<author><name>{_xml(name)}</name></author>" for name in entry.authors if name.strip()),
            *(f"<category term={quoteattr(tag)}/>" for tag in entry.tags),
            *([f"<summary>{_xml(entry.summary)}</summary>"] if entry.summary else []),
            f'<content type="html">{_xml(entry.html)}</content>',
            "</entry>",
        ]
    return "\n".join([*rows, "</feed>", ""])


def _json(view: PageView, own: str, home: str, title: str, subtitle: str, entries: Sequence[FeedEntry]) -> bytes:
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": home,
        "feed_url": f"{own}feed.json",
        "language": view.language,
        "authors": [{"name": view.config.author}],
        "items": [
            {
                "id": entry.url, "url": entry.url, "title": entry.title, "date_published": entry.when,
                **({"date_modified": entry.updated} if entry.updated != entry.when else {}),
                "content_html": entry.html, "summary": entry.summary, "tags": list(entry.tags),
                **({"authors": [{"name": name} for name in entry.authors]} if entry.authors else {}),
            }
            for entry in entries
        ],
    }  # fmt: skip
    if subtitle:
        feed["description"] = subtitle
    return msgspec.json.format(msgspec.json.encode(feed), indent=1) + b"\n"


def _xml(text: str) -> str:
    return escape(text)


_NEVER = datetime(1970, 1, 1, tzinfo=UTC).isoformat().replace("+00:00", "Z")
"""Atom wants a time also where nothing was ever published; that of the build would differ from run to run."""
