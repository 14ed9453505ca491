"""The story of a build: look, read what changed, plan, make what is not as it was, and put it in place at once."""

import gc
import hashlib
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from digest.config import PostConfig, SiteConfig
from digest.errors import ArchiveError
from digest.site import (
    archive,
    days,
    feeds,
    files,
    indexing,
    library,
    lists,
    papers,
    reading,
    related,
    scan,
    sources,
    topics,
    trends,
    words,
)  # fmt: skip
from digest.site.library import Library
from digest.site.load import Rules, known_layouts
from digest.site.manifest import Known, Manifest
from digest.site.names import slug
from digest.site.nouns import Output
from digest.site.press import Press
from digest.site.units import Desk, Unit
from digest.site.write import Site, hash_of
from digest.templating import Templates


class Built(msgspec.Struct, frozen=True):
    """What a build came to."""

    posts: int = 0
    papers: int = 0
    written: int = 0
    """Files that are new or other than before."""
    unchanged: int = 0
    removed: int = 0
    problems: tuple[str, ...] = ()
    """What was left out and why, a line each; nothing that makes the site wrong."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Spare Python its search for circles: values here hold none, and it takes a fifteenth of a build."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


@_uncollected()
def build(
    *,
    posts: Path,
    data: Path,
    out: Path,
    cache: Path,
    templates: Templates,
    config: SiteConfig,
    post: PostConfig,
    language: str,
    timezone: str = "Asia/Seoul",
    jobs: int = 1,
    report: Callable[[str], None] = lambda line: None,
    kinds: frozenset[str] | None = None,
) -> Built:
    """Build the site, as much of it as changed. The result is that of a build from nothing.

    `kinds` names the kinds of pages to make; only bench/site.py leaves any out. Raises DigestError, and then nothing
    of the site has changed. Does not read the clock into any page.
    """
    now = time.time_ns()
    folder = cache / "site"
    manifest, site = Manifest(folder), Site(out)
    try:
        settings = msgspec.json.encode(
            [config.model_dump(mode="json"), list(post.tags), post.slug, language, timezone, sorted(kinds or ())]
        )
        code = sources.code()
        templates_key = _short(code, settings, sources.templates(templates, language))
        seen = scan.look(posts, data, now)
        before = _inputs(manifest)
        finished = manifest.state("finished")
        whole = finished is not None and site.build_name() == finished
        if whole and before and manifest.state("templates") == templates_key and scan.same(before, seen):
            counts = msgspec.msgpack.decode(manifest.state("counts"), type=Built)
            return msgspec.structs.replace(counts, written=0, removed=0, unchanged=counts.written + counts.unchanged)
        speech = words.Speech(words.load(templates, language))
        rules = Rules(
            permalink=config.permalink,
            slug=post.slug,
            figures=config.figures,
            layouts=known_layouts(sources.layouts(templates)),
            own_notes=reading.own_notes(speech.words),
        )
        # A set has no order of its own, and every process another one.
        rules_key = _short(
            code, msgspec.msgpack.encode([*msgspec.structs.astuple(rules)[:3], sorted(rules.layouts), rules.own_notes])
        )
        manifest.begin()
        reader = reading.Reader(posts, data, manifest, rules, jobs)
        if manifest.state("rules") != rules_key:
            manifest.forget("posts", "days", "pieces")
            manifest.keep_state(rules=rules_key)
            before = None
        bones, problems = reader.read(before, seen)
        plain = frozenset(slug(tag) for tag in post.tags)
        shelves = library.build(bones, plain)
        assets = sources.assets(templates)
        press = Press(templates, config, speech, language, sources.version(assets), plain)
        pages = kinds is None or "papers" in kinds
        near = _related(manifest, shelves) if pages else {}
        desk = Desk(shelves, near, press, config, timezone, language, templates_key, manifest, pages)
        known = manifest.units() if whole else {}
        trusted = known if manifest.state("templates") == templates_key else {}
        made = _make(desk, site, plan(desk, assets, templates, kinds), known, trusted, whole)
        report(f"{len(site.staged)} files differ")
        built = Built(len(shelves.bones), len(shelves.owners), len(site.staged), problems=tuple(problems))
        return _settle(
            manifest, site, made, known, whole, built, inputs=msgspec.msgpack.encode(seen), templates=templates_key
        )
    except BaseException:
        manifest.rollback()
        site.clear()
        raise
    finally:
        manifest.close()


def plan(
    desk: Desk, assets: dict[str, bytes], templates: Templates, kinds: frozenset[str] | None = None
) -> Iterator[Unit]:
    """Plan everything a site consists of, in the order in which it is best made: posts are read once, in a row."""
    wanted: dict[str, Callable[[], Iterator[Unit]]] = {
        # First, while nothing else takes memory: an index block is the largest thing a build holds.
        "search": lambda: indexing.units(desk, templates.source("site/terms.yaml")),
        "days": lambda: _posts(desk),
        "lists": lambda: itertools.chain(lists.units(desk), topics.units(desk)),
        "archive": lambda: archive.units(desk),
        "trends": lambda: trends.units(desk),
        "feeds": lambda: feeds.units(desk),
        "files": lambda: files.units(desk, assets),
    }
    for name, planned in wanted.items():
        if kinds is None or name in kinds:
            yield from planned()


def _posts(desk: Desk) -> Iterator[Unit]:
    for position, bone in enumerate(desk.library.bones):
        yield days.unit(desk, position)
        if bone.papers and desk.papers:
            yield papers.unit(desk, position)


def _short(*parts: bytes) -> bytes:
    made = hashlib.blake2b(digest_size=16)
    for part in parts:
        made.update(b"%d:" % len(part))
        made.update(part)
    return made.digest()


def _inputs(manifest: Manifest) -> scan.Inputs | None:
    raw = manifest.state("inputs")
    return None if raw is None else msgspec.msgpack.decode(raw, type=scan.Inputs)


def _related(manifest: Manifest, shelves: Library) -> related.Related:
    """Find related papers, from the first post on that is not as it was."""
    marks = manifest.state("marks")
    raw = manifest.state("related")
    size = len(shelves.bones[0].mark) if shelves.bones else 1
    known = msgspec.msgpack.decode(raw, type=dict[str, tuple[str, ...]]) if raw else {}
    old = [marks[at : at + size] for at in range(0, len(marks), size)] if marks else []
    found = related.nearest(shelves, known, related.unchanged(shelves, old))
    if found != known:
        manifest.keep_state(related=msgspec.msgpack.encode(found))
    manifest.keep_state(marks=b"".join(bone.mark for bone in shelves.bones))
    return found


class Made(msgspec.Struct):
    """What a build has made so far."""

    units: dict[str, Known] = {}
    paths: dict[str, str] = {}
    """Path → the unit that made it."""
    kept: set[str] = set()
    """Units that are as they were."""


def _make(
    desk: Desk, site: Site, planned: Iterator[Unit], known: dict[str, Known], trusted: dict[str, Known], whole: bool
) -> Made:
    """Make every unit whose key is not what it was; put aside the files whose content is not what is there."""
    made = Made()
    for unit in planned:
        key = desk.key_of(unit.key)
        before = trusted.get(unit.name)
        if before is not None and before.key == key:
            made.kept.add(unit.name)
            continue
        there = {output.path: output.hash for output in known[unit.name].files} if unit.name in known else {}
        outputs = []
        for path, content in unit.make():
            other = made.paths.setdefault(path, unit.name)
            if other != unit.name:
                raise ArchiveError(f"{unit.name} and {other} both want {path}", hint="change the permalink")
            outputs.append(Output(path, hash_of(content)))
            if there.get(path) != outputs[-1].hash and (whole or not site.holds(path, content)):
                site.stage(path, content)
        made.units[unit.name] = Known.of(key, outputs)
    return made


def _settle(
    manifest: Manifest, site: Site, made: Made, known: Mapping[str, Known], whole: bool, built: Built, **facts: bytes
) -> Built:
    """Put everything in place. Until the last line is written down, the next build believes nothing and compares."""
    changed = known.keys() - made.kept
    before = {output.path for name in changed for output in known[name].files}
    if not whole:
        before |= site.listed()[1] | manifest.claims() | {output.path for output in manifest.all_outputs()}
    gone = sorted(before - made.paths.keys())
    new = [path for path in site.staged if path not in before]
    site.refuse_foreign(new, before)
    nothing = not site.staged and not gone
    if not (whole and nothing):
        manifest.keep_state(finished=None)
        manifest.claim([*made.paths, *gone])
    manifest.commit()
    site.settle(gone)
    manifest.begin()
    if not whole:
        manifest.forget("units")
    manifest.keep_units(made.units, changed - made.units.keys())
    total, whole_hash = 0, hashlib.blake2b(digest_size=12)
    for total, output in enumerate(manifest.all_outputs(), 1):  # noqa: B007 - the last count is the total
        whole_hash.update(f"{output.path}\0".encode() + output.hash)
    name = whole_hash.hexdigest()
    if not (whole and nothing):
        site.write_list(name, (f"{output.path}\n" for output in manifest.all_outputs()))
    done = msgspec.structs.replace(built, unchanged=total - built.written, removed=len(gone))
    manifest.drop_claims()
    manifest.keep_state(finished=name, counts=msgspec.msgpack.encode(done), **facts)
    manifest.commit()
    return done
