"""A preview: serves the site on this machine only, and builds it again when a file it rests on changes."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from digest.errors import ArchiveError, DigestError
from digest.site.preview.server import PreviewServer, SiteHandler
from digest.site.snapshot import Snapshot, take_snapshot


class ServedSite(NamedTuple):
    """A site that was built."""

    out: Path
    base: str
    """The path of its address."""
    seen: Snapshot
    """What it rests on, the settings' file included, as it was before the build."""

    def handler(self) -> Callable[..., SiteHandler]:
        """Return what answers requests with this site."""
        return partial(SiteHandler, directory=str(self.out), base=f"{self.base.rstrip('/')}/")


def serve(
    build: Callable[[], ServedSite],
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
        server = PreviewServer(port, shown.handler(), report)
    except OSError as cause:
        raise ArchiveError(
            f"port {port} cannot be used: {cause.strerror}", hint="choose another with --port"
        ) from cause
    ended, before = stop or threading.Event(), shown.seen.files
    threading.Thread(target=server.serve_forever, daemon=True).start()
    report(f"http://127.0.0.1:{server.server_port}{shown.base}")
    try:
        while not ended.wait(seconds):
            now = take_snapshot(shown.seen.places).files
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
