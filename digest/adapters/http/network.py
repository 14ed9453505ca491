"""Sockets that obey the exchange they belong to: no connect, handshake, read or write goes on past its end.

A timeout of httpcore2 starts anew with every byte. Here every call looks at the end first, so that a peer which always
has one more byte (an interim response, a header, a chunk extension) is cut off too. A look-up of a name cannot be
interrupted; it is left behind in a thread of its own, and the system's resolver ends it.
"""

import errno
import math
import os
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import httpcore2
import httpx2

from digest.adapters.http.addresses import public
from digest.adapters.http.deadline import SLICE, current
from digest.adapters.http.tls import Encrypted

_T = TypeVar("_T")


class Overdue(httpx2.TimeoutException):
    """The exchange reached its end."""


class Oversized(httpx2.TransportError):
    """The answer, headers and framing included, has more bytes than the exchange may take."""


class Private(httpx2.TransportError):
    """A name leads into a private network, where this exchange has no business."""


class Network(httpcore2.NetworkBackend):
    """Opens connections for the exchange of the calling thread. Behind a `proxy` it is the proxy that finds hosts."""

    def __init__(self, *, proxy: bool = False) -> None:
        self._proxy = proxy

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of a host that takes the connection, `timeout` seconds for each."""
        error: OSError = OSError(f"{host} has no address")
        found = _addresses(host, port, timeout)
        if current().public and not self._proxy:
            # Looked at where it is used: a name may lead elsewhere the next time that it is looked up.
            found = [one for one in found if public(one[4][0])]
            if not found:
                raise Private(f"{host} leads into a private network")
        for family, kind, protocol, _, address in found:
            try:
                return _Stream(_connected(socket.socket(family, kind, protocol), address, timeout))
            except OSError as cause:
                error = cause
        late = httpcore2.ConnectTimeout if isinstance(error, TimeoutError) else httpcore2.ConnectError
        raise late(str(error)) from error


class _Stream(httpcore2.NetworkStream):
    """A connection over TCP."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            data = self._until(lambda: self._sock.recv(max_bytes), timeout)
        except TimeoutError as cause:
            raise httpcore2.ReadTimeout(str(cause)) from cause
        except OSError as cause:
            raise httpcore2.ReadError(str(cause)) from cause
        if not current().received(len(data)):
            raise Oversized("the answer is too large")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        try:
            while view:
                view = view[self._until(lambda: self._sock.send(view), timeout) :]  # noqa: B023 - called at once
        except TimeoutError as cause:
            raise httpcore2.WriteTimeout(str(cause)) from cause
        except OSError as cause:
            raise httpcore2.WriteError(str(cause)) from cause

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return Encrypted(self, ssl_context, server_hostname, timeout)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return self._sock.fileno() < 0 or _ready(self._sock, selectors.EVENT_READ, 0)
        if info == "socket":
            return self._sock
        return {"client_addr": self._sock.getsockname, "server_addr": self._sock.getpeername}.get(info, lambda: None)()

    def _until(self, act: Callable[[], _T], timeout: float | None) -> _T:
        """Try again and again until it works. Raises TimeoutError after `timeout`, Overdue at the exchange's end."""
        end = _end(timeout)
        while True:
            self._sock.settimeout(_slice(end))
            try:
                return act()
            except TimeoutError:
                continue


def _end(timeout: float | None) -> float:
    return math.inf if timeout is None else time.monotonic() + timeout


def _slice(end: float) -> float:
    """Return how long to wait before looking again. Raises Overdue at the exchange's end, TimeoutError at `end`."""
    if (left := current().left()) <= 0:
        raise Overdue("not finished in time")
    if (quiet := end - time.monotonic()) <= 0:
        raise TimeoutError("timed out")
    return min(left, quiet, SLICE)


def _addresses(host: str, port: int, timeout: float | None) -> list[Any]:
    """Look a name up. Raises ConnectError, ConnectTimeout or Overdue; RuntimeError where the system has no thread left.

    To ask again would not help, and where memory has run out Python may not even come back from it.
    """
    found: list[Any] = []
    errors: list[Exception] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as cause:
            errors.append(cause)

    end = _end(timeout)
    search = threading.Thread(target=look_up, name="look-up", daemon=True)
    try:
        search.start()
        while search.is_alive():
            search.join(_slice(end))
    except TimeoutError as cause:
        raise httpcore2.ConnectTimeout(f"{host} was not found in time") from cause
    if errors:
        raise httpcore2.ConnectError(str(errors[0])) from errors[0]
    return found


def _connected(sock: socket.socket, address: Any, timeout: float | None) -> socket.socket:
    """Connect a socket. Raises OSError, TimeoutError among them, or Overdue; it is closed then."""
    try:
        end = _end(timeout)
        sock.setblocking(False)
        code = sock.connect_ex(address)
        if code in (errno.EINPROGRESS, errno.EWOULDBLOCK):
            while not _ready(sock, selectors.EVENT_WRITE, _slice(end)):
                pass
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def _ready(sock: socket.socket, event: int, seconds: float) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(sock, event)
        return bool(selector.select(seconds))
