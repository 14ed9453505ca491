"""Child processes that end: in time, and with everything that they started."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_SLICE = 0.25  # seconds after which a wait looks again how much time is left


class TimeUp(Exception):
    """The child was still at work when its time was up. It was killed."""


def run(
    command: Sequence[str],
    *,
    left: Callable[[], float],
    stdin: bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[bytes]":
    """Run a command to its end, without a terminal and without a shell. `left` tells the seconds that it still has.

    Raises TimeUp once they are over, and OSError where it cannot be started. Whatever is raised, it and what it
    started are dead by then.
    """
    child = subprocess.Popen(  # noqa: S603 - no shell; what the command is, is said by this program
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    given: bytes | None = stdin
    try:
        while (seconds := left()) > 0:
            try:
                out, err = child.communicate(given, timeout=min(seconds, _SLICE))
            except subprocess.TimeoutExpired:
                given = None  # it is on its way, and may be handed over only once
            else:
                return subprocess.CompletedProcess(command, child.returncode, out, err)
        raise TimeUp
    except BaseException:
        kill(child)
        raise


def kill(child: "subprocess.Popen[bytes]") -> None:
    """Kill a child that leads a session of its own with all that it started, and close its pipes."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
