"""What lasts on disk: posts and editions, written whole or not at all; and the cache of what was fetched and bought."""

from digest.adapters.store.archive import Archive, decode, encode
from digest.adapters.store.cache import Cache
from digest.adapters.store.damage import has_locks
from digest.adapters.store.files import is_text_of, read, run_lock, sha256_hex, text_hash, unix_lines, write
from digest.adapters.store.harvest import Harvest, Sighting
from digest.adapters.store.progress import Progress

__all__ = [
    "Archive",
    "Cache",
    "Harvest",
    "Progress",
    "Sighting",
    "decode",
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
