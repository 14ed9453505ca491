"""A preview: serves the site on this machine only, and builds it again when a file it rests on changes."""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from digest.errors import ArchiveError, DigestError


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


def serve(
    out: Path,
    port: int,
    rebuild: Callable[[], object],
    *,
    watch: Iterable[Path] = (),
    base: str = "/",
    report: Callable[[str], None] = print,
    stop: threading.Event | None = None,
    seconds: float = 0.5,
) -> None:
    """Serve `out` at http://127.0.0.1:port until interrupted, or until `stop` is set.

    Every `seconds` the files below `watch` are looked at; where one changed, `rebuild` is called. A DigestError is
    reported and the last good site stays. Does not build before the first change.
    """
    handler = partial(_Handler, directory=str(out), base=base if base.endswith("/") else f"{base}/")
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as cause:
        raise ArchiveError(
            f"port {port} cannot be used: {cause.strerror}", hint="choose another with --port"
        ) from cause
    ended = stop or threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    report(f"http://127.0.0.1:{server.server_port}{base}")
    folders = list(watch)
    before = _state(folders)
    try:
        while not ended.wait(seconds):
            now = _state(folders)
            if now == before:
                continue
            before = now
            try:
                rebuild()
            except DigestError as error:
                report(str(error))
    except KeyboardInterrupt:
        pass
    finally:
        server.shutdown()
        server.server_close()


def _state(folders: Iterable[Path]) -> dict[str, tuple[int, int]]:
    """Note size and time of every file below some folders, or of the files themselves."""
    found: dict[str, tuple[int, int]] = {}
    for folder in folders:
        for path in [folder] if folder.is_file() else folder.rglob("*"):
            try:
                seen = path.stat()
            except OSError:
                continue
            found[str(path)] = (seen.st_mtime_ns, seen.st_size)
    return found
