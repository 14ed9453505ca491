"""Child processes that end with whoever started them."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

_GRACE = 2.0
"""Seconds that a child has to clean up after SIGTERM."""
_living: set[int] = set()


@contextmanager
def started(command: Sequence[str], *, grace: float = _GRACE, **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a child in a process group of its own, and end the whole group behind the block.

    A child that has not ended by itself gets SIGTERM and, after `grace` seconds, SIGKILL; with 0 at once SIGKILL.
    Its own group keeps a terminal's Ctrl-C from it, which is for us to pass on.
    """
    child = subprocess.Popen(command, process_group=0, **options)  # noqa: S603 - no shell; callers say what is run
    _living.add(child.pid)
    try:
        yield child
    finally:
        try:
            if grace and child.poll() is None:
                _signal(child.pid, signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    child.wait(grace)
        finally:
            _signal(child.pid, signal.SIGKILL)
            child.wait()
            _living.discard(child.pid)
            for stream in (child.stdin, child.stdout, child.stderr):
                if stream is not None:
                    stream.close()


def kill() -> None:
    """Kill all children of this process that are still there, because it ends at once."""
    import multiprocessing  # noqa: PLC0415 - only where nothing else is waited for

    for pid in tuple(_living):
        _signal(pid, signal.SIGKILL)
    for worker in multiprocessing.active_children():
        worker.kill()


def _signal(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
