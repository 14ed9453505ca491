"""How many calls run at once: as many as configured, fewer while the server complains, more again when it stops."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Lets a limited number of calls through. Additive increase, multiplicative decrease, as congestion control does.

    Source of the rule: https://www.rfc-editor.org/rfc/rfc5681#section-3.1
    """

    def __init__(self, width: int) -> None:
        self._widest = width
        self._width = float(width)
        self._inside = 0
        self._lowered = 0.0
        self._closed_until = 0.0
        self._changed = threading.Condition()

    @property
    def width(self) -> int:
        """How many calls may run at once just now."""
        return int(self._width)

    @contextmanager
    def enter(self) -> Iterator[float]:
        """Wait for a place and hold it; yields the moment of entry, which `lower` wants to know."""
        with self._changed:
            while (pause := self._closed_until - time.monotonic()) > 0 or self._inside >= self.width:
                self._changed.wait(pause if pause > 0 else None)
            self._inside += 1
        try:
            yield time.monotonic()
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def lower(self, entered: float, closed_for: float = 0.0) -> None:
        """Halve the width because a call that began at `entered` was throttled; let nobody in for `closed_for` seconds.

        Calls that began before the last lowering tell nothing new, so a burst of complaints halves once.
        """
        with self._changed:
            self._closed_until = max(self._closed_until, time.monotonic() + closed_for)
            if entered >= self._lowered:
                self._width = max(1.0, self._width / 2)
                self._lowered = time.monotonic()

    def widen(self) -> None:
        """Take a success as a sign that a little more may go: one more place per full round of successes."""
        with self._changed:
            self._width = min(float(self._widest), self._width + 1 / self._width)
            self._changed.notify_all()
