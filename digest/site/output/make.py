"""The middle of a build: every unit whose key is not what it was is made, and what is new of it is put aside."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from digest.errors import ArchiveError
from digest.site.cache import CachedUnit
from digest.site.output.outputs import packed, unpacked
from digest.site.output.writer import Site, hash_of
from digest.site.pages.context import Unit, key_hash
from digest.site.records import Output


class Made(msgspec.Struct):
    """What a build has made so far."""

    units: dict[str, CachedUnit] = {}
    paths: dict[str, str] = {}
    """Path → the unit that made it."""
    kept: set[str] = set()
    """Units that are as they were."""


def make(
    site: Site, planned: Iterator[Unit], known: dict[str, CachedUnit], trusted: dict[str, CachedUnit],
    changed: set[str], whole: bool, beside: Callable[[Iterable[str]], object] | None = None,
) -> Made:  # fmt: skip
    """Make every unit whose key is not what it was; put aside the files whose content is not what is there.

    `changed` are files that are not as they were written; `beside` returns what pages depend on by their paths.
    """
    made = Made()
    damaged = {
        name
        for name, unit in known.items()
        if changed and not changed.isdisjoint(one.path for one in unpacked(unit.lines))
    }
    for unit in planned:
        before = trusted.get(unit.name)
        if (
            before
            and unit.name not in damaged
            and before.key == _key(unit, unpacked(before.lines) if beside else (), beside)
        ):
            made.kept.add(unit.name)
            continue
        there = {one.path: one.hash for one in unpacked(known[unit.name].lines)} if unit.name in known else {}
        outputs = []
        for path, content in unit.make():
            other = made.paths.setdefault(path, unit.name)
            if other != unit.name:
                raise ArchiveError(f"{unit.name} and {other} both produce {path}", hint="change the permalink")
            outputs.append(Output(path, hash_of(content)))
            as_before = there.get(path) == outputs[-1].hash and path not in changed
            if not as_before and (whole or not site.holds(outputs[-1])):
                site.stage(path, content)
        made.units[unit.name] = CachedUnit(_key(unit, outputs, beside), packed(outputs))
    return made


def _key(unit: Unit, outputs: Iterable[Output], beside: Callable[[Iterable[str]], object] | None) -> bytes:
    return key_hash([unit.key, beside(output.path for output in outputs)] if beside else unit.key)
