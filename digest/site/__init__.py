"""Posts → a finished web site. `build` makes what changed; `serve` shows it and makes it again on every change.

    files ─content─> PostPage, PostSummary ─library─> Library ─pages─> Units ─rendering─> HTML ─output─> site
                     └────────────── kept in the cache ──────────────┘        only where a key is new

Nothing is imported before it is used: `digest.site.output.up_to_date` answers in less time than Jinja takes to import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digest.site.builder import build
    from digest.site.output.commit import BuildResult
    from digest.site.preview import ServedSite, serve
    from digest.site.project import Project

__all__ = ["BuildResult", "Project", "ServedSite", "build", "serve"]
_MODULES = {
    "BuildResult": "output.commit",
    "Project": "project",
    "ServedSite": "preview",
    "build": "builder",
    "serve": "preview",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
