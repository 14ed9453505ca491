"""One request to an OpenAI-compatible server of embeddings. Does not retry, and remembers nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from digest.adapters.http import Deadline, retry_after
from digest.adapters.http.client import client
from digest.adapters.http.decompression import BadBody, unpacked
from digest.adapters.http.network import Oversized
from digest.config import OPENAI, EmbeddingsConfig, ModelAccess
from digest.errors import EmbeddingError
from digest.model.corpus.vectors import Embedding, embedding
from digest.model.text import shorten
from digest.stages.embed.answers import TryLater, read_vectors, refusal

_NUMBER = 40  # bytes of a number in an answer, at most; 22 are usual
_SPARE = 2**18  # bytes of what else is in an answer: its names, an error's words
_WIDEST = 4096
_SECRET = 16  # a shorter key is a dummy like "ollama", which a text may well contain
_NEVER_SENT = (
    httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError, httpx2.UnsupportedProtocol
)  # fmt: skip


class Dropped(EmbeddingError):
    """The request was sent and no answer came: the server may charge for it."""


@dataclass(frozen=True)
class Vectors:
    """What came back: a vector of each text, and the server's own count of tokens, None where it does not count."""

    vectors: tuple[Embedding, ...]
    tokens: int | None = None


class EmbeddingServer:
    """A server that turns texts into vectors."""

    def __init__(
        self, config: EmbeddingsConfig, access: ModelAccess, key: str | None, timeout: float, deadline: Deadline
    ) -> None:
        """Send nothing yet. Raises EmbeddingError where key or proxy cannot be used."""
        key = (key or "").strip()
        self.key_name = access.variable or "a key"
        if not (key.isascii() and key.isprintable()):
            raise EmbeddingError(f"{self.key_name} contains invalid characters", hint="copy it again")
        self.config, self.deadline = config, deadline
        self.name = access.base_url or OPENAI
        self.host = f"embedding server {urlsplit(self.name).netloc.rpartition('@')[2]}"
        self._key, self._timeout = key, timeout
        width = config.dimensions or _WIDEST
        self._largest = config.batch * width * _NUMBER + _SPARE
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "Content-Type": "application/json"}
        try:
            self._client = client(
                lambda _: deadline.exchange(timeout, self._largest),
                timeout=httpx2.Timeout(timeout),
                limits=httpx2.Limits(max_connections=8),
                headers=headers | ({"Authorization": f"Bearer {key}"} if key else {}),
                follow_redirects=False,
            )
        except (ImportError, ValueError, httpx2.InvalidURL) as cause:
            raise EmbeddingError("invalid proxy setting for the embedding server") from cause

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def ask(self, texts: Sequence[str]) -> Vectors:
        """Ask once for the vectors of some texts. Raises EmbeddingError or OutOfTime."""
        self.deadline.check()
        asked: dict[str, object] = {"model": self.config.model, "input": list(texts)}
        asked |= {"dimensions": self.config.dimensions} if self.config.dimensions else {}
        status, headers, body = self._post(json.dumps(asked).encode())
        if status != 200:
            after = retry_after(headers.get("retry-after"), headers.get("date"))
            raise refusal(status, self._discreet(body), self.host, self.key_name, after)
        numbers, tokens = read_vectors(self._discreet(body), len(texts), self.config.dimensions, self.host)
        return Vectors(tuple(embedding(self.config.name, one) for one in numbers), tokens)

    def _post(self, content: bytes) -> tuple[int, httpx2.Headers, bytes]:
        try:
            with self._client.stream("POST", f"{self.name}/embeddings", content=content) as response:
                return response.status_code, response.headers, self._body(response)
        except Oversized as cause:
            raise self._too_large() from cause
        except BadBody as cause:
            raise EmbeddingError(f"{self.host}: the answer cannot be decoded: {cause}") from cause
        except httpx2.TimeoutException as cause:
            self.deadline.check()
            if isinstance(cause, httpx2.ConnectTimeout):
                raise TryLater(f"{self.host}: cannot be reached") from cause
            raise Dropped(f"{self.host}: no answer within {self._timeout:g} s", hint="raise llm.timeout") from cause
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as cause:
            self.deadline.check()
            what = f"{self.host}: {shorten(self._shown(str(cause)) or 'connection lost', 120)}"
            raise (TryLater if isinstance(cause, _NEVER_SENT) else Dropped)(what) from cause

    def _body(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        for chunk in unpacked(response.iter_raw(), response.headers.get("content-encoding", "")):
            body += chunk
            if response.status_code != 200 and len(body) > _SPARE // 4:
                break
            if len(body) > self._largest:
                raise self._too_large()
        return bytes(body)

    def _too_large(self) -> EmbeddingError:
        return EmbeddingError(f"{self.host}: response larger than {self._largest // 2**10:,} kB")

    def _discreet(self, body: bytes) -> bytes:
        """Take the key out of what the server says: some quote it when they refuse it."""
        return body.replace(self._key.encode(), b"(key)") if len(self._key) >= _SECRET else body

    def _shown(self, text: str) -> str:
        return self._discreet(text.encode("utf-8", "replace")).decode()
