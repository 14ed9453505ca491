"""SIGINT, SIGTERM and SIGHUP: the first one ends the process in good order, a second one at once.

The exit code is 128 and the signal's number, as a shell has it. Ignored signals stay ignored: nohup, jobs in the
background. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_08_02
"""

import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType

from digest.adapters.process import groups
from digest.adapters.process.interruption import Interrupted, Interruption

PATIENCE = 5.0
"""Seconds that calls under way have after the first signal."""
_LAST = 1.0
"""Further seconds until the process ends, whatever it is doing."""
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_GOES_ON = "the next run will resume"
_watching = False


def end_at_once() -> None:
    """Let any signal end the process at once, in one line: for the time when nothing has begun."""

    def end(number: int, _: FrameType | None) -> None:
        _say(f"digest: interrupted; {_GOES_ON}")
        os._exit(128 + number)

    for number in _heard():
        signal.signal(number, end)


@contextmanager
def watched(interruption: Interruption, worded: Callable[[str], str]) -> Iterator[None]:
    """Have signals ask for the end of what is done in the block, which the main thread does.

    A thread of its own hears them, so that not even a long call into C is in the way. Where no thread can be started,
    signals do what they did before.
    """
    global _watching  # noqa: PLW0603 - a process has one set of signals
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    thread = threading.Thread(target=_watch, args=(ours, interruption, worded), name="signals", daemon=True)
    with ExitStack() as ends:
        ends.callback(os.close, ours)
        try:
            thread.start()
        except RuntimeError:
            os.close(theirs)
            yield
            return
        ends.callback(thread.join)
        ends.callback(os.close, theirs)
        ends.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(theirs, warn_on_full_buffer=False))
        for number in _heard():
            ends.callback(signal.signal, number, signal.signal(number, lambda number, _: interruption.strike(number)))
        ends.callback(setattr, sys, "unraisablehook", sys.unraisablehook)
        sys.unraisablehook = _unraisable
        _watching = True
        try:
            yield
        finally:
            _watching = False


def ignore() -> None:
    """Ignore signals from here on: the work is over, and the exit code tells what became of it.

    The interpreter's own end gives signals back to the system, which would end the process as if nothing had been done.
    """
    for number in _heard():
        signal.signal(number, signal.SIG_IGN)


def _heard() -> list[int]:
    return [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]


def _watch(signals: int, interruption: Interruption, worded: Callable[[str], str]) -> None:
    """Wait for a first signal and a second one; the other end of the pipe is closed when the work is done."""
    first = _next(signals)
    if first is None:
        return
    waits = (
        f"calls in progress have {PATIENCE:.0f} s to finish, a second signal stops at once; "
        if interruption.waits
        else ""
    )
    interruption.ask(first, PATIENCE)
    _say(worded(f"interrupted; {waits}{_GOES_ON}"))
    if select.select([signals], [], [], PATIENCE + _LAST)[0] and _next(signals) is None:
        return
    groups.kill_all()
    os._exit(128 + first)


def _next(signals: int) -> int | None:
    """Return the number of the next signal of ours; None at the end."""
    while numbers := os.read(signals, 1):
        if numbers[0] in _SIGNALS:
            return numbers[0]
    return None


def _say(line: str) -> None:
    with suppress(OSError):
        os.write(2, f"{line}\n".encode())


def _unraisable(problem: "sys.UnraisableHookArgs") -> None:
    """Pass over an interruption that came while an object was being cleared away; others are shown."""
    if not isinstance(problem.exc_value, Interrupted):
        sys.__unraisablehook__(problem)


def _left_alone() -> None:
    """Leave the parent's signals to the parent, in a child that was forked."""
    if _watching:
        signal.set_wakeup_fd(-1)
        for number in _heard():
            signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)


os.register_at_fork(after_in_child=_left_alone)
