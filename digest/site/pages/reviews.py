"""Weeks and months: their best papers, the topics that rise and fall, papers that are close to each other; and feeds.

A week has the address of its ISO number. Pages of the past change only with their own posts and those they are
compared with.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from digest.site import urls
from digest.site.content import markup
from digest.site.library import PaperRef
from digest.site.library.periods import BEFORE, Movements, Period, moved_topics, topics_of_posts
from digest.site.library.periods import periods as found_periods
from digest.site.pages import feeds, views
from digest.site.pages.context import PageView, Unit

BEST = 10
"""So many papers are shown as a period's best."""
_PAIRS = 5


def units(view: PageView) -> Iterator[Unit]:
    """Plan a page for each week and month that has papers, the lists of them, and their feeds."""
    counts = topics_of_posts(view.library)
    for folder in BEFORE:
        periods = list(found_periods(view.library, folder))
        moved = [moved_topics(view.library, period, counts) for period in periods]
        names = [one.name for one in periods]
        for place, period in enumerate(periods):
            around = [names[at] if 0 <= at < len(names) else "" for at in (place - 1, place + 1)]
            key = [_hashes(view, period.positions), moved[place], _close(view, period), around]
            yield Unit(f"{folder} {period.name}", key, partial(_page, view, period, around, moved[place]))
        dates = [[view.library.posts[position].date for position in one.positions] for one in periods]
        listed = [[one.name, days, _papers(view, one.positions)] for one, days in zip(periods, dates, strict=True)]
        yield Unit(folder, listed, partial(_list, view, folder, periods))
        # The newest one is not over yet.
        ended = list(zip(periods, moved, strict=True))[-1 - feeds.POSTS : -1][::-1]
        key = [[one.name, _hashes(view, one.positions), movements] for one, movements in ended]
        yield Unit(f"feed {folder}/", key, partial(_feed, view, folder, ended))


def addresses(view: PageView) -> Iterator[str]:
    """Yield the addresses of all these pages."""
    for folder in BEFORE:
        yield f"{folder}/"
        yield from (f"{folder}/{period.name}/" for period in found_periods(view.library, folder))


def _hashes(view: PageView, positions: Iterable[int]) -> list[bytes]:
    return [view.library.posts[position].content_hash for position in positions]


def _papers(view: PageView, positions: Iterable[int]) -> int:
    return sum(len(view.library.posts[position].papers) for position in positions)


def _close(view: PageView, period: Period) -> list[tuple[PaperRef, PaperRef]]:
    """Return pairs of the period's papers that name each other first: the later paper, then the earlier one."""
    places = {
        paper.slug: (position, number)
        for position in period.positions
        for number, paper in enumerate(view.library.posts[position].papers)
    }
    ranked = sorted(
        (rank, -places[slug][0], places[slug][1], slug, other)
        for slug in places
        for rank, other in enumerate(view.related.get(slug, ()))
        if other in places
    )
    pairs: dict[frozenset[str], tuple[PaperRef, PaperRef]] = {}
    for _, _, _, slug, other in ranked:
        pairs.setdefault(frozenset({slug, other}), (places[slug], places[other]))
    return list(pairs.values())[:_PAIRS]


def _best(view: PageView, period: Period) -> list[PaperRef]:
    """Return the papers with the most votes, each once, as its newest post has it."""
    votes: dict[str, tuple[int, PaperRef]] = {}
    for position in period.positions:
        for number, card in enumerate(view.post_page(position).cards):
            votes[card.slug] = (card.upvotes or 0, (position, number))
    ranked = sorted(votes.values(), key=lambda one: (-one[0], -one[1][0], one[1][1]))
    return [place for _, place in ranked[:BEST]]


def _heading(view: PageView, period: Period) -> str:
    if period.folder == "months":
        return view.locale.date(f"{period.name}-01", "month")
    year, _, week = period.name.partition("-W")
    return str(view.renderer.words["reviews"]["week"]).format(year=year, n=int(week))


def _sub(view: PageView, period: Period) -> str:
    days = [view.library.posts[position].date for position in period.positions]
    span = str(view.renderer.words["pages"]["days"]).format(
        first=view.locale.date(days[0], "day"), last=view.locale.date(days[-1], "day")
    )
    papers = view.locale.count("papers", _papers(view, period.positions))
    return f"{span} · {view.locale.count('archive.month', len(days), days=len(days), papers=papers)}"


def _page(view: PageView, period: Period, around: Sequence[str], moved: Movements) -> Iterable[tuple[str, bytes]]:
    path = f"{period.folder}/{period.name}/index.html"
    root, words = urls.root_of(path), view.renderer.words["reviews"]
    rising, falling = moved
    best = _best(view, period)
    flow = [(day, day.overview[:1]) for day in map(view.post_page, period.positions) if day.overview]
    yield (
        path,
        view.renderer.page(
            "review",
            path,
            title=_heading(view, period),
            heading=_heading(view, period),
            nav="archive",
            kind="article",
            description=f"{_sub(view, period)}: " + " · ".join(view.card(place).tldr for place in best[:3]),
            up=(f"{period.folder}/", words[period.folder]),
            sub=_sub(view, period),
            flow=[(urls.href(day.url), view.locale.date(day.date, "day"), said) for day, said in flow],
            best=view.renderer.with_root("\n".join(view.items(best)), root),
            rising=rising,
            falling=falling,
            compared=str(words["compared"][period.folder]),
            pairs=[[views.card_name(view.card(place)) for place in pair] for pair in _close(view, period)],
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
            rows=[(f"{folder}/{one.name}/", _heading(view, one), _sub(view, one)) for one in reversed(periods)],
        ),
    )


def _feed(view: PageView, folder: str, ended: Sequence[tuple[Period, Movements]]) -> Iterable[tuple[str, bytes]]:
    title = f"{view.renderer.words['reviews'][folder]} — {view.config.title}"
    entries = [_entry(view, period, moved) for period, moved in ended]
    yield from feeds.write(view, f"{folder}/", f"{folder}/", title, "", entries)


def _entry(view: PageView, period: Period, moved: Movements) -> feeds.FeedEntry:
    words = view.renderer.words["reviews"]
    cards = [view.card(place) for place in _best(view, period)]
    rows = "".join(
        f'<li><a href="{view.config.url}/papers/{card.slug}/">{card.title_html}</a> {card.tldr_html}</li>'
        for card in cards
    )
    html = f"<p>{markup.escape(_sub(view, period))}</p><h2>{markup.escape(str(words['best']))}</h2><ol>{rows}</ol>"
    for name, topics in zip(("rising", "falling"), moved, strict=True):
        if topics:
            said = ", ".join(f"{one.name} {one.then}% → {one.now}%" for one in topics)
            html += f"<p><strong>{markup.escape(str(words[name]))}</strong> {markup.escape(said)}</p>"
    moment = feeds.when(view.library.posts[period.positions[-1]].stamp, view.timezone)
    return feeds.FeedEntry(
        url=f"{view.config.url}/{period.folder}/{period.name}/",
        title=_heading(view, period),
        when=moment,
        updated=moment,
        html=html,
        summary=" · ".join(card.tldr or card.title for card in cards),
        tags=(),
    )
