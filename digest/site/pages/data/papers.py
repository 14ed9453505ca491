"""A paper with its summary, for programs: linked data on its page, JSON of its day, a row in the index of its month."""

import gzip
from collections.abc import Iterable

import msgspec

from digest.model import schema
from digest.site import urls
from digest.site.content import markup
from digest.site.pages.data import places
from digest.site.records import Card, ClaimText, PostPage, SummarySource


def linked(card: Card, page_url: str) -> dict[str, object]:
    """Describe the paper for search engines and reference managers; its abstract and summary are on the page."""
    described: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": markup.bare(card.title_html)[:110],
        "identifier": places.identifier(card),
        **({"sameAs": card.arxiv_url} if card.arxiv_url else {}),
        "url": page_url,
    }
    if card.authors:
        described["author"] = [{"@type": "Person", "name": name} for name in card.authors[:100]]
    if card.submitted:
        described["datePublished"] = card.submitted
    return described


def _claim(claim: ClaimText) -> dict[str, object]:
    anchors = [
        {name: text for name in ("quote", "section", "context", "url") if (text := getattr(anchor, name))}
        for anchor in claim.anchors
    ]
    return {**({"text": claim.text} if claim.text else {}), "evidence": anchors}


def packed(day: PostPage, site_url: str, papers: Iterable[tuple[Card, str]]) -> bytes:
    """Write the papers of a day with their BibTeX for other programs: JSON on a line each, compressed."""
    rows = (_whole(card, day, site_url, bib) for card, bib in papers)
    return gzip.compress(b"".join(msgspec.json.encode(row) + b"\n" for row in rows), 6, mtime=0)


def _whole(card: Card, day: PostPage, site_url: str, bib: str) -> dict[str, object]:
    fields: dict[str, dict[str, object]] = {
        field.name: {"heading": field.heading, "text": ""} for field in schema.FIELDS if card.parts
    }
    for part in card.parts:
        fields[part.name] = {
            "heading": fields[part.name]["heading"],
            "text": markup.bare(part.html),
            **({"claims": [_claim(claim) for claim in part.claims]} if part.claims else {}),
            **({"unconfirmed": [words or kind for kind, words, _ in part.findings]} if part.findings else {}),
        }
    whole = {
        "id": card.id, "version": card.version, "title": card.title, "authors": card.authors,
        "url": f"{site_url}/papers/{card.slug}/",
        ("arxiv" if places.on_arxiv(card) else "link"): card.arxiv_url, "sources": card.sources,
        "tldr": card.tldr, "topics": card.topics, "upvotes": card.upvotes,
        "submitted": card.submitted, "categories": card.categories, "code": card.code, "project": card.project,
        "date": day.date, "day": f"{site_url}/{urls.href(day.url)}", "abstract": card.abstract,
        "state": card.state, "summary": fields, "source": _source(card.source) if card.source else None, "bibtex": bib,
    }  # fmt: skip
    return {name: value for name, value in whole.items() if value not in (None, "", (), [], {})}


def _source(source: SummarySource) -> dict[str, object]:
    """Return where a summary came from; of the checks only what there was to say."""
    shown = msgspec.structs.asdict(source)
    judged, right = shown.pop("figures")
    if not shown["unverified"]:
        del shown["unverified"]
    return {**shown, **({"figures": {"judged": judged, "in_evidence": right}} if judged else {})}


def row(card: Card, number: int, date: str, day_url: str, site_url: str) -> str:
    """Write what the index of a month says of a paper, as JSON on a line."""
    whole = {
        "id": card.id, "title": card.title, "authors": card.authors, "tldr": card.tldr, "topics": card.topics,
        "date": date, "rank": number, "upvotes": card.upvotes, "state": card.signs, "organization": card.organization,
        "url": f"{site_url}/papers/{card.slug}/", "day": f"{site_url}/{urls.href(day_url)}", "link": card.arxiv_url,
        "code": card.code,
    }  # fmt: skip
    return msgspec.json.encode({name: value for name, value in whole.items() if value not in (None, "", ())}).decode()
