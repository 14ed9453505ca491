"""The archive → the records of the search index, block by block. `files` describes the index."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from digest.adapters.store.damage import Damaged
from digest.model import ArxivId
from digest.site import urls
from digest.site.content import markup
from digest.site.library import PaperRef
from digest.site.pages import views
from digest.site.pages.context import PageView, Unit, key_hash
from digest.site.records import DayLedger
from digest.site.search import files
from digest.site.search.keys import SearchKeys


class _Searched(NamedTuple):
    """Where a record comes from."""

    day: str
    key: bytes
    """Stands for everything it shows. A hash, because as many are held as there are papers."""
    paper: PaperRef | None
    post: int
    """The post in whose ledger it is."""
    id: str
    """Its id there."""


def units(view: PageView, source: str) -> Iterator[Unit]:
    """Plan the index. Papers are numbered as they first appeared; their text is the newest."""
    places = _places(view)
    table = files.terms(source)
    keys = SearchKeys(table)  # of all blocks: most of their terms are alike
    spans = files.spans(len(places))
    for start, end in chain.from_iterable(map(files.runs, spans)):
        rows = places[start:end]
        make = partial(_texts, view, start, rows, table, keys)
        yield Unit(f"search texts {start}", [row.key for row in rows], make)
    keys = SearchKeys(table)  # without what those remember, while spans take room
    for number, bounds in enumerate(spans):
        rows = places[bounds[0] : bounds[1]]
        key = [bounds, source, [row.key for row in rows]]
        yield Unit(f"search {number}", key, partial(_span, view, bounds, rows, table, keys))
    topics = sorted({topic.name for topic in view.library.topics.values() if not topic.tag})
    yield Unit("search", [len(places), topics, source], partial(_top, len(places), topics, table))


def kept(view: PageView) -> set[str]:
    """Return the names under which indexes of blocks may be kept."""
    most = sum(len(post.papers) + len(post.ledger) for post in view.library.posts)
    return {_name(start) for start in range(0, most, files.PART)}


def _name(start: int) -> str:
    return f"search block {start}"


def _places(view: PageView) -> list[_Searched]:
    """Put papers, and titles of ledgers that are no papers of the site, in order; within a day the last comes first.

    Later numbers are found first, so a day's papers keep its order.
    """
    library = view.library
    papers: dict[int, list[_Searched]] = {}
    for slug, place in library.owners.items():
        first = library.repeats[slug][0] if slug in library.repeats else place[0]
        day, names = library.posts[first].date, _topics(view, place)
        papers.setdefault(first, []).append(
            _Searched(day, key_hash([view.content_hashes([place]), day, names]), place, first, slug)
        )
    seen: set[str] = set()
    found: list[_Searched] = []
    for number, post in enumerate(library.posts):
        left = [one for one in post.ledger if one not in seen and ArxivId(one).slug not in library.owners]
        seen.update(left)
        found += [_Searched(post.date, key_hash([post.content_hash, one]), None, number, one) for one in reversed(left)]
        found += reversed(papers.get(number, []))
    return found


def _records(view: PageView, rows: Sequence[_Searched]) -> Iterator[files.Record]:
    for row in rows:
        yield _paper(view, row, row.paper) if row.paper else _unpublished(view, row)


def _paper(view: PageView, row: _Searched, place: PaperRef) -> files.Record:
    card = view.card(place)
    return files.Record(
        url=f"papers/{card.slug}/",
        title=card.title,
        day=row.day,
        id=card.id,
        tldr=card.tldr,
        topics=_topics(view, place),
        authors=card.authors,
        organization=card.organization,
        abstract=card.abstract,
        fields=tuple(markup.bare(part.html) for part in card.parts),
        signs=views.signs(card, view.renderer.words),
    )


def _unpublished(view: PageView, row: _Searched) -> files.Record:
    page, words = view.post_page(row.post), view.renderer.words["ledger"]
    ledger = page.ledger or DayLedger()
    out = next((one for one in ledger.papers if one.id == row.id), None)
    if out is None:
        raise Damaged(f"{row.id} is missing in the ledger of {page.file}")
    return files.Record(
        url=f"{urls.href(page.url)}#{out.anchor}",
        title=markup.bare(out.title_html),
        day=row.day,
        id=out.id,
        signs=(str((words["stages"] if out in ledger.failed else words["rules"])[out.why]),),
        listed=False,
    )


def _texts(
    view: PageView, start: int, rows: Sequence[_Searched], table: Sequence[Sequence[str]], keys: SearchKeys
) -> Iterable[tuple[str, bytes]]:
    records = [*_records(view, rows)]
    _index(view, start, rows, table, keys, records)  # now, while the records are at hand
    return files.texts(start, records)


def _index(
    view: PageView,
    start: int,
    rows: Sequence[_Searched],
    table: Sequence[Sequence[str]],
    keys: SearchKeys,
    records: Iterable[files.Record],
) -> None:
    """Index the papers from number `start`, if that was not done before."""
    key = key_hash([table, [row.key for row in rows]])
    if not view.manifest.has_fragment(_name(start), key):
        view.manifest.put_fragment(_name(start), key, files.block(records, keys))
        # Those that this one was before it was full.
        view.manifest.drop_fragments(map(_name, range(start + files.PART, start + len(rows), files.PART)))


def _span(
    view: PageView, bounds: tuple[int, int], rows: Sequence[_Searched], table: Sequence[Sequence[str]], keys: SearchKeys
) -> Iterable[tuple[str, bytes]]:
    runs = files.runs(bounds)
    for start, end in runs:
        some = rows[start - bounds[0] : end - bounds[0]]
        _index(view, start, some, table, keys, _records(view, some))
    kept = view.manifest.fragment_pieces
    yield from files.span(bounds, (kept(_name(start)) for start, _ in runs))
    yield from files.days(bounds, [row.day for row in rows])


def _topics(view: PageView, place: PaperRef) -> tuple[str, ...]:
    """Return the names of a paper's topics, each once."""
    slugs = dict.fromkeys(urls.slug(topic) for topic in view.library.paper(place).topics)
    return tuple(view.library.topics[slug].name for slug in slugs)


def _top(count: int, topics: Sequence[str], table: Sequence[Sequence[str]]) -> Iterable[tuple[str, bytes]]:
    return files.top(count, topics, table).items()
