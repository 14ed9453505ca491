"""The files of the search: `assets/search-core.js` looks them up in the browser.

    search/top.json                  what must be known before the first query
    search/<span>/pages.json         the table of a span's pages, see `pages`
    search/<span>/<page>.txt         a page: keys and the papers of the span that hold them, see `blocks`
    search/<span>/days.json          how many papers each day has, loaded when somebody filters by day
    search/cards/<number>.json       some papers as they are listed
    search/texts/<number>.json.gz    what else of them is searched, to show where a word was found

Papers are numbered from the oldest. A span is a run of them with one index: `spans` says which. The index of a block is
made once and kept, that of a span is joined from its blocks. Those of the last span, which each day joins anew, are
small; joining the others comes round once a large one. Nothing here reads or writes a file.
docs/decisions/0011-search.md says why.
"""

import gzip
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec
import yaml

from digest.errors import ConfigError
from digest.model import schema
from digest.site.search import blocks, sound
from digest.site.search.keys import ITSELF, SearchKeys
from digest.site.search.pages import letters, pages

BLOCK, PART = blocks.BLOCK, 64
"""Papers of a block, and of one of the last span, which has fewer than a block."""
_NO_FIELDS = ("",) * len(schema.NAMES)
CARDS, TEXTS = 8, 4
"""Papers of a file: 3 kB as they are listed, 8 kB of packed text."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """A paper, or a title of a day's ledger, as search sees it. All text is plain."""

    url: str
    """Where it leads, relative to the site's root: `papers/2511.09146/`, or the ledger of a day."""
    title: str
    day: str
    """YYYY-MM-DD; never earlier than the record before."""
    id: str = ""
    tldr: str = ""
    topics: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    organization: str = ""
    abstract: str = ""
    fields: tuple[str, ...] = ()
    """The seven fields in the order of `schema.NAMES`, an empty string where the post lacks one."""
    signs: tuple[str, ...] = ()
    """What is said beside it in words: withdrawn, provisional, doubted, left out."""
    listed: bool = True
    """False for a title of a ledger: it has no page, and comes after everything else."""


def spans(count: int) -> list[tuple[int, int]]:
    """Say which papers have one index: all whole blocks and the rest, two runs up to `blocks.MOST` papers.

    The first is joined anew with each whole block, the last with each paper. More of them would be cheaper to join, but
    a word is looked up in each, and a request takes longer than all that is done with its answer.
    """
    whole = count // BLOCK * BLOCK
    ends = [*range(blocks.MOST, whole, blocks.MOST), whole, count]
    return [(begin, end) for begin, end in zip([0, *ends], ends, strict=False) if begin < end]


def runs(bounds: tuple[int, int]) -> list[tuple[int, int]]:
    """Say which papers of a span are indexed together, each as begin and end."""
    begin, end = bounds
    size = BLOCK if end - begin >= BLOCK else PART
    return [(start, min(start + size, end)) for start in range(begin, end, size)]


def block(records: Iterable[Record], keys: SearchKeys) -> bytes:
    """Return the index of up to `BLOCK` papers, for `span` to join."""
    return blocks.lines((_tiers(record, keys) for record in records), keys.keys)


def span(bounds: tuple[int, int], made: Iterable[Iterable[bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a span, whose blocks are given one after the other, each in pieces."""
    folder, firsts = f"search/{bounds[0]}-{bounds[1]}/", list[str]()
    for number, (first, content) in enumerate(pages(blocks.joined(made), letters(bounds[1] - bounds[0]))):
        firsts.append(first)
        yield f"{folder}{number}.txt", content.encode()
    yield f"{folder}pages.json", msgspec.json.encode(firsts)


def days(bounds: tuple[int, int], dates: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the file that says of which day each paper of a span is."""
    counted = [(day, sum(1 for _ in papers)) for day, papers in groupby(dates)]
    yield f"search/{bounds[0]}-{bounds[1]}/days.json", msgspec.json.encode(counted)


def texts(start: int, records: Sequence[Record]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of listed and searched text of the papers from number `start`, a multiple of `CARDS`."""
    encode = msgspec.json.Encoder().encode
    for at in range(0, len(records), CARDS):
        yield f"search/cards/{(start + at) // CARDS}.json", encode([*map(_card, records[at : at + CARDS])])
    for at in range(0, len(records), TEXTS):
        some = encode([*map(_text, records[at : at + TEXTS])])
        yield f"search/texts/{(start + at) // TEXTS}.json.gz", gzip.compress(some, 6, mtime=0)


def top(count: int, topics: Sequence[str], table: Sequence[Sequence[str]]) -> dict[str, bytes]:
    """Return `search/top.json`: spans, sizes, the topics to choose from, the table of terms."""
    sizes = {"block": BLOCK, "part": PART, "cards": CARDS, "texts": TEXTS}
    known = {"spans": spans(count), **sizes, "topics": topics, "terms": table}
    return {"search/top.json": msgspec.json.encode(known)}


def terms(source: str) -> list[list[str]]:
    """Read templates/site/terms.yaml: lists of words and phrases that mean the same. Raises ConfigError."""
    try:
        table = yaml.load(source, Loader=yaml.CSafeLoader) or []
        return msgspec.convert(table, list[list[str]])
    except (yaml.YAMLError, msgspec.ValidationError) as cause:
        raise ConfigError(
            f"site/terms.yaml: {cause}", hint="write each line as a list: - [어텐션, attention]"
        ) from cause


def _tiers(record: Record, keys: SearchKeys) -> blocks.Tiers:
    """Return the terms of name, title, one-line summary, people and topics, abstract, fields; the best first."""
    id = ITSELF + record.id.lower()
    if not record.listed:
        return [set(), set(), set(), {id}, set(), keys.terms(record.title, joined=True)]
    name, colon, _ = record.title.partition(":")
    people = keys.terms_of_names(record.authors)
    people |= keys.terms(" ; ".join((record.organization, *record.topics)), initials=True)
    last_names = [name.rpartition(" ")[2] for name in record.authors]
    sounds = {ITSELF + key for key in sound.keys((record.title, record.tldr, record.organization, *last_names))}
    return [
        keys.terms(name, joined=True) if colon and len(name) <= 40 else set(),
        keys.terms(record.title, joined=True, initials=True) | sounds,
        keys.terms(record.tldr, initials=True),
        people.union((id,), [f"{ITSELF}&{topic}" for topic in record.topics]),
        keys.terms(record.abstract),
        keys.terms("\n".join(record.fields)),
    ]


def _card(record: Record) -> tuple[object, ...]:
    return record.url, record.title, record.tldr, record.day, record.topics, record.signs


def _text(record: Record) -> tuple[str, ...]:
    people = ", ".join((*record.authors, *([record.organization] if record.organization else ())))
    return people, record.abstract, *(record.fields or _NO_FIELDS), record.id
