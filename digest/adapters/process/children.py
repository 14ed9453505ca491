"""Child processes that end: in time, and with everything that they started."""

import contextlib
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from digest.adapters.process import groups

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
    grace: float = 0.0,
) -> "subprocess.CompletedProcess[bytes]":
    """Run a command to its end, without a terminal and without a shell. `left` tells the seconds that it still has.

    Raises TimeUp once they are over, and OSError where it cannot be started. Whatever is raised, it and what it
    started are dead by then; before that it has `grace` seconds to clean up.
    """
    child = start(command, cwd=cwd, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # Not by `communicate`: called again after a timeout, it loses what the pipe had no room for.
    pipe, child.stdin = child.stdin, None
    feeder = threading.Thread(target=_feed, args=(pipe, stdin), daemon=True)
    try:
        feeder.start()
        while (seconds := left()) > 0:
            with contextlib.suppress(subprocess.TimeoutExpired):
                out, err = child.communicate(timeout=min(seconds, _SLICE))
                groups.living.discard(child.pid)
                return subprocess.CompletedProcess(command, child.returncode, out, err)
        raise TimeUp
    except BaseException:
        end(child, grace)
        raise
    finally:
        if feeder.ident:
            feeder.join(_SLICE)


def _feed(pipe: IO[bytes], content: bytes) -> None:
    """Write what a child reads; ends with the child, whose end breaks the pipe."""
    with contextlib.suppress(OSError), pipe:
        pipe.write(content)


def start(command: Sequence[str], **options: Any) -> "subprocess.Popen[bytes]":
    """Start a child in a session of its own: a terminal's Ctrl-C does not reach it. It has to be given to `end`."""
    child = subprocess.Popen(command, start_new_session=True, **options)  # noqa: S603 - no shell; callers say what
    groups.living.add(child.pid)
    return child


def end(child: "subprocess.Popen[bytes]", grace: float = 0.0) -> None:
    """End a child with all that it started, and close its pipes. It may clean up for `grace` seconds."""
    if grace and child.poll() is None:
        groups.send(child.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(grace)
    groups.send(child.pid, signal.SIGKILL)
    child.wait()
    groups.living.discard(child.pid)
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
