"""The HTTP server of the preview: this machine only, files of the site only, a bound on its connections."""

import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

CONNECTIONS = 64
"""So many are open at once; one more, and the oldest that has not asked for anything is closed."""
_SECONDS = 10
"""What a client may take for its next byte, and the oldest for all of its answer where others wait."""
_NAMES = {"localhost", "127.0.0.1", "::1"}
"""A page of another site that has its name lead to this machine (DNS rebinding) asks for that name."""


class SiteHandler(SimpleHTTPRequestHandler):
    """Serves files below a base path, with the site's own 404 page, and keeps quiet.

    Lists no folder, follows no link, and shows nothing whose name begins with a dot.
    """

    timeout = _SECONDS

    extensions_map = {  # noqa: RUF012 - the library declares it so
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript", ".json": "application/json", ".bib": "application/x-bibtex; charset=utf-8",
        ".xml": "application/xml", ".svg": "image/svg+xml",
        ".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
    }  # fmt: skip

    def __init__(self, *args: object, base: str, **more: object) -> None:
        self._base = unquote(base)
        super().__init__(*args, **more)  # type: ignore[arg-type]

    def translate_path(self, path: str) -> str:
        """Take the base path off; nothing outside of it is there."""
        bare = unquote(urlsplit(path).path)
        if not bare.startswith(self._base):
            return str(Path(self.directory) / ".nowhere")
        return super().translate_path("/" + bare[len(self._base) :])

    def parse_request(self) -> bool:
        """Read what is asked for; refuse what is meant for another host."""
        if not super().parse_request():
            return False
        try:
            hosts = [urlsplit(f"//{one}").hostname for one in self.headers.get_all("Host", ())]
            asked = urlsplit(self.path)
            hosts += [asked.hostname] if asked.netloc else []
        except ValueError:
            hosts = []
        if not hosts or not _NAMES.issuperset(hosts):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return False
        assert isinstance(self.server, PreviewServer)  # noqa: S101 - nobody else makes one
        self.server.busy(self.connection)
        return True

    def send_head(self) -> Any:
        """Answer with a file of the site; with 404 where there is none that may be shown."""
        with suppress(OSError, ValueError):  # a name that no file can have
            if self._is_shown(self.translate_path(self.path)):
                return super().send_head()
        self.send_error(HTTPStatus.NOT_FOUND)
        return None

    def _is_shown(self, path: str) -> bool:
        root = os.path.realpath(self.directory)
        way = os.path.relpath(path, self.directory)
        if way != "." and any(part.startswith(".") for part in Path(way).parts):
            return False
        file = os.path.normpath(f"{root}/{way}")
        if os.path.isdir(file):  # noqa: PTH112 - never raises
            file = f"{file}/index.html"
        return os.path.isfile(file) and os.path.realpath(file) == file  # noqa: PTH113 - never raises

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        """Show no listing."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Show the site's own page for what is not there."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not self._is_shown(str(page)):
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal is for the builds."""


class PreviewServer(ThreadingHTTPServer):
    """A server with a bound on its connections, which ends them when it is closed."""

    request_queue_size = 128
    daemon_threads = False  # so that closing waits for them

    def __init__(self, port: int, handler: Callable[..., SiteHandler], report: Callable[[str], None]) -> None:
        self._report = report
        self._open: dict[socket.socket, tuple[bool, float]] = {}
        """Connection → whether it has asked for something, and since when it is open; the oldest first."""
        self._changed = threading.Condition()
        super().__init__(("127.0.0.1", port), handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, once there is room."""
        with self._changed:
            while len(self._open) >= CONNECTIONS and not self._drop_one():
                self._changed.wait(0.1)
            self._open[request] = (False, time.monotonic())
        super().process_request(request, client_address)

    def _drop_one(self) -> bool:
        """Close the oldest connection that keeps others waiting; return whether there was one."""
        late = time.monotonic() - _SECONDS
        for request, (busy, since) in self._open.items():
            if not busy or since < late:
                self._end(request)
                del self._open[request]
                return True
        return False

    def busy(self, request: socket.socket) -> None:
        """Note that a connection has asked for something."""
        with self._changed:
            if request in self._open:
                self._open[request] = (True, self._open[request][1])

    def shutdown_request(self, request: Any) -> None:
        """Close a connection that was answered."""
        with self._changed:
            self._open.pop(request, None)
            self._changed.notify()
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what is not a client's doing, in a line."""
        error = sys.exception()
        if not isinstance(error, OSError):  # such as a client that went away
            self._report(f"the preview could not answer: {type(error).__name__}: {error}")

    def server_close(self) -> None:
        """Close all connections, and wait for their threads."""
        with self._changed:
            for request in self._open:
                self._end(request)
        super().server_close()

    @staticmethod
    def _end(request: socket.socket) -> None:
        with suppress(OSError):
            request.shutdown(socket.SHUT_RDWR)
