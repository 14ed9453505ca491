"""One day, top to bottom: plan, work on each paper, assemble the edition, save it, write the post.

The order of writing makes a crash harmless: replies are in the cache as soon as they are paid for, the edition is
saved before the post, and both are written whole or not at all. The next run goes on where this one died.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date

import msgspec

from digest.adapters.store import Archive
from digest.errors import NothingPublished
from digest.model import Edition, Event, Listing, Paper, PaperId, Selection
from digest.model.text import counted
from digest.pipeline import post
from digest.pipeline.days.outcome import DayOutcome
from digest.pipeline.papers.dependencies import PaperDependencies
from digest.pipeline.papers.edition import assemble
from digest.pipeline.papers.lookup import Lookup
from digest.pipeline.papers.work import unknown, work_through
from digest.pipeline.plan import Order, Plan, decide, needs_list


@dataclass(frozen=True)
class DayDependencies:
    """The stages of a day, put together once from settings, or from fakes in tests."""

    list_day: Callable[[date], Listing]
    list_named: Callable[[tuple[PaperId, ...]], Listing]
    enrich: Callable[..., Listing]
    select: Callable[[Iterable[Paper], Mapping[PaperId, str]], Selection]
    paper: PaperDependencies
    render: Callable[[Edition], str]
    pool: Callable[[], Executor]
    lists: int = 1
    """How many days may be listed at once."""
    local: bool = True
    """Whether papers are worked on in this process, so that they learn of facts that come meanwhile."""
    with_records: Callable[[Listing], Listing] = lambda listing: listing
    """Adds what papers are selected by and only arXiv's own records say."""
    titled: Callable[[Selection], Selection] = lambda selection: selection
    """Looks up the chosen papers that a list named by nothing but an id."""
    report: Callable[[Event], None] = lambda _: None
    export: Callable[[Edition], None] = lambda _: None
    overview: Callable[[Edition, Edition | None], Edition] = lambda edition, _: edition
    """Adds the overview of a day, by what was known of it before."""
    embed: Callable[[Edition], Edition] = lambda edition: edition
    """Adds the vectors that its papers lack."""
    late: Callable[[date, frozenset[PaperId]], bool] = lambda *_: False
    """Whether papers have joined a day's list beside those that were seen. Asks no service."""
    chosen: Callable[[str], Selection] | None = None
    """The papers of an edition where another series chose them; then nothing is listed."""


def build(order: Order, stages: DayDependencies, archive: Archive, plan: Plan | None = None) -> DayOutcome:
    """Build a day: from nothing, from where a run died, or just what is missing; by a `plan` made before, or a new one.

    Raises EditedByHand, NothingPublished, FetchError (no list), RunStopped; everything else is a bug.
    """
    known = archive.load(order.name)
    plan = plan or make_plan(order, known, stages, archive)
    if known and not plan.todo and not plan.listed:
        became = post.restore(order.file, known, stages.render, archive)
        # What failed and is not tried again is left out by the rules as they are now, or was taken off.
        settled = msgspec.structs.replace(known, skips=(), exclusions=plan.exclusions)
        embedded = stages.embed(settled)
        if embedded != known:
            archive.save(embedded)
        became += ", vectors added" if embedded != settled else ""
        return DayOutcome("unchanged", embedded, reason=f"{plan.reason}, {became}")
    if plan.todo:  # found out before money is spent
        post.refuse_edited(order.file, known, archive, force=order.force)
    with Lookup(unknown(plan), stages.enrich, stages.report) as lookup:
        plan, work = work_through(plan, stages.paper, lookup, pool=stages.pool, local=stages.local)
        if work.stopped and not work.made:
            raise work.stopped
        lookup.wait()
        edition = assemble(order, plan, work.informed(lookup), known)
    if not edition.entries:
        return _without_post(order, plan, edition, known, archive)
    edition = stages.embed(stages.overview(edition, known) if not order.ids else edition)
    edition = post.write(edition, order.file, known, stages.render, archive, force=order.force)
    stages.export(edition)
    stages.report(Event(kind="saved", text=f"{order.file} with {counted(len(edition.entries), 'paper')}"))
    if _same(edition, known):
        reason = f"{plan.reason}, post unchanged" if plan.reason else ""
        return DayOutcome("unchanged", edition, work.new, work.stopped, reason)
    return DayOutcome("published", edition, work.new, work.stopped)


def make_plan(order: Order, known: Edition | None, stages: DayDependencies, archive: Archive) -> Plan:
    """List the day where that is needed, decide what is left to do, and report it. Raises FetchError."""
    listed = _list(order, stages, archive) if needs_list(known, order) else None
    plan = decide(listed, known, order, _failed_now(known, order, stages, archive) if listed is None else None)
    if listed is not None:
        seen = len(listed.chosen) + len(listed.exclusions)
        text = f"{counted(seen, 'paper')} listed, {len(plan.todo)} to read"
        stages.report(Event(kind="listed", text=text, total=len(plan.todo)))
    elif plan.todo:
        text = f"resuming: {counted(len(plan.todo), 'paper')} left"
        stages.report(Event(kind="listed", text=text, total=len(plan.todo)))
    return plan


def _failed_now(known: Edition | None, order: Order, stages: DayDependencies, archive: Archive) -> Selection | None:
    """Part the failed papers of an edition by the rules as they are now; those of named papers have none."""
    if known is None or not known.skips or order.ids or known.listing == "named":
        return None
    return stages.select((skip.paper for skip in known.skips), archive.published(order.file))


def _list(order: Order, stages: DayDependencies, archive: Archive) -> Selection:
    """List the day or the named papers, report what went wrong with that, and select what may be read."""
    if stages.chosen:
        return stages.chosen(order.followed or order.name)
    listing = stages.list_named(order.ids) if order.ids else stages.list_day(order.day)
    # Versions are what a refresh is for; otherwise the day goes on without, see `Lookup`.
    enriched = stages.enrich(listing.papers) if order.refresh and not order.ids else stages.with_records(listing)
    for problem in dict.fromkeys((*listing.problems, *enriched.problems)):
        stages.report(Event(kind="problem", text=problem))
    if order.ids:
        return _named(enriched.papers, stages)
    chosen = stages.select(enriched.papers, archive.published(order.file))
    return msgspec.structs.replace(stages.titled(chosen), unread=listing.unread, open=listing.open)


def _named(papers: tuple[Paper, ...], stages: DayDependencies) -> Selection:
    """Choose all named papers, whatever the rules say, but for those that somebody took off."""
    removed = tuple(one for one in stages.select(papers, {}).exclusions if one.rule == "removed")
    off = {one.paper.id for one in removed}
    return Selection(chosen=tuple(paper for paper in papers if paper.id not in off), exclusions=removed)


def _same(edition: Edition, known: Edition | None) -> bool:
    """Return whether two editions differ at most in when their post was written, and in vectors."""
    parts = [
        msgspec.structs.replace(
            one, written=None, entries=tuple(msgspec.structs.replace(entry, embedding=None) for entry in one.entries)
        )
        for one in (edition, known)
        if one is not None
    ]
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
