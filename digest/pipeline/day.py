"""One day, top to bottom: list, select, work on each paper, put the edition together, write the post.

The order of writing makes a crash harmless: replies are in the cache as soon as they are paid for, the edition is
saved before the post, and both are written whole or not at all. The next run goes on where this one died.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, Executor, as_completed
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Literal

import msgspec

from digest.adapters.store import Archive, sha256_hex
from digest.errors import EditedByHand, FetchError, NothingPublished, RunStopped, WorkerLost
from digest.model import (
    ArxivId,
    Edition,
    Entry,
    Event,
    Exclusion,
    Header,
    Listing,
    Paper,
    Selection,
    Skip,
    Written,
)
from digest.model.schema import FIELDS
from digest.model.text import counted
from digest.pipeline import paper as paper_pipeline
from digest.stages import selection


@dataclass(frozen=True)
class Order:
    """What one run is asked to build."""

    day: date
    name: str
    """The edition's name: the day, or day and slug for named papers."""
    file: str
    """The post's file name."""
    header: Header
    ids: tuple[ArxivId, ...] = ()
    """The papers of a post of named papers; empty for the day's list."""
    partial: bool = False
    """Whether the day is not over, so that its list may still grow."""
    force: bool = False
    refresh: bool = False
    language: str = "ko"


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
class Plan:
    """What is left to do for a day, and what is there already."""

    todo: tuple[Paper, ...] = ()
    kept: tuple[Entry, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    replaced: Mapping[ArxivId, Entry] = field(default_factory=dict)
    listed: bool = False
    """Whether the day was listed for this plan, or the pinned list of an earlier run was used."""


@dataclass(frozen=True)
class DayOutcome:
    """How a run ended."""

    status: Literal["published", "unchanged", "no list", "all left out"]
    edition: Edition
    made: int = 0
    """Entries that this run added or replaced."""
    stopped: RunStopped | None = None
    """Why the run ended early, although something was published."""


def build(order: Order, stages: DayDependencies, archive: Archive, plan: Plan | None = None) -> DayOutcome:
    """Build a day: from nothing, from where a run died, or just what is missing; by a `plan` made before, or a new one.

    Raises EditedByHand, NothingPublished, FetchError (no list), RunStopped; everything else is a bug.
    """
    old = archive.load(order.name)
    plan = plan or make_plan(order, old, stages, archive)
    if old and not plan.todo and not plan.listed:
        return DayOutcome("unchanged", _ensure_post(order, old, stages, archive))
    if plan.todo:
        _refuse_edited(order, old, archive)
    results, stopped = _work(plan.todo, stages)
    made = [_replacing(result, plan.replaced) for result in results if isinstance(result, Entry)]
    skips = tuple(result for result in results if isinstance(result, Skip))
    if stopped and not made:
        raise stopped
    edition = _assemble(order, plan, made, skips, old)
    if not edition.entries:
        if old is None or not old.entries:
            archive.save(edition)
        if skips:
            raise NothingPublished(
                f"{order.name}: none of {counted(len(skips), 'paper')} could be summarised, so there is no post; "
                f"first reason: {skips[0].stage}: {skips[0].reason}"
            )
        return DayOutcome("no list" if not edition.papers else "all left out", edition)
    edition = write(edition, order.file, old, stages.render, archive, force=order.force)
    stages.report(Event(kind="saved", text=f"{order.file} with {counted(len(edition.entries), 'paper')}"))
    unchanged = old is not None and msgspec.structs.replace(old, written=None) == msgspec.structs.replace(
        edition, written=None
    )
    return DayOutcome("unchanged" if unchanged else "published", edition, len(made), stopped)


def make_plan(order: Order, old: Edition | None, stages: DayDependencies, archive: Archive) -> Plan:
    """Decide what is left to do: the whole day, its failed papers only, or what a growing list added."""
    growing = old is not None and (order.refresh or old.listing == "partial")
    if old is not None and old.papers and not order.force and not growing:
        plan = Plan(todo=tuple(skip.paper for skip in old.skips), kept=old.entries, exclusions=old.exclusions)
        if plan.todo:
            text = f"{counted(len(plan.todo), 'paper')} left from the last run"
            stages.report(Event(kind="listed", text=text, total=len(plan.todo)))
        return plan
    listing = stages.list_named(order.ids) if order.ids else stages.list_day(order.day)
    enriched = listing if order.ids else stages.enrich(listing.papers)
    for problem in dict.fromkeys((*listing.problems, *enriched.problems)):
        stages.report(Event(kind="problem", text=problem))
    _refuse_nothing(order, old, listing)
    if order.ids:
        chosen = Selection(chosen=enriched.papers)
    else:
        chosen = stages.select(enriched.papers, archive.published(order.file))
    if old is None or order.force or not growing:
        plan = Plan(todo=chosen.chosen, exclusions=chosen.exclusions, listed=True)
    else:
        plan = _grow(old, enriched.papers, chosen)
    text = f"{counted(len(listing.papers), 'paper')} listed, {len(plan.todo)} to read"
    stages.report(Event(kind="listed", text=text, total=len(plan.todo)))
    return plan


def _refuse_nothing(order: Order, old: Edition | None, listing: Listing) -> None:
    """Raise FetchError where an empty list cannot be the truth."""
    if listing.papers:
        return
    if order.ids:
        raise FetchError(f"arXiv knows none of {', '.join(order.ids)}")
    if old is not None and old.papers:
        seen = counted(len(old.papers), "paper")
        raise FetchError(f"the list of {order.name} is empty now, although {seen} were on it; nothing was changed")


def _grow(old: Edition, papers: tuple[Paper, ...], chosen: Selection) -> Plan:
    """Add to an edition what joined its list later, what failed before, and papers that have a newer version."""
    newest = {paper.id: paper for paper in papers}
    replaced = {
        kept.paper.id: kept
        for kept in old.entries
        if (now := newest.get(kept.paper.id)) and (now.version or 0) > (kept.provenance.version or now.version or 0)
    }
    entered = {kept.paper.id for kept in old.entries}
    # Once a day's list was complete, a paper that was left out stays out, however its upvotes rise.
    settled = {left_out.paper.id for left_out in old.exclusions} if old.listing == "complete" else set()
    added = [paper for paper in chosen.chosen if paper.id not in entered | settled]
    failed = [newest.get(skip.paper.id, skip.paper) for skip in old.skips if skip.paper.id not in {p.id for p in added}]
    todo = (*added, *failed, *(newest[paper_id] for paper_id in replaced))
    seen = entered | {paper.id for paper in todo}
    left_out = {exclusion.paper.id: exclusion for exclusion in (*old.exclusions, *chosen.exclusions)}
    kept = tuple(one for one in old.entries if one.paper.id not in replaced)
    exclusions = tuple(exclusion for paper_id, exclusion in left_out.items() if paper_id not in seen)
    return Plan(todo=todo, kept=kept, exclusions=exclusions, replaced=replaced, listed=True)


def _work(papers: tuple[Paper, ...], stages: DayDependencies) -> tuple[list[Entry | Skip], RunStopped | None]:
    """Make all entries at once, as far as the pool allows. A stop lets the papers in flight end, and skips the rest."""
    results: list[Entry | Skip] = []
    stopped: RunStopped | None = None
    if not papers:
        return results, stopped
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
                    results.append(Skip(paper=futures[future], stage="run", reason=f"the run stopped early: {stopped}"))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return results, stopped


def _replacing(made: Entry, replaced: Mapping[ArxivId, Entry]) -> Entry:
    """Mark an entry that stands in for one of an older version with what changed."""
    old = replaced.get(made.paper.id)
    if old is None:
        return made
    changed = tuple(f.heading for f in FIELDS if old.summary.field(f.name) != made.summary.field(f.name))
    return msgspec.structs.replace(made, replaces=old.provenance.version, changed=changed)


def _assemble(order: Order, plan: Plan, made: list[Entry], skips: tuple[Skip, ...], old: Edition | None) -> Edition:
    """Put the edition together. Papers stand by upvotes, named papers as they were named."""
    named = {paper_id.base: place for place, paper_id in enumerate(order.ids)}

    def place(outcome: Entry | Skip | Exclusion) -> tuple[int, int, str]:
        return (named.get(outcome.paper.id, 0), *selection.rank(outcome.paper))

    # An older version's entry stays when the newer one could not be summarised.
    done = {one.paper.id for one in made}
    survivors = tuple(one for one in plan.replaced.values() if one.paper.id not in done)
    skips = tuple(skip for skip in skips if skip.paper.id not in plan.replaced)
    listing: Literal["named", "partial", "complete"] = (
        "named" if order.ids else "partial" if order.partial else "complete"
    )
    return Edition(
        name=order.name,
        day=order.day,
        header=old.header if old and not order.force else order.header,
        listing=listing if plan.listed or old is None else old.listing,
        entries=tuple(sorted((*plan.kept, *survivors, *made), key=place)),
        skips=tuple(sorted(skips, key=place)),
        exclusions=tuple(sorted(plan.exclusions, key=place)),
        notes=old.notes if old and not order.force else (),
        language=order.language,
        told=old.told if old else (),
    )


def write(
    edition: Edition, file: str, old: Edition | None, render: Callable[[Edition], str], archive: Archive, *, force: bool
) -> Edition:
    """Save the edition, then write its post. Raises EditedByHand where the post is not the one we wrote."""
    content = render(edition).encode()
    refuse_edited(file, old, archive, content, force=force)
    there = archive.post(file)
    before = sha256_hex(there) if there is not None and there != content else ""
    written = Written(file=file, sha256=sha256_hex(content), before=before)
    if old is not None and old.written is not None and old.written.sha256 == written.sha256:
        written = old.written
    edition = msgspec.structs.replace(edition, written=written)
    archive.save(edition)
    archive.write_post(file, content)
    return edition


def refuse_edited(file: str, old: Edition | None, archive: Archive, content: bytes = b"", *, force: bool) -> None:
    """Raise EditedByHand where the post on disk is neither what was last written nor what is about to be."""
    there = archive.post(file)
    if force or there is None or there == content:
        return
    ours = {old.written.sha256, old.written.before} if old and old.written else set()
    if sha256_hex(there) not in ours:
        raise EditedByHand(
            f"{file} was edited by hand or written by another program",
            hint="keep it with `digest import`, or overwrite it with --force",
        )


def _refuse_edited(order: Order, old: Edition | None, archive: Archive) -> None:
    """Find out before money is spent that the post could not be written."""
    refuse_edited(order.file, old, archive, force=order.force)


def _ensure_post(order: Order, old: Edition, stages: DayDependencies, archive: Archive) -> Edition:
    """Write the post of a finished edition where a run died before it could, or where it was deleted."""
    there = archive.post(order.file)
    if old.entries and (there is None or (old.written and sha256_hex(there) == old.written.before)):
        archive.write_post(order.file, stages.render(old).encode())
    return old
