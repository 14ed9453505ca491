"""Alerts of failed runs, to those who look after a digest."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from digest.adapters.redaction import NOTIFY_FAILURES_URLS
from digest.commands.context import Context
from digest.config import Config
from digest.errors import Busy, ConfigError
from digest.model import Event
from digest.pipeline import notifications

if TYPE_CHECKING:
    from pathlib import Path


def alert(context: Context, config: Config, name: str, reason: str, log_format: str = "auto") -> None:
    """Notify the operator of a failed run; without a `name`, of a failed `digest publish`.

    Trouble with that is a line, so that it does not hide the failure. Does nothing where somebody ended the run.
    """
    targets = () if context.interruption.signal else context.targets(NOTIFY_FAILURES_URLS)
    if not targets:
        return
    report = notifications.notify_failure(
        name,
        context.redact(reason),
        targets,
        context.templates(config),
        config,
        retried=not name or notifications.is_retried(name, config, context.now().date()),
    )
    with context.progress(log_format) as sink:
        for error in report.errors:
            sink(Event(kind="problem", text=f"failure notification not sent: {error}"))


def settings(
    context: Context, path: "Path", name: str = "", log_format: str = "auto", overrides: Mapping[str, str] | None = None
) -> Config:
    """Load the settings of a run. Where they cannot be used, notify the operator of it as the defaults say.

    `name` is as for `alert`. Raises ConfigError.
    """
    try:
        return context.config(path, overrides)
    except ConfigError as error:
        alert(context, Config(), name, str(error), log_format)
        raise


@contextmanager
def alerted(context: Context, config: Config, name: str = "", log_format: str = "auto") -> Iterator[None]:
    """Notify the operator of what is raised within, and raise it all the same. Another run at work is no failure."""
    try:
        yield
    except Busy:
        raise
    except Exception as error:
        alert(context, config, name, str(error) or type(error).__name__, log_format)
        raise
