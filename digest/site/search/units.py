"""The archive → the records of the search index, block by block. `search` describes the index."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from digest.site import urls
from digest.site.content import markup
from digest.site.library import PaperRef
from digest.site.pages import views
from digest.site.pages.context import PageView, Unit
from digest.site.search import files


def units(view: PageView, terms: str) -> Iterator[Unit]:
    """Plan the blocks of the index. Papers are numbered as they first appeared; their text is the newest."""
    library = view.library
    # Later numbers are found first: the papers of a day are numbered from its last, so that they keep the day's order.
    days = itertools.groupby(library.owners, key=lambda slug: _appeared(view, slug))
    slugs = [slug for _, group in days for slug in reversed(list(group))]
    for number in range(-(-len(slugs) // files.BLOCK)):
        rows = [(slug, library.owners[slug]) for slug in slugs[number * files.BLOCK : (number + 1) * files.BLOCK]]
        key = [[view.content_hash(place), library.posts[_appeared(view, slug)].date] for slug, place in rows]
        yield Unit(f"search {number}", key, partial(_block, view, number, rows))
    topics = sorted({topic.name for topic in library.topics.values() if not topic.tag})
    yield Unit("search", [len(slugs), topics, terms], partial(_top, len(slugs), topics, terms))


def _appeared(view: PageView, slug: str) -> int:
    """Return the position of the post in which a paper first stood."""
    library = view.library
    return library.repeats[slug][0] if slug in library.repeats else library.owners[slug][0]


def _block(view: PageView, number: int, rows: Sequence[tuple[str, PaperRef]]) -> Iterable[tuple[str, bytes]]:
    records = []
    for at, (slug, place) in enumerate(rows, number * files.BLOCK):
        card = view.card(place)
        topics = tuple(view.library.topics[topic].name for topic in _topics(view, place))
        fields = tuple(markup.bare(part.html) for part in card.parts)
        signs = views.signs(card, view.renderer.words)
        day = view.library.posts[_appeared(view, slug)].date
        shown = files.Record(at, f"papers/{slug}/", card.title, card.tldr, day, topics, fields, signs)
        records.append(shown)
    return files.block(number, records).items()


def _topics(view: PageView, place: PaperRef) -> list[str]:
    """Return the slugs of a paper's topics, each once."""
    return list(dict.fromkeys(urls.slug(topic) for topic in view.library.paper(place).topics))


def _top(count: int, topics: Sequence[str], terms: str) -> Iterable[tuple[str, bytes]]:
    return files.top(count, topics, files.terms(terms)).items()
