"""Texts to vectors, each paid for once: in batches, from the cache, again while the server is busy."""

import base64
import binascii
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from digest.adapters.store import Cache
from digest.config import LLMConfig
from digest.errors import EmbeddingError
from digest.model import Usage
from digest.model.corpus.vectors import Embedding
from digest.model.text import counted, estimate_tokens
from digest.stages.embed.answers import Declined, TooMuch, TryLater, cut, parts
from digest.stages.embed.server import Dropped, EmbeddingServer, Vectors

MARGIN = 1.5
"""How many more tokens than estimated a request may have."""
_PLAUSIBLE = 16  # times as many tokens as estimated: a server that counts more counts something else
_LEAST = 64  # tokens of a text that say what it is about
_KIND = "embedding"
_AT_HAND = 8192  # vectors, 4 MB with 256 numbers


class Admitted(Protocol):
    """A call that may begin, for whoever makes it to say what came of it."""

    usage: list[Usage]
    answered: bool
    refused: float | None


Admit = Callable[[Usage], AbstractContextManager[Admitted]]
"""Lets a call begin that can take so much, as soon as it can be paid for."""


class _Recent:
    """The vectors that were asked for last: the examples of a taste are, for each day of a range."""

    def __init__(self) -> None:
        self._vectors: OrderedDict[str, Embedding] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Embedding | None:
        with self._lock:
            if key in self._vectors:
                self._vectors.move_to_end(key)
            return self._vectors.get(key)

    def put(self, key: str, vector: Embedding) -> None:
        with self._lock:
            self._vectors[key] = vector
            if len(self._vectors) > _AT_HAND:
                self._vectors.popitem(last=False)


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
        self._declined = set[str]()
        """Texts of which this run gets no vectors."""
        self._answered = False
        self._recent = _Recent()

    def known(self, text: str) -> Embedding | None:
        """Return the vector of a text where it was paid for."""
        key = self._key(text)
        if (vector := self._recent.get(key)) is None:
            reply = self._cache.reply(key)
            try:
                name = self._config.embeddings.name
                vector = Embedding(model=name, values=base64.b64decode(reply[0])) if reply else None
            except (binascii.Error, ValueError):
                return None
            if vector:
                self._recent.put(key, vector)
        return vector

    def price(self, texts: Sequence[str]) -> Usage:
        """Estimate what texts will take, as far as they were not paid for."""
        new = [text for text in dict.fromkeys(texts) if self.known(text) is None]
        batches = parts(new, self._batch)
        return sum((self._priced(Usage(1, sum(map(self._size, one)))) for one in batches), Usage())

    def vectors(self, texts: Sequence[str]) -> list[Embedding | None]:
        """Return the vectors of texts, in their order; ask for those that are not in the cache.

        None for a text that the server takes none of, as one that it finds objectionable. Raises EmbeddingError,
        OutOfTime, and what stands in the way of a call, such as BudgetReached.
        """
        with self._lock:  # two days of one run that have a text in common pay for it once
            found = {text: self.known(text) for text in dict.fromkeys(texts)}
            missing = [text for text, vector in found.items() if text and not vector and text not in self._declined]
            for text, vector in self._ask(missing):
                if vector:
                    self._keep(text, vector)
                found[text] = vector
        return [found[text] for text in texts]

    def _ask(self, texts: list[str]) -> Iterator[tuple[str, Embedding | None]]:
        """Ask for the vectors of texts in batches; where one is declined, for fewer at once, down to a single one."""
        size, refused, tries = self._batch, None, self._config.attempts
        while texts:
            batch = texts[: min(size, self._batch)]
            try:
                answer = self._patiently(batch, tries)
            except Declined as error:
                size, tries = len(batch) // 2, 1  # whoever it is, waiting does not help
                if size:
                    continue
                refused, before = error, refused
                if before and not self._answered:
                    break  # the first text and the second one: it is not the texts
                size, answer = 1, Vectors((None,))
                self._declined.update(batch)
            if answer is not None:
                yield from zip(batch, answer.vectors, strict=True)
                texts = texts[len(batch) :]
                if self._answered:
                    size, tries = 2 * len(batch), self._config.attempts
        if refused and not self._answered:
            raise EmbeddingError(refused.what, hint=refused.hint) from refused

    def _keep(self, text: str, vector: Embedding) -> None:
        self._cache.keep_reply(self._key(text), base64.b64encode(vector.values).decode(), Usage(), self._now())

    def _patiently(self, batch: Sequence[str], tries: int) -> Vectors | None:
        """Ask until there is an answer, or after some tries no more; None where the batch must be smaller."""
        for number in range(1, tries + 1):
            try:
                return self._once([cut(text, self._tokens, estimate_tokens(text)) for text in batch])
            except TooMuch as refused:
                self._shrink(refused, len(batch))
                return None
            except TryLater as busy:
                if number == tries:
                    what = f"{busy.what}, tried {counted(tries, 'time')}"
                    raise (Declined if busy.broke else EmbeddingError)(what) from busy
                wanted = 2.0 ** (number - 1) if busy.after is None else busy.after
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
            call.answered = self._answered = True
            counted_tokens = answer.tokens if answer.tokens and answer.tokens <= _PLAUSIBLE * asked else asked
            call.usage.append(self._priced(Usage(1, counted_tokens)))
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
