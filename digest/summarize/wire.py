"""The HTTP client under a chat server: no redirect, no cookie, and an end to every body.

openai's own would follow a redirect to any host with the paper in its hands, and reads an error's body to its end,
which a broken server need not have. Does not retry and does not know what is asked.
"""

import time
from collections.abc import Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2

ERROR_BYTES = 65_536
"""As much of an error's body as is read; its first words say what is wrong."""
_HERE = ("127.0.0.1", "localhost", "[::1]")  # never behind a proxy, whatever NO_PROXY says


def client(timeout: float, largest: int) -> httpx2.Client:
    """Return a client whose bodies end: a completion after `largest` bytes, counted as they come over the wire.

    Somewhat later than `timeout`, so that a caller that watches the clock says so itself. A body that is cut off is
    for the caller to notice: it is no JSON, or larger than it should be.
    """

    def bound(response: httpx2.Response) -> None:
        files = 1 if response.request.url.path.endswith("/completions") else 64  # a batch's results come in one file
        limit = files * largest if response.status_code == 200 else ERROR_BYTES
        response.stream = _Bounded(response.stream, limit, time.monotonic() + files * (timeout + 1))

    return httpx2.Client(
        timeout=timeout,
        follow_redirects=False,
        limits=httpx2.Limits(max_connections=256, max_keepalive_connections=64),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        event_hooks={"response": [bound]},
        mounts={f"all://{host}": None for host in _HERE},
    )


class _Bounded(httpx2.SyncByteStream):
    """A body that ends, whatever the server sends."""

    def __init__(self, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream, limit: int, end: float) -> None:
        assert isinstance(stream, httpx2.SyncByteStream)  # noqa: S101 - the client is a synchronous one
        self._stream, self._limit, self._end = stream, limit, end

    def __iter__(self) -> Iterator[bytes]:
        seen = 0
        for chunk in self._stream:
            yield chunk
            seen += len(chunk)
            if seen > self._limit or time.monotonic() > self._end:
                return

    def close(self) -> None:
        """Let go of the connection."""
        self._stream.close()
