"""What lasts on disk: posts and editions, written whole or not at all; and the cache of what was fetched and bought."""

from digest.adapters.store.archive import Archive, decode, encode
from digest.adapters.store.cache import Cache
from digest.adapters.store.files import digest_of, only_run, read, write

__all__ = ["Archive", "Cache", "decode", "digest_of", "encode", "only_run", "read", "write"]
