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
    shares = {
        slug: [100 * number / total if total else None for number, total in zip(numbers, totals, strict=True)]
        for _, slug, numbers in counts
    }
    known = sum(map(bool, totals))
    ends = min(4, max(1, known // 2))
    named = {slug: name for name, slug, _ in counts}
    now = {slug: _mean(values, -ends) for slug, values in shares.items()}
    ranked = sorted(shares, key=lambda slug: (-now[slug], slug))[:CHARTS] if known > 1 else []
    top = max(20, -(-int(max((share for slug in ranked for share in shares[slug] if share), default=0)) // 20) * 20)
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
            sub=str(words["sub"]).format(top=top, n=ends) if ranked else str(words["empty"]),
            charts=[
                {
                    "slug": slug,
                    "name": named[slug],
                    "now": round(now[slug]),
                    "change": _change(now[slug] - _mean(shares[slug], ends), str(words["points"])),
                    "svg": charts.line(shares[slug], top, first, last),
                }
                for slug in ranked
            ],
            weeks=[locale.date(day, "week") for day in weeks],
            rows=[
                {"name": named[slug], "shares": ["–" if value is None else round(value) for value in shares[slug]]}
                for slug in ranked
            ],
            totals=totals,
        ),
    )


def _mean(values: Sequence[float | None], ends: int) -> float:
    """Return the mean of the first weeks, or the last ones where `ends` is negative, of those that had papers."""
    known = [value for value in values if value is not None]
    some = known[ends:] if ends < 0 else known[:ends]
    return sum(some) / len(some) if some else 0.0


def _change(points: float, phrase: str) -> str:
    number = round(points)
    return phrase.format(sign="−" if number < 0 else "+" if number else "±", n=abs(number))
