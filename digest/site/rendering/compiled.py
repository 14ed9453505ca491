"""Compiled templates, kept for the next build."""

import hashlib
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class Compiled(FileSystemBytecodeCache):
    """Compiled templates, in memory for the next build of this process and in a folder for the next one.

    They are code, so they lie where Python keeps this module's own compiled code: whoever can write there could replace
    that just as well. Never below `paths.cache`, which may come from elsewhere. Where the folder cannot be written,
    as in an installation of the system's, templates are compiled anew. `key` stands for all that compiled code depends
    on beside the source: our version, Jinja's, and the constants.
    """

    _known: ClassVar[dict[tuple[str, str], Any]] = {}

    def __init__(self, key: bytes) -> None:
        super().__init__(str(Path(cache_from_source(__file__)).parent), "%s.jinja")
        self._key = key

    def get_source_checksum(self, source: str) -> str:
        """Return what must be the same for compiled code to be used."""
        return hashlib.sha256(self._key + source.encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Find a template's code by its name and the checksum."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            with suppress(OSError):
                super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code, in memory only where the folder cannot be written."""
        self._known[bucket.key, bucket.checksum] = bucket.code
        with suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)  # missing where Python keeps no bytecode
            super().dump_bytecode(bucket)
