"""digest site: the web site of every series, built or previewed."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from digest import site
from digest.commands.context import Context
from digest.commands.options import config_option
from digest.commands.result import Result
from digest.model.text import counted
from digest.site import snapshot
from digest.site.output import listing, up_to_date

if TYPE_CHECKING:
    from digest.config import Config


@click.command()
@click.option("--serve", is_flag=True, help="Preview locally, rebuild on change.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port for --serve.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Worker processes.")
@config_option
@click.pass_obj
def command(context: Context, serve: bool, port: int, jobs: int, config_path: Path) -> int:
    """Build the static site from the posts; only what changed is rebuilt."""
    if serve:
        return _preview(context, port, jobs, config_path)
    query = up_to_date.query_key(config_path, context.environ)
    if known := up_to_date.cached_result(query):
        return context.print_result(Result((known.line,), warnings=known.warnings))
    return context.print_result(_build(context.config(config_path), config_path, jobs, query))


def _preview(context: Context, port: int, jobs: int, config_path: Path) -> int:
    def build() -> site.ServedSite:
        config = context.config(config_path)  # anew: the settings may have changed
        base = urlsplit(config.site.url).path or "/"
        shown = site.ServedSite(config.paths.site, base, snapshot.take_snapshot(_sources(config, config_path)))
        context.print_result(_build(config, config_path, jobs))
        return shown

    site.serve(build, port, report=context.print)
    return 0


def _build(config: "Config", config_path: Path, jobs: int, query: up_to_date.Query | None = None) -> Result:
    """Build what changed. `query` is for `up_to_date` to know it the next time."""
    from digest.commands.site.series import TEMPLATES, build_all  # noqa: PLC0415 - Jinja

    started = time.monotonic()
    paths = config.paths
    seen = snapshot.take_snapshot([*_sources(config, query.config), *TEMPLATES]) if query else None
    up_to_date.discard_result(paths.cache)
    built = build_all(config, config_path.resolve().parent, jobs)
    warnings = tuple(f"digest: {problem}" for one in built.values() for problem in one.problems)
    if query and seen:
        unchanged = "\n".join(_lines(built, changed=False))
        lists = {out / listing.LIST: one.seen for out, one in built.items()}
        up_to_date.store_result(paths.cache, query, seen, lists, unchanged, warnings)
    warnings += tuple(f"digest: {notice}" for one in built.values() for notice in one.notices)
    *lines, last = _lines(built, changed=True)
    return Result((*lines, f"{last}; {time.monotonic() - started:.1f} s"), warnings=warnings)


def _sources(config: "Config", config_path: Path) -> tuple[Path, ...]:
    paths = config.paths
    return (config_path, paths.posts, paths.data, paths.templates)


def _lines(built: "Mapping[Path, site.BuildResult]", *, changed: bool) -> Iterator[str]:
    for out, one in built.items():
        written, removed = (one.written, one.removed) if changed else (0, 0)
        what = f"{counted(one.posts, 'post')}, {counted(one.papers, 'paper')}"
        unchanged = one.written + one.unchanged - written
        yield f"{out}: {what}; {written:,} files written, {unchanged:,} unchanged, {removed:,} removed"
