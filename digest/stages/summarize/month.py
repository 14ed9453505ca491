"""What calls cost in a calendar month, over all runs, and the limit to it. Days are those of UTC."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from digest.adapters.store import Cache
from digest.config import LLMConfig
from digest.model import Usage
from digest.stages.summarize.budget import Budget

_UNDER_WAY = "cost under way"


class MonthlyCost:
    """Counts in the cache, call by call, what each month cost. Where the count is lost, begins with what is known."""

    def __init__(
        self, cache: Cache, now: Callable[[], datetime], known: Callable[[str], float] = lambda _: 0.0
    ) -> None:
        """`known` returns what is known of a month, `2025-11`, without the cache."""
        self._cache, self._now, self._known = cache, now, known
        self._lock = threading.Lock()

    @property
    def month(self) -> str:
        """The month of now."""
        return f"{self._now().astimezone(UTC):%Y-%m}"

    def spent(self, month: str = "") -> float:
        """Return what a month cost by now."""
        fact = self._cache.fact(f"cost {month or self.month}")
        try:
            return max(0.0, float(fact)) if fact is not None else self._known(month or self.month)
        except ValueError:
            return self._known(month or self.month)

    def add(self, amount: float, at: float = 0.0) -> None:
        """Count an amount, of now or of a moment in seconds since 1970. A negative one corrects an earlier one."""
        self._add(f"{datetime.fromtimestamp(at, UTC):%Y-%m}" if at else self.month, amount)

    def note_under_way(self, amount: float) -> None:
        """Remember what calls under way may cost: it counts as spent where nobody comes back to say what they did."""
        self._cache.keep_fact(_UNDER_WAY, f"{self.month} {amount:.6f}")

    def count_lost(self) -> None:
        """Count what was under way when an earlier run was killed. Only where no other run is at work."""
        month, _, amount = (self._cache.fact(_UNDER_WAY) or "").partition(" ")
        with suppress(ValueError):
            if lost := float(amount):
                self._add(month, lost)
                self.note_under_way(0.0)

    def _add(self, month: str, amount: float) -> None:
        with self._lock:
            self._cache.keep_fact(f"cost {month}", f"{max(0.0, self.spent(month) + amount):.6f}")


class MonthlyBudget(Budget):
    """The budget of a run that also keeps to what is left of the month, and counts in it all that is spent."""

    def __init__(self, llm: LLMConfig, month: MonthlyCost) -> None:
        super().__init__(llm.model, llm.prices, max_cost=llm.max_cost_per_run, max_tokens=llm.max_tokens_per_run)
        self.month = month
        self._max_month = llm.max_cost_per_month
        self._noting = threading.Lock()
        self._noted: float | None = None
        """What was noted last of calls under way; nothing before the first call."""

    def take(self, most: Usage) -> bool:
        """Reserve the most that a call can take, also for the case that this process does not live to count it."""
        with self._noting:
            if self._noted is None:
                self.month.count_lost()
                self._noted = 0.0
            taken = super().take(most)
            self._note()
        return taken

    def settle(self, most: Usage, actual: Sequence[Usage]) -> None:
        """Give back what was reserved, and count what the call really took, in the run and in the month."""
        if spent := sum(self.priced(one).cost or 0.0 for one in actual):
            self.month.add(spent)
        super().settle(most, actual)
        with self._noting:
            self._note()

    def _note(self) -> None:
        if (reserved := sum(one.cost or 0.0 for one in tuple(self._reserved))) != self._noted:
            self.month.note_under_way(reserved)
            self._noted = reserved

    def _reached(self, more: Usage) -> str:
        if (reached := super()._reached(more)) or self._max_month is None:
            return reached
        spent, wanted = self.month.spent(), sum(one.cost or 0.0 for one in (*self._reserved, more))
        if spent + wanted <= self._max_month:
            return ""
        return (
            f"the next call could exceed llm.max_cost_per_month (${self._max_month:g}; "
            f"${spent:.2f} spent in {self.month.month})"
        )
