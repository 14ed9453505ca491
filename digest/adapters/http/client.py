"""The HTTP client of every service: each exchange ends in time, no cookie is kept, no redirect followed unasked."""

import os
import ssl
from collections.abc import Callable, Iterator
from errno import EMFILE, ENFILE
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.request import getproxies

import httpx2

from digest.adapters.http.deadline import Exchange
from digest.adapters.http.network import Network
from digest.errors import ConfigError

EXCHANGE = "exchange"
"""The extension of a request that names the exchange it belongs to, where that is more than this one request."""
_HERE = ("127.0.0.1", "localhost", "[::1]")  # never behind a proxy, whatever NO_PROXY says

Begin = Callable[[httpx2.Request], Exchange]


def client(begin: Begin, *, timeout: httpx2.Timeout, limits: httpx2.Limits, **options: Any) -> httpx2.Client:
    """Return a client that asks `begin` for the exchange of each request that does not name its own.

    Proxies and certificates of the environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE) are honoured. Raises ImportError,
    ValueError or httpx2.InvalidURL where proxies, ConfigError where certificates cannot be used.
    """
    try:
        return httpx2.Client(
            timeout=timeout,
            transport=Transport(begin, limits),
            mounts=_proxies(begin, limits) | {f"all://{host}": None for host in _HERE},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            **options,
        )
    except OSError as cause:  # ssl.SSLError is one, and it is a ValueError, too, where no certificate is right
        if cause.errno in {EMFILE, ENFILE}:
            raise
        raise ConfigError(
            f"SSL_CERT_FILE: no certificates can be read from it: {_reason(cause)}",
            hint="name a file of certificates in PEM format, or unset it",
        ) from cause


def _reason(cause: OSError) -> str:
    return "not in PEM format" if isinstance(cause, ssl.SSLError) else cause.strerror or str(cause)


class Transport(httpx2.HTTPTransport):
    """Sends requests, each within its exchange."""

    def __init__(self, begin: Begin, limits: httpx2.Limits, proxy: str | None = None) -> None:
        super().__init__(
            verify=_trusted(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")), limits=limits, proxy=proxy
        )
        self._begin = begin
        # httpcore2 takes a backend, but httpx2 cannot hand it one. Where the attribute is gone, nothing may be sent.
        if not hasattr(self._pool, "_network_backend"):
            raise RuntimeError("this version of httpx2 is not supported")
        self._pool._network_backend = Network(proxy=proxy is not None)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; its answer's body is part of the same exchange."""
        exchange: Exchange = request.extensions.get(EXCHANGE) or self._begin(request)
        waits = {**request.extensions.get("timeout", {}), "pool": max(0.0, exchange.left())}
        request.extensions = {**request.extensions, "timeout": waits}
        with exchange.entered():
            answer = super().handle_request(request)
        assert isinstance(answer.stream, httpx2.SyncByteStream)  # noqa: S101 - the client is a synchronous one
        answer.stream = _Body(answer.stream, exchange)
        return answer


@cache  # reading the certificates of a system takes a tenth of a second, and a run has several clients
def _trusted(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    return httpx2.create_ssl_context()


class _Body(httpx2.SyncByteStream):
    """A body that is read within its exchange, whatever its reader does in between."""

    def __init__(self, stream: httpx2.SyncByteStream, exchange: Exchange) -> None:
        self._stream, self._exchange = stream, exchange

    def __iter__(self) -> Iterator[bytes]:
        chunks = iter(self._stream)
        while True:
            with self._exchange.entered():
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk

    def close(self) -> None:
        """Let go of the connection."""
        self._stream.close()


def _proxies(begin: Begin, limits: httpx2.Limits) -> dict[str, httpx2.BaseTransport | None]:
    """Return transports for the proxies of the environment; the exceptions of NO_PROXY are httpx2's own business."""
    found = getproxies()
    if "*" in (name.strip() for name in found.get("no", "").split(",")):
        return {}
    return {
        f"{scheme}://": Transport(begin, limits, proxy if "://" in proxy else f"http://{proxy}")
        for scheme in ("http", "https", "all")
        if (proxy := found.get(scheme))
    }
