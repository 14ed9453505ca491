"""A preview: serves the site on this machine only, and builds it again when a file it rests on changes."""

import threading
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from digest.errors import ArchiveError, DigestError
from digest.site.looking import Look, look


class _Handler(SimpleHTTPRequestHandler):
    """Serves files below a base path, with the site's own 404 page, and keeps quiet."""

    extensions_map = {  # noqa: RUF012 - the library declares it so
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript", ".json": "application/json", ".bib": "application/x-bibtex; charset=utf-8",
        ".xml": "application/xml", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
    }  # fmt: skip

    def __init__(self, *args: object, base: str, **more: object) -> None:
        self._base = base
        super().__init__(*args, **more)  # type: ignore[arg-type]

    def translate_path(self, path: str) -> str:
        """Take the base path off; nothing outside of it is there."""
        bare = unquote(urlsplit(path).path)
        if not bare.startswith(self._base):
            return str(Path(self.directory) / ".nowhere")
        return super().translate_path("/" + bare[len(self._base) :])

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Show the site's own page for what is not there."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
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


class Shown(NamedTuple):
    """A site that was built."""

    out: Path
    base: str
    """The path of its address."""
    seen: Look
    """What it rests on, the settings' file included, as it was before the build."""

    def handler(self) -> Callable[..., _Handler]:
        """Return what answers requests with this site."""
        return partial(_Handler, directory=str(self.out), base=f"{self.base.rstrip('/')}/")


def serve(
    build: Callable[[], Shown],
    port: int,
    *,
    report: Callable[[str], None],
    stop: threading.Event | None = None,
    seconds: float = 0.5,
) -> None:
    """Build a site and serve it at http://127.0.0.1:port until interrupted, or until `stop` is set.

    Every `seconds` what it rests on is looked at; where something changed, it is built again and shown as it then is,
    from another folder or below another base if the settings say so. A DigestError of a later build is reported, and
    the last good site stays.
    """
    shown = build()
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), shown.handler())
    except OSError as cause:
        raise ArchiveError(
            f"port {port} cannot be used: {cause.strerror}", hint="choose another with --port"
        ) from cause
    ended, before = stop or threading.Event(), shown.seen.files
    threading.Thread(target=server.serve_forever, daemon=True).start()
    report(f"http://127.0.0.1:{server.server_port}{shown.base}")
    try:
        while not ended.wait(seconds):
            now = look(shown.seen.places).files
            if now == before:
                continue
            old, before = shown.base, now
            try:
                shown = build()
            except DigestError as error:
                report(str(error))
                continue
            before = shown.seen.files
            server.RequestHandlerClass = shown.handler()
            if shown.base != old:
                report(f"http://127.0.0.1:{server.server_port}{shown.base}")
    except KeyboardInterrupt:
        pass
    finally:
        server.shutdown()
        server.server_close()
