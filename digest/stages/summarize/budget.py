"""The run's budget: what was spent, what is reserved, and where it must stop. Safe to share between threads."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec

from digest.config import Price
from digest.errors import BudgetReached, ConfigError
from digest.model import Usage


def cost(usage: Usage, price: Price | None) -> float | None:
    """Return what a call costs, in the currency of the prices; None where the model's price is unknown."""
    if price is None:
        return None
    cached = price.input if price.cached is None else price.cached
    fresh = usage.input_tokens - usage.cached_tokens
    return round((fresh * price.input + usage.cached_tokens * cached + usage.output_tokens * price.output) / 1e6, 6)


def require_price(model: str, prices: Mapping[str, Price], max_cost: float | None) -> None:
    """Raise ConfigError where there is a limit to the cost and no price for a model."""
    if max_cost is not None and model not in prices:
        raise ConfigError(
            f"llm.max_cost_per_run needs a price for {model}",
            hint="add it to llm.prices, or set llm.max_tokens_per_run instead",
        )


class Budget:
    """Counts tokens and cost of a run, and refuses the call that could pass a limit."""

    def __init__(
        self, model: str, prices: Mapping[str, Price], *, max_cost: float | None = None, max_tokens: int | None = None
    ) -> None:
        self._model, self._prices = model, prices
        require_price(model, prices, max_cost)
        self._max_cost = max_cost
        self._max_tokens = max_tokens
        self.spent = Usage()
        """What the calls of this run really took."""
        self.exhausted = False
        """Whether a call was refused because it could have passed a limit."""
        self._reserved: list[Usage] = []
        self._settled = threading.Condition()

    def priced(self, usage: Usage, model: str = "") -> Usage:
        """Return the usage with its cost, by the price of the run's model or of another; a cost it has stays."""
        if usage.cost is not None:
            return usage
        return msgspec.structs.replace(usage, cost=cost(usage, self._prices.get(model or self._model)))

    @contextmanager
    def reserve(self, most: Usage) -> Iterator[list[Usage]]:
        """Reserve the most that a call can take; put what it really took into the list.

        Where the calls under way leave too little, waits for them: they mostly take less than was reserved.
        Raises BudgetReached where the call could pass a limit even then.
        """
        most = self.priced(most)
        with self._settled:
            while reached := self._reached(most):
                if not self._reserved:
                    self.exhausted = True
                    raise BudgetReached(reached)
                self._settled.wait()
            self._reserved.append(most)
        actual: list[Usage] = []
        try:
            yield actual
        finally:
            with self._settled:
                self._reserved.remove(most)
                self.spent = sum(map(self.priced, actual), self.spent)
                self._settled.notify_all()

    def _reached(self, more: Usage) -> str:
        """Say which limit could be passed by one more call, if any."""
        total = sum([*self._reserved, more], self.spent)
        tokens = total.input_tokens + total.output_tokens
        if self._max_tokens is not None and tokens > self._max_tokens:
            return f"the next call could exceed llm.max_tokens_per_run ({self._max_tokens:,})"
        if self._max_cost is not None and (total.cost or 0) > self._max_cost:
            return f"the next call could exceed llm.max_cost_per_run (${self._max_cost:g})"
        return ""
