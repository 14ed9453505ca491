"""The run's budget: what was spent, what is reserved, where it must stop; and when a call may begin within it.

Safe to share between threads.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec

from digest.adapters.http.deadline import SLICE
from digest.config import Price
from digest.errors import BudgetReached, ConfigError
from digest.model import Usage
from digest.stages.summarize.concurrency import ConcurrencyLimit


def cost(usage: Usage, price: Price | None) -> float | None:
    """Return what a call costs, in the currency of the prices; None where the model's price is unknown."""
    if price is None:
        return None
    cached = price.input if price.cached is None else price.cached
    fresh = usage.input_tokens - usage.cached_tokens
    return round((fresh * price.input + usage.cached_tokens * cached + usage.output_tokens * price.output) / 1e6, 6)


def require_prices(
    models: Sequence[str], prices: Mapping[str, Price], *, run: float | None = None, month: float | None = None
) -> None:
    """Raise ConfigError where there is a limit to the cost, of a run or of a month, and no price for a model."""
    without = next((model for model in models if model not in prices), "")
    if without and run is not None:
        hint = "add it to llm.prices, or set llm.max_tokens_per_run instead"
        raise ConfigError(f"llm.max_cost_per_run needs a price for {without}", hint=hint)
    if without and month is not None:
        raise ConfigError(f"llm.max_cost_per_month needs a price for {without}", hint="add it to llm.prices")


class Budget:
    """Counts tokens and cost of a run, and refuses the call that could pass a limit."""

    def __init__(
        self, model: str, prices: Mapping[str, Price], *, max_cost: float | None = None, max_tokens: int | None = None
    ) -> None:
        self._model, self._prices = model, prices
        require_prices((model,), prices, run=max_cost)
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

    def take(self, most: Usage) -> bool:
        """Reserve the most that a call can take; False where the calls under way leave too little just now.

        They mostly take less than was reserved. Raises BudgetReached where the call could pass a limit even then.
        """
        with self._settled:
            if not (reached := self._reached(self.priced(most))):
                self._reserved.append(self.priced(most))
                return True
            if self._reserved:
                return False
            self.exhausted = True
            raise BudgetReached(reached)

    def settle(self, most: Usage, actual: Sequence[Usage]) -> None:
        """Give back what was reserved, and count what the call really took; `most` itself where nobody knows."""
        with self._settled:
            self._reserved.remove(self.priced(most))
            self.spent = sum(map(self.priced, actual), self.spent)
            self._settled.notify_all()

    @contextmanager
    def reserve(self, most: Usage, check: Callable[[], None] = lambda: None) -> Iterator[list[Usage]]:
        """Wait until a call can be paid for; put what it really took into the list.

        Raises BudgetReached, and what `check` raises where waiting is of no use any more.
        """
        while not self.take(most):
            check()
            with self._settled:
                if self._reserved:
                    self._settled.wait(SLICE)
        actual: list[Usage] = []
        try:
            yield actual
        finally:
            self.settle(most, actual)

    def admission(self, server: str, width: int, check: Callable[[], None]) -> "Admission":
        """Make what lets calls to one server begin, `width` at once; `check` is called while somebody waits."""
        return Admission(self, ConcurrencyLimit(width, check=check), check)

    def _reached(self, more: Usage) -> str:
        """Say which limit could be passed by one more call, if any."""
        total = sum([*self._reserved, more], self.spent)
        tokens = total.input_tokens + total.output_tokens
        if self._max_tokens is not None and tokens > self._max_tokens:
            return f"the next call could exceed llm.max_tokens_per_run ({self._max_tokens:,})"
        if self._max_cost is not None and (total.cost or 0) > self._max_cost:
            return f"the next call could exceed llm.max_cost_per_run (${self._max_cost:g})"
        return ""


@dataclass
class Call:
    """A call that may begin: when it was let in, what it can take, and what came of it, for whoever makes it to say."""

    entered: float
    most: Usage
    usage: list[Usage] = field(default_factory=list)
    """What it took."""
    answered: bool = False
    refused: float | None = None
    """For how many seconds the server wants nobody, where it is throttling."""

    def tell(self, limit: ConcurrencyLimit) -> None:
        """Let a limit learn from it, from inside."""
        if self.refused is not None:
            limit.lower(self.entered, self.refused)
        if self.answered:
            limit.widen()


class Admission:
    """Lets calls to one server begin: each needs a place there, and the money for it."""

    def __init__(self, budget: Budget, limit: ConcurrencyLimit, check: Callable[[], None]) -> None:
        self._budget, self._limit, self._check = budget, limit, check

    @contextmanager
    def enter(self, most: Usage) -> Iterator[Call]:
        """Wait until a call that can take `most` may begin. Raises BudgetReached, and what `check` raises."""
        with self._limit.enter() as entered, self._budget.reserve(most, self._check) as actual:
            call = Call(entered, most, actual)
            try:
                yield call
            finally:
                call.tell(self._limit)

    def open(self) -> None:
        """Let everybody in who waits: nothing will be asked any more."""
        self._limit.open()
