"""What became of the papers of a plan, put together as the edition of the day."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeVar

import msgspec

from digest.model import Edition, Entry, Exclusion, PaperId, Reason, Skip
from digest.model.schema import FIELDS
from digest.pipeline.papers.decision import stands
from digest.pipeline.papers.work import PaperWork
from digest.pipeline.plan import Order, Plan
from digest.stages import selection

Outcome = TypeVar("Outcome", Entry, Skip, Exclusion)


def assemble(order: Order, plan: Plan, work: PaperWork, known: Edition | None) -> Edition:
    """Put the edition together. Papers stand by score and upvotes, named papers as they were named."""
    named = {paper_id.base: place for place, paper_id in enumerate(order.ids)}

    def place(outcome: Entry | Skip | Exclusion) -> tuple[int, float, int, str]:
        return (named.get(outcome.paper.id, 0), *selection.rank(outcome.paper, outcome.reasons))

    reasons = {one.paper.id: one.reasons for one in known.outcomes} if known else {}
    reasons |= plan.reasons
    made = tuple(_replacing(entry, plan.replaced) for entry in work.made)
    if order.ids:  # no later run looks at a post of named papers
        made = tuple(entry.final() for entry in made)
    # An older version's entry stays when the newer one could not be summarised.
    done = {one.paper.id for one in made}
    survivors = tuple(one for one in plan.replaced.values() if one.paper.id not in done)
    skips = tuple(skip for skip in work.skips if skip.paper.id not in plan.replaced)
    listing: Literal["named", "partial", "complete"] = (
        "named" if order.ids else "partial" if order.partial or plan.open else "complete"
    )
    asked = known.asked if known else ()
    if plan.listed and not (plan.todo or plan.kept or plan.exclusions):
        asked = tuple(dict.fromkeys((*asked, order.today)))
    return Edition(
        name=order.name,
        day=order.day,
        header=known.header if known and not order.force else order.header,
        listing=listing if plan.listed or known is None else known.listing,
        entries=tuple(sorted(_explained((*plan.kept, *survivors, *made), reasons), key=place)),
        skips=tuple(sorted(_explained(skips, reasons), key=place)),
        exclusions=tuple(sorted(_explained((*plan.exclusions, *work.exclusions), reasons), key=place)),
        unread=plan.unread,
        asked=asked,
        notes=known.notes if known and not order.force else (),
        language=order.language,
        notified=known.notified if known else (),
    )


def _replacing(made: Entry, replaced: Mapping[PaperId, Entry]) -> Entry:
    """Mark an entry that stands in for an earlier one: which version that was of and what changed, or why."""
    old = replaced.get(made.paper.id)
    if old is None or stands(made, old):
        return made
    if old.provenance.version == made.provenance.version or old.provenance.version is None:
        return msgspec.structs.replace(made, rewritten="full text")
    changed = tuple(f.heading for f in FIELDS if old.summary.field(f.name) != made.summary.field(f.name))
    return msgspec.structs.replace(made, replaces=old.provenance.version, changed=changed)


def _explained(outcomes: Iterable[Outcome], reasons: Mapping[PaperId, tuple[Reason, ...]]) -> Iterator[Outcome]:
    """Add to each outcome why its paper stands where it does, as far as a taste says so."""
    for one in outcomes:
        why = reasons.get(one.paper.id, ())
        yield msgspec.structs.replace(one, reasons=why) if why and why != one.reasons else one
