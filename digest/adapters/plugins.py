"""What installed packages add, by entry points: used where the settings name it, and costing no more than its part.

Third parties' code runs with all rights of this process: whoever installs a package trusts it. What is caught here
are its bugs, not its intentions.
"""

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal, TypeVar

from digest.errors import DigestError, PluginFault
from digest.model.text import one_line

Group = Literal["sources", "readers", "checks", "notifiers", "exporters"]
_Returned = TypeVar("_Returned")


def call(group: Group, name: str, kind: type[_Returned], *arguments: Any, **options: Any) -> _Returned:
    """Call a plug-in, and return what it returns.

    Raises what it raises of `digest.errors`, and PluginFault for whatever else goes wrong: it is not installed, cannot
    be imported, has a bug, or returns something other than a `kind`.
    """
    found = _found(group, name)
    try:
        returned = found.load()(*arguments, **options)
    except DigestError:
        raise
    except Exception as bug:
        what = one_line(str(bug))[:120]
        raise PluginFault(f"plug-in {_named(found)}: {type(bug).__name__}{f': {what}' if what else ''}") from bug
    if not isinstance(returned, kind):
        raise PluginFault(f"plug-in {_named(found)}: returned {type(returned).__name__}, not {kind.__name__}")
    return returned


def guarded(
    group: Group, name: str, kind: type[_Returned], report: Callable[[str], None], instead: _Returned
) -> Callable[..., _Returned]:
    """Return a plug-in as a function that never raises: it reports a fault in a line, and returns `instead`."""

    def run(*arguments: Any, **options: Any) -> _Returned:
        try:
            return call(group, name, kind, *arguments, **options)
        except DigestError as error:
            report(str(error))
            return instead

    return run


def _found(group: Group, name: str) -> EntryPoint:
    for one in entry_points(group=f"digest.{group}", name=name):
        return one
    raise PluginFault(f"plug-in {name}: not installed", hint=f"install the package that adds it to digest.{group}")


def _named(plugin: EntryPoint) -> str:
    """Name a plug-in with the package that it is from."""
    return f"{plugin.name} ({plugin.dist.name} {plugin.dist.version})" if plugin.dist else plugin.name
