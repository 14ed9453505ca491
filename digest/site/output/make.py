"""The middle of a build: every unit whose key is not what it was is made, and what is new of it is put aside."""

from collections.abc import Callable, Collection, Iterable, Iterator

import msgspec

from digest.adapters.store.damage import Damaged
from digest.errors import ArchiveError
from digest.site.cache import Manifest
from digest.site.output import listing
from digest.site.output.outputs import packed, unpacked
from digest.site.output.writer import Site, hash_of
from digest.site.pages.context import Unit, key_hash
from digest.site.records import Output


class Made(msgspec.Struct):
    """What a build has made so far; its units are written down as they are made."""

    paths: dict[str, str] = {}
    """Path → the unit that made it."""
    before: dict[str, tuple[bytes, ...]] = {}
    """The files that may be written over or removed, each with the hashes of what we may have written there."""

    def replaces(self, outputs: Iterable[Output]) -> None:
        """Note files of the last build; none whose path leads out of the site: a cache may be from elsewhere."""
        for output in outputs:
            known = self.before.get(output.path, ())
            if output.hash not in known and listing.inside(output.path):
                self.before[output.path] = (*known, output.hash)


def make(
    site: Site, planned: Iterator[Unit], manifest: Manifest, changed: Collection[str], *, whole: bool, trusted: bool,
    beside: Callable[[Iterable[str]], object] | None = None,
) -> Made:  # fmt: skip
    """Make every unit whose key is not what it was; put aside the files whose content is not what is there.

    `whole` says that the last build is in the site but for the `changed` files, `trusted` that equal keys mean equal
    pages; `beside` returns what pages depend on by their paths.
    """
    made = Made()
    left: dict[str, bytes] = {}
    if whole:
        if listing.name_of(manifest.listing()) != manifest.name:
            raise Damaged("the pages of the site are not what they were")
        left = manifest.unit_keys()
    else:
        made.before = site.listed()
        made.replaces(unpacked(manifest.listing()))
        manifest.forget("units", "files")
    damaged = _units_with(changed, manifest) if changed else set()
    for unit in planned:
        key = left.pop(unit.name, None)
        believed = trusted and key is not None and unit.name not in damaged
        if believed and not beside and key == _key(unit, (), beside):
            continue
        there = dict.fromkeys(() if key is None else unpacked(manifest.unit_lines(unit.name)))
        if believed and beside and key == _key(unit, there, beside):
            continue
        made.replaces(there)
        outputs = []
        for path, content in unit.make():
            other = made.paths.setdefault(path, unit.name)
            if other != unit.name:
                raise ArchiveError(f"{unit.name} and {other} both produce {path}", hint="change the permalink")
            outputs.append(Output(path, hash_of(content)))
            as_before = outputs[-1] in there and path not in changed
            if not as_before and (whole or not site.holds(outputs[-1])):
                site.stage(path, content)
        manifest.keep_unit(unit.name, _key(unit, outputs, beside), packed(outputs))
    for gone in left:
        made.replaces(unpacked(manifest.unit_lines(gone)))
    manifest.drop_units(left)
    return made


def _units_with(paths: Collection[str], manifest: Manifest) -> set[str]:
    return {name for name, lines in manifest.units() if any(one.path in paths for one in unpacked(lines))}


def _key(unit: Unit, outputs: Iterable[Output], beside: Callable[[Iterable[str]], object] | None) -> bytes:
    return key_hash([unit.key, beside(output.path for output in outputs)] if beside else unit.key)
