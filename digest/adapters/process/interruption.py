"""A request to end the whole process early, as all parts of it see it. Knows no signals: signals.py does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Interrupted(BaseException):
    """The process was asked to end. Not an Exception: no paper's error, no alert, no retry."""


class Interruption:
    """Whether the process was asked to end, and what hears of it."""

    def __init__(self) -> None:
        self.signal = 0
        """The number of the signal that asked; 0 as long as none did."""
        self._cuts: list[Callable[[float], None]] = []
        self._held = self._raised = False

    def bound(self, cut: Callable[[float], None]) -> None:
        """Have `cut` called with the seconds that are left, from another thread, when the process is asked to end."""
        self._cuts.append(cut)
        if self.signal:
            cut(0)

    @property
    def waits(self) -> bool:
        """Whether anything is bound that may have work under way."""
        return bool(self._cuts)

    def ask(self, number: int, seconds: float) -> None:
        """Ask for the end because of a signal: nothing new begins, and what is under way has `seconds`."""
        self.signal = self.signal or number
        for cut in self._cuts:
            cut(seconds)

    def strike(self, number: int) -> None:
        """Raise Interrupted because of a signal, the first time only; within `held`, when that is over."""
        self.signal = self.signal or number
        if self._held:
            return
        if not self._raised:
            self._raised = True
            raise Interrupted

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the main thread finish what must not be left half done; Interrupted is raised behind it."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            if self.signal:
                self.strike(self.signal)
