"""What the coordinator keeps for workers, without a cluster: answers, leases, turns, and what becomes of them."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from digest.adapters.store import Cache
from digest.errors import ArchiveError, BudgetReached, OutOfTime, WorkerLost
from digest.model import Event, Usage
from digest.pipeline.cluster.backlog import Backlog, Work
from digest.pipeline.cluster.state import LATER, Answer, RunState
from digest.stages.summarize.budget import Budget, Call

HUNDRED = Usage(1, 100)
NOW = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass
class Asked:
    """A state with a budget of 250 tokens and two places, and everything it said."""

    state: RunState
    budget: Budget
    events: list[Event] = field(default_factory=list)

    def say(self, who: str, number: int, name: str, *words: Any) -> list[Answer]:
        self.state.hear(who, number, name, words)
        return list(self.state.answers())


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    budget = Budget("m", {}, max_tokens=250)
    with closing(Cache(tmp_path)) as cache:
        made = Asked(None, budget)  # type: ignore[arg-type]
        made.state = RunState(
            cache=cache, budget=budget, report=made.events.append,
            width=2, begin=lambda who, number: LATER if number else who, finish=lambda *_: None,
        )  # fmt: skip
        yield made


def _ended(took: list[Usage] | None = None, **what: Any) -> Call:
    return Call(0.0, HUNDRED, took or [], **what)


def _granted(answers: list[Answer]) -> list[tuple[str, int]]:
    return [(who, number) for who, number, _ in answers]


def test_what_one_worker_paid_another_one_finds(asked: Asked) -> None:
    assert asked.say("a", 1, "reply", "key") == [("a", 1, None)]
    assert asked.say("a", 0, "keep_reply", "key", "raw", HUNDRED, NOW) == []
    assert asked.say("b", 1, "reply", "key") == [("b", 1, ("raw", HUNDRED))]
    asked.say("b", 0, "forget_reply", "key")
    asked.say("b", 0, "keep_fact", "mode", "json")

    assert asked.say("a", 2, "reply", "key") == [("a", 2, None)]
    assert asked.say("a", 3, "fact", "mode") == [("a", 3, "json")]


def test_a_call_begins_when_there_is_a_place_and_the_next_one_when_it_is_over(asked: Asked) -> None:
    first = asked.say("a", 1, "admit", "server", Usage(1, 10))
    second = asked.say("b", 1, "admit", "server", Usage(1, 10))
    third = asked.say("b", 2, "admit", "server", Usage(1, 10))
    other = asked.say("b", 3, "admit", "another server", Usage(1, 10))
    after = asked.say("a", 0, "over", 1, _ended([Usage(1, 5)], answered=True))

    assert list(map(_granted, (first, second, third, other, after))) == [
        [("a", 1)], [("b", 1)], [], [("b", 3)], [("b", 2)],
    ]  # fmt: skip
    assert asked.budget.spent == Usage(1, 5)


def test_the_calls_of_a_lost_worker_count_as_spent_and_those_who_waited_are_refused_in_words(asked: Asked) -> None:
    asked.say("a", 1, "admit", "server", HUNDRED)
    asked.say("a", 2, "admit", "server", HUNDRED)
    assert asked.say("b", 1, "admit", "another server", HUNDRED) == []
    asked.state.lost("a")
    (refused,) = asked.state.answers()

    assert refused[:2] == ("b", 1)
    assert isinstance(refused[2], BudgetReached)
    assert (asked.budget.spent, asked.budget.exhausted) == (Usage(2, 200), True)


def test_who_stops_waiting_takes_no_place(asked: Asked) -> None:
    for number in (1, 2, 3):
        asked.say("a", number, "admit", "server", Usage(1, 10))
    asked.say("a", 0, "over", 3, _ended())

    assert asked.state.waiting == []
    assert asked.say("a", 0, "over", 1, _ended()) == []
    assert asked.budget.spent == Usage()


def test_what_is_under_way_at_the_end_counts_as_spent(asked: Asked) -> None:
    asked.say("a", 1, "admit", "server", HUNDRED)
    asked.state.close()

    assert asked.budget.spent == HUNDRED


def test_a_complaint_of_the_server_closes_it_for_all_workers(asked: Asked) -> None:
    asked.say("a", 1, "admit", "server", Usage(1, 10))
    asked.say("a", 0, "over", 1, _ended(refused=60.0))

    assert asked.say("b", 1, "admit", "server", Usage(1, 10)) == []


def test_turns_follow_each_other_and_a_lost_worker_has_none(asked: Asked) -> None:
    assert asked.say("a", 1, "turn", "arxiv", 0.0) == [("a", 1, None)]
    assert asked.say("b", 1, "turn", "arxiv", 0.0) == []
    assert asked.say("a", 0, "started", "arxiv", 1) == [("b", 1, None)]
    assert asked.say("a", 2, "turn", "arxiv", 0.0) == []
    asked.state.lost("b")

    assert list(asked.state.answers()) == [("a", 2, None)]


def test_who_gives_up_waiting_for_a_turn_ends_nobody_elses(asked: Asked) -> None:
    asked.say("a", 1, "turn", "arxiv", 0.0)
    asked.say("b", 1, "turn", "arxiv", 0.0)
    asked.say("b", 0, "started", "arxiv", 1)

    assert asked.say("c", 1, "turn", "arxiv", 0.0) == []
    assert asked.say("a", 0, "started", "arxiv", 1) == [("c", 1, None)]


def test_a_pause_that_a_service_asks_for_holds_for_all_workers(asked: Asked) -> None:
    for who in ("a", "b", "c"):
        asked.state.hear_all(who, f"tcp://{who}", [])
    asked.state.lost("c")
    asked.state.hear_all("a", "tcp://a", [(0, "pause", ("arxiv", 60.0))])

    assert asked.say("b", 1, "turn", "arxiv", 0.0) == []
    pause = [(0, "pause", "arxiv", 60.0)]
    assert asked.state.letters() == {"a": pause, "b": pause}
    assert asked.state.letters() == {}


def test_of_a_worker_that_was_given_up_replies_are_kept_and_nothing_else(asked: Asked) -> None:
    asked.state.hear_all("a", "tcp://a", [])
    asked.state.lost("a")
    asked.state.hear_all("a", "tcp://a", [(0, "keep_reply", ("key", "raw", HUNDRED, NOW)), (1, "fact", ("mode",))])

    assert (asked.state.at("tcp://a"), asked.state.letters()) == ([], {})
    assert asked.say("b", 1, "reply", "key") == [("b", 1, ("raw", HUNDRED))]


def test_a_statement_that_fails_is_said(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise ArchiveError("disk full")

    monkeypatch.setattr(Cache, "keep_fact", full)
    asked.say("a", 0, "keep_fact", "mode", "json")

    assert asked.events == [Event(kind="problem", text="disk full")]


def test_papers_that_a_worker_died_of_are_begun_one_after_the_other_and_the_third_death_ends_one() -> None:
    backlog, deadly, beside = Backlog(), Work(1, b""), Work(2, b"")
    for work in (deadly, beside):
        backlog.add(work)
        assert backlog.begin("a", work.number) is None
    assert backlog.died("a", expected=False)

    for worker in ("b", "c"):
        assert backlog.begin(worker, deadly.number) is None
        assert backlog.begin(worker, beside.number) is LATER
        assert backlog.died(worker, expected=False)

    with pytest.raises(WorkerLost):
        deadly.outer.result(0)
    assert backlog.drop(deadly)
    assert backlog.begin("d", beside.number) is None
    assert (beside.deaths, beside.outer.done()) == (1, False)


def test_a_worker_that_leaves_in_good_order_died_of_nothing() -> None:
    backlog, work = Backlog(), Work(1, b"")
    backlog.add(work)
    backlog.begin("a", 1)

    assert not backlog.died("a", expected=True)
    assert (work.worker, work.deaths) == ("", 0)


def test_work_can_be_cancelled_until_it_has_begun() -> None:
    backlog, first, second = Backlog(), Work(1, b""), Work(2, b"")
    backlog.add(first)
    backlog.add(second)
    backlog.begin("a", 1)

    assert (first.outer.cancel(), second.outer.cancel()) == (False, True)
    with pytest.raises(OutOfTime):
        backlog.begin("a", 2)
    assert backlog.drop(second)
    assert not backlog.drop(second)
