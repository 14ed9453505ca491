"""What is left to do for a day, as a table: what is listed, what is known, what was asked for, and the plan."""

from datetime import date
from typing import Any

import pytest

from digest.errors import FetchError
from digest.model import ArxivId, Edition, Entry, Exclusion, Paper, Provenance, Selection, Skip
from digest.pipeline.plan import Plan, decide, needs_list
from tests.fakes import DAY, Bench, paper, summary

MADE = date(2025, 11, 18)


def entry(number: int, version: int | None = None) -> Entry:
    provenance = Provenance(origin="html", version=version, made=MADE)
    url = f"https://arxiv.org/abs/2511.{number:05}"
    return Entry(paper=paper(number), summary=summary(), provenance=provenance, arxiv_url=url)


def skip(number: int) -> Skip:
    return Skip(paper=paper(number), stage="summarize", reason="cut off")


def over_limit(number: int, **parts: Any) -> Exclusion:
    return Exclusion(paper=paper(number, **parts), rule="limit", detail="2")


def edition(*outcomes: Entry | Skip | Exclusion, listing: Any = "complete") -> Edition:
    def of(kind: type) -> tuple[Any, ...]:
        return tuple(outcome for outcome in outcomes if isinstance(outcome, kind))

    return Edition(
        name=str(DAY),
        day=DAY,
        header=Bench.order().header,
        listing=listing,
        entries=of(Entry),
        skips=of(Skip),
        exclusions=of(Exclusion),
    )


def listed(*chosen: Paper, exclusions: tuple[Exclusion, ...] = ()) -> Selection:
    return Selection(chosen=chosen, exclusions=exclusions)


FINISHED = edition(entry(1), entry(2), over_limit(3))
GROWING = edition(entry(1), over_limit(3), listing="partial")

TABLE = {
    "a new day: all that is listed": (
        listed(paper(1), paper(2), exclusions=(over_limit(3),)), None, {},
        Plan(todo=(paper(1), paper(2)), exclusions=(over_limit(3),), listed=True),
    ),
    "a new day without papers": (
        listed(), None, {},
        Plan(listed=True, reason="the list is empty"),
    ),
    "a new day whose papers are all left out": (
        listed(exclusions=(over_limit(1), over_limit(2), Exclusion(paper=paper(3), rule="withdrawn"))), None, {},
        Plan(
            exclusions=(over_limit(1), over_limit(2), Exclusion(paper=paper(3), rule="withdrawn")),
            listed=True,
            reason="left out: 2 by limit, 1 by withdrawn",
        ),
    ),
    "a finished day: nothing": (
        None, FINISHED, {},
        Plan(kept=(entry(1), entry(2)), exclusions=(over_limit(3),), reason="complete since 2025-11-18"),
    ),
    "a day with failed papers: those alone": (
        None, edition(entry(1), skip(2), over_limit(3)), {},
        Plan(todo=(paper(2),), kept=(entry(1),), exclusions=(over_limit(3),)),
    ),
    "a finished day by force: all of it, nothing kept": (
        listed(paper(1), paper(2), exclusions=(over_limit(3),)), FINISHED, {"force": True},
        Plan(todo=(paper(1), paper(2)), exclusions=(over_limit(3),), listed=True),
    ),
    "a day that was empty and has papers now": (
        listed(paper(1)), edition(), {},
        Plan(todo=(paper(1),), listed=True),
    ),
    "a growing day: what joined it, first, and what a rule left out before": (
        listed(paper(4), paper(3)), GROWING, {},
        Plan(todo=(paper(4), paper(3)), kept=(entry(1),), listed=True),
    ),
    "a growing day that did not grow": (
        listed(paper(1), exclusions=(over_limit(3),)), GROWING, {},
        Plan(
            kept=(entry(1),),
            exclusions=(over_limit(3),),
            listed=True,
            reason="the list has no new papers and no newer versions",
        ),
    ),
    "a growing day with a failed paper that the list still has, with more upvotes": (
        listed(exclusions=(over_limit(2, upvotes=7),)), edition(entry(1), skip(2), listing="partial"), {},
        Plan(todo=(paper(2, upvotes=7),), kept=(entry(1),), listed=True),
    ),
    "a finished day refreshed: a newer version, and nothing that was left out": (
        listed(paper(1, version=2), paper(3)), edition(entry(1, version=1), entry(2), over_limit(3)), {"refresh": True},
        Plan(
            todo=(paper(1, version=2),),
            kept=(entry(2),),
            exclusions=(over_limit(3),),
            replaced={paper(1).id: entry(1, version=1)},
            listed=True,
        ),
    ),
    "named papers: each of them": (
        listed(paper(2), paper(1)), None, {"ids": (paper(2).id, paper(1).id)},
        Plan(todo=(paper(2), paper(1)), listed=True),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("found", "known", "flags", "plan"), TABLE.values(), ids=TABLE.keys())
def test_what_is_left_to_do(found: Selection | None, known: Edition | None, flags: dict[str, Any], plan: Plan) -> None:
    order = Bench.order(**flags)

    assert (needs_list(known, order), decide(found, known, order)) == (found is not None, plan)


@pytest.mark.parametrize(
    ("known", "flags", "complaint"),
    [
        (FINISHED, {"force": True}, "the list for 2025-11-17 is now empty \\(it had 3 papers\\)"),
        (GROWING, {}, "the list for 2025-11-17 is now empty \\(it had 2 papers\\)"),
        (None, {"ids": (ArxivId("2511.00001"),)}, "not found: 2511.00001"),
    ],
)
def test_an_empty_list_that_cannot_be_the_truth_is_an_error(
    known: Edition | None, flags: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(FetchError, match=complaint):
        decide(listed(), known, Bench.order(**flags))
