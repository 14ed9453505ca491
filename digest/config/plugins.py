"""What installed packages add beside sources, by the names of their entry points."""

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Annotated, get_args

from pydantic import AfterValidator

from digest.config.values import Part
from digest.model.papers import Origin

_ORIGINS = get_args(Origin)


def known(group: str, builtin: tuple[str, ...] = ()) -> Callable[[str], str]:
    """Return a validator of names: of those that are built in, and of the entry points of `digest.<group>`."""

    def check(name: str) -> str:
        if name in builtin or entry_points(group=f"digest.{group}", name=name):
            return name
        names = sorted({*builtin, *(one.name for one in entry_points(group=f"digest.{group}"))})
        raise ValueError(f"unknown, known are {', '.join(names)}" if names else f"no package adds any {group}")

    return check


Reader = Annotated[str, AfterValidator(known("readers", _ORIGINS))]


class PluginsConfig(Part):
    """What installed packages add beside `sources` and `fulltext.order`, by the names of their entry points."""

    checks: tuple[Annotated[str, AfterValidator(known("checks"))], ...] = ()
    """Further checks of every summary."""
    notifiers: tuple[Annotated[str, AfterValidator(known("notifiers"))], ...] = ()
    """Who else is notified of a day by `digest notify`."""
    exporters: tuple[Annotated[str, AfterValidator(known("exporters"))], ...] = ()
    """What else is made of every day, into a folder of its own below `paths.exports`."""
