"""How a command ended. A file of its own, because one answer is given before anything else is imported."""

from typing import NamedTuple

DONE, EXPECTED_ERROR, SOME_FAILED = 0, 1, 4


class Result(NamedTuple):
    """Lines for standard output, warnings for standard error, and the exit code."""

    lines: tuple[str, ...] = ()
    code: int = DONE
    warnings: tuple[str, ...] = ()
    lines_required: bool = False
    """Whether the lines are what the command was run for, so that it failed where they cannot be written."""
