"""Weeks and months: their best papers, the topics that rise and fall, papers that are close to each other; and feeds.

A week has the address of its ISO number. Pages of the past change only with their own posts and those they are
compared with.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from digest.model import PaperId
from digest.model.corpus.periods import KINDS
from digest.site import urls
from digest.site.content import markup
from digest.site.content.overview import overview_of
from digest.site.library import PaperRef
from digest.site.library.periods import Pairs, Period, TopicMovements, close_papers, moved_topics, topics_of_posts
from digest.site.library.periods import periods as found_periods
from digest.site.pages import feeds, pictures, views
from digest.site.pages.context import PageView, Unit
from digest.site.records import OverviewText

BEST = 10
"""So many papers are shown as a period's best."""


def units(view: PageView) -> Iterator[Unit]:
    """Plan a page for each week and month that has papers, the lists of them, and their feeds."""
    topics = topics_of_posts(view.library)
    for folder in KINDS:
        periods = list(found_periods(view.library, folder))
        moved = [moved_topics(view.library, period, topics) for period in periods]
        names = [one.name for one in periods]
        for place, period in enumerate(periods):
            around = [names[at] if 0 <= at < len(names) else "" for at in (place - 1, place + 1)]
            pairs = close_papers(view.library, view.related.close, period)
            key = [_hashes(view, period.positions), moved[place], pairs, around, _written(view, period)]
            yield Unit(f"{folder} {period.name}", key, partial(_page, view, period, around, moved[place], pairs))
        listed = [[one.name, one.days, one.papers] for one in periods]
        yield Unit(folder, listed, partial(_list, view, folder, periods))
        # The newest one is not over yet.
        ended = list(zip(periods, moved, strict=True))[-1 - feeds.POSTS : -1][::-1]
        key = [[one.name, _hashes(view, one.positions), movements, _written(view, one)] for one, movements in ended]
        yield Unit(f"feed {folder}/", key or feeds.began(view), partial(_feed, view, folder, ended))


def addresses(view: PageView) -> Iterator[str]:
    """Yield the addresses of all these pages."""
    for folder in KINDS:
        yield f"{folder}/"
        yield from (f"{folder}/{period.name}/" for period in found_periods(view.library, folder))


def _hashes(view: PageView, positions: Iterable[int]) -> list[bytes]:
    return [view.library.posts[position].content_hash for position in positions]


class Best(NamedTuple):
    """The best papers of a period, each once, as its newest post has it."""

    votes: list[PaperRef]
    taste: list[PaperRef]
    """Those that are most like what is followed; none where nothing is."""


def _best(view: PageView, period: Period) -> Best:
    found: dict[str, tuple[int, float, PaperRef]] = {}
    for position in period.positions:
        for number, card in enumerate(view.post_page(position).cards):
            found[card.slug] = (card.upvotes or 0, card.taste, (position, number))
    ranked = sorted(found.values(), key=lambda one: (-one[0], -one[2][0], one[2][1]))
    liked = sorted((one for one in ranked if one[1] > 0), key=lambda one: -one[1])
    return Best([place for *_, place in ranked[:BEST]], [place for *_, place in liked[:BEST]])


def _written(view: PageView, period: Period) -> bytes:
    """Stand for what was written of a period."""
    return msgspec.json.encode(view.reviews.get(period.name), enc_hook=str)


def _overview(view: PageView, period: Period) -> tuple[OverviewText, ...]:
    if period.name not in view.reviews:
        return ()
    pages = [view.post_page(position) for position in period.positions]
    titles = {PaperId.parse(card.id): card.title for page in pages for card in page.cards}
    return overview_of(view.reviews[period.name], titles)


def _sub(view: PageView, period: Period) -> str:
    span = view.locale.span(period.days[0], period.days[-1], "week")
    return f"{span} · {view.locale.held('archive.month', len(period.days), period.papers)}"


def _page(
    view: PageView, period: Period, around: Sequence[str], moved: TopicMovements, close: Pairs
) -> Iterable[tuple[str, bytes]]:
    path = f"{period.folder}/{period.name}/index.html"
    root, words, best = urls.root_of(path), view.renderer.words["reviews"], _best(view, period)
    rising, falling = moved
    said, lines = _overview(view, period), " · ".join(views.in_short(view.card(place)) for place in best.votes[:3])
    flow = [(day, day.overview[:1]) for day in map(view.post_page, period.positions) if day.overview]
    yield (
        path,
        view.renderer.page(
            "review",
            path,
            title=view.locale.period(period.name),
            heading=view.locale.period(period.name),
            nav="archive",
            kind="article",
            picture=pictures.period_path(period.name) if view.painter else "",
            description=f"{_sub(view, period)}: {' '.join(markup.bare(one.html) for one in said) or lines}",
            folder=period.folder,
            overview=said,
            up=(f"{period.folder}/", words[period.folder]),
            sub=_sub(view, period),
            flow=[(urls.href(day.url), view.locale.date(day.date, "row"), said) for day, said in flow],
            best=view.renderer.with_root("\n".join(view.items(best.votes)), root),
            followed=view.renderer.with_root("\n".join(view.items(best.taste)), root),
            rising=rising,
            falling=falling,
            compared=str(words["compared"][period.folder]),
            pairs=[[views.listed(view.card(place)) for place in pair] for pair in close],
            days=view.renderer.with_root(
                "\n".join(view.extract(position).entry for position in reversed(period.positions)), root
            ) if period.folder == "weeks" else "",
            older=f"{period.folder}/{around[0]}/" if around[0] else "",
            newer=f"{period.folder}/{around[1]}/" if around[1] else "",
        ),
    )  # fmt: skip


def _list(view: PageView, folder: str, periods: Sequence[Period]) -> Iterable[tuple[str, bytes]]:
    words, path = view.renderer.words["reviews"], f"{folder}/index.html"
    yield (
        path,
        view.renderer.page(
            "reviews",
            path,
            title=str(words[folder]),
            heading=str(words[folder]),
            nav="archive",
            folder=folder,
            rows=[
                (f"{folder}/{one.name}/", view.locale.period(one.name), _sub(view, one)) for one in reversed(periods)
            ],
        ),
    )


def _feed(view: PageView, folder: str, ended: Sequence[tuple[Period, TopicMovements]]) -> Iterable[tuple[str, bytes]]:
    title = f"{view.renderer.words['reviews'][folder]} — {view.config.title}"
    entries = [_entry(view, period, moved) for period, moved in ended]
    yield from feeds.write(view, f"{folder}/", f"{folder}/", title, "", entries)


def _entry(view: PageView, period: Period, moved: TopicMovements) -> feeds.FeedEntry:
    words = view.renderer.words["reviews"]
    best, said = _best(view, period), _overview(view, period)
    html = f"<p>{markup.escape(_sub(view, period))}</p>"
    html += feeds.overview_html(view, str(words["overview"][period.folder]), said) if said else ""
    for name, papers in (("best", best.votes), ("followed", best.taste)):
        if papers:
            html += f"<h2>{markup.escape(str(words[name]))}</h2><ol>{''.join(_row(view, one) for one in papers)}</ol>"
    for name, topics in zip(("rising", "falling"), moved, strict=True):
        if topics:
            line = ", ".join(f"{one.name} {one.then}% → {one.now}%" for one in topics)
            html += f"<p><strong>{markup.escape(str(words[name]))}</strong> {markup.escape(line)}</p>"
    moment = feeds.when(view.library.posts[period.positions[-1]].stamp, view.timezone)
    return feeds.FeedEntry(
        url=f"{view.config.url}/{period.folder}/{period.name}/",
        title=view.locale.period(period.name),
        when=moment,
        updated=moment,
        html=html,
        summary=" · ".join(views.in_short(view.card(place)) for place in best.votes),
        tags=(),
    )


def _row(view: PageView, place: PaperRef) -> str:
    card = view.card(place)
    apart = "<br>" if card.tldr_html else ""
    return f'<li><a href="{view.config.url}/papers/{card.slug}/">{card.title_html}</a>{apart}{card.tldr_html}</li>'
