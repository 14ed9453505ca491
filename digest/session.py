"""What each command does, from settings to the lines it says. Prints nothing: cli.py does."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from digest import assembly, moving, pipeline, posts, recheck, site, store, terminal
from digest.config import Config
from digest.errors import ArchiveError
from digest.model import Usage
from digest.templating import Templates
from digest.text import counted

DONE, EXPECTED_ERROR, SOME_FAILED = 0, 1, 4


@dataclass(frozen=True)
class Said:
    """How a command ended: its lines for standard output, others for standard error, its exit code."""

    lines: tuple[str, ...]
    code: int = DONE
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Session:
    """The settings, the clock, the key and the ear of one invocation."""

    config: Config
    now: Callable[[], datetime]
    sink: Callable[[], terminal.Sink]
    key: str | None = None

    def build(self, order: pipeline.Order) -> Said:
        """Build a day, or what is left of it."""
        begun = time.monotonic()
        deadline = begun + self.config.run.time_limit
        with self.sink() as sink:
            workshop = assembly.open_workshop(
                self.config, key=self.key, now=self.now, report=sink, deadline=lambda: time.monotonic() > deadline
            )
            with workshop.reading.tools, store.only_run(self.config.paths.cache):
                outcome = pipeline.build(order, workshop.stages, workshop.reading.archive)
        line = _ended(outcome, terminal.tally(workshop.purse.spent), time.monotonic() - begun)
        stopped = (f"digest: stopped early: {outcome.stopped}",) if outcome.stopped else ()
        some_failed = bool(outcome.edition.skips and outcome.edition.entries)
        return Said((line,), SOME_FAILED if some_failed else DONE, stopped)

    def dry_run(self, order: pipeline.Order) -> Said:
        """Say what a build would read and, at most, spend. Asks no model, publishes nothing."""
        with self.sink() as sink:
            workshop = assembly.open_workshop(self.config, key=self.key, now=self.now, report=sink)
            archive = workshop.reading.archive
            with workshop.reading.tools:
                plan = pipeline.make_plan(order, archive.load(order.name), workshop.stages, archive)
        reads = [f"would read {paper.id}  {paper.title}" for paper in plan.todo]
        leaves = [f"left out   {one.paper.id}  {one.rule} {one.detail}".rstrip() for one in plan.exclusions]
        total = f"{order.file}: {counted(len(plan.todo), 'paper')} to read"
        if self.config.summarize.backend == "openai" and plan.todo:
            calls = 2 * len(plan.todo)  # a summary, and one revision
            most = Usage(calls, calls * (self.config.llm.input_tokens + 1500), 0, calls * 1500)
            total += f"; at most about {terminal.tally(workshop.purse.priced(most))}"
        return Said((*reads, *leaves, total))

    def render(self, names: tuple[str, ...], *, force: bool) -> Said:
        """Write the posts of editions again. Raises ArchiveError where there is no such edition."""
        paths = self.config.paths
        archive = store.Archive(paths.posts, paths.data)
        write = partial(assembly.render_edition, templates=Templates(paths.templates))
        lines = []
        with store.only_run(paths.cache):
            for name in names:
                edition = archive.load(Path(name).name)
                if edition is None:
                    raise ArchiveError(f"there is no edition {name}", hint=f"looked in {paths.data}")
                if not edition.entries:
                    raise ArchiveError(f"the edition {name} has no entries, so it has no post")
                file = edition.written.file if edition.written else f"{name}-{self.config.post.slug}.md"
                pipeline.write(edition, file, edition, write, archive, force=force)
                lines.append(f"{paths.posts.name}/{file}: {counted(len(edition.entries), 'paper')}")
        return Said(tuple(lines))

    def take_in(self, files: tuple[Path, ...], *, force: bool) -> Said:
        """Make editions of existing posts, one line each; those that could not be taken are complaints."""
        paths = self.config.paths
        archive = store.Archive(paths.posts, paths.data)
        write = partial(assembly.render_edition, templates=Templates(paths.templates))
        with store.only_run(paths.cache):
            taken = [
                (path.name, moving.take(path, archive, write, self.config.language, force=force)) for path in files
            ]
        good = tuple(f"{name}: {one.said}" for name, one in taken if one.ok)
        bad = tuple(f"{name}: {one.said}" for name, one in taken if not one.ok)
        return Said(good, EXPECTED_ERROR if bad else DONE, bad)

    def check(self, names: tuple[str, ...], width: int) -> Said:
        """Check published posts again, against the papers fetched anew."""
        rows = []
        with self.sink() as sink:
            reading = assembly.open_reading(self.config, now=self.now, report=sink)
            with reading.tools:
                for path in reading.archive.find_posts(names):
                    rows += [(path.name, result) for result in self._rechecked(path, reading)]
        wrong = sum(result.wrong for _, result in rows)
        total = f"{counted(len(rows), 'entry')} checked, {wrong} with something to look at"
        table = terminal.table_of(rows, width).rstrip("\n")
        return Said((table, total) if table else (total,), EXPECTED_ERROR if wrong else DONE)

    @staticmethod
    def _rechecked(path: Path, reading: assembly.Reading) -> Iterator[recheck.Rechecked]:
        post = posts.parse(path.read_text("utf-8"))
        edition = reading.archive.load(path.stem) or reading.archive.load(path.stem[:10])
        return recheck.recheck(
            post, edition, enrich=reading.enrich, read=reading.read_anew, check=reading.check, pool=reading.pool
        )

    def site(self, *, jobs: int = 1) -> Said:
        """Build the web site, as much of it as changed."""
        begun = time.monotonic()
        config, paths = self.config, self.config.paths
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
        )
        what = f"{counted(built.posts, 'post')}, {counted(built.papers, 'paper')}"
        files = f"{built.written:,} files written, {built.unchanged:,} unchanged, {built.removed:,} removed"
        line = f"{paths.site}: {what}; {files}; {time.monotonic() - begun:.1f} s"
        return Said((line,), complaints=tuple(f"digest: {problem}" for problem in built.problems))

    def serve(self, port: int, rebuild: Callable[[], object], report: Callable[[str], None]) -> None:
        """Show the site on this machine until interrupted, and build it again on every change."""
        config, paths = self.config, self.config.paths
        base = urlsplit(config.site.url).path or "/"
        watched = [paths.posts, paths.data, paths.templates]
        site.serve(paths.site, port, rebuild, watch=watched, base=base, report=report)


def _ended(outcome: pipeline.Outcome, tally: str, seconds: float) -> str:
    """Return the last line of a build."""
    edition = outcome.edition
    papers = counted(len(edition.entries), "paper")
    if outcome.status == "no list":
        return f"{edition.name}: no papers were listed that day (weekends and holidays have none); no post"
    if outcome.status == "all left out":
        listed = counted(len(edition.exclusions), "paper")
        return f"{edition.name}: {listed} listed, all left out by the configuration; no post"
    file = edition.written.file if edition.written else edition.name
    failed = f", {len(edition.skips)} failed (run again to retry)" if edition.skips else ""
    if outcome.status == "unchanged":
        return f"{file}: {papers}, nothing to do{failed}"
    return f"{file}: {papers}, {outcome.made} new{failed}; {tally}; {seconds:.1f} s"
