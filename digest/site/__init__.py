"""Posts → a finished web site. `build` makes what changed; `serve` shows it and makes it again on every change.

    posts, editions ─scan─> what may have changed ─load─> Day ─bone─> Library ─plan─> Units ─make─> files ─write─> site
                                                     └── kept in the manifest ──┘        only where the key is new

Nothing is imported before it is used: `digest.site.output.up_to_date` answers in less time than Jinja takes to import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digest.site.builder import build
    from digest.site.output.placing import Built
    from digest.site.server import Shown, serve

__all__ = ["Built", "Shown", "build", "serve"]
_MODULES = {"Built": "output.placing", "Shown": "server", "build": "builder", "serve": "server"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
