"""Who is notified of a day, once: the edition remembers. And who is notified that a run failed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from digest.adapters.store import Archive
from digest.adapters.templates import Templates
from digest.config import Config
from digest.errors import ArchiveError
from digest.model import ArxivId, Edition
from digest.model.text import counted
from digest.stages import notify


@dataclass(frozen=True)
class NotificationReport:
    """What became of all targets."""

    message: str
    errors: tuple[str, ...] = ()


def notify_day(
    name: str, targets: Sequence[notify.Target], archive: Archive, templates: Templates, config: Config, *, again: bool
) -> NotificationReport:
    """Notify every target of an edition that was not notified before, and remember each as soon as it was.

    Nobody is notified of an empty day, and of one whose list still grows only with `again`. Raises ArchiveError.
    """
    edition = archive.load(name)
    if edition is None:
        raise ArchiveError(f"{name} has not been built", hint="run `digest build` first")
    if not edition.entries:
        return NotificationReport(f"{name}: no papers, nothing to send")
    if edition.listing == "partial" and not again:
        return NotificationReport(f"{name}: list not complete yet, nothing sent (--again sends what is there)")
    due = [target for target in targets if again or target.mark not in edition.notified]
    if not due:
        return NotificationReport(f"{name}: already sent to every target (--again resends)")
    message = notify.day_message(edition, templates, page=_page(config), home=_home(config))
    errors = []
    for delivery in notify.send(message, due, unsubscribe=config.notify.unsubscribe, timeout=config.notify.timeout):
        if delivery.error:
            errors.append(f"{delivery.target.name}: {delivery.error}")
        else:
            edition = _remembered(edition, delivery.target)
            archive.save(edition)
    summary = f"{name}: sent to {counted(len(due) - len(errors), 'target')} ({counted(len(edition.entries), 'paper')})"
    return NotificationReport(summary, tuple(sorted(errors)))


def notify_failure(
    name: str, reason: str, targets: Sequence[notify.Target], templates: Templates, config: Config
) -> NotificationReport:
    """Notify that a run failed. What goes wrong with that is a line, so that it does not hide the failure itself."""
    if not targets:
        return NotificationReport("")
    message = notify.failure_message(name, reason, templates, config.language)
    deliveries = notify.send(message, targets, timeout=config.notify.timeout)
    return NotificationReport("", tuple(sorted(f"{one.target.name}: {one.error}" for one in deliveries if one.error)))


def _remembered(edition: Edition, target: notify.Target) -> Edition:
    return msgspec.structs.replace(edition, notified=tuple(sorted({*edition.notified, target.mark})))


def _home(config: Config) -> str:
    """Return the site's address; empty where it is this machine, which nobody who is notified can reach."""
    host = urlsplit(config.site.url).hostname or ""
    return "" if host in {"localhost", "127.0.0.1", "::1"} else f"{config.site.url}/"


def _page(config: Config) -> Callable[[ArxivId], str] | None:
    home = _home(config)
    return (lambda paper_id: f"{home}papers/{paper_id.slug}/") if home else None
