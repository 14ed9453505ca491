"""A post, or an edition without one, reduced to what other pages need to know."""

import hashlib
import sys

from digest.adapters import store
from digest.site import urls
from digest.site.records import PaperSummary, PostPage, PostSummary


def post_summary(day: PostPage, packed: bytes) -> PostSummary:
    """Reduce a post to what its neighbours need to know. `packed` is the post as it is kept."""
    ledger = day.ledger
    origins = [card.source.origin for card in day.cards if card.source]
    seen = len(day.cards) + len(ledger.failed) + len(ledger.left_out) if ledger else 0
    return PostSummary(
        file=day.file,
        content_hash=hashlib.sha256(packed).digest()[:12],
        kind="page" if day.body_html or not day.cards else "digest",
        url=day.url,
        date=day.date,
        stamp=day.stamp,
        title=day.title,
        tags=day.tags,
        papers=tuple(
            PaperSummary(
                card.id,
                card.slug if card.slug != card.id else "",
                sys.intern("\n".join(card.topics)),  # many have the same
                "\n".join(dict.fromkeys(urls.slug(name) for name in card.authors)),
            )
            for card in day.cards
        ),
        seen=seen,
        ledger=tuple(dict.fromkeys(one.id for one in (*ledger.failed, *ledger.left_out))) if ledger else (),
        permalink_line=day.permalink_line,
        fault=day.fault,
        language=day.language,
        origins=(len(origins) - origins.count("imported"), origins.count("imported")),
    )


def edition_summary(edition_file: str, raw: bytes) -> PostSummary:
    """Reduce an edition without a post to what the calendar says of its day."""
    edition = store.decode(raw, edition_file)
    day = edition.day.isoformat()
    seen = len(edition.papers)
    content_hash = hashlib.blake2b(f"{edition_file} {day} {seen}".encode(), digest_size=12).digest()
    return PostSummary(edition_file, content_hash, "none", "", day, f"{day} 00:00:00", edition.name, (), (), seen)
