"""Child processes that end: in time, with everything that they started, and with whoever started them."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_GRACE = 2.0
"""Seconds that a child has to clean up after SIGTERM."""
_SLICE = 0.25
"""Seconds after which a wait looks again how much time is left."""
_living: set[int] = set()


class TimeUp(Exception):
    """The child was still at work when its time was up. It was ended."""


@contextmanager
def started(command: Sequence[str], *, grace: float = _GRACE, **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a child in a session of its own, and end it with all that it started behind the block.

    A child that has not ended by itself gets SIGTERM and, after `grace` seconds, SIGKILL; with 0 at once SIGKILL.
    Its own session keeps a terminal's Ctrl-C from it, which is for us to pass on, and lets it ask nobody anything.
    """
    child = subprocess.Popen(command, start_new_session=True, **options)  # noqa: S603 - no shell; callers say what is run
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
                    with suppress(OSError):
                        stream.close()


def run(
    command: Sequence[str],
    *,
    left: Callable[[], float],
    stdin: bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    grace: float = _GRACE,
) -> "subprocess.CompletedProcess[bytes]":
    """Run a command to its end, without a terminal and without a shell. `left` returns the seconds that it still has.

    Raises TimeUp once they are over, and OSError where it cannot be started.
    """
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with started(command, grace=grace, cwd=cwd, env=env, **pipes) as child:
        unsent: bytes | None = stdin
        while (seconds := left()) > 0:
            try:
                out, err = child.communicate(unsent, timeout=min(seconds, _SLICE))
            except subprocess.TimeoutExpired:
                unsent = None  # it is on its way, and may be handed over only once
            else:
                return subprocess.CompletedProcess(command, child.returncode, out, err)
        raise TimeUp


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
