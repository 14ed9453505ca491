"""Servers below HTTP: each connection is handed to a test as it is."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def accepting(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Hand each connection to `answer`, in a thread of its own, and close it after that; yields the port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            answer(connection)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)  # closing alone leaves the thread in accept()
        listener.close()
