"""The archive → the records of the search index, block by block. What an index looks like is told in `search`."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from digest.site import urls
from digest.site.content import markup
from digest.site.library import PaperRef
from digest.site.pages.context import Desk, Unit
from digest.site.search import files


def units(desk: Desk, terms: str) -> Iterator[Unit]:
    """Plan the blocks of the index. Papers are numbered as they first appeared; their text is the newest."""
    library = desk.library
    # Later numbers are found first: the papers of a day are numbered from its last, so that they keep the day's order.
    days = itertools.groupby(library.owners, key=lambda slug: _appeared(desk, slug))
    slugs = [slug for _, group in days for slug in reversed(list(group))]
    for number in range(-(-len(slugs) // files.BLOCK)):
        rows = [(slug, library.owners[slug]) for slug in slugs[number * files.BLOCK : (number + 1) * files.BLOCK]]
        key = [[desk.mark(place), library.bones[_appeared(desk, slug)].date] for slug, place in rows]
        yield Unit(f"search {number}", key, partial(_block, desk, number, rows))
    topics = sorted({topic.name for topic in library.topics.values() if not topic.tag})
    yield Unit("search", [len(slugs), topics, terms], partial(_top, len(slugs), topics, terms))


def _appeared(desk: Desk, slug: str) -> int:
    """Return the position of the post in which a paper first stood."""
    library = desk.library
    return library.repeats[slug][0] if slug in library.repeats else library.owners[slug][0]


def _block(desk: Desk, number: int, rows: Sequence[tuple[str, PaperRef]]) -> Iterable[tuple[str, bytes]]:
    records = []
    for at, (slug, place) in enumerate(rows, number * files.BLOCK):
        card = desk.card(place)
        topics = tuple(desk.library.topics[topic].name for topic in library_topics(desk, place))
        fields = tuple(markup.bare(part.html) for part in card.parts)
        day = desk.library.bones[_appeared(desk, slug)].date
        records.append(files.Record(at, f"papers/{slug}/", card.title, card.tldr, day, topics, fields))
    return files.block(number, records).items()


def library_topics(desk: Desk, place: PaperRef) -> list[str]:
    """Return the slugs of a paper's topics, each once."""
    return list(dict.fromkeys(urls.slug(topic) for topic in desk.library.paper(place).topics))


def _top(count: int, topics: Sequence[str], terms: str) -> Iterable[tuple[str, bytes]]:
    return files.top(count, topics, files.terms(terms)).items()
