"""The process groups of the children that are alive. Apart from them: signals are watched before any child is started.

Each child leads a group, so that what it starts ends with it.
"""

import contextlib
import os
import signal
import sys

living: set[int] = set()
"""The ids of the leaders."""


def send(leader: int, number: int) -> None:
    """Send a signal to a group, where it is still there."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def kill_all() -> None:
    """Kill all children that are still there, because this process ends at once."""
    for leader in tuple(living):
        send(leader, signal.SIGKILL)
    if "multiprocessing" in sys.modules:
        for worker in sys.modules["multiprocessing"].active_children():
            worker.kill()
