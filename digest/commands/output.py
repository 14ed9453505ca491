"""What is written, for people or for machines: without secrets, and without what commands a terminal or a runner."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import IO

from digest.adapters import redaction
from digest.commands.progress import Hushed, Sink, json_line, sink, style_for
from digest.model.text import printable


class Formatter:
    """The lines of one invocation; prints none itself."""

    def __init__(
        self,
        environ: Mapping[str, str],
        now: Callable[[], datetime],
        *,
        as_json: bool,
        key_names: Collection[str] = (),
    ) -> None:
        self._environ = environ
        self._key_names = key_names
        self._now = now
        self._as_json = as_json

    def redact(self, text: str) -> str:
        """Return a text without the secrets of the environment."""
        return redaction.redact(text, self._environ, self._key_names)

    def line(self, text: str) -> str:
        """Return a text as it may be printed."""
        return printable(self.redact(text))

    def error(self, event: str, text: str, plain: str, **more: object) -> str:
        """Return `plain`, or a line of JSON where that was asked for."""
        if self._as_json:
            return json_line(self._now(), event, self.redact(text), **more)
        return self.line(plain or f"digest: {text}")

    def progress(self, log_format: str, stream: IO[str], is_over: Callable[[], bool], *, long: bool) -> Sink:
        """Return what shows the events of a run, until it is over."""
        return Hushed(sink(style_for(log_format, stream), stream, self._now, long=long), is_over)
