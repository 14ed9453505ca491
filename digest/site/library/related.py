"""The papers most like a paper, among those of its own post and earlier ones: a new day changes no old page."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import msgspec

from digest.adapters.store.damage import sealed, unsealed
from digest.model.corpus.terms import read_terms
from digest.model.corpus.vectors import Embedding
from digest.site.cache import Manifest
from digest.site.content import markup
from digest.site.library import Library
from digest.site.library.postings import Postings, Terms
from digest.site.library.vectors import CANDIDATES, PaperVectors
from digest.site.records import Card, PostSummary, StoredValue


class Related(NamedTuple):
    """The papers most like each, best first: slug to slugs. Those that have none are not there."""

    near: Mapping[str, tuple[str, ...]]
    """Those that its page names, whatever they are."""
    close: Mapping[str, tuple[str, ...]]
    """Those of which two may be named together: it may be none, or more than its page names."""


SHOWN = 4
_LEAST = 0.05  # likeness below which a paper is related by chance
_CLOSE = 0.18
"""Likeness from which two papers are about the same: of two that a day has by chance, one pair in a thousand has 0.17;
of the papers of a week, one in thirty has another one as close."""
_IN_TITLE = 2
_KEPT = 60  # posts that can be taken back: what changes is mostly among the newest
_HANGUL = re.compile(r"([가-힣]{2})[가-힣]+")


class _Placed(StoredValue, frozen=True, array_like=True, gc=False):
    """A post as it was compared."""

    file: str
    content_hash: bytes
    words: bytes
    """Stands for the papers that appear first in it, their words and vectors."""
    papers: int
    """How many these are."""
    packed: bytes
    """Of each of them those related to it, as serial numbers by first appearance: small, since all posts are held."""
    packed_close: bytes
    """The same of those that are close to it."""

    @property
    def near(self) -> tuple[tuple[int, ...], ...]:
        """Those related to each of the papers."""
        return _near.decode(self.packed)

    @property
    def close(self) -> tuple[tuple[int, ...], ...]:
        """Those close to each of them."""
        return _near.decode(self.packed_close)


_near = msgspec.msgpack.Decoder(tuple[tuple[int, ...], ...])


def find(library: Library, manifest: Manifest) -> Related:
    """Find the related papers of every paper, anew from the first post on whose words are not what they were.

    A paper has the words of the post in which it appeared first, whatever later ones say of it.
    """
    known = manifest.fact("related", list[_Placed]) or []
    posts = list(_with_first_appearances(library))
    placed = list(_unchanged(posts, known, manifest))
    if len(placed) < len(known) or len(placed) < len(posts):
        index = _reopen(known, len(placed), manifest)
        if index is None:
            placed, index = [], Postings(manifest.connection, 0)
        vectors = PaperVectors(manifest.connection, sum(one.papers for one in placed))
        for place in range(len(placed), len(posts)):
            placed.append(_place(*posts[place], index, vectors, manifest, keep=place >= len(posts) - _KEPT))
        index.save()
        _forget_words(placed[-_KEPT:], manifest)
    if placed != known:
        manifest.keep_state(related=msgspec.msgpack.encode(placed))
    slugs = list(library.owners)
    near, close = chain.from_iterable(one.near for one in placed), chain.from_iterable(one.close for one in placed)
    return Related(_named(slugs, near), _named(slugs, close))


def _named(slugs: Sequence[str], found: Iterable[Sequence[int]]) -> dict[str, tuple[str, ...]]:
    """Name papers by their slugs instead of serial numbers; those that have none are left out."""
    pairs = zip(slugs, found, strict=True)
    return {slug: tuple([slugs[serial] for serial in papers]) for slug, papers in pairs if papers}


def _with_first_appearances(library: Library) -> Iterator[tuple[PostSummary, list[int]]]:
    """Yield the posts in which papers appear for the first time, oldest first, with the numbers of these papers."""
    seen: set[str] = set()
    for post in library.posts:
        numbers = []
        for number, paper in enumerate(post.papers):
            if paper.slug not in seen:
                seen.add(paper.slug)
                numbers.append(number)
        if numbers:
            yield post, numbers


def _unchanged(
    posts: Sequence[tuple[PostSummary, list[int]]], known: Sequence[_Placed], manifest: Manifest
) -> Iterator[_Placed]:
    """Yield the posts at the beginning whose words are what they were: an edit elsewhere changes nothing."""
    for (post, numbers), before in zip(posts, known, strict=False):
        if before.file != post.file:
            return
        if before.content_hash == post.content_hash:
            yield before
        elif before.words == _hash(_words_of(post, numbers, manifest), _vectors_of(post, numbers, manifest)):
            yield msgspec.structs.replace(before, content_hash=post.content_hash)
        else:
            return


def _reopen(known: Sequence[_Placed], keep: int, manifest: Manifest) -> Postings | None:
    """Open the index as it was after the first posts; None where the others cannot be taken back."""
    db, gone = manifest.connection, known[keep:]
    index = Postings(db, sum(one.papers for one in known))
    if not gone:
        return index
    words: list[Terms] = []
    for one in gone:
        row = db.execute("SELECT words FROM compared WHERE post=?", (one.file,)).fetchone()
        if row is None:
            return None
        words += [terms for _, terms in msgspec.msgpack.decode(unsealed(row[0]), type=list[tuple[str, dict[str, int]]])]
    db.executemany("DELETE FROM compared WHERE post=?", ((one.file,) for one in gone))
    return index if index.take_back(words) else None


def _place(
    post: PostSummary, numbers: Sequence[int], index: Postings, vectors: PaperVectors, manifest: Manifest, *, keep: bool
) -> _Placed:
    words, own = _words_of(post, numbers, manifest), _vectors_of(post, numbers, manifest)
    if keep:
        packed = msgspec.msgpack.encode(words)
        manifest.connection.execute("INSERT OR REPLACE INTO compared VALUES(?,?)", (post.file, sealed(packed)))
    near = index.add([terms for _, terms in words], CANDIDATES if any(own) else SHOWN)
    alike, close = (
        [[serial for serial, amount in papers if amount >= least] for papers in near] for least in (_LEAST, _CLOSE)
    )
    return _Placed(
        file=post.file,
        content_hash=post.content_hash,
        words=_hash(words, own),
        papers=len(words),
        packed=msgspec.msgpack.encode([papers[:SHOWN] for papers in vectors.add(own, alike)]),
        packed_close=msgspec.msgpack.encode(close),
    )


def _forget_words(newest: Sequence[_Placed], manifest: Manifest) -> None:
    names = [one.file for one in newest]
    marks = ",".join("?" * len(names))
    manifest.connection.execute(f"DELETE FROM compared WHERE post NOT IN ({marks})", names)  # noqa: S608 - question marks


def _words_of(post: PostSummary, numbers: Sequence[int], manifest: Manifest) -> list[tuple[str, Terms]]:
    cards = manifest.post_page(post.file).cards
    return [(cards[number].slug, _terms(cards[number])) for number in numbers]


def _vectors_of(post: PostSummary, numbers: Sequence[int], manifest: Manifest) -> list[Embedding | None]:
    cards = manifest.post_page(post.file).cards
    return [cards[number].embedding for number in numbers]


def _terms(card: Card) -> Terms:
    """Count the words of a paper: title, abstract and one-line summary; of one without abstract the whole summary."""
    text = card.abstract or _HANGUL.sub(r"\1", markup.bare("\n".join(part.html for part in card.parts)))
    return read_terms(card.title, f"{text}\n{card.tldr}", _IN_TITLE)


def _hash(words: Sequence[tuple[str, Terms]], vectors: Sequence[Embedding | None]) -> bytes:
    ordered = [(slug, sorted(terms.items())) for slug, terms in words]
    return hashlib.blake2b(msgspec.msgpack.encode((ordered, vectors)), digest_size=8).digest()
