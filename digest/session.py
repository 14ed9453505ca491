"""What each command does, from settings to the lines it says. Prints nothing: cli.py does."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from digest import (
    assembly,
    backfill,
    discreet,
    doctor,
    filling,
    ledger,
    moving,
    notify,
    pipeline,
    posts,
    publish,
    recheck,
    site,
    stats,
    store,
    telling,
    terminal,
)
from digest.backfill import Survey
from digest.config import Config
from digest.errors import ArchiveError, Busy, ConfigError
from digest.model import Event, Usage
from digest.summarize import handed_in
from digest.templating import Templates
from digest.text import counted

DONE, EXPECTED_ERROR, SOME_FAILED = 0, 1, 4


@dataclass(frozen=True)
class Said:
    """How a command ended: its lines for standard output, others for standard error, its exit code."""

    lines: tuple[str, ...]
    code: int = DONE
    complaints: tuple[str, ...] = ()
    stopped: str = ""
    """Why a run ended early although it published something."""


@dataclass(frozen=True)
class Session:
    """The settings, the clock, the key and the ear of one invocation."""

    config: Config
    now: Callable[[], datetime]
    sink: Callable[[], terminal.Sink]
    key: str | None = None
    targets: tuple[notify.Target, ...] = ()
    """Who is told of a day."""
    alarms: tuple[notify.Target, ...] = ()
    """Who is told of a failed run."""
    masked: Callable[[str], str] = str
    """Takes secrets out of a text."""

    def build(self, order: pipeline.Order) -> Said:
        """Build a day, or what is left of it. Where that fails or stops early, `alarms` are told; the error goes on."""
        try:
            said = self._build(order)
        except Busy:
            raise
        except Exception as error:
            self._alarm(order.name, str(error) or type(error).__name__)
            raise
        if said.stopped:
            self._alarm(order.name, said.stopped)
        return said

    def _build(self, order: pipeline.Order) -> Said:
        begun = time.monotonic()
        deadline = begun + self.config.run.time_limit
        with self.sink() as sink:
            workshop = assembly.open_workshop(
                self.config, key=self.key, now=self.now, report=sink, deadline=lambda: time.monotonic() > deadline
            )
            with workshop.reading.tools, self._only_run():
                outcome = pipeline.build(order, workshop.stages, workshop.reading.archive)
        line = _ended(outcome, terminal.tally(workshop.purse.spent), time.monotonic() - begun)
        complaints = [f"digest: stopped early: {outcome.stopped}"] if outcome.stopped else []
        if outcome.edition.skips:
            complaints.append(
                f"digest: {counted(len(outcome.edition.skips), 'paper')} failed; the next run tries again"
            )
        return Said(
            (line,), SOME_FAILED if outcome.edition.skips else DONE, tuple(complaints), str(outcome.stopped or "")
        )

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

    def backfill(
        self,
        orders: Sequence[pipeline.Order],
        *,
        jobs: int,
        newest: bool,
        confirm: Callable[[str], bool],
        scheduler: str | None = None,
    ) -> Said:
        """Build the missing days, once their price is confirmed. One day's failure does not stop the others."""
        with self._long_run(orders) as (workshop, lacking, sink):
            archive, paid = workshop.reading.archive, handed_in.paid(workshop.reading.cache)
            estimate = filling.estimate(lacking, self.config, archive, workshop.purse.priced, paid)
            asks = bool(estimate.papers) and not estimate.free
            with self._engine(workshop, scheduler if lacking.papers else None) as (stages, begin):
                if asks and not confirm(f"{counted(len(lacking.days), 'day')}, {estimate}"):
                    return Said(("nothing was asked, nothing was spent",))
                begun = time.monotonic()
                with sink():
                    ended = backfill.run(
                        sorted(lacking.days, key=lambda day: day.order.day, reverse=newest),
                        stages,
                        archive,
                        jobs=jobs,
                        begin=begin,
                        exhausted=lambda: workshop.purse.exhausted,
                    )
        tally, seconds = terminal.tally(workshop.purse.spent), time.monotonic() - begun
        lines, whole = filling.lines(lacking, ended, tally, seconds)
        return Said(lines, DONE if whole else SOME_FAILED, filling.complaints(lacking, ended))

    def hand_in(self, orders: Sequence[pipeline.Order], *, confirm: Callable[[str], bool]) -> Said:
        """Hand the questions of all missing days in, at half the price. What was handed in before is left alone."""
        with self._long_run(orders) as (workshop, lacking, sink):
            reading = workshop.reading
            batches = assembly.open_batches(self.config, self.key, workshop, self.now)
            paid = handed_in.paid(reading.cache)
            price = filling.estimate(lacking, self.config, reading.archive, workshop.purse.priced, paid)
            if not lacking.papers:
                return Said(("nothing to ask",), complaints=filling.complaints(lacking, ()))
            if not confirm(
                f"{counted(len(lacking.days), 'day')}, {price.at(batches.share)} (half the price, within a day)"
            ):
                return Said(("nothing was asked, nothing was spent",))
            with sink() as report:
                report(Event(kind="listed", text=f"{counted(len(lacking.papers), 'paper')} to read"))
                asked = filling.questions(lacking.papers, reading.read, batches.question, reading.pool, report)
            waiting = batches.under_way()
            fresh = [question for question in asked if question.key not in waiting]
            names = batches.submit(fresh, (lacking.days[0].order.name, lacking.days[-1].order.name))
        there = f"; {len(asked) - len(fresh)} were handed in before" if len(asked) > len(fresh) else ""
        handed = f"{counted(len(fresh), 'question')} handed in as {', '.join(names) or 'nothing new'}{there}"
        return Said((handed, "collect the replies with `digest backfill --collect`, within 30 days"))

    def collect(self) -> tuple[Said, tuple[date, date] | None]:
        """Fetch the replies of what was handed in; return also its days, where all replies are there."""
        with self.sink() as sink:
            workshop = assembly.open_workshop(self.config, key=self.key, now=self.now, report=sink)
            with workshop.reading.tools, self._only_run():
                batches = assembly.open_batches(self.config, self.key, workshop, self.now)
                found, days = batches.collect(), handed_in.days(workshop.reading.cache)
        failed = f", {found.failed} failed" if found.failed else ""
        line = f"{counted(found.replies, 'answer')} collected{failed}; {terminal.tally(found.usage)}"
        troubles = tuple(f"digest: {trouble}" for trouble in found.troubles)
        if found.waiting:
            return Said((line, f"{counted(found.waiting, 'question')} still wait; collect again"), DONE, troubles), None
        span = (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None
        return Said((line,), DONE, troubles), span

    @contextmanager
    def _long_run(
        self, orders: Sequence[pipeline.Order]
    ) -> Iterator[tuple[assembly.Workshop, Survey, Callable[[], terminal.Sink]]]:
        """Open a workshop for many days and survey them; a terminal shows a bar for that, and one for what follows."""
        ears = [self.sink()]

        def report(event: Event) -> None:
            ears[-1](event)

        workshop = assembly.open_workshop(self.config, key=self.key, now=self.now, report=report)

        def listen() -> terminal.Sink:
            ears.append(self.sink())
            return ears[-1]

        with workshop.reading.tools, self._only_run():
            with ears[-1]:
                lacking = backfill.survey(orders, workshop.stages, workshop.reading.archive)
            yield workshop, lacking, listen

    def _only_run(self) -> AbstractContextManager[None]:
        paths = self.config.paths
        return store.only_run(paths.cache, paths.posts, paths.data)

    @contextmanager
    def _engine(
        self, workshop: assembly.Workshop, scheduler: str | None
    ) -> Iterator[tuple[pipeline.Stages, Callable[[], Callable[[], bool]]]]:
        """Choose where papers are worked on: threads of this process, or the workers of a cluster."""
        if scheduler is None:
            yield workshop.stages, self._deadline
            return
        try:
            from digest import cluster, worker  # noqa: PLC0415 - distributed takes most of a second
        except ImportError as cause:
            raise ConfigError("Dask is not installed", hint="pip install 'digest[dask]'") from cause
        with cluster.engine(scheduler, workshop, self.config) as stages:
            yield stages, partial(worker.until, self.config.run.time_limit)

    def _deadline(self) -> Callable[[], bool]:
        """Begin a day's time; return what tells that it is up."""
        end = time.monotonic() + self.config.run.time_limit
        return lambda: time.monotonic() > end

    def render(self, names: tuple[str, ...], *, force: bool) -> Said:
        """Write the posts of editions again. Raises ArchiveError where there is no such edition."""
        paths = self.config.paths
        archive = store.Archive(paths.posts, paths.data)
        write = partial(assembly.render_edition, templates=Templates(paths.templates))
        lines = []
        with self._only_run():
            for name in names:
                edition = archive.load(Path(name).name)
                if edition is None:
                    raise ArchiveError(f"there is no edition {name}", hint=f"looked in {paths.data}")
                if not edition.entries:
                    raise ArchiveError(f"the edition {name} has no entries, so it has no post")
                file = edition.written.file if edition.written else f"{edition.name}-{self.config.post.slug}.md"
                pipeline.write(edition, file, edition, write, archive, force=force)
                lines.append(f"{paths.posts.name}/{file}: {counted(len(edition.entries), 'paper')}")
        return Said(tuple(lines))

    def take_in(self, files: tuple[Path, ...], *, force: bool) -> Said:
        """Make editions of existing posts, one line each; those that could not be taken are complaints."""
        paths = self.config.paths
        archive = store.Archive(paths.posts, paths.data)
        write = partial(assembly.render_edition, templates=Templates(paths.templates))
        with self._only_run():
            taken = [
                (
                    str(path.relative_to(given)) if path != given else path.name,
                    moving.take(path, archive, write, self.config.language, force=force),
                )
                for given in files
                for path in moving.files_of(given)
            ]
        good = tuple(f"{name}: {one.said}" for name, one in taken if one.ok)
        bad = tuple(f"{name}: {one.said}" for name, one in taken if not one.ok)
        total = (f"{len(good)} of {counted(len(taken), 'file')} read without trouble",) if len(taken) > 1 else ()
        return Said((*good, *total), EXPECTED_ERROR if bad else DONE, bad)

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

    def notify(self, name: str, *, again: bool) -> Said:
        """Tell the targets of a day, each once. Raises ConfigError where nobody is to be told."""
        if not self.targets:
            raise ConfigError("there is nobody to tell: set DIGEST_NOTIFY_URLS", hint="docs/notify.md has examples")
        paths = self.config.paths
        archive, templates = store.Archive(paths.posts, paths.data), Templates(paths.templates)
        with self._only_run():
            report = telling.tell_day(name, self.targets, archive, templates, self.config, again=again)
        complaints = tuple(f"digest: {trouble}" for trouble in report.troubles)
        return Said((report.said,), SOME_FAILED if report.troubles else DONE, complaints)

    def _alarm(self, name: str, reason: str) -> None:
        templates = Templates(self.config.paths.templates)
        report = telling.tell_failure(name, self.masked(reason), self.alarms, templates, self.config)
        with self.sink() as sink:
            for trouble in report.troubles:
                sink(Event(kind="problem", text=f"the failure could not be told: {trouble}"))

    def publish(self, environ: Mapping[str, str], *, push: bool) -> Said:
        """Commit what runs have written, and push it where asked to. Git never sees a key."""
        paths = self.config.paths
        with self._only_run():
            done = publish.publish(
                store.Archive(paths.posts, paths.data),
                _without_keys(environ),
                push=push,
                secrets=[environ.get(name, "") for name in discreet.KEYS],
            )
        what = f"committed {', '.join(done.files)} as {done.commit}" if done.files else "nothing new to commit"
        line = f"{what}; {done.pushed_to} is up to date" if done.pushed_to else what
        return Said((line,), complaints=tuple(f"digest: not committed: {reason}" for reason in done.left))

    def stats(self, *, as_json: bool) -> Said:
        """Count the archive."""
        archive = store.Archive(self.config.paths.posts, self.config.paths.data)
        found = stats.stats(edition for name in archive.names() if (edition := archive.load(name)))
        return Said((stats.as_json(found).decode(),) if as_json else tuple(stats.lines(found)))

    def ledger(self, names: tuple[str, ...]) -> Said:
        """Write what became of every paper, as Markdown; a name without an edition gets a line that says so."""
        archive = store.Archive(self.config.paths.posts, self.config.paths.data)
        there = archive.names()
        wanted: list[str] = []
        for name in names or there[-1:]:
            first, between, last = name.partition("..")
            wanted += [one for one in there if first <= one[:10] <= last] if between else [Path(name).name]
        missing = "### {}: no edition, this day was not built\n"
        return Said(
            tuple(ledger.render(made) if (made := archive.load(name)) else missing.format(name) for name in wanted)
        )

    def doctor(self, file: Path, environ: Mapping[str, str]) -> Said:
        """Say whether everything is here that a nightly run needs."""
        patient = doctor.Patient(self.config, file, self.key, _without_keys(environ), self.now)
        found = list(doctor.examine(patient))
        lines = tuple(self.masked(str(one)) for one in found)
        return Said(lines, DONE if all(one.ok for one in found) else EXPECTED_ERROR)

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


def _without_keys(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what a child process gets to see of the environment."""
    return {name: value for name, value in environ.items() if name not in discreet.KEYS}


def _ended(outcome: pipeline.Outcome, tally: str, seconds: float) -> str:
    """Return the last line of a build."""
    edition = outcome.edition
    papers = counted(len(edition.entries), "paper")
    if outcome.status == "no list":
        return f"{edition.name}: no papers were listed that day (weekends and holidays have none); no post"
    if outcome.status == "all left out":
        listed = counted(len(edition.exclusions), "paper")
        return f"{edition.name}: {listed} listed, all left out by the configuration; no post"
    if outcome.status == "unchanged":
        return f"{edition.name}: {papers}, nothing to do"
    failed = f", {len(edition.skips)} failed" if edition.skips else ""
    return f"{edition.name}: {papers} ({outcome.made} new{failed}); {tally}; {seconds:.1f} s"
