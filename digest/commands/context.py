"""What every command is handed: settings, clock, secrets, signals and streams of this process."""

import math
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypedDict

import click

from digest.adapters.redaction import by_series
from digest.commands.result import EXPECTED_ERROR, Result
from digest.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from digest.adapters.http import Deadline
    from digest.adapters.process.interruption import Interruption
    from digest.adapters.process.streams import Streams
    from digest.adapters.store import Archive
    from digest.adapters.templates import Templates
    from digest.commands.output import Formatter
    from digest.commands.progress import Sink
    from digest.config import Config
    from digest.stages.notify import Target


class Keys(TypedDict):
    """What opens the model servers."""

    key: str | None
    environ: Mapping[str, str]


class Context:
    """The invocation of a real process. Opens what a command asks for, and imports nothing before that."""

    environ: Mapping[str, str] = os.environ

    def __init__(
        self, interruption: "Interruption", streams: "Streams | None" = None, *, as_json: bool = False
    ) -> None:
        self.interruption = interruption
        self.streams = streams
        self.as_json = as_json
        """Whether warnings and errors are lines of JSON."""
        self.key_names: set[str] = set()
        """The variables that hold keys of further models, as far as settings were loaded that name them."""
        self.notices: tuple[str, ...] = ()
        """What is to be said of the settings that were loaded last, beside the result of a run."""

    def config(self, path: "Path", overrides: Mapping[str, str] | None = None) -> "Config":
        """Load the settings of a file, the environment over them, and `overrides` over both. Raises ConfigError."""
        from digest.config import key_names, load  # noqa: PLC0415 - pydantic

        there = path.exists()
        self.notices = () if there else ("digest: no config.yaml in this folder: defaults and environment apply",)
        if str(path) != "config.yaml" and not there:
            raise ConfigError(f"config file not found: {path}", hint="omit --config to use the defaults")
        config = load(path, {**self.environ, **(overrides or {})})
        self.key_names |= key_names(config.llm)
        return config

    def archive(self, config: "Config") -> "Archive":
        """Return the posts and editions of a digest."""
        from digest.adapters.store import Archive, KnownFiles  # noqa: PLC0415 - msgspec

        return Archive(config.paths.posts, config.paths.data, KnownFiles(config.paths.cache))

    def templates(self, config: "Config") -> "Templates":
        """Return the templates of a digest, its own before the bundled ones."""
        from digest.adapters.templates import Templates  # noqa: PLC0415 - Jinja

        return Templates(config.paths.templates)

    def lock(self, config: "Config") -> AbstractContextManager[None]:
        """Hold the digest for this run. Raises Busy where another run holds it."""
        from digest.adapters.store import run_lock  # noqa: PLC0415 - msgspec

        return run_lock(config.paths.cache, config.paths.posts, config.paths.data)

    def deadline(self, seconds: float = math.inf) -> "Deadline":
        """Return the end of what starts now, in seconds from now; an interruption brings it forward."""
        from digest.adapters.http import Deadline  # noqa: PLC0415 - httpx2

        deadline = Deadline(seconds)
        self.interruption.bound(deadline.cut)
        return deadline

    def progress(self, log_format: str, *, long: bool = False) -> "Sink":
        """Return what shows the events of a run on standard error."""
        return self._output.progress(log_format, sys.stderr, lambda: bool(self.interruption.signal), long=long)

    def targets(self, variable: str, series: str = "") -> "tuple[Target, ...]":
        """Return the notification targets that a variable of the environment lists for a series, as `lab=mailto://…`.

        Those without the name of a series are for the first one.
        """
        urls = " ".join(url for name, url in by_series(self.environ.get(variable, "")) if name == series)
        if not urls:
            return ()
        from digest.stages.notify import targets  # noqa: PLC0415 - Jinja

        return targets(urls)

    def api_key(self) -> str | None:
        """Return the key of the model server."""
        return self.environ.get("OPENAI_API_KEY")

    def keys(self) -> "Keys":
        """Return that key, and where those of further models are."""
        return {"key": self.api_key(), "environ": self.environ}

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        return datetime.now(UTC)

    def is_interactive(self) -> bool:
        """Return whether a person is there to answer."""
        return sys.stdin.isatty()

    def print(self, line: str) -> None:
        """Print one line, without secrets and without what commands a terminal or the runner of a workflow."""
        click.echo(self._output.line(line))

    def print_error(self, event: str, text: str, *, plain: str = "", **more: object) -> None:
        """Print on standard error what is wrong, in the form that was asked for."""
        click.echo(self.format_error(event, text, plain=plain, **more), err=True)

    def format_error(self, event: str, text: str, *, plain: str = "", **more: object) -> str:
        """Return `plain`, or a line of JSON where that was asked for."""
        return self._output.error(event, text, plain, **more)

    def print_result(self, result: Result) -> int:
        """Print how a command ended, and return its exit code."""
        self.print_warnings(result.warnings)
        for line in result.lines:
            self.print(line)
        if result.lines_required and self.streams and (lost := self.streams.lost()):
            self.print_error("error", f"standard output: {lost}")
            return result.code or EXPECTED_ERROR
        return result.code

    def print_warnings(self, lines: Sequence[str]) -> None:
        """Print warnings of a command on standard error."""
        for line in lines:
            self.print_error("warning", line.removeprefix("digest: "), plain=line)

    def redact(self, text: str) -> str:
        """Return a text without the secrets of the environment."""
        return self._output.redact(text)

    @cached_property
    def _output(self) -> "Formatter":
        from digest.commands.output import Formatter  # noqa: PLC0415 - regular expressions, which a help needs none of

        return Formatter(self.environ, self.now, as_json=self.as_json, key_names=self.key_names)
