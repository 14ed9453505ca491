"""Atom and JSON Feed, with whole summaries: of the site by post, of each topic by paper."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

import msgspec

from digest.model import schema
from digest.site import urls
from digest.site.content import markup
from digest.site.library import PaperRef, Topic
from digest.site.pages import views
from digest.site.pages.context import Desk, Unit
from digest.site.records import Card, Day

POSTS, PAPERS = 10, 20
"""How many entries a feed of the site, and of a topic, holds."""
_HEADINGS = {field.name: field.heading for field in schema.FIELDS}


class Entry(NamedTuple):
    """One entry of a feed."""

    url: str
    title: str
    when: str
    html: str
    summary: str
    tags: Sequence[str]
    authors: Sequence[str] = ()


def units(desk: Desk) -> Iterator[Unit]:
    """Plan the feeds of the site and of each topic."""
    bones = desk.library.bones
    newest = list(range(len(bones) - 1, max(-1, len(bones) - 1 - POSTS), -1))
    yield Unit("feed", [bones[at].mark for at in newest], partial(_site, desk, newest))
    for topic in desk.library.topics.values():
        if not topic.tag:
            places = topic.places[: -PAPERS - 1 : -1]
            key = [topic.name, [desk.mark(place) for place in places]]
            yield Unit(f"feed {topic.slug}", key, partial(_topic, desk, topic, places))


def _site(desk: Desk, newest: Sequence[int]) -> Iterable[tuple[str, bytes]]:
    entries = [_post_entry(desk, desk.day(at)) for at in newest]
    yield from _both(desk, "", desk.config.title, desk.press.description, entries)


def _topic(desk: Desk, topic: Topic, places: Sequence[PaperRef]) -> Iterable[tuple[str, bytes]]:
    entries = [_paper_entry(desk, desk.day(place[0]), desk.card(place)) for place in places]
    yield from _both(desk, f"topics/{topic.slug}/", f"{topic.name} — {desk.config.title}", "", entries)


def _post_entry(desk: Desk, day: Day) -> Entry:
    papers = [
        f'<h2><a href="{markup.escape(card.arxiv_url)}">{card.title_html}</a></h2>{_paper_html(desk, card)}'
        for card in day.cards
    ]
    notes = [f"<p>{note}</p>" for note in day.notes_html]
    first = " · ".join(card.tldr or card.title for card in day.cards) or day.description
    return Entry(
        f"{desk.config.url}/{urls.href(day.url)}", day.title, when(day.stamp, desk.timezone),
        "".join([*notes, *papers]) or day.body_html, first, day.tags,
    )  # fmt: skip


def _paper_entry(desk: Desk, day: Day, card: Card) -> Entry:
    link = f'<p><a href="{markup.escape(card.arxiv_url)}">arXiv {card.id}</a></p>'
    return Entry(
        f"{desk.config.url}/papers/{card.slug}/", card.title, when(day.stamp, desk.timezone),
        _paper_html(desk, card) + link, card.tldr, card.topics, card.authors[:20],
    )  # fmt: skip


def _paper_html(desk: Desk, card: Card) -> str:
    blocks = [f"<p><strong>{card.tldr_html}</strong></p>"] if card.tldr_html else []
    for part in card.parts:
        if part.html:
            heading = f"<strong>{_HEADINGS[part.name]}</strong>"
            blocks.append(f"<p>{heading}</p>{part.html}" if part.block else f"<p>{heading} {part.html}</p>")
    doubts = views.unconfirmed(card, desk.press.words)
    if doubts:
        blocks.append(
            f"<p><em>{markup.escape(str(desk.press.words['doubt']['title']))}: {markup.escape(doubts)}</em></p>"
        )
    return "".join(blocks)


def when(stamp: str, timezone: str) -> str:
    """Write a post's time as RFC 3339. A time without an offset is one of the site's time zone."""
    moment = datetime.fromisoformat(stamp)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone))
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _both(desk: Desk, folder: str, title: str, subtitle: str, entries: Sequence[Entry]) -> Iterable[tuple[str, bytes]]:
    home = f"{desk.config.url}/{folder}"
    yield f"{folder}feed.xml", _atom(desk, home, title, subtitle, entries).encode()
    yield f"{folder}feed.json", _json(desk, home, title, subtitle, entries)


def _atom(desk: Desk, home: str, title: str, subtitle: str, entries: Sequence[Entry]) -> str:
    updated = max((entry.when for entry in entries), key=datetime.fromisoformat, default=_NEVER)
    rows = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(desk.language)}>',
        f"<title>{_xml(title)}</title>",
        *([f"<subtitle>{_xml(subtitle)}</subtitle>"] if subtitle else []),
        f"<id>{_xml(home)}</id>",
        f"<updated>{updated}</updated>",
        f"<author><name>{_xml(desk.config.author)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(home + "feed.xml")}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(home)}/>',
    ]
    for entry in entries:
        rows += [
            "<entry>",
            f"<title>{_xml(entry.title)}</title>",
            f"<id>{_xml(entry.url)}</id>",
            f'<link rel="alternate" type="text/html" href={quoteattr(entry.url)}/>',
            f"<published>{entry.when}</published>",
            f"<updated>{entry.when}</updated>",
            *(f"<author><name>{_xml(name)}</name></author>" for name in entry.authors if name.strip()),
            *(f"<category term={quoteattr(tag)}/>" for tag in entry.tags),
            *([f"<summary>{_xml(entry.summary)}</summary>"] if entry.summary else []),
            f'<content type="html">{_xml(entry.html)}</content>',
            "</entry>",
        ]
    return "\n".join([*rows, "</feed>", ""])


def _json(desk: Desk, home: str, title: str, subtitle: str, entries: Sequence[Entry]) -> bytes:
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": home,
        "feed_url": f"{home}feed.json",
        "language": desk.language,
        "authors": [{"name": desk.config.author}],
        "items": [
            {
                "id": entry.url, "url": entry.url, "title": entry.title, "date_published": entry.when,
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
