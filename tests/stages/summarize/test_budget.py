"""The run's money."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Price
from digest.errors import BudgetReached, OutOfTime
from digest.model import Usage
from digest.stages.summarize.budget import Budget, cost

PRICE = Price(input=1.0, cached=0.1, output=10.0)


@pytest.mark.parametrize(
    ("usage", "price", "money"),
    [
        (Usage(1, 1_000_000, 0, 0), PRICE, 1.0),
        (Usage(1, 1_000_000, 1_000_000, 0), PRICE, 0.1),
        (Usage(1, 0, 0, 1_000_000), PRICE, 10.0),
        (Usage(1, 1_000_000, 1_000_000, 0), Price(input=1.0, output=10.0), 1.0),
        (Usage(1, 5, 0, 5), None, None),
    ],
)
def test_cost_is_tokens_times_price(usage: Usage, price: Price | None, money: float | None) -> None:
    assert cost(usage, price) == money


def test_what_is_spent_counts_and_what_was_set_aside_comes_back() -> None:
    budget = Budget("m", {"m": PRICE}, max_tokens=100)

    with budget.reserve(Usage(1, 60, 0, 40)) as taken:
        taken.append(Usage(1, 10, 0, 5))

    assert budget.spent == Usage(1, 10, 0, 5, 0.00006)
    with budget.reserve(Usage(1, 60, 0, 25)):
        pass


def test_a_call_that_fails_costs_nothing() -> None:
    budget = Budget("m", {}, max_tokens=100)

    with pytest.raises(ZeroDivisionError), budget.reserve(Usage(1, 60, 0, 40)):
        raise ZeroDivisionError

    assert budget.spent == Usage()


def test_money_is_limited_like_tokens() -> None:
    budget = Budget("m", {"m": PRICE}, max_cost=1.0)

    with pytest.raises(BudgetReached, match=r"llm\.max_cost_per_run \(\$1\)"), budget.reserve(Usage(1, 0, 0, 100_001)):
        pass


def test_a_call_waits_for_those_under_way_before_it_gives_up() -> None:
    budget, entered, go_on = Budget("m", {}, max_tokens=150), threading.Event(), threading.Event()

    def first() -> None:
        with budget.reserve(Usage(1, 100)) as taken:
            entered.set()
            go_on.wait(5)
            taken.append(Usage(1, 20))

    def second() -> int:
        with budget.reserve(Usage(1, 100)) as taken:
            taken.append(Usage(1, 30))
        return budget.spent.input_tokens

    with ThreadPoolExecutor(2) as pool:
        pool.submit(first)
        entered.wait(5)
        waiting = pool.submit(second)
        go_on.set()

        assert waiting.result(5) == 50


def test_whoever_waits_for_money_is_let_go_as_soon_as_waiting_is_of_no_use() -> None:
    budget, over = Budget("m", {}, max_tokens=150), threading.Event()

    def check() -> None:
        if over.is_set():
            raise OutOfTime("the run is out of time")

    def waits() -> None:
        with budget.reserve(Usage(1, 100), check):
            pass

    with ThreadPoolExecutor(1) as pool, budget.reserve(Usage(1, 100)):
        waiting = pool.submit(waits)
        over.set()

        with pytest.raises(OutOfTime):
            waiting.result(5)


def test_a_call_begins_when_there_is_a_place_and_the_money_for_it() -> None:
    budget = Budget("m", {}, max_tokens=150)
    admission = budget.admission("server", 1, lambda: None)

    with admission.enter(Usage(1, 100)) as call:
        call.usage.append(call.most)
    with pytest.raises(BudgetReached), admission.enter(Usage(1, 100)):
        pass

    assert (budget.spent, budget.exhausted) == (Usage(1, 100), True)


@given(
    st.integers(0, 2000),
    st.lists(st.tuples(st.integers(1, 300), st.integers(0, 100)), min_size=1, max_size=40),
    st.integers(1, 6),
)
def test_no_order_of_calls_passes_a_limit(limit: int, calls: list[tuple[int, int]], workers: int) -> None:
    budget = Budget("m", {}, max_tokens=limit)
    seen: list[int] = []

    def call(most: int, percent: int) -> None:
        try:
            with budget.reserve(Usage(1, most)) as taken:
                taken.append(Usage(1, most * percent // 100))
        except BudgetReached:
            pass
        seen.append(budget.spent.input_tokens)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(call, *zip(*calls, strict=True)))

    assert max(seen) <= limit
