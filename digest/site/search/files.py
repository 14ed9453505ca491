"""The search index of the site: plain files in blocks of papers; `assets/search.js` looks them up in the browser.

    records ──block()──> search/<block>/pages.json    of both indexes of grams: the length, each page's first gram
                         search/<block>/ascii<n>.txt  which papers hold which letters: a page of one index,
                         search/<block>/mixed<n>.txt  and of the other (see search_index)
                         search/<block>/text<n>.json  a few papers each, as they are shown and marked
                         search/<block>/filter.json   days and topics, loaded only when somebody filters
            ──top()────> search/top.json              what must be known before the first query

Papers are numbered from the oldest, so a new day changes the last block and top.json, an edited paper its own block.
A block that shrinks leaves files behind: the caller removes what the mapping no longer names. Nothing here reads or
writes a file; what is searched and how words are compared is described in docs/decisions/0011-search.md.
"""

from collections.abc import Sequence
from itertools import groupby

import msgspec
import yaml

from digest.errors import ConfigError

BLOCK = 2048
"""Papers in a block, at most `2 ** postings.DOCS`."""
GROUP = 4
"""Papers in a text file: 10 kB, of which a page of results loads at most six."""


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A paper as search sees it. All text is plain, not HTML; searched are title, tldr, fields and the id in `url`."""

    number: int
    """Its place in the archive: 0 for the oldest paper, without gaps."""
    url: str
    """Its page, relative to the site's root: `papers/2511.09146/`."""
    title: str
    tldr: str
    day: str
    """YYYY-MM-DD; never earlier than the record before."""
    topics: tuple[str, ...]
    fields: tuple[str, ...]
    """The seven fields in the order of `schema.NAMES`, an empty string where the post lacks one."""
    signs: tuple[str, ...] = ()
    """What is said beside it in words: withdrawn, provisional, doubted."""


def block(number: int, records: Sequence[Record]) -> dict[str, bytes]:
    """Return the files of block `number`: records `number * BLOCK` up to and without `(number + 1) * BLOCK`, in order.

    The same records give the same bytes. Raises ValueError where the records are not those of that block.
    """
    numbers = [record.number for record in records]
    if numbers != list(range(number * BLOCK, number * BLOCK + len(records))) or len(records) > BLOCK:
        raise ValueError(f"search block {number} was given papers {numbers[:1]} to {numbers[-1:]}")
    from digest.site.search import ngrams  # noqa: PLC0415  numpy takes 0.15 s to import, and most builds need no block

    indexes = ngrams.index([_searched(record) for record in records])
    folder = f"search/{number}/"
    encode = msgspec.json.Encoder().encode
    files = {f"{folder}pages.json": encode({name: (index.length, index.firsts) for name, index in indexes.items()})}
    for name, index in indexes.items():
        files |= {f"{folder}{name}{place}.txt": content.encode() for place, content in enumerate(index.pages)}
    for start in range(0, len(records), GROUP):
        files[f"{folder}text{start // GROUP}.json"] = encode(records[start : start + GROUP])
    files[f"{folder}filter.json"] = encode({"days": _days(records), "topics": _topics(records)})
    return files


def top(count: int, topics: Sequence[str], terms: Sequence[Sequence[str]]) -> dict[str, bytes]:
    """Return `search/top.json`: the number of papers, the sizes, the topics to choose from, the table of terms."""
    known = {"count": count, "block": BLOCK, "group": GROUP, "topics": topics, "terms": terms}
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


def _searched(record: Record) -> str:
    return " ".join((record.title, record.tldr, *record.fields, record.url.rstrip("/").rpartition("/")[2]))


def _days(records: Sequence[Record]) -> list[tuple[str, int]]:
    return [(day, sum(1 for _ in papers)) for day, papers in groupby(records, key=lambda record: record.day)]


def _topics(records: Sequence[Record]) -> dict[str, str]:
    """Return each topic's papers, coded like the postings of a gram."""
    coded: dict[str, list[str]] = {}
    last: dict[str, int] = {}
    for place, record in enumerate(records):
        for topic in dict.fromkeys(record.topics):
            coded.setdefault(topic, []).append(chr(32 + place - last.get(topic, -1)))
            last[topic] = place
    return {topic: "".join(coded[topic]) for topic in sorted(coded)}
