"""What is done with what is there: posts, editions, site, repository. Says lines and prints nothing.

What only one of these needs is imported where it is done: the commands share this file and nothing else.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digest.adapters.process.interruption import Interruption
from digest.adapters.redaction import KEYS
from digest.commands.result import DONE, EXPECTED_ERROR, SOME_FAILED, Said
from digest.errors import ArchiveError, ConfigError
from digest.model.text import counted

if TYPE_CHECKING:
    from digest.adapters.http import Deadline
    from digest.commands import progress
    from digest.config import Config
    from digest.pipeline import assembly, recheck
    from digest.site import Built, Shown
    from digest.site.output.up_to_date import Asked
    from digest.stages import notify


@dataclass(frozen=True)
class Upkeep:
    """The settings, the clock, the key and the ear of one invocation, and what it does with what is there."""

    config: "Config"
    now: Callable[[], datetime]
    sink: Callable[[], "progress.Sink"]
    key: str | None = None
    targets: "tuple[notify.Target, ...]" = ()
    """Who is told of a day."""
    alarms: "tuple[notify.Target, ...]" = ()
    """Who is told of a failed run."""
    masked: Callable[[str], str] = str
    """Takes secrets out of a text."""

    interruption: Interruption = field(default_factory=Interruption)
    """Whether the process was asked to end."""

    def deadline(self, seconds: float = math.inf) -> "Deadline":
        """Return the end of what begins now, which an interruption brings forward."""
        from digest.adapters.http import Deadline

        deadline = Deadline(seconds)
        self.interruption.bound(deadline.cut)
        return deadline

    def _only_run(self) -> AbstractContextManager[None]:
        from digest.adapters import store

        paths = self.config.paths
        return store.only_run(paths.cache, paths.posts, paths.data)

    def render(self, names: tuple[str, ...], *, force: bool) -> Said:
        """Write the posts of editions again. Raises ArchiveError where there is no such edition."""
        from digest.adapters import store
        from digest.adapters.templates import Templates
        from digest.pipeline import day
        from digest.stages import render

        paths = self.config.paths
        archive = store.Archive(paths.posts, paths.data)
        write = partial(render.of_edition, templates=Templates(paths.templates))
        lines = []
        with self._only_run():
            for name in names:
                edition = archive.load(Path(name).name)
                if edition is None:
                    raise ArchiveError(f"there is no edition {name}", hint=f"looked in {paths.data}")
                if not edition.entries:
                    raise ArchiveError(f"the edition {name} has no entries, so it has no post")
                file = edition.written.file if edition.written else f"{edition.name}-{self.config.post.slug}.md"
                day.write(edition, file, edition, write, archive, force=force)
                lines.append(f"{paths.posts.name}/{file}: {counted(len(edition.entries), 'paper')}")
        return Said(tuple(lines))

    def take_in(self, files: tuple[Path, ...], *, force: bool) -> Said:
        """Make editions of existing posts, one line each; those that could not be taken are complaints."""
        from digest.adapters import store
        from digest.adapters.templates import Templates
        from digest.pipeline import importer
        from digest.stages import render

        paths = self.config.paths
        archive = store.Archive(paths.posts, paths.data)
        write = partial(render.of_edition, templates=Templates(paths.templates))
        with self._only_run():
            taken = [
                (
                    str(path.relative_to(given)) if path != given else path.name,
                    importer.take(path, archive, write, self.config.language, force=force),
                )
                for given in files
                for path in importer.files_of(given)
            ]
        good = tuple(f"{name}: {one.said}" for name, one in taken if one.ok)
        bad = tuple(f"{name}: {one.said}" for name, one in taken if not one.ok)
        total = (f"{len(good)} of {counted(len(taken), 'file')} read without trouble",) if len(taken) > 1 else ()
        return Said((*good, *total), EXPECTED_ERROR if bad else DONE, bad)

    def check(self, names: tuple[str, ...], width: int) -> Said:
        """Check published posts again, against the papers fetched anew."""
        from digest.commands import progress
        from digest.pipeline import assembly

        rows = []
        with self.sink() as sink, ExitStack() as tools:
            deadline = self.deadline(self.config.run.time_limit)
            reading = assembly.open_reading(self.config, tools, now=self.now, report=sink, deadline=deadline)
            for path in reading.archive.find_posts(names):
                rows += [(path.name, result) for result in self._rechecked(path, reading)]
        wrong = sum(result.wrong for _, result in rows)
        total = f"{counted(len(rows), 'entry')} checked, {wrong} with something to look at"
        table = progress.table_of(rows, width).rstrip("\n")
        return Said((table, total) if table else (total,), EXPECTED_ERROR if wrong else DONE)

    @staticmethod
    def _rechecked(path: Path, reading: "assembly.Reading") -> "Iterator[recheck.Rechecked]":
        from digest import posts
        from digest.config import files
        from digest.pipeline import recheck

        post = posts.parse(files.read(path).decode())
        edition = reading.archive.load(path.stem) or reading.archive.load(path.stem[:10])
        return recheck.recheck(
            post, edition, enrich=reading.enrich, read=reading.read_anew, check=reading.check, pool=reading.pool
        )

    def notify(self, name: str, *, again: bool) -> Said:
        """Tell the targets of a day, each once. Raises ConfigError where nobody is to be told."""
        from digest.adapters import store
        from digest.adapters.templates import Templates
        from digest.pipeline import notifications

        if not self.targets:
            raise ConfigError(
                "there is nobody to tell: set DIGEST_NOTIFY_URLS",
                hint="for example mailto://… or slack://…; all of them: https://github.com/caronc/apprise/wiki",
            )
        paths = self.config.paths
        archive, templates = store.Archive(paths.posts, paths.data), Templates(paths.templates)
        # Whoever was told must be remembered, or they would be told again.
        with self._only_run(), self.interruption.held():
            report = notifications.tell_day(name, self.targets, archive, templates, self.config, again=again)
        complaints = tuple(f"digest: {trouble}" for trouble in report.troubles)
        return Said((report.said,), SOME_FAILED if report.troubles else DONE, complaints)

    def _alarm(self, name: str, reason: str) -> None:
        if self.interruption.signal:
            return
        from digest.adapters.templates import Templates
        from digest.model import Event
        from digest.pipeline import notifications

        templates = Templates(self.config.paths.templates)
        report = notifications.tell_failure(name, self.masked(reason), self.alarms, templates, self.config)
        with self.sink() as sink:
            for trouble in report.troubles:
                sink(Event(kind="problem", text=f"the failure could not be told: {trouble}"))

    def publish(self, environ: Mapping[str, str], *, push: bool) -> Said:
        """Commit what runs have written, and push it where asked to. Git never sees a key."""
        from digest.adapters import store
        from digest.stages import publish

        paths = self.config.paths
        with self._only_run():
            done = publish.publish(
                store.Archive(paths.posts, paths.data),
                _without_keys(environ),
                push=push,
                secrets=[environ.get(name, "") for name in KEYS],
            )
        what = f"committed {', '.join(done.files)} as {done.commit}" if done.files else "nothing new to commit"
        line = f"{what}; {done.pushed_to} is up to date" if done.pushed_to else what
        return Said((line,), complaints=tuple(f"digest: not committed: {reason}" for reason in done.left))

    def stats(self, *, as_json: bool) -> Said:
        """Count the archive."""
        from digest.adapters import store
        from digest.commands import stats

        archive = store.Archive(self.config.paths.posts, self.config.paths.data)
        found = stats.stats(edition for name in archive.names() if (edition := archive.load(name)))
        return Said((stats.as_json(found).decode(),) if as_json else tuple(stats.lines(found)), wanted=True)

    def ledger(self, names: tuple[str, ...]) -> Said:
        """Write what became of every paper, as Markdown; a name without an edition gets a line that says so."""
        from digest.adapters import store
        from digest.commands import ledger

        archive = store.Archive(self.config.paths.posts, self.config.paths.data)
        there = archive.names()
        wanted: list[str] = []
        for name in names or there[-1:]:
            first, between, last = name.partition("..")
            wanted += [one for one in there if first <= one[:10] <= last] if between else [Path(name).name]
        missing = "### {}: no edition, this day was not built\n"
        return Said(
            tuple(ledger.render(made) if (made := archive.load(name)) else missing.format(name) for name in wanted),
            wanted=True,
        )

    def doctor(self, file: Path, environ: Mapping[str, str]) -> Said:
        """Say whether everything is here that a nightly run needs."""
        from digest.commands import doctor

        told = (*self.targets, *self.alarms)
        patient = doctor.Patient(self.config, file, self.key, _without_keys(environ), self.now, told)
        found = list(doctor.examine(patient))
        lines = tuple(self.masked(str(one)) for one in found)
        return Said(lines, DONE if all(one.ok for one in found) else EXPECTED_ERROR)

    def site(self, *, jobs: int = 1, asked: "Asked | None" = None, file: Path | None = None) -> Said:
        """Build the web site, as much of it as changed. `asked` is for `fresh` to know it the next time.

        `file` holds the settings; without `asked` it is not known otherwise.
        """
        from digest import site
        from digest.adapters.templates import BUNDLED, Templates
        from digest.site.output import listing, snapshot, up_to_date

        begun = time.monotonic()
        config, paths, settings = self.config, self.config.paths, asked.config if asked else file
        seen = snapshot.look([*self._sources(asked.config), BUNDLED, Path(__file__).parent]) if asked else None
        up_to_date.forget(paths.cache)
        built = site.build(
            posts=paths.posts,
            data=paths.data,
            out=paths.site,
            cache=paths.cache,
            templates=Templates(paths.templates),
            config=config.site,
            post=config.post,
            language=config.language,
            timezone=config.timezone,
            jobs=jobs,
            project=settings.resolve().parent if settings else None,
        )
        complaints = tuple(f"digest: {problem}" for problem in built.problems)
        if asked and seen:
            again = _site_line(paths.site, built, 0, 0)
            up_to_date.remember(paths.cache, asked, seen, paths.site / listing.LIST, again, complaints)
        line = _site_line(paths.site, built, built.written, built.removed)
        complaints += tuple(f"digest: {notice}" for notice in built.notices)
        return Said((f"{line}; {time.monotonic() - begun:.1f} s",), complaints=complaints)

    def shown(self, file: Path) -> "Shown":
        """Return what a preview of the site shows, and how what it rests on is now. `file` holds the settings."""
        from digest.site import Shown
        from digest.site.output import snapshot

        base = urlsplit(self.config.site.url).path or "/"
        return Shown(self.config.paths.site, base, snapshot.look(self._sources(file)))

    def _sources(self, file: Path) -> tuple[Path, ...]:
        paths = self.config.paths
        return (file, paths.posts, paths.data, paths.templates)


def _site_line(out: Path, built: "Built", written: int, removed: int) -> str:
    what = f"{counted(built.posts, 'post')}, {counted(built.papers, 'paper')}"
    unchanged = built.written + built.unchanged - written
    return f"{out}: {what}; {written:,} files written, {unchanged:,} unchanged, {removed:,} removed"


def _without_keys(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what a child process gets to see of the environment."""
    return {name: value for name, value in environ.items() if name not in KEYS}
