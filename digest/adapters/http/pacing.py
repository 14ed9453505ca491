"""When a request may start: the politeness pause of a service, and what its answers say about waiting."""

import threading
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime


class Pacer:
    """Spaces out the requests to one service: they start at least `pace` seconds apart, and none during a pause."""

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._lock = threading.Lock()
        self._next = 0.0

    def acquire(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Wait for the next turn and take it. Raises what `sleep` raises."""
        while True:
            with self._lock:
                now = time.monotonic()
                if self._next <= now:
                    self._next = now + self._pace
                    return
                delay = self._next - now
            sleep(delay)

    def pause(self, seconds: float) -> None:
        """Start nothing for a while: the service asked all of us to wait."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


def retry_after(value: str | None, date: str | None) -> float | None:
    """Read a `Retry-After` header, seconds or a moment, as seconds; None where it says nothing usable.

    A moment counts from the answer's own `Date` header, so that no clock but the server's matters.
    Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(date or "")).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
