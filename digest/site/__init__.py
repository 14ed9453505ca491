"""Posts → a finished web site. `build` makes what changed; `serve` shows it and makes it again on every change.

posts, editions ─scan─> what may have changed ─load─> Day ─bone─> Library ─plan─> Units ─make─> files ─write─> site
                                                 └── kept in the manifest ──┘        only where the key is new
"""

from digest.site.build import Built, build
from digest.site.serve import serve

__all__ = ["Built", "build", "serve"]
