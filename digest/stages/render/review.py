"""A week or a month → a post: overview, papers by votes and by the taste, topics that moved. Sites have own pages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from digest.adapters.templates import Templates
from digest.config import PostConfig
from digest.model import Entry, Header
from digest.model.corpus.movement import ANY, moved
from digest.model.corpus.periods import kind_of, span
from digest.model.corpus.ranking import by_taste, by_votes
from digest.model.corpus.reviews import Review
from digest.model.text import one_line
from digest.posts import escaping, notes, reviews
from digest.stages.render import overview_text

BEST = 10
"""So many papers a list holds."""


def of_review(
    review: Review, entries: Sequence[Entry], before: Sequence[Entry], templates: Templates, style: PostConfig
) -> str:
    """Write the post of a review. `entries` are those of its days, newest first, `before` those it is compared with."""
    words = templates.words(review.language)
    lists = [("best", by_votes(entries)), ("followed", by_taste(entries))]
    return templates.render(
        "review.md.j2",
        header=_header(review, words, style),
        overview=_overview(review, entries, words),
        lists=[(notes.say(words, title), [*map(_row, papers[:BEST])]) for title, papers in lists if papers],
        words=words["site"]["reviews"],
        compared=words["site"]["reviews"]["compared"][kind_of(review.name)],
        topics=_topics(entries, before),
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


def _topics(entries: Sequence[Entry], before: Sequence[Entry]) -> list[tuple[str, str]]:
    """Return what is said of the topics that rose and of those that fell, each with its name in the table of words."""
    names: dict[str, str] = {}
    counts = []
    for papers in (entries, before):
        count = Counter[str]()
        for entry in papers:
            own = {topic.casefold(): topic for topic in map(one_line, entry.summary.topics) if topic}
            for key, topic in own.items():
                names.setdefault(key, topic)
            count.update([*own, *([ANY] if own else [])])
        counts.append(count)
    lines = (
        ", ".join(f"{escaping.escape(names[one.topic])} {one.then}% → {one.now}%" for one in moves)
        for moves in moved(*counts)
    )
    return [(name, line) for name, line in zip(("rising", "falling"), lines, strict=True) if line]


def _row(entry: Entry) -> tuple[str, str, str]:
    title = one_line(entry.paper.title) or entry.paper.id
    return escaping.escape(title), entry.arxiv_url, escaping.escape(one_line(entry.summary.tldr))
