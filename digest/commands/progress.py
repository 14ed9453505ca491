"""What a run says while it works: bars on a terminal, plain lines elsewhere, JSON lines for machines. All on stderr."""

import json
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import IO, Any, Literal, Protocol

from digest.model import Event, Usage
from digest.model.text import clean, one_line, printable, shorten
from digest.pipeline.recheck import Rechecked

Style = Literal["bar", "plain", "json"]


class Sink(Protocol):
    """Takes the events of a run, from any thread."""

    def __call__(self, event: Event) -> None:
        """Show one event."""

    def __enter__(self) -> "Sink":
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, and leave the terminal as it was."""


def sink(style: Style, stream: IO[str], now: Callable[[], datetime], *, long: bool = False) -> Sink:
    """Return the sink of a style. The bar of a `long` run shows tokens, cost and the time left."""
    return _Bars(stream, long=long) if style == "bar" else _Json(stream, now) if style == "json" else _Plain(stream)


def style_for(log_format: str, stream: IO[str]) -> Style:
    """Choose how to speak: as asked, else by whether somebody is watching."""
    if log_format == "json":
        return "json"
    return "bar" if log_format == "auto" and stream.isatty() else "plain"


def line(event: Event) -> str:
    """Return an event as one line of text."""
    return printable(one_line(f"{event.paper}: {event.text}" if event.paper else event.text))


def json_line(now: datetime, event: str, text: str, **more: object) -> str:
    """Return something that happened as one line of JSON, for machines; docs/running.md has its members."""
    said = {"at": now.isoformat(timespec="milliseconds"), "event": event, "text": text, **more}
    cleaned = {name: clean(value) if isinstance(value, str) else value for name, value in said.items()}
    return printable(json.dumps(cleaned, ensure_ascii=False))


def table_of(rows: list[tuple[str, Rechecked]], width: int) -> str:
    """Return a table of rechecked entries that have something wrong, a row per finding."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in ("post", "paper", "read", "check", "what"):
        table.add_column(heading, no_wrap=heading != "what", overflow="fold")
    for file, result in rows:
        day = file[:10]
        if result.trouble:
            table.add_row(day, result.paper.id, "-", "-", Text(result.trouble))
        for finding in result.findings:
            table.add_row(day, result.paper.id, result.origin, finding.check, Text(finding.what))
    if not table.row_count:
        return ""
    console = Console(width=max(60, width), highlight=False, markup=False, color_system=None)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


class Hushed:
    """A sink that shows nothing more from the moment when `over` returns true."""

    def __init__(self, sink: Sink, over: Callable[[], bool]) -> None:
        self._sink = sink
        self._over = over

    def __enter__(self) -> "Hushed":
        self._sink.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sink.__exit__(kind, error, trace)

    def __call__(self, event: Event) -> None:
        """Pass on."""
        if not self._over():
            self._sink(event)


class _Plain:
    """One line per event."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def __enter__(self) -> "_Plain":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.flush()

    def __call__(self, event: Event) -> None:
        self._stream.write(f"{line(event)}\n")


class _Json(_Plain):
    """One JSON object per event."""

    def __init__(self, stream: IO[str], now: Callable[[], datetime]) -> None:
        super().__init__(stream)
        self._now = now

    def __call__(self, event: Event) -> None:
        more: dict[str, Any] = {}
        if event.paper:
            more["paper"] = event.paper
        if event.usage.calls:
            more |= {"tokens": event.usage.input_tokens + event.usage.output_tokens, "cost": event.usage.cost}
        self._stream.write(json_line(self._now(), event.kind, event.text, **more) + "\n")


class _Bars:
    """A bar of the papers that are done, with the last thing that happened, and a line for each trouble."""

    def __init__(self, stream: IO[str], *, long: bool = False) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

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

    def __enter__(self) -> "_Bars":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        from rich.markup import escape

        if event.kind in {"problem", "skipped"}:
            self._progress.console.print(line(event))
        if event.kind == "listed":
            self._progress.update(self._task, description="papers", total=event.total)
        done = 1 if event.kind in {"summarized", "skipped"} else 0
        room = max(12, self._progress.console.width - (46 if self._long else 54))
        said = line(event)
        if self._long:
            self._spent = self._spent + event.usage
            said = f"{self.spent} {said}"
        self._progress.update(self._task, advance=done, last=escape(shorten(said, room)))

    @property
    def spent(self) -> str:
        """The tokens and the money of the papers that are done, in a few letters."""
        tokens = (self._spent.input_tokens + self._spent.output_tokens) / 1e6
        return f"{tokens:.2f}M tokens" + (f" ${self._spent.cost:.2f}" if self._spent.cost is not None else "")
