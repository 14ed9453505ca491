"""A week or a month → a post: its overview, its papers by votes and by the taste. Sites have a page of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from digest.adapters.templates import Templates
from digest.config import PostConfig
from digest.model import Entry, Header
from digest.model.corpus.periods import kind_of, span
from digest.model.corpus.ranking import by_taste, by_votes
from digest.model.corpus.reviews import Review
from digest.model.text import one_line
from digest.posts import escaping, notes, reviews
from digest.stages.render import overview_text

BEST = 10
"""So many papers a list holds."""


def of_review(review: Review, entries: Sequence[Entry], templates: Templates, style: PostConfig) -> str:
    """Write the post of a review, `entries` being those of its days, newest first. Withdrawn papers are not in it."""
    words = templates.words(review.language)
    shown = [entry for entry in entries if not entry.paper.withdrawn]
    lists = [("best", by_votes(shown)), ("followed", by_taste(shown))]
    return templates.render(
        "review.md.j2",
        header=_header(review, words, style),
        overview=_overview(review, shown, words),
        lists=[(notes.say(words, title), [*map(_row, papers[:BEST])]) for title, papers in lists if papers],
    )


def _header(review: Review, words: Mapping[str, Any], style: PostConfig) -> Header:
    first, last = span(review.name)
    year, _, week = review.name.partition("-W")
    month = words["site"]["months"][first.month - 1]
    of_week = kind_of(review.name) == "weeks"
    title = notes.say(words, "week" if of_week else "month", year=year[:4], n=int(week or first.month), month=month)
    return Header(
        title=title,
        date=f"{last} {style.time}",
        tags=style.tags,
        categories=style.categories,
        extra_source=f"{reviews.KEY}: {review.name}\n",
    )


def _overview(review: Review, entries: Sequence[Entry], words: Mapping[str, Any]) -> str:
    text = overview_text(review.overview, entries)
    note = "week_overview" if kind_of(review.name) == "weeks" else "month_overview"
    return notes.say(words, note, text=text) if text else ""


def _row(entry: Entry) -> tuple[str, str, str]:
    title = one_line(entry.paper.title) or entry.paper.id
    return escaping.escape(title), entry.arxiv_url, escaping.escape(one_line(entry.summary.tldr))
