"""Which papers have their first reply in the cache: for the very question that is asked today, not for another one."""

import hashlib

from digest.adapters.store import Cache


class FirstReplies:
    """Remembers by paper under which key its first reply is kept, for one server, model, prompt and length of text."""

    def __init__(self, cache: Cache, server: str, model: str, prompt: str, input_tokens: int) -> None:
        asked = "\0".join((server, model, prompt, str(input_tokens)))
        self._cache, self._asked = cache, hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()[:16]

    def keep(self, paper: str, key: str) -> None:
        """Remember the key of a paper's first question."""
        if self._cache.fact(self._name(paper)) != key:
            self._cache.keep_fact(self._name(paper), key)

    def has(self, paper: str) -> bool:
        """Return whether the first reply about a paper is still there."""
        key = self._cache.fact(self._name(paper))
        return key is not None and self._cache.reply(key) is not None

    def _name(self, paper: str) -> str:
        return f"first {self._asked} {paper}"
