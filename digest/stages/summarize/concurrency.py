"""How many calls run at once: as many as configured, fewer while the server complains, more again when it stops."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from digest.adapters.http.deadline import SLICE

_QUIET = 30.0  # seconds without a complaint after which more is tried at a faster pace


class ConcurrencyLimit:
    """Lets a limited number of calls through, and learns from complaints how many that should be.

    Each complaint leaves one place fewer than were taken when it came. A server that admits eight is so found to admit
    eight, since those eight are still inside; halving, as TCP does, would leave half of them unused. But one burst
    takes no more than half of the places: a server that counts calls per minute refuses all of them at once.
    """

    def __init__(
        self, width: int, clock: Callable[[], float] = time.monotonic, check: Callable[[], None] = lambda: None
    ) -> None:
        """`check` is called while somebody waits, and raises where waiting is of no use any more."""
        self._widest = width
        self._width = float(width)
        self._clock = clock
        self._check = check
        self._burst = float("-inf")  # when the last burst of complaints began
        self._least = 1.0  # what it leaves at least
        self._closed_until = float("-inf")
        self._inside = 0
        self._changed = threading.Condition()

    @property
    def width(self) -> int:
        """How many calls may run at once just now."""
        return int(self._width)

    def try_enter(self) -> float | None:
        """Take a place and return the moment of entry; None where there is none just now. `leave` gives it back."""
        with self._changed:
            if self._closed_until > self._clock() or self._inside + 1 > self._width:
                return None
            self._inside += 1
            return self._clock()

    def leave(self) -> None:
        """Give a place back."""
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    @contextmanager
    def enter(self) -> Iterator[float]:
        """Wait for a place and hold it; yields the moment of entry, which `lower` wants to know.

        Raises what `check` raises.
        """
        with self._changed:
            while (entered := self.try_enter()) is None:
                self._check()
                pause = self._closed_until - self._clock()
                self._changed.wait(min(pause, SLICE) if pause > 0 else SLICE)
        try:
            yield entered
        finally:
            self.leave()

    def lower(self, entered: float, closed_for: float = 0.0) -> None:
        """Take a place away because a call that began at `entered` was refused; let nobody in for `closed_for` seconds.

        Called from inside. A call that began after the last burst of complaints was answered begins a new burst.
        """
        with self._changed:
            now = self._clock()
            self._closed_until = max(self._closed_until, now + closed_for)
            if entered > self._burst:
                self._burst, self._least = now, max(1.0, self._width / 2)
            self._width = min(self._width, max(self._least, self._inside - 1))

    def widen(self) -> None:
        """Take a success as a sign that more may go: a place per round of calls, soon after a complaint per eight."""
        with self._changed:
            rounds = 1 if self._clock() - self._burst > _QUIET else 8
            self._width = min(float(self._widest), self._width + 1 / (rounds * self._width))
            self._changed.notify_all()

    def open(self) -> None:
        """Let everybody in who waits: nothing will be asked any more."""
        with self._changed:
            self._closed_until, self._width = float("-inf"), float("inf")
            self._changed.notify_all()
