"""Posts → a finished web site. `build` makes what changed; `serve` shows it and makes it again on every change.

    posts, editions ─scan─> what may have changed ─load─> Day ─bone─> Library ─plan─> Units ─make─> files ─write─> site
                                                     └── kept in the manifest ──┘        only where the key is new

Nothing is imported before it is used: `digest.site.output.up_to_date` answers in less time than Jinja takes to import.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digest.site.builder import build
    from digest.site.output.placing import Built
    from digest.site.server import Shown, serve

__all__ = ["Built", "Shown", "build", "serve"]


def __getattr__(name: str) -> Any:
    if name == "Built":
        from digest.site.output import placing  # noqa: PLC0415

        return placing.Built
    if name == "build":
        from digest.site import builder  # noqa: PLC0415

        return builder.build
    if name in {"Shown", "serve"}:
        from digest.site import server  # noqa: PLC0415

        return getattr(server, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
