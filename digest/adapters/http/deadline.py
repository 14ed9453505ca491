"""When a run has to be over, and when each exchange within it has. Knows no network."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from digest.errors import OutOfTime

SLICE = 0.25
"""Seconds after which every wait looks again whether the end was brought forward."""

Clock = Callable[[], float]


class Deadline:
    """The end of a run, shared by all of its threads. May be brought forward at any time, never put off."""

    def __init__(self, seconds: float = math.inf, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self._closed = False

    def cut(self, seconds: float = 0.0) -> None:
        """Let nothing new begin from now on, and end what is under way within `seconds`.

        Takes no lock: a signal handler may call it, and any thread.
        """
        self._closed = True
        self._end = min(self._end, self._clock() + seconds)

    @property
    def closed(self) -> bool:
        """Whether nothing new may begin."""
        return self._closed or min(self.left(), left()) <= 0

    def left(self) -> float:
        """Return the seconds until the end; infinite where there is no limit, not positive once it has passed."""
        return self._end - self._clock()

    def check(self) -> None:
        """Raise OutOfTime where nothing new may begin."""
        if self.closed:
            raise OutOfTime("the run is out of time")

    def sleep(self, seconds: float) -> None:
        """Wait before something new begins. Raises OutOfTime as soon as nothing may."""
        end = self._clock() + seconds
        while (pause := end - self._clock()) > 0:
            self.check()
            time.sleep(min(pause, SLICE))
        self.check()

    def exchange(self, seconds: float, largest: float = math.inf) -> "Exchange":
        """Begin an exchange that ends within `seconds` and `largest` bytes. Raises OutOfTime where none may begin."""
        self.check()
        return Exchange(self, self._clock() + seconds, largest, self._clock)


class Exchange:
    """A request and its whole answer, redirects included, or anything else that has an end of its own."""

    def __init__(self, deadline: Deadline, end: float, largest: float, clock: Clock) -> None:
        self._deadline, self._end, self._room, self._clock = deadline, end, largest, clock
        self.public = False
        """Whether it may only reach addresses of the public Internet."""

    def left(self) -> float:
        """Return the seconds until it has to be over: by its own end, the run's, or that of the thread's work."""
        return min(self._end - self._clock(), self._deadline.left(), left())

    def received(self, size: int) -> bool:
        """Count bytes that arrived; return whether there is room for them."""
        self._room -= size
        return self._room >= 0

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Make this the exchange that the calling thread's network calls belong to."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)


_current: ContextVar[Exchange] = ContextVar("exchange")
_left: ContextVar[Callable[[], float]] = ContextVar("left", default=lambda: math.inf)


def current() -> Exchange:
    """Return the calling thread's exchange. Raises LookupError outside of any: nothing is sent without an end."""
    return _current.get()


@contextmanager
def limited(seconds: Callable[[], float]) -> Iterator[None]:
    """Limit the calling thread's work to the time that `seconds` tells to be left, beside any limit that it has."""
    others = _left.get()
    token = _left.set(lambda: min(seconds(), others()))
    try:
        yield
    finally:
        _left.reset(token)


def left() -> float:
    """Return the seconds that the calling thread's work may still take; infinite where it has no limit."""
    return _left.get()()
