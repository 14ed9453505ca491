"""Texts to vectors, each paid for once: in batches, from the cache, again while the server is busy."""

import base64
import binascii
import hashlib
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from digest.adapters.store import Cache
from digest.config import LLMConfig
from digest.errors import EmbeddingError
from digest.model import Usage
from digest.model.corpus.vectors import Embedding
from digest.model.text import counted, estimate_tokens
from digest.stages.embed.answers import TooMuch, TryLater, cut, parts
from digest.stages.embed.server import Dropped, EmbeddingServer, Vectors

MARGIN = 1.5
"""How many more tokens than estimated a request may have."""
_LEAST = 64  # tokens of a text that say what it is about
_KIND = "embedding"


class Admitted(Protocol):
    """A call that may begin, for whoever makes it to say what came of it."""

    usage: list[Usage]
    answered: bool
    refused: float | None


Admit = Callable[[Usage], AbstractContextManager[Admitted]]
"""Lets a call begin that can take so much, as soon as it can be paid for."""


class Embedder:
    """Turns texts into vectors, in the calls of one run to one server."""

    def __init__(
        self,
        server: EmbeddingServer,
        config: LLMConfig,
        cache: Cache,
        admit: Admit,
        priced: Callable[[Usage], Usage],
        now: Callable[[], datetime],
    ) -> None:
        self._server, self._config, self._cache = server, config, cache
        self._admit, self._priced, self._now = admit, priced, now
        self._batch, self._tokens = config.embeddings.batch, config.embeddings.input_tokens
        self._lock = threading.Lock()

    def known(self, text: str) -> Embedding | None:
        """Return the vector of a text where it was paid for."""
        reply = self._cache.reply(self._key(text))
        try:
            return Embedding(model=self._config.embeddings.name, values=base64.b64decode(reply[0])) if reply else None
        except (binascii.Error, ValueError):
            return None

    def price(self, texts: Sequence[str]) -> Usage:
        """Estimate what texts will take, as far as they were not paid for."""
        new = [text for text in dict.fromkeys(texts) if self.known(text) is None]
        batches = parts(new, self._batch)
        return sum((self._priced(Usage(1, sum(map(self._size, one)))) for one in batches), Usage())

    def vectors(self, texts: Sequence[str]) -> list[Embedding]:
        """Return the vectors of texts, in their order; ask for those that are not in the cache.

        Raises EmbeddingError, OutOfTime, and what stands in the way of a call, such as BudgetReached.
        """
        with self._lock:  # two days of one run that have a text in common pay for it once
            found: dict[str, Embedding | None] = {text: self.known(text) for text in dict.fromkeys(texts)}
            missing = [text for text, vector in found.items() if vector is None]
            while missing:
                batch = missing[: self._batch]
                if (answer := self._patiently(batch)) is None:
                    continue
                for text, vector in zip(batch, answer.vectors, strict=True):
                    self._cache.keep_reply(
                        self._key(text), base64.b64encode(vector.values).decode(), Usage(), self._now()
                    )
                    found[text] = vector
                missing = missing[len(batch) :]
        return [made for text in texts if (made := found[text])]

    def _patiently(self, batch: Sequence[str]) -> Vectors | None:
        """Ask until there is an answer, or the server takes no more tries; None where the batch must be smaller."""
        for tries in range(1, self._config.attempts + 1):
            try:
                return self._once([cut(text, self._tokens, estimate_tokens(text)) for text in batch])
            except TooMuch as refused:
                self._shrink(refused, len(batch))
                return None
            except TryLater as busy:
                if tries == self._config.attempts:
                    raise EmbeddingError(f"{busy.what}, tried {counted(tries, 'time')}") from busy
                wanted = 2.0 ** (tries - 1) if busy.after is None else busy.after
                self._server.deadline.sleep(min(wanted, self._config.max_wait))
        raise AssertionError("unreachable")

    def _once(self, batch: Sequence[str]) -> Vectors:
        asked = sum(map(estimate_tokens, batch))
        most = self._priced(Usage(1, int(MARGIN * asked)))
        with self._admit(most) as call:
            try:
                answer = self._server.ask(batch)
            except TryLater as busy:
                call.refused = min(busy.after or 0.0, self._config.max_wait)
                raise
            except Dropped:
                call.usage.append(most)
                raise
            call.answered = True
            call.usage.append(self._priced(Usage(1, answer.tokens or asked)))
        return answer

    def _shrink(self, refused: TooMuch, size: int) -> None:
        """Ask for fewer texts at once from now on, or for less of each. Raises `refused` where that is too little."""
        if refused.texts and size > 1:
            self._batch = size // 2
        elif not refused.texts and self._tokens > _LEAST:
            self._tokens = max(_LEAST, self._tokens // 2)
        else:
            raise refused

    def _size(self, text: str) -> int:
        return min(self._tokens, estimate_tokens(text))

    def _key(self, text: str) -> str:
        asked = "\0".join((_KIND, self._server.name, self._config.embeddings.name, text))
        return hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()
