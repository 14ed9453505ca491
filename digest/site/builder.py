"""The story of a build: look, read what changed, plan, make what is not as it was, and put it in place at once."""

import gc
import hashlib
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from digest.adapters.store.damage import Damaged, set_aside
from digest.adapters.templates import Templates
from digest.config import PostConfig, SiteConfig
from digest.errors import ArchiveError, Busy
from digest.site import library, related
from digest.site.content import reader as reading
from digest.site.content import scan
from digest.site.content.loader import Rules, known_layouts
from digest.site.library import Library
from digest.site.output import fingerprint, listing, place
from digest.site.output.cache import CachedUnit, Manifest, understood
from digest.site.output.placing import Built, Made, commit
from digest.site.output.writer import Site, hash_of
from digest.site.pages import archive, feeds, home, papers, taxonomies, trends
from digest.site.pages import posts as days
from digest.site.pages import static as files
from digest.site.pages.context import Desk, Unit
from digest.site.records import Output
from digest.site.rendering.locales import Locale
from digest.site.rendering.renderer import Renderer
from digest.site.search import units
from digest.site.urls import slug


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


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other builds with this cache waiting. Raises Busy where one is at work for more than half a minute."""
    lock = FileLock(folder / "site.lock", timeout=30)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as cause:
        raise Busy(f"another build of this site is at work in {folder}", hint="wait for it, then run again") from cause
    except OSError as cause:
        raise ArchiveError(f"{folder}: cannot be written: {cause.strerror or cause}") from cause
    try:
        yield
    finally:
        lock.release()


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
    project: Path | None = None,
) -> Built:
    """Build the site, as much of it as changed. The result is that of a build from nothing.

    `kinds` names the kinds of pages to make; only bench/site.py leaves any out. `project` is the folder of the
    settings. Raises DigestError, and then nothing of the site has changed. Does not read the clock into any page.
    """
    ours = {"paths.posts": posts, "paths.data": data, "paths.cache": cache}
    if templates.own is not None:
        ours["paths.templates"] = templates.own
    place.refuse_shared(out, ours, {"your home folder": Path("~").expanduser()} | _named(project))
    folder = cache / "site"
    database = folder / "site.sqlite3"
    if not database.exists():
        place.refuse_foreign(out)

    def made() -> Built:
        with understood(database):
            manifest = Manifest(database)
            try:
                return _build(
                    manifest, Site(out), posts, data, folder, templates, config, post, language, timezone, jobs, report,
                    kinds,
                )  # fmt: skip
            finally:
                manifest.close()

    with _alone(folder):
        try:
            return made()
        except Damaged:
            kept = set_aside(database)
        try:
            notice = f"{database}: was damaged, is now called {kept.name}, and everything was made again"
            built = made()
        except Damaged as cause:
            raise ArchiveError(
                f"{database}: cannot be used: {cause}", hint="set paths.cache to another disk"
            ) from cause
        return msgspec.structs.replace(built, notices=(notice, *built.notices))


def _named(project: Path | None) -> dict[str, Path]:
    return {} if project is None else {"the folder of the settings": project}


def _build(
    manifest: Manifest, site: Site, posts: Path, data: Path, folder: Path, templates: Templates, config: SiteConfig,
    post: PostConfig, language: str, timezone: str, jobs: int, report: Callable[[str], None],
    kinds: frozenset[str] | None,
) -> Built:  # fmt: skip
    now = time.time_ns()
    try:
        settings = msgspec.json.encode(
            [config.model_dump(mode="json"), list(post.tags), post.slug, language, timezone, sorted(kinds or ())]
        )
        code = fingerprint.code()
        templates_key = _short(code, settings, fingerprint.templates(templates, language))
        seen = scan.look(posts, data, now)
        before = manifest.fact("inputs", scan.Inputs)
        finished = manifest.state("finished")
        whole = finished is not None and listing.build_name(site.out) == finished
        if not whole:
            place.refuse_foreign(site.out, {one.path.partition("/")[0] for one in manifest.all_outputs()})
        files = (manifest.fact("files", dict[str, int]) or {}) if whole else {}
        known_files = dict(files)
        changed = site.changed(manifest.all_outputs(), files, now) if whole else set()
        counts = manifest.fact("counts", Built)
        same = manifest.state("templates") == templates_key and before is not None and scan.same(before, seen)
        if whole and same and not changed and counts is not None:
            if files != known_files:
                manifest.keep_state(files=msgspec.msgpack.encode(files))
            return msgspec.structs.replace(counts, written=0, removed=0, unchanged=counts.written + counts.unchanged)
        speech = Locale(templates, language)
        rules = Rules(
            permalink=config.permalink,
            slug=post.slug,
            figures=config.figures,
            layouts=known_layouts(fingerprint.layouts(templates)),
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
        assets = fingerprint.assets(templates)
        press = Renderer(templates, config, speech, language, fingerprint.version(assets), plain, code)
        pages = kinds is None or "papers" in kinds
        near = _related(manifest, shelves) if pages else {}
        desk = Desk(shelves, near, press, config, timezone, language, templates_key, manifest, pages)
        known = manifest.units() if whole else {}
        trusted = known if manifest.state("templates") == templates_key else {}
        made = _make(desk, site, plan(desk, assets, templates, kinds), known, trusted, changed, whole)
        report(f"{len(site.staged)} files differ")
        built = Built(len(shelves.bones), len(shelves.owners), len(site.staged), problems=tuple(problems))
        facts = {"inputs": msgspec.msgpack.encode(seen), "templates": templates_key}
        return commit(manifest, site, made, known, finished if whole else None, built, files, facts)
    except BaseException:
        manifest.rollback()
        site.forsake()
        raise


def plan(
    desk: Desk, assets: dict[str, bytes], templates: Templates, kinds: frozenset[str] | None = None
) -> Iterator[Unit]:
    """Plan everything a site consists of, in the order in which it is best made: posts are read once, in a row."""
    wanted: dict[str, Callable[[], Iterator[Unit]]] = {
        # First, while nothing else takes memory: an index block is the largest thing a build holds.
        "search": lambda: units.units(desk, templates.source("site/terms.yaml")),
        "days": lambda: _posts(desk),
        "lists": lambda: itertools.chain(home.units(desk), taxonomies.units(desk)),
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


def _related(manifest: Manifest, shelves: Library) -> related.Related:
    """Find related papers, from the first post on that is not as it was."""
    marks = manifest.state("marks")
    size = len(shelves.bones[0].mark) if shelves.bones else 1
    known = manifest.fact("related", dict[str, tuple[str, ...]]) or {}
    old = [marks[at : at + size] for at in range(0, len(marks), size)] if marks else []
    found = related.nearest(shelves, known, related.unchanged(shelves, old))
    if found != known:
        manifest.keep_state(related=msgspec.msgpack.encode(found))
    manifest.keep_state(marks=b"".join(bone.mark for bone in shelves.bones))
    return found


def _make(
    desk: Desk, site: Site, planned: Iterator[Unit], known: dict[str, CachedUnit], trusted: dict[str, CachedUnit],
    changed: set[str], whole: bool,
) -> Made:  # fmt: skip
    """Make every unit whose key is not what it was; put aside the files whose content is not what is there.

    `changed` are files that are not as they were written.
    """
    made = Made()
    damaged = {
        name for name, unit in known.items() if changed and not changed.isdisjoint(one.path for one in unit.files)
    }
    for unit in planned:
        key = desk.key_of(unit.key)
        before = trusted.get(unit.name)
        if before is not None and before.key == key and unit.name not in damaged:
            made.kept.add(unit.name)
            continue
        there = {output.path: output.hash for output in known[unit.name].files} if unit.name in known else {}
        outputs = []
        for path, content in unit.make():
            other = made.paths.setdefault(path, unit.name)
            if other != unit.name:
                raise ArchiveError(f"{unit.name} and {other} both want {path}", hint="change the permalink")
            outputs.append(Output(path, hash_of(content)))
            as_before = there.get(path) == outputs[-1].hash and path not in changed
            if not as_before and (whole or not site.holds(path, content)):
                site.stage(path, content)
        made.units[unit.name] = CachedUnit.of(key, outputs)
    return made
