"""The pages of posts: a day with its papers in full, or what somebody wrote by hand."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from digest.model.references.citations import csl, ris
from digest.site import urls
from digest.site.library.addresses import PART
from digest.site.pages import views
from digest.site.pages.context import PageView, Unit
from digest.site.pages.data import papers as data
from digest.site.pages.data.places import citation
from digest.site.records import Card, PostPage, UnpublishedPaper

_READ_A_MINUTE = 600
"""Korean characters, with spaces, that people read in a minute."""
AT_A_GLANCE = 8
"""So many papers stand on home with all that lists say; a day of more is folded, so that a phone scrolls past it."""
_CHIPS = 10
"""So many topics of a day are offered to filter by."""


def unit(view: PageView, position: int) -> Unit:
    """Plan a post's page."""
    post = view.library.posts[position]
    around = [view.post(position - 1), view.post(position + 1)]
    sight = [[near.url, near.date, near.kind, near.title] if near else None for near in around]
    return Unit(f"day {post.file}", [post.content_hash, sight], partial(_day, view, position))


def origins_line(view: PageView, day: PostPage) -> str:
    """Say how many papers a day holds, what was read of them, and how long it takes to read."""
    cards = day.cards
    phrases = [listed_line(view, day)]
    origins = [card.source.origin for card in cards if card.source]
    abstract, imported = origins.count("abstract"), origins.count("imported")
    if abstract:
        full = len(origins) - abstract - imported
        phrases.append(str(view.renderer.words["day"]["origins"]).format(full=full, abstract=abstract))
    if imported:
        some = view.renderer.words["day"]["unchecked" if imported == len(origins) else "unchecked_some"]
        phrases.append(str(some).format(n=imported))
    length = sum(len(part.html) for card in cards for part in card.parts)
    phrases.append(str(view.renderer.words["day"]["minutes"]).format(n=max(1, round(length / _READ_A_MINUTE))))
    if day.listing == "partial":
        phrases.append(str(view.renderer.words["day"]["partial"]))
    return " · ".join(phrases)


def listed_line(view: PageView, day: PostPage) -> str:
    """Say how many papers a day holds, and of how many that were listed."""
    listed = len(day.cards) + len(unpublished(day))
    known = "day.papers" if listed == len(day.cards) else "day.of_list"
    return view.locale.count(known, len(day.cards), seen=f"{listed:,}")


def unpublished(day: PostPage) -> Sequence[UnpublishedPaper]:
    """Return the papers of the day's list that are not in the post."""
    return day.ledger.papers if day.ledger else ()


def spot(url: str, number: int) -> str:
    """Return where the paper of a number, from 1, stands on the pages of its day, from the site's top."""
    part = (number - 1) // PART
    page = urls.href(f"/{urls.beside(url)}{part + 1}/" if part else url)
    return f"{page}#p{number}"


def topics(cards: Iterable[Card]) -> list[tuple[str, str, int]]:
    """Return the commonest topics of papers: name, slug, and how many have it; none where there is no choice."""
    count = Counter(topic for card in cards for topic in dict.fromkeys(card.topics))
    ranked = sorted(count.items(), key=lambda pair: -pair[1])
    return [(topic, urls.slug(topic), number) for topic, number in ranked[:_CHIPS]] if len(ranked) > 1 else []


def description(view: PageView, day: PostPage) -> str:
    """Say in a line what a day brings, for those who see a link to it."""
    lines = " · ".join(map(views.in_short, day.cards[:3]))
    return f"{view.locale.date(day.date, 'long')}: {lines}"


def _day(view: PageView, position: int) -> Iterable[tuple[str, bytes]]:
    day, path = view.post_page(position), urls.file_of(view.library.posts[position].url)
    view.keep(position)  # now, while the post is at hand
    previous, following = view.post(position - 1), view.post(position + 1)
    shared: dict[str, Any] = {"day": day, "previous": previous, "next": following}
    own = day.layout not in {"post", "page"}
    if day.cards:
        yield from _references(view, position, day)
    if day.body_html or not day.cards:
        template = f"layout-{day.layout}" if own else "post"
        yield (
            path,
            view.renderer.page(
                template,
                path,
                title=day.title,
                description=day.description,
                kind="article",
                images=day.images,
                **shared,
            ),
        )
        return
    shared |= {"images": image_origins(day.cards), "picture": view.picture_of(day.url)}
    shared["files"] = urls.href(f"/{urls.beside(day.url)}papers")
    shared |= _heading(view, day)
    template = f"layout-{day.layout}" if own else "day"
    cards = view.card_views(position)
    starts = range(0, len(cards), PART)
    parts = [(f"{start + 1}–{min(start + PART, len(cards))}", spot(day.url, start + 1)) for start in starts]
    for number, start in enumerate(starts):
        at = f"{urls.beside(day.url)}{number + 1}/index.html" if number else path
        yield (
            at,
            view.renderer.page(
                template,
                at,
                cards=cards[start : start + PART],
                before=start,
                part=number,
                parts_of_day=parts,
                folded=len(cards) > AT_A_GLANCE,
                topics=topics(day.cards[start : start + PART]),
                kind="article",
                **shared,
            ),
        )


def _references(view: PageView, position: int, day: PostPage) -> Iterable[tuple[str, bytes]]:
    """Yield the files beside a day's page: its papers' references, and all that is known of them, each paper once."""
    once: dict[str, tuple[Card, str]] = {}
    for card, entry in zip(day.cards, view.extract(position).bibtex, strict=True):
        once.setdefault(card.slug, (card, entry))
    cited = [citation(card) for card, _ in once.values()]
    name = f"{urls.beside(day.url)}papers"
    yield f"{name}.bib", "\n".join(entry for _, entry in once.values()).encode()
    yield f"{name}.ris", "".join(map(ris.record, cited)).encode()
    yield f"{name}.csl.json", csl.joined(map(csl.item, cited)).encode()
    yield f"{name}.jsonl.gz", data.packed(day, view.config.url, once.values())


def _heading(view: PageView, day: PostPage) -> dict[str, Any]:
    """Say what all parts of a day say."""
    heading, daily = view.locale.date(day.date, "long"), _is_daily(day)
    rules: dict[str, list[Any]] = {}
    for out in day.ledger.left_out if day.ledger else ():
        rules.setdefault(out.why, []).append(out)
    # A list that names a paper twice must not give its page one id twice.
    named = {out.anchor: out for out in reversed(unpublished(day))}
    return {
        "title": heading if daily else day.title,
        "description": description(view, day),
        "heading": view.locale.title(day.date) if daily else day.title,
        "sub": ("" if daily else f"{heading} · ") + origins_line(view, day),
        "left_out": list(rules.items()),
        "named": named,
        "ledger_line": _ledger_line(view, day),
    }


def _is_daily(day: PostPage) -> bool:
    """Tell a day's digest from a post of chosen papers, by the date in its title or name."""
    return day.date in day.title or day.date in day.file


def image_origins(cards: Iterable[Card]) -> tuple[str, ...]:
    """Return the origins of the figures, for the page's policy."""
    return tuple(sorted({"/".join(card.figure.url.split("/", 3)[:3]) for card in cards if card.figure}))


def _ledger_line(view: PageView, day: PostPage) -> str:
    if day.ledger is None:
        return ""
    failed, left_out = len(day.ledger.failed), len(day.ledger.left_out)
    seen = len(day.cards) + failed + left_out
    lines = [str(view.renderer.words["ledger"]["line"]).format(seen=seen, published=len(day.cards))]
    lines += [
        view.locale.count(name, number)
        for name, number in (("ledger.line_failed", failed), ("ledger.line_left", left_out))
        if number
    ]
    return " ".join(lines)
