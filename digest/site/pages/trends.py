"""Which topics grow: their share of each week's papers, as small charts on one scale and as a table."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import takewhile

from digest.model.corpus import weekly as weeks
from digest.site.pages.context import PageView, Unit
from digest.site.rendering import charts

CHARTS = 12


def units(view: PageView) -> Iterator[Unit]:
    """Plan the page of trends."""
    mondays, totals, counts = _count(view)
    posts, digests = view.library.posts, view.library.digests
    newest = posts[digests[-1]].date if digests else ""
    yield Unit("trends", [mondays, totals, counts, newest], partial(_page, view, mondays, totals, counts, newest))


def _count(view: PageView) -> tuple[list[str], list[int], list[tuple[str, str, list[int]]]]:
    """Count the papers with topics of the last weeks: Mondays, totals, and by topic name, slug and numbers."""
    library = view.library
    newest = [library.posts[position] for position in reversed(library.digests)]
    days = [date.fromisoformat(post.date) for post in newest]
    oldest = days[0] - timedelta(weeks=weeks.WEEKS) if days else None
    # Newest first, so that an archive of ten years is not read to its end.
    recent = takewhile(lambda pair: pair[0] >= oldest, zip(days, newest, strict=True)) if oldest else ()
    counted = weeks.count((day, paper.slug, library.topics_of(paper)) for day, post in recent for paper in post.papers)
    rows = [(library.topics[slug].name, slug, list(numbers)) for slug, numbers in counted.topics.items()]
    return list(counted.mondays), list(counted.totals), rows


def _page(
    view: PageView,
    weeks: Sequence[str],
    totals: Sequence[int],
    counts: Sequence[tuple[str, str, list[int]]],
    newest: str,
) -> Iterable[tuple[str, bytes]]:
    words, locale = view.renderer.words["trends"], view.locale
    ends = min(4, max(1, len(weeks) // 2))
    shares = {
        slug: [100 * number / total if total else 0.0 for number, total in zip(numbers, totals, strict=True)]
        for _, slug, numbers in counts
    }
    named = {slug: name for name, slug, _ in counts}
    now = {slug: _mean(values[-ends:]) for slug, values in shares.items()}
    ranked = sorted(shares, key=lambda slug: (-now[slug], slug))[:CHARTS] if len(weeks) > 1 else []
    top = max(20, -(-int(max((max(shares[slug]) for slug in ranked), default=0)) // 20) * 20)
    first, last = (locale.date(day, "week") for day in (weeks[0], weeks[-1])) if weeks else ("", "")
    yield (
        "trends/index.html",
        view.renderer.page(
            "trends",
            "trends/index.html",
            title=str(view.renderer.words["nav"]["trends"]),
            nav="trends",
            span=str(words["span"]).format(first=locale.date(weeks[0], "day"), last=locale.date(newest, "day"))
            if ranked
            else "",
            sub=str(words["sub"]).format(top=top) if ranked else str(words["empty"]),
            charts=[
                {
                    "slug": slug,
                    "name": named[slug],
                    "now": round(now[slug]),
                    "change": _change(now[slug] - _mean(shares[slug][:ends]), str(words["points"])),
                    "svg": charts.line(shares[slug], top, first, last),
                }
                for slug in ranked
            ],
            weeks=[locale.date(day, "week") for day in weeks],
            rows=[{"name": named[slug], "shares": [round(value) for value in shares[slug]]} for slug in ranked],
            totals=totals,
        ),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _change(points: float, phrase: str) -> str:
    number = round(points)
    return phrase.format(sign="−" if number < 0 else "+" if number else "±", n=abs(number))
