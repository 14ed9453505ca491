"""How a command ended, in lines. A file of its own, because one answer is given before anything else is imported."""

from typing import NamedTuple

DONE, EXPECTED_ERROR, SOME_FAILED = 0, 1, 4


class Said(NamedTuple):
    """How a command ended: its lines for standard output, others for standard error, its exit code."""

    lines: tuple[str, ...]
    code: int = DONE
    complaints: tuple[str, ...] = ()
    stopped: str = ""
    """Why a run ended early although it published something."""
    wanted: bool = False
    """Whether the lines are what the command was run for, so that it failed where they cannot be written."""
