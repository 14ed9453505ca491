"""What a run says while it works: bars on a terminal, plain lines elsewhere, JSON lines for machines. All on stderr."""

import json
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Literal, Protocol

from digest.model.text import clean, one_line, printable

if TYPE_CHECKING:
    from digest.model import Event

Style = Literal["bar", "plain", "json"]


class Sink(Protocol):
    """Takes the events of a run, from any thread."""

    def __call__(self, event: "Event") -> None:
        """Show one event."""

    def __enter__(self) -> "Sink":
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, and leave the terminal as it was."""


def sink(style: Style, stream: IO[str], now: Callable[[], datetime], *, long: bool = False) -> Sink:
    """Return the sink of a style. The bar of a `long` run shows tokens, cost and the time left."""
    if style == "bar":
        from digest.commands.terminal import Bars  # noqa: PLC0415 - Rich, which plain lines do without

        return Bars(stream, line, long=long)
    return _Json(stream, now) if style == "json" else _Plain(stream)


def style_for(log_format: str, stream: IO[str]) -> Style:
    """Choose how to speak: as asked, else by whether somebody is watching."""
    if log_format == "json":
        return "json"
    return "bar" if log_format == "auto" and stream.isatty() else "plain"


def line(event: "Event") -> str:
    """Return an event as one line of text."""
    return printable(one_line(f"{event.paper}: {event.text}" if event.paper else event.text))


def json_line(now: datetime, event: str, text: str, **more: object) -> str:
    """Return something that happened as one line of JSON, for machines; docs/running.md has its members."""
    record = {"at": now.isoformat(timespec="milliseconds"), "event": event, "text": text, **more}
    cleaned = {name: clean(value) if isinstance(value, str) else value for name, value in record.items()}
    return printable(json.dumps(cleaned, ensure_ascii=False))


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

    def __call__(self, event: "Event") -> None:
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

    def __call__(self, event: "Event") -> None:
        self._stream.write(f"{line(event)}\n")


class _Json(_Plain):
    """One JSON object per event."""

    def __init__(self, stream: IO[str], now: Callable[[], datetime]) -> None:
        super().__init__(stream)
        self._now = now

    def __call__(self, event: "Event") -> None:
        more: dict[str, Any] = {}
        if event.paper:
            more["paper"] = event.paper
        if event.usage.calls:
            more |= {"tokens": event.usage.input_tokens + event.usage.output_tokens, "cost": event.usage.cost}
        self._stream.write(json_line(self._now(), event.kind, event.text, **more) + "\n")
