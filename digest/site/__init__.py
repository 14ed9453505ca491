"""Posts → a finished web site. `build` makes what changed; `serve` shows it and makes it again on every change.

    files ─content─> PostPage, PostSummary ─library─> Library ─pages─> Units ─rendering─> HTML ─output─> site
                     └────────────── kept in the cache ──────────────┘        only where a key is new

Nothing is imported before it is used: `digest.site.output.up_to_date` answers in less time than Jinja takes to import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digest.site.builder import Project, build
    from digest.site.output.commit import BuildResult
    from digest.site.server import ServedSite, serve

__all__ = ["BuildResult", "Project", "ServedSite", "build", "serve"]
_MODULES = {
    "BuildResult": "output.commit",
    "Project": "builder",
    "build": "builder",
    "ServedSite": "server",
    "serve": "server",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"digest.site.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
