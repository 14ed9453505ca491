"""What a month may cost: over all runs, whatever the calls came to, and known again where the count was lost."""

from datetime import UTC, datetime

import pytest

from digest.adapters.store import Cache
from digest.config import LLMConfig, Price
from digest.errors import BudgetReached, ConfigError
from digest.model import Usage
from digest.stages.summarize.budget import require_prices
from digest.stages.summarize.month import MonthlyBudget, MonthlyCost

NOVEMBER = datetime(2025, 11, 30, 23, 59, tzinfo=UTC)
CALL = Usage(1, 1_000_000, 0, 0)


def _budget(cache: Cache, now: datetime = NOVEMBER, limit: float | None = 2.5, known: float = 0.0) -> MonthlyBudget:
    llm = LLMConfig(model="m", prices={"m": Price(input=1.0, output=10.0)}, max_cost_per_month=limit)
    return MonthlyBudget(llm, MonthlyCost(cache, lambda: now, lambda _: known))


def _call(budget: MonthlyBudget) -> None:
    with budget.reserve(CALL) as spent:
        spent.append(CALL)


def test_a_month_s_limit_holds_over_runs(cache: Cache) -> None:
    for _ in range(2):
        _call(_budget(cache))

    with pytest.raises(BudgetReached) as reached:
        _call(_budget(cache))

    assert str(reached.value) == ("the next call could exceed llm.max_cost_per_month ($2.5; $2.00 spent in 2025-11)")
    assert _budget(cache).month.spent() == 2.0


def test_the_next_month_begins_with_nothing(cache: Cache) -> None:
    _call(_budget(cache))
    december = _budget(cache, datetime(2025, 12, 1, tzinfo=UTC))

    _call(december)
    _call(december)

    assert (december.month.spent(), december.month.spent("2025-11")) == (2.0, 1.0)


def test_what_is_reserved_counts_and_what_was_not_taken_does_not(cache: Cache) -> None:
    budget = _budget(cache)
    with budget.reserve(CALL), budget.reserve(CALL):
        assert budget.take(Usage(1, 400_000, 0, 0))
        assert not budget.take(CALL)

    assert budget.month.spent() == 0.0


def test_money_is_counted_where_there_is_no_limit_yet(cache: Cache) -> None:
    _call(_budget(cache, limit=None))

    assert _budget(cache).month.spent() == 1.0


def test_a_lost_count_begins_with_what_is_known(cache: Cache) -> None:
    budget = _budget(cache, known=2.0)

    with pytest.raises(BudgetReached):
        _call(budget)
    budget.month.add(-0.5)

    assert budget.month.spent() == 1.5
    cache.keep_fact("cost 2025-11", "nonsense")
    assert budget.month.spent() == 2.0


def test_calls_that_were_under_way_when_a_run_was_killed_count_as_spent_once(cache: Cache) -> None:
    killed = _budget(cache)
    assert killed.take(CALL)

    assert _budget(cache).month.spent() == 0.0
    _call(_budget(cache, limit=None))
    assert _budget(cache).month.spent() == 2.0
    _call(_budget(cache, limit=None))
    assert _budget(cache).month.spent() == 3.0


def test_lost_calls_belong_to_the_month_in_which_they_began(cache: Cache) -> None:
    assert _budget(cache).take(CALL)
    december = _budget(cache, datetime(2025, 12, 1, tzinfo=UTC))
    _call(december)

    assert (december.month.spent(), december.month.spent("2025-11")) == (1.0, 1.0)


def test_a_correction_belongs_to_the_month_of_what_it_corrects(cache: Cache) -> None:
    month = _budget(cache).month
    month.add(3.0)
    december = _budget(cache, datetime(2025, 12, 2, tzinfo=UTC)).month

    december.add(-2.0, NOVEMBER.timestamp())

    assert (december.spent("2025-11"), december.spent()) == (1.0, 0.0)


def test_a_limit_needs_prices() -> None:
    require_prices(("m", "other"), {})

    with pytest.raises(ConfigError) as missing:
        require_prices(("m", "other"), {"m": Price(input=1.0, output=1.0)}, month=5.0)

    assert str(missing.value) == "llm.max_cost_per_month needs a price for other — add it to llm.prices"
