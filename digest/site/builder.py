"""The story of a build: look, read what changed, plan, make what is not as it was, and put it in place at once."""

import gc
import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from digest.adapters.store.damage import Damaged, set_aside
from digest.adapters.store.files import hold
from digest.adapters.templates import Templates
from digest.errors import ArchiveError, Busy
from digest.site import library
from digest.site.cache import Manifest, understood
from digest.site.content import reader
from digest.site.content import reviews as reviews_on_disk
from digest.site.content.inputs import Inputs, list_inputs, nothing_changed
from digest.site.content.loader import Rules, known_layouts
from digest.site.library import addresses, related
from digest.site.output import fingerprint, listing, location
from digest.site.output.commit import BuildResult, commit
from digest.site.output.make import make
from digest.site.output.outputs import unpacked
from digest.site.output.writer import Site
from digest.site.pages import archive, feeds, home, papers, pictures, posts, reviews, static, taxonomies, trends
from digest.site.pages.context import PageView, Unit
from digest.site.pages.data import months
from digest.site.project import Project
from digest.site.rendering.alternates import Alternates
from digest.site.rendering.locales import Locale
from digest.site.rendering.renderer import Renderer
from digest.site.search import units as search
from digest.site.urls import slug


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Spare Python its search for circles: values here hold none, and it takes a fifteenth of a build."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


@_without_garbage_collection()
def build(project: Project) -> BuildResult:
    """Build the site, as much of it as changed. The result is that of a build from nothing.

    Raises DigestError, and then nothing of the site has changed. Does not read the clock into any page.
    """
    project.refuse_shared_folders()
    folder = project.cache / "site"
    database = folder / "site.sqlite3"
    if not database.exists():
        location.refuse_foreign(project.out)
    busy = Busy(f"another build of this site is using {folder}", hint="wait for it to finish, then rerun")
    with hold(folder / "site.lock", busy, timeout=30):
        try:
            return _build(project, database)
        except Damaged:
            kept = set_aside(database)
        try:
            notice = f"{database}: was damaged, renamed to {kept.name}; all pages were rebuilt"
            built = _build(project, database)
        except Damaged as cause:
            raise ArchiveError(
                f"{database}: cannot be used: {cause}", hint="set paths.cache to another disk"
            ) from cause
        return msgspec.structs.replace(built, notices=(notice, *built.notices))


def _build(project: Project, database: Path) -> BuildResult:
    with understood(database):
        manifest, site = Manifest(database), Site(project.out)
        try:
            return _build_changes(project, manifest, site)
        except BaseException:
            manifest.rollback()
            site.discard()
            raise
        finally:
            manifest.close()


def _build_changes(project: Project, manifest: Manifest, site: Site) -> BuildResult:
    now, templates = time.time_ns(), project.templates
    code = fingerprint.code()
    locale = Locale(templates, project.language)
    painter, painter_key, missing = pictures.painter_for(project.config.cards, locale)
    words_key = fingerprint.templates(templates, project.language)
    templates_key = _short(code, project.settings, words_key, *filter(None, [painter_key]))
    inputs = list_inputs(project.posts, project.data, now, project.apart)
    before = manifest.fact("inputs", Inputs)
    whole = listing.build_name(site.out) == manifest.name
    if not whole:
        location.refuse_foreign(site.out, {one.path.partition("/")[0] for one in unpacked(manifest.listing())})
    changed = site.changed(manifest.files(), manifest.listing) if whole else set()
    counts = manifest.fact("counts", BuildResult)
    same_templates = manifest.state("templates") == templates_key
    alternates = Alternates(project.siblings, project.ending)
    others = _short(alternates.pages)
    same = same_templates and before is not None and nothing_changed(before, inputs)
    same = same and (not project.siblings or manifest.state("others") == others)
    if whole and same and not changed and counts is not None:
        manifest.keep_files(site.held.items())
        unchanged = counts.written + counts.unchanged
        return msgspec.structs.replace(counts, written=0, removed=0, unchanged=unchanged, seen=manifest.seal_files())
    rules = Rules(
        permalink=project.config.permalink,
        timezone=project.timezone,
        slug=project.post.slug,
        figures=project.config.figures,
        layouts=known_layouts(fingerprint.layouts(templates)),
        own_notes=reader.own_notes(locale.words),
        overview=str(locale.words["notes"]["overview"]).partition("{")[0].rstrip(),
        with_overview=project.post.overview,
        reasons=project.show_reasons,
    )
    # A set has no order of its own, and every process another one.
    rules_key = _short(
        code,
        msgspec.msgpack.encode(msgspec.structs.asdict(rules) | {"layouts": sorted(rules.layouts)}),
    )
    manifest.begin()
    if manifest.state("rules") != rules_key:
        manifest.forget("posts", "pages", "fragments")
        manifest.keep_state(rules=rules_key, related=None)
        before = None
    summaries, problems = reader.Reader(project.posts, project.data, manifest, rules, project.jobs).read(before, inputs)
    overviews, unread = reviews_on_disk.read(project.data, inputs.reviews)
    problems += unread
    plain_tags = frozenset(slug(tag) for tag in project.post.tags)
    shown, left_out = addresses.settle(summaries, project.apart, project.config.permalink)
    problems += [*(post.fault for post in shown if post.fault), *map(str, left_out)]
    found = library.build(shown, plain_tags, frozenset(map(slug, project.followed)))
    assets = fingerprint.assets(templates)
    version = fingerprint.version(assets)
    picture = pictures.SITE if painter or pictures.SITE in assets else ""
    renderer = Renderer(
        templates, project.config, locale, project.language, version, plain_tags, code, picture, alternates,
        found.unchecked,
    )  # fmt: skip
    near = related.find(found, manifest)
    view = PageView(
        found, near, renderer, project.config, project.timezone, project.language,
        _short(templates_key, found.unchecked.encode()), manifest, overviews,
        tuple(f"{project.config.url}/{name}" for name in sorted(project.apart)), painter,
    )  # fmt: skip
    planned = plan(view, assets, templates)
    beside = alternates.key if project.siblings else None
    facts = {"templates": templates_key, "others": others, "unchecked": found.unchecked.encode()}
    trusted = same_templates and manifest.state("unchecked") == facts["unchecked"]
    made = make(site, planned, manifest, changed, whole=whole, trusted=trusted, beside=beside)
    view.prune(search.kept(view) | static.kept(view))
    problems += [missing] if missing else []
    built = BuildResult(
        len(found.posts), len(found.owners), len(site.staged), problems=tuple(problems),
        languages=dict(Counter(post.language for post in found.posts if post.language)),
    )  # fmt: skip
    del view, near, found, summaries, shown, renderer  # nothing needs them any more, and the move needs room
    return commit(
        manifest, site, made, manifest.name if whole else None, built,
        {**facts, "inputs": msgspec.msgpack.encode(inputs)},
    )  # fmt: skip


def plan(view: PageView, assets: dict[str, bytes], templates: Templates) -> Iterator[Unit]:
    """Plan everything a site consists of, in the order in which it is best made: posts are read once, in a row."""
    # First, while nothing else takes memory: an index block is the largest thing a build holds.
    yield from search.units(view, templates.source("site/terms.yaml"))
    for position, post in enumerate(view.library.posts):
        yield posts.unit(view, position)
        if post.papers:
            yield papers.unit(view, position)
    yield from home.units(view)
    yield from taxonomies.units(view)
    yield from archive.units(view)
    yield from trends.units(view)
    yield from reviews.units(view)
    yield from pictures.units(view, assets)
    yield from feeds.units(view)
    yield from months.units(view)
    yield from static.units(view, assets, templates.source("site/sw.js"))


def _short(*parts: bytes) -> bytes:
    made = hashlib.blake2b(digest_size=16)
    for part in parts:
        made.update(b"%d:" % len(part))
        made.update(part)
    return made.digest()
