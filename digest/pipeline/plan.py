"""What a run is asked for, and what is left to do for it: the order beside what is known and what is listed. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from digest.adapters.store import sha256_hex
from digest.config import Config
from digest.errors import ConfigError, FetchError
from digest.model import ArxivId, Edition, Entry, Exclusion, Header, Paper, PaperId, Reason, Selection
from digest.model.text import counted


@dataclass(frozen=True)
class Order:
    """What one run is asked to build."""

    day: date
    name: str
    """The edition's name: the day, or day and slug for named papers."""
    file: str
    """The post's file name."""
    header: Header
    ids: tuple[PaperId, ...] = ()
    """The papers of a post of named papers; empty for the day's list."""
    partial: bool = False
    """Whether the day is not over, so that its list may still grow."""
    force: bool = False
    refresh: bool = False
    today: date = date.min
    relist: bool = False
    """Whether a list is asked for again that was found empty, or that papers have joined late."""
    language: str = "ko"
    embedding: str = ""
    """What the vectors of its papers are called; empty where none are configured."""
    followed: str = ""
    """The name of the edition in the first language, where that is another one."""


@dataclass(frozen=True)
class Plan:
    """What is left to do for a day, and what is there already."""

    todo: tuple[Paper, ...] = ()
    kept: tuple[Entry, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    unread: tuple[str, ...] = ()
    replaced: Mapping[PaperId, Entry] = field(default_factory=dict)
    """Entries that those of newer versions, or from full texts, will stand in for."""
    open: bool = False
    """Whether the list may still grow, see `Listing.open`."""
    fixed: bool = False
    """Whether nothing stands in for a paper that turns out to be withdrawn."""
    listed: bool = False
    """Whether the day was listed for this plan, or the pinned list of an earlier run was used."""
    reason: str = ""
    """Why there is nothing to do; empty where there is something."""
    reasons: Mapping[PaperId, tuple[Reason, ...]] = field(default_factory=dict)
    """Why the papers of a list stand where they do, where a taste is configured."""


def order_for(config: Config, day: date, ids: tuple[PaperId, ...], today: date = date.min, **flags: bool) -> Order:
    """Name what is to be built: a day, or a post of its own for named papers."""
    title = config.post.title.replace("{date}", str(day))
    if ids:
        shown = [paper_id.slug for paper_id in ids[:3]]
        if len(ids) > 3:
            shown += [f"and-{len(ids) - 3}-more", sha256_hex(" ".join(ids).encode())[:6]]
        name, title = f"{day}-papers-{'-'.join(shown)}", f"{title}: {', '.join(paper_id.base for paper_id in ids[:3])}"
    else:
        name = str(day)
    followed = "-".join(filter(None, (name, config.series.profile if ids else "")))
    if ids and config.series.name:  # so that no two series have a post of one name and address
        name = f"{name}-{config.series.name}"
    header = Header(
        title=title, date=f"{day} {config.post.time}", tags=config.post.tags, categories=config.post.categories
    )
    file = f"{name}.md" if ids else f"{name}-{config.post.slug}.md"
    return Order(
        day=day, name=name, file=file, header=header, ids=ids, today=today, language=config.language,
        followed=followed, embedding=config.llm.embeddings.name, **flags,
    )  # fmt: skip


def orders_for(config: Config, first: date, last: date, today: date) -> tuple[Order, ...]:
    """Name the days of a range, both ends included. Raises ConfigError where it runs backwards."""
    if last < first:
        raise ConfigError(f"--from {first} is later than --to {last}", hint="swap them")
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(order_for(config, day, (), today, partial=day == today) for day in days)


def needs_list(known: Edition | None, order: Order) -> bool:
    """Return whether the day has to be listed: the list that an edition was made from is pinned."""
    return known is None or not known.papers or order.force or _may_grow(known, order)


def unsettled(known: Edition, order: Order) -> bool:
    """Return whether papers are to be tried again: they failed, only the abstract was read, a vector is missing."""
    unread = bool(known.skips) or any(_provisional(entry, order) for entry in known.entries)
    return unread or bool(order.embedding and lacking(known.entries, order.embedding))


def lacking(entries: Iterable[Entry], embedding: str) -> list[Entry]:
    """Return the entries that have no vector of that name."""
    return [one for one in entries if one.embedding is None or one.embedding.model != embedding]


def _provisional(entry: Entry, order: Order) -> bool:
    until = entry.provenance.provisional
    return until is not None and until >= order.today and not entry.paper.withdrawn


def decide(listed: Selection | None, known: Edition | None, order: Order, failed: Selection | None = None) -> Plan:
    """Decide what is left to do: the whole day, its unsettled papers only, or what a growing list added.

    `listed` is None where the day was not listed; then `failed` are its failed papers, as today's rules part them.
    Raises FetchError where an empty list cannot be the truth.
    """
    if listed is None:
        if known is None:
            raise ValueError("a day of which nothing is known has to be listed")
        failed = failed or Selection(chosen=tuple(skip.paper for skip in known.skips))
        replaced = {entry.paper.id: entry for entry in known.entries if _provisional(entry, order)}
        plan = Plan(
            todo=(*failed.chosen, *(entry.paper for entry in replaced.values())),
            kept=tuple(entry for entry in known.entries if entry.paper.id not in replaced),
            exclusions=(*known.exclusions, *failed.exclusions),
            unread=known.unread,
            replaced=replaced,
        )
    else:
        _refuse_empty(listed, known, order)
        if known is None or order.force or not _may_grow(known, order):
            plan = Plan(todo=listed.chosen, exclusions=listed.exclusions, unread=listed.unread, listed=True)
        else:
            plan = _grow(known, listed, order)
        left_out = {one.paper.id: one.reasons for one in listed.exclusions if one.reasons}
        plan = replace(plan, reasons={**listed.reasons, **left_out}, open=listed.open)
    return plan if plan.todo else replace(plan, reason=_why_nothing(plan))


def _may_grow(known: Edition, order: Order) -> bool:
    return order.refresh or order.relist or known.listing == "partial"


def _refuse_empty(listed: Selection, known: Edition | None, order: Order) -> None:
    if listed.chosen or listed.exclusions:
        return
    if order.ids:
        where = " on arXiv" if all(isinstance(one, ArxivId) for one in order.ids) else ""
        raise FetchError(f"not found{where}: {', '.join(order.ids)}")
    if known is not None and known.papers:
        seen = counted(len(known.papers), "paper")
        raise FetchError(
            f"the list for {order.name} is now empty (it had {seen}); nothing was changed", hint="try --refresh later"
        )


def _grow(known: Edition, listed: Selection, order: Order) -> Plan:
    """Add to an edition what joined its list later, what failed before, and papers that have a newer version."""
    newest = {paper.id: paper for paper in (*listed.chosen, *(one.paper for one in listed.exclusions))}
    replaced = {
        kept.paper.id: kept
        for kept in known.entries
        if _provisional(kept, order) or _is_older(kept, newest.get(kept.paper.id))
    }
    entered = {kept.paper.id for kept in known.entries}
    # Once a day's list was complete, a paper that was left out stays out, however its upvotes rise.
    settled = {left_out.paper.id for left_out in known.exclusions} if known.listing == "complete" else set()
    added = [paper for paper in listed.chosen if paper.id not in entered | settled]
    new = {paper.id for paper in added}
    ruled_out = {one.paper.id for one in listed.exclusions if one.rule != "limit"}
    failed = [newest.get(skip.paper.id, skip.paper) for skip in known.skips if skip.paper.id not in new | ruled_out]
    todo = (*added, *failed, *(newest.get(paper_id, old.paper) for paper_id, old in replaced.items()))
    seen = entered | {paper.id for paper in todo}
    left_out = {exclusion.paper.id: exclusion for exclusion in (*known.exclusions, *listed.exclusions)}
    kept = tuple(
        one.marked(newest.get(one.paper.id, one.paper)) for one in known.entries if one.paper.id not in replaced
    )
    exclusions = tuple(exclusion for paper_id, exclusion in left_out.items() if paper_id not in seen)
    return Plan(todo=todo, kept=kept, exclusions=exclusions, unread=listed.unread, replaced=replaced, listed=True)


def _is_older(entry: Entry, paper: Paper | None) -> bool:
    if paper is None or paper.withdrawn:
        return False
    return (paper.version or 0) > (entry.provenance.version or paper.version or 0)


def _why_nothing(plan: Plan) -> str:
    if plan.kept and plan.listed:
        return "the list has no new papers and no newer versions"
    if plan.kept:
        made = [entry.provenance.made for entry in plan.kept if entry.provenance.made]
        return f"complete since {max(made)}" if made else "complete"
    if not plan.exclusions:
        return "the list is empty"
    rules = Counter(exclusion.rule for exclusion in plan.exclusions)
    return f"left out: {', '.join(f'{number} by {rule}' for rule, number in rules.items())}"
