"""The sites of all series, each in its folder: languages with links to each other, profiles below the first site."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from digest.adapters.templates import BUNDLED, PACKAGE, Templates
from digest.commands import languages
from digest.config import Config, series_of
from digest.site.builder import build
from digest.site.output import listing
from digest.site.output.commit import BuildResult
from digest.site.project import Project
from digest.site.rendering.alternates import Sibling

TEMPLATES = (BUNDLED, PACKAGE)
"""Where the templates of the package are."""


def build_all(config: Config, folder: Path, jobs: int) -> dict[Path, BuildResult]:
    """Build the site of every series, where it is → what it came to. `folder` is that of the settings.

    A site is built once more where it links to pages that others did not have yet. Raises DigestError.
    """
    several = _Series(series_of(config), Templates(config.paths.templates), folder, jobs)
    built = {one.paths.site: several.build(one, several.siblings(one)) for one in several.configs}
    for one in several.configs:
        before, siblings = built[one.paths.site], several.siblings(one)
        if siblings != before[1]:
            again, _ = several.build(one, siblings)
            built[one.paths.site] = _both(before[0], again), siblings
    return {one.paths.site: _warned(one, built[one.paths.site][0]) for one in several.configs}


def _warned(config: Config, built: BuildResult) -> BuildResult:
    """Add a line where posts of a site are in another language than its pages say."""
    return msgspec.structs.replace(built, problems=(*built.problems, *languages.lines(config, built.languages)))


@dataclass(frozen=True)
class _Series:
    configs: tuple[Config, ...]
    templates: Templates
    folder: Path
    jobs: int

    def build(self, config: Config, siblings: tuple[Sibling, ...]) -> tuple[BuildResult, tuple[Sibling, ...]]:
        """Build the site of one series; return also what it knew of the others."""
        name, paths = config.series.name, config.paths
        others = () if name else self.configs[1:]
        project = Project(
            posts=paths.posts,
            data=paths.data,
            out=paths.site,
            cache=paths.cache / "series" / name if name else paths.cache,
            templates=self.templates,
            config=config.site,
            post=config.post,
            language=config.language,
            timezone=config.timezone,
            jobs=self.jobs,
            show_reasons="page" in config.taste.show,
            folder=self.folder,
            followed=tuple(name for name, weight in config.taste.authors.items() if weight > 0),
            apart=frozenset(one.series.name for one in others),
            siblings=siblings,
            ending=_ending(config),
        )
        return build(project), siblings

    def siblings(self, config: Config) -> tuple[Sibling, ...]:
        """Return the other languages of a profile, each with the pages that it has by now."""
        return tuple(
            Sibling(
                language=one.language,
                name=str(self.templates.words(one.language)["native"]),
                url=one.site.url,
                way=("../" if config.series.name else "") + (f"{one.series.name}/" if one.series.name else ""),
                ending=_ending(one),
                pages=frozenset(_pages(one.paths.site)),
            )
            for one in self.configs
            if one.series.profile == config.series.profile and one is not config
        )


def _ending(config: Config) -> str:
    return f"-{config.language.lower()}" if config.series.follows else ""


def _pages(out: Path) -> Iterator[str]:
    """Yield the paths of the pages of a site that is there."""
    try:
        paths = listing.paths(listing.raw(out))
    except OSError:
        return
    yield from (os.fsdecode(path) for path in paths if path.endswith(b".html"))


def _both(before: BuildResult, again: BuildResult) -> BuildResult:
    """Return what two builds of a site came to."""
    total = again.written + again.unchanged
    written = min(total, before.written + again.written)
    return msgspec.structs.replace(
        again,
        written=written,
        unchanged=total - written,
        removed=before.removed + again.removed,
        notices=(*before.notices, *again.notices),
    )
