"""What lasts on disk: posts and editions, written whole or not at all; and the cache of what was fetched and bought."""

from digest.adapters.store.archive import Archive
from digest.adapters.store.cache import Cache
from digest.adapters.store.damage import has_locks
from digest.adapters.store.encoding import decode, decode_review, encode
from digest.adapters.store.files import is_text_of, read, run_lock, sha256_hex, text_hash, unix_lines, write
from digest.adapters.store.harvest import Harvest, Sighting
from digest.adapters.store.progress import Progress
from digest.adapters.store.reviews import REVIEWS, Reviews

__all__ = [
    "REVIEWS",
    "Archive",
    "Cache",
    "Harvest",
    "Progress",
    "Reviews",
    "Sighting",
    "decode",
    "decode_review",
    "encode",
    "has_locks",
    "is_text_of",
    "read",
    "run_lock",
    "sha256_hex",
    "text_hash",
    "unix_lines",
    "write",
]
