"""What a person at a terminal is shown with Rich: bars while a run works, and the table of what was checked again.

A file of its own, since Rich takes longer to import than most commands take.
"""

from collections.abc import Callable, Sequence
from typing import IO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from digest.model import Event, Usage
from digest.model.text import shorten


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Return a table without lines; only the last column wraps. Empty where there are no rows."""
    if not rows:
        return ""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=heading != headings[-1], overflow="fold")
    for row in rows:
        table.add_row(*row[:-1], Text(row[-1]))
    console = Console(width=max(60, width), highlight=False, markup=False, color_system=None)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


class Bars:
    """A bar of the papers that are done, with the last thing that happened, and a line for each problem."""

    def __init__(self, stream: IO[str], line: Callable[[Event], str], *, long: bool = False) -> None:
        self._line = line
        self._long = long
        self._spent = Usage()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=16 if long else 24),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True) if long else TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[last]}", markup=True),
            console=Console(file=stream, highlight=False, markup=False),
            transient=True,
        )
        self._task = self._progress.add_task("listing", total=None, last="")

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Move the bar on, and print what went wrong above it."""
        line = self._line(event)
        if event.kind in {"problem", "skipped"}:
            self._progress.console.print(line)
        if event.kind == "listed" and event.total:
            done = self._progress.tasks[0].completed  # of days and posts before this one
            self._progress.update(self._task, description="papers", total=done + event.total)
        done = 1 if event.kind in {"summarized", "checked", "skipped"} else 0
        room = max(12, self._progress.console.width - (46 if self._long else 54))
        if self._long:
            self._spent = self._spent + event.usage
            line = f"{self.spent} {line}"
        self._progress.update(self._task, advance=done, last=escape(shorten(line, room)))

    @property
    def spent(self) -> str:
        """The tokens and the money of the papers that are done, in a few letters."""
        tokens = (self._spent.input_tokens + self._spent.output_tokens) / 1e6
        return f"{tokens:.2f}M tokens" + (f" ${self._spent.cost:.2f}" if self._spent.cost is not None else "")
