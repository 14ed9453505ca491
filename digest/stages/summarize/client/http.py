"""The HTTP client under a chat server: no redirect, no cookie, an end to every exchange and to every body.

openai's own would follow a redirect to any host with the paper in its hands, and reads an error's body to its end,
which a broken server need not have. Does not retry and does not know what is asked.
"""

from collections.abc import Iterator

import httpx2

from digest.adapters.http import Deadline, Exchange
from digest.adapters.http.client import client as bounded

ERROR_BYTES = 65_536
"""As much of an error's body as is read; its first words say what is wrong."""
_FRAMING = 2**20  # bytes of headers and chunk sizes that an answer may have beside its body
_NEVER_SENT = (
    httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError, httpx2.UnsupportedProtocol
)  # fmt: skip
_FILES = 64  # a batch's questions go in one file
_RESULTS = 4096  # and its replies come in one, which is read line by line and never held


def client(timeout: float, largest: int, deadline: Deadline) -> httpx2.Client:
    """Return a client whose exchanges end: a completion after `timeout` seconds and `largest` bytes, a file later.

    A body that is too large is cut off, for the caller to notice: it is no JSON, or larger than it should be.
    """

    def begin(request: httpx2.Request) -> Exchange:
        times = 1 if request.url.path.endswith("/completions") else _FILES
        return deadline.exchange(times * timeout, _times(request) * largest + _FRAMING)

    def bound(response: httpx2.Response) -> None:
        limit = _times(response.request) * largest if response.status_code == 200 else ERROR_BYTES
        response.stream = _Bounded(response.stream, limit)

    return bounded(
        begin,
        timeout=httpx2.Timeout(timeout),
        limits=httpx2.Limits(max_connections=256, max_keepalive_connections=64),
        follow_redirects=False,
        event_hooks={"response": [bound]},
    )


def _times(request: httpx2.Request) -> int:
    """Return how many times the size of a completion an answer may have."""
    path = request.url.path
    return 1 if path.endswith("/completions") else _RESULTS if path.endswith("/content") else _FILES


def was_dropped(error: BaseException) -> bool:
    """Return whether a question was sent and no answer came: the server may have worked on it, and charge for it."""
    links: BaseException | None = error
    while links is not None:
        if isinstance(links, httpx2.TransportError):
            return not isinstance(links, _NEVER_SENT)
        links = links.__cause__ or (None if links.__suppress_context__ else links.__context__)
    return False


class _Bounded(httpx2.SyncByteStream):
    """A body that ends after so many bytes, counted as they come over the wire."""

    def __init__(self, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream, limit: int) -> None:
        assert isinstance(stream, httpx2.SyncByteStream)  # noqa: S101 - the client is a synchronous one
        self._stream, self._limit = stream, limit

    def __iter__(self) -> Iterator[bytes]:
        seen = 0
        for chunk in self._stream:
            yield chunk
            seen += len(chunk)
            if seen > self._limit:
                return

    def close(self) -> None:
        """Let go of the connection."""
        self._stream.close()
