"""A server that never ends an answer, in every way that we know of."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, repeat

from tests.sockets import accepting

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LATER = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"


def endless(first: bytes, again: bytes = b"a") -> Callable[[], Iterator[bytes]]:
    return lambda: chain([first], repeat(again))


def moving() -> Iterator[bytes]:
    """A redirect that takes its time, to a place that does the same."""
    return chain([b"HTTP/1.1 302 Found\r\nLocation: /again\r\nX-A: "], [b"a"] * 8, [b"\r\nContent-Length: 0\r\n\r\n"])


WAYS: dict[str, Callable[[], Iterator[bytes]]] = {
    "silence": endless(b"", b""),
    "status line": endless(b"HTTP/1.1 200 "),
    "header": endless(OK + b"X-A: "),
    "many headers": endless(OK, b"X-A: a\r\n"),
    "103": endless(b"", LATER),
    "103 flood": endless(b"", LATER * 1000),
    "100": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "chunk size": endless(CHUNKED, b"0"),
    "chunk extension": endless(CHUNKED + b"1;"),
    "trailer": endless(CHUNKED + b"2\r\n[]\r\n0\r\nX-T: "),
    "body": endless(OK + b"Content-Length: 1000000\r\n\r\n", b" "),
    "gzip comment": endless(
        OK + b"Content-Encoding: gzip\r\nContent-Length: 1000000\r\n\r\n\x1f\x8b\x08\x10\0\0\0\0\0\0"
    ),
    "error body": endless(b"HTTP/1.1 404 Not Found\r\nContent-Length: 1000000\r\n\r\n"),
    "redirects": moving,
    "handshake": endless(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03"),
}
"""What is sent, by the name of the way; each is one byte or a little more after the other."""
FLOODS = {"103 flood"}


@contextmanager
def dripping(way: str, pause: float) -> Iterator[str]:
    """Serve one way for ever; yields the host and port. `pause` is what passes between two bytes, in seconds."""
    over = threading.Event()

    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        for part in WAYS[way]():
            connection.sendall(part)
            if over.wait(0 if way in FLOODS else pause):
                return
        while connection.recv(65536):
            pass

    with accepting(answer) as port:
        try:
            yield f"127.0.0.1:{port}"
        finally:
            over.set()
