"""One day, top to bottom: plan, work on each paper, assemble the edition, save it, write the post.

The order of writing makes a crash harmless: replies are in the cache as soon as they are paid for, the edition is
saved before the post, and both are written whole or not at all. The next run goes on where this one died.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, Executor, as_completed
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

import msgspec

from digest.adapters.store import Archive
from digest.errors import NothingPublished, RunStopped, WorkerLost
from digest.model import ArxivId, Edition, Entry, Event, Exclusion, Listing, Paper, Selection, Skip
from digest.model.schema import FIELDS
from digest.model.text import counted
from digest.pipeline import paper as paper_pipeline
from digest.pipeline import post
from digest.pipeline.plan import Order, Plan, decide, needs_list
from digest.stages import selection


@dataclass(frozen=True)
class DayDependencies:
    """The stages of a day, put together once from settings, or from fakes in tests."""

    list_day: Callable[[date], Listing]
    list_named: Callable[[tuple[ArxivId, ...]], Listing]
    enrich: Callable[[tuple[Paper, ...]], Listing]
    select: Callable[[Iterable[Paper], Mapping[ArxivId, str]], Selection]
    paper: paper_pipeline.PaperDependencies
    render: Callable[[Edition], str]
    pool: Callable[[], Executor]
    report: Callable[[Event], None] = lambda _: None


@dataclass(frozen=True)
class DayOutcome:
    """How a run ended."""

    status: Literal["published", "unchanged", "no list", "all left out"]
    edition: Edition
    made: int = 0
    """Entries that this run added or replaced."""
    stopped: RunStopped | None = None
    """Why the run ended early, although something was published."""
    reason: str = ""
    """Why there was nothing to do."""


@dataclass(frozen=True)
class Work:
    """What became of the papers of a plan."""

    made: tuple[Entry, ...] = ()
    skips: tuple[Skip, ...] = ()
    stopped: RunStopped | None = None


def build(order: Order, stages: DayDependencies, archive: Archive, plan: Plan | None = None) -> DayOutcome:
    """Build a day: from nothing, from where a run died, or just what is missing; by a `plan` made before, or a new one.

    Raises EditedByHand, NothingPublished, FetchError (no list), RunStopped; everything else is a bug.
    """
    known = archive.load(order.name)
    plan = plan or make_plan(order, known, stages, archive)
    if known and not plan.todo and not plan.listed:
        became = post.restore(order.file, known, stages.render, archive)
        return DayOutcome("unchanged", known, reason=f"{plan.reason}, {became}")
    if plan.todo:  # found out before money is spent
        post.refuse_edited(order.file, known, archive, force=order.force)
    work = _work(plan.todo, stages)
    if work.stopped and not work.made:
        raise work.stopped
    edition = _assemble(order, plan, work, known)
    if not edition.entries:
        return _without_post(order, plan, edition, known, archive)
    edition = post.write(edition, order.file, known, stages.render, archive, force=order.force)
    stages.report(Event(kind="saved", text=f"{order.file} with {counted(len(edition.entries), 'paper')}"))
    if _same(edition, known):
        return DayOutcome("unchanged", edition, len(work.made), work.stopped, reason=f"{plan.reason}, post unchanged")
    return DayOutcome("published", edition, len(work.made), work.stopped)


def make_plan(order: Order, known: Edition | None, stages: DayDependencies, archive: Archive) -> Plan:
    """List the day where that is needed, decide what is left to do, and report it. Raises FetchError."""
    listed = _list(order, stages, archive) if needs_list(known, order) else None
    plan = decide(listed, known, order)
    if listed is not None:
        seen = len(listed.chosen) + len(listed.exclusions)
        text = f"{counted(seen, 'paper')} listed, {len(plan.todo)} to read"
        stages.report(Event(kind="listed", text=text, total=len(plan.todo)))
    elif plan.todo:
        text = f"resuming: {counted(len(plan.todo), 'paper')} left"
        stages.report(Event(kind="listed", text=text, total=len(plan.todo)))
    return plan


def _list(order: Order, stages: DayDependencies, archive: Archive) -> Selection:
    """List the day or the named papers, report what went wrong with that, and select what may be read."""
    listing = stages.list_named(order.ids) if order.ids else stages.list_day(order.day)
    enriched = listing if order.ids else stages.enrich(listing.papers)
    for problem in dict.fromkeys((*listing.problems, *enriched.problems)):
        stages.report(Event(kind="problem", text=problem))
    if order.ids:
        return Selection(chosen=enriched.papers)
    return stages.select(enriched.papers, archive.published(order.file))


def _work(papers: tuple[Paper, ...], stages: DayDependencies) -> Work:
    """Make all entries at once, as far as the pool allows. A stop lets the papers in flight end, and skips the rest."""
    results: list[Entry | Skip] = []
    stopped: RunStopped | None = None
    if not papers:
        return Work()
    with stages.pool() as pool:
        futures = {pool.submit(partial(paper_pipeline.make, paper, stages.paper)): paper for paper in papers}
        try:
            for future in as_completed(futures):
                try:
                    results.append(future.result())
                except RunStopped as reason:
                    stopped = stopped or reason
                    results.append(Skip(paper=futures[future], stage="summarize", reason=str(reason)))
                    for waiting in futures:
                        waiting.cancel()
                except WorkerLost as lost:
                    results.append(Skip(paper=futures[future], stage="run", reason=str(lost)))
                except CancelledError:
                    results.append(Skip(paper=futures[future], stage="run", reason=f"stopped early: {stopped}"))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    made = tuple(result for result in results if isinstance(result, Entry))
    return Work(made, tuple(result for result in results if isinstance(result, Skip)), stopped)


def _assemble(order: Order, plan: Plan, work: Work, known: Edition | None) -> Edition:
    """Put the edition together. Papers stand by upvotes, named papers as they were named."""
    named = {paper_id.base: place for place, paper_id in enumerate(order.ids)}

    def place(outcome: Entry | Skip | Exclusion) -> tuple[int, int, str]:
        return (named.get(outcome.paper.id, 0), *selection.rank(outcome.paper))

    made = tuple(_replacing(entry, plan.replaced) for entry in work.made)
    # An older version's entry stays when the newer one could not be summarised.
    done = {one.paper.id for one in made}
    survivors = tuple(one for one in plan.replaced.values() if one.paper.id not in done)
    skips = tuple(skip for skip in work.skips if skip.paper.id not in plan.replaced)
    listing: Literal["named", "partial", "complete"] = (
        "named" if order.ids else "partial" if order.partial else "complete"
    )
    return Edition(
        name=order.name,
        day=order.day,
        header=known.header if known and not order.force else order.header,
        listing=listing if plan.listed or known is None else known.listing,
        entries=tuple(sorted((*plan.kept, *survivors, *made), key=place)),
        skips=tuple(sorted(skips, key=place)),
        exclusions=tuple(sorted(plan.exclusions, key=place)),
        notes=known.notes if known and not order.force else (),
        language=order.language,
        notified=known.notified if known else (),
    )


def _replacing(made: Entry, replaced: Mapping[ArxivId, Entry]) -> Entry:
    """Mark an entry that stands in for one of an older version with what changed."""
    old = replaced.get(made.paper.id)
    if old is None:
        return made
    changed = tuple(f.heading for f in FIELDS if old.summary.field(f.name) != made.summary.field(f.name))
    return msgspec.structs.replace(made, replaces=old.provenance.version, changed=changed)


def _same(edition: Edition, known: Edition | None) -> bool:
    """Return whether two editions differ at most in when their post was written."""
    parts = [msgspec.structs.replace(one, written=None) for one in (edition, known) if one is not None]
    return len(parts) == 2 and parts[0] == parts[1]


def _without_post(order: Order, plan: Plan, edition: Edition, known: Edition | None, archive: Archive) -> DayOutcome:
    """Save an edition without entries. Raises NothingPublished where there could have been some."""
    if known is None or not known.entries:
        archive.save(edition)
    if skips := edition.skips:
        raise NothingPublished(
            f"{order.name}: {len(skips)} of {counted(len(skips), 'paper')} failed, no post was written; "
            f"first error: {skips[0].stage}: {skips[0].reason}"
        )
    return DayOutcome("all left out" if edition.papers else "no list", edition, reason=plan.reason)
