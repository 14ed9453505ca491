"""The run's money: what was spent, what is about to be, and where it must stop. Safe to share between threads."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec

from digest.config import Price
from digest.errors import BudgetReached
from digest.model import Usage


def cost(usage: Usage, price: Price | None) -> float | None:
    """Return what a call costs, in the currency of the prices; None where the model's price is unknown."""
    if price is None:
        return None
    cached = price.input if price.cached is None else price.cached
    fresh = usage.input_tokens - usage.cached_tokens
    return round((fresh * price.input + usage.cached_tokens * cached + usage.output_tokens * price.output) / 1e6, 6)


class Purse:
    """Counts tokens and cost of a run, and refuses the call that would pass a limit."""

    def __init__(
        self, model: str, prices: Mapping[str, Price], *, max_cost: float | None = None, max_tokens: int | None = None
    ) -> None:
        self._price = prices.get(model)
        self._max_cost = max_cost
        self._max_tokens = max_tokens
        self.spent = Usage()
        """What the calls of this run really took."""
        self._reserved = Usage()
        self._lock = threading.Lock()

    def priced(self, usage: Usage) -> Usage:
        """Return the usage with its cost."""
        return msgspec.structs.replace(usage, cost=cost(usage, self._price))

    @contextmanager
    def reserve(self, estimate: Usage) -> Iterator[list[Usage]]:
        """Set the estimate aside for a call; put what it really took into the list. Raises BudgetReached."""
        wanted = self.priced(estimate)
        with self._lock:
            self._refuse_beyond(self.spent + self._reserved + wanted)
            self._reserved = self._reserved + wanted
        taken: list[Usage] = []
        try:
            yield taken
        finally:
            with self._lock:
                self._reserved = _minus(self._reserved, wanted)
                for usage in taken:
                    self.spent = self.spent + usage

    def _refuse_beyond(self, total: Usage) -> None:
        tokens = total.input_tokens + total.output_tokens
        if self._max_tokens is not None and tokens > self._max_tokens:
            raise BudgetReached(f"the next call could pass llm.max_tokens_per_run, {self._max_tokens:,}")
        if self._max_cost is not None and total.cost is not None and total.cost > self._max_cost:
            raise BudgetReached(f"the next call could pass llm.max_cost_per_run, {self._max_cost:g}")


def _minus(total: Usage, part: Usage) -> Usage:
    return Usage(
        total.calls - part.calls,
        total.input_tokens - part.input_tokens,
        total.cached_tokens - part.cached_tokens,
        total.output_tokens - part.output_tokens,
        None if total.cost is None else round(total.cost - (part.cost or 0), 6),
    )
