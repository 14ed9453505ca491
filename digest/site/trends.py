"""Which topics grow: their share of each week's papers, as small charts on one scale and as a table."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from digest.site import charts, names
from digest.site.units import Desk, Unit

WEEKS = 26
CHARTS = 12


def units(desk: Desk) -> Iterator[Unit]:
    """Plan the page of trends."""
    weeks, totals, counts = _count(desk)
    yield Unit("trends", [weeks, totals, counts], partial(_page, desk, weeks, totals, counts))


def _count(desk: Desk) -> tuple[list[str], list[int], list[tuple[str, str, list[int]]]]:
    """Count the papers with topics of the last weeks: Mondays, totals, and by topic name, slug and numbers."""
    library = desk.library
    digests = library.digests
    if not digests:
        return [], [], []
    newest = date.fromisoformat(library.bones[digests[-1]].date)
    last = newest - timedelta(days=newest.weekday())
    mondays = [(last - timedelta(weeks=back)).isoformat() for back in range(WEEKS - 1, -1, -1)]
    totals: Counter[int] = Counter()
    by_topic: dict[str, Counter[int]] = {}
    for position in reversed(digests):
        bone = library.bones[position]
        week = (date.fromisoformat(bone.date) - date.fromisoformat(mondays[0])).days // 7
        if week < 0:
            break
        for paper in bone.papers:
            totals[week] += bool(paper.topics)
            for slug in {names.slug(topic) for topic in paper.topics}:
                by_topic.setdefault(slug, Counter())[week] += 1
    start = next((week for week in range(WEEKS) if totals[week]), 0)
    span = range(start, WEEKS)
    rows = [
        (library.topics[slug].name, slug, [count[week] for week in span]) for slug, count in sorted(by_topic.items())
    ]
    return mondays[start:], [totals[week] for week in span], rows


def _page(
    desk: Desk, weeks: Sequence[str], totals: Sequence[int], counts: Sequence[tuple[str, str, list[int]]]
) -> Iterable[tuple[str, bytes]]:
    words, speech = desk.press.words["trends"], desk.speech
    ends = min(4, max(1, len(weeks) // 2))
    shares = {
        slug: [100 * number / total if total else 0.0 for number, total in zip(numbers, totals, strict=True)]
        for _, slug, numbers in counts
    }
    named = {slug: name for name, slug, _ in counts}
    now = {slug: _mean(values[-ends:]) for slug, values in shares.items()}
    ranked = sorted(shares, key=lambda slug: (-now[slug], slug))[:CHARTS] if len(weeks) > 1 else []
    top = max(20, -(-int(max((max(shares[slug]) for slug in ranked), default=0)) // 20) * 20)
    first, last = (speech.date(day, "week") for day in (weeks[0], weeks[-1])) if weeks else ("", "")
    yield (
        "trends/index.html",
        desk.press.page(
            "trends",
            "trends/index.html",
            title=str(desk.press.words["nav"]["trends"]),
            nav="trends",
            span=str(words["span"]).format(first=speech.date(weeks[0], "day"), last=speech.date(weeks[-1], "day"))
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
            weeks=[speech.date(day, "week") for day in weeks],
            rows=[{"name": named[slug], "shares": [round(value) for value in shares[slug]]} for slug in ranked],
            totals=totals,
        ),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _change(points: float, phrase: str) -> str:
    number = round(points)
    return phrase.format(sign="−" if number < 0 else "+" if number else "±", n=abs(number))
