"""Who is told of a day, once: the edition remembers. And who is told that a run failed."""

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
class Report:
    """What became of all targets."""

    said: str
    troubles: tuple[str, ...] = ()


def notify_day(
    name: str, targets: Sequence[notify.Target], archive: Archive, templates: Templates, config: Config, *, again: bool
) -> Report:
    """Tell every target of an edition that was not told before, and remember each as soon as it was told.

    An empty day is nothing to tell, and one whose list still grows only with `again`. Raises ArchiveError.
    """
    edition = archive.load(name)
    if edition is None:
        raise ArchiveError(f"there is no edition {name}", hint="build it first")
    if not edition.entries:
        return Report(f"{name}: no papers, so nobody was told")
    if edition.listing == "partial" and not again:
        return Report(f"{name}: the list still grows, so nobody was told; --again tells what there is")
    due = [target for target in targets if again or target.mark not in edition.told]
    if not due:
        return Report(f"{name}: everybody was told before; --again tells them again")
    message = notify.day_message(edition, templates, page=_page(config), home=_home(config))
    troubles = []
    for told in notify.tell(message, due, unsubscribe=config.notify.unsubscribe, timeout=config.notify.timeout):
        if told.trouble:
            troubles.append(f"{told.target.name}: {told.trouble}")
        else:
            edition = _remembered(edition, told.target)
            archive.save(edition)
    said = f"{name}: {counted(len(due) - len(troubles), 'target')} told of {counted(len(edition.entries), 'paper')}"
    return Report(said, tuple(sorted(troubles)))


def notify_failure(
    name: str, reason: str, targets: Sequence[notify.Target], templates: Templates, config: Config
) -> Report:
    """Tell that a run failed. What goes wrong with that is a line, so that it does not hide the failure itself."""
    if not targets:
        return Report("")
    message = notify.failure_message(name, reason, templates, config.language)
    told = list(notify.tell(message, targets, timeout=config.notify.timeout))
    return Report("", tuple(sorted(f"{one.target.name}: {one.trouble}" for one in told if one.trouble)))


def _remembered(edition: Edition, target: notify.Target) -> Edition:
    return msgspec.structs.replace(edition, told=tuple(sorted({*edition.told, target.mark})))


def _home(config: Config) -> str:
    """Return the site's address; empty where it is this machine, on which nobody who is told can look."""
    host = urlsplit(config.site.url).hostname or ""
    return "" if host in {"localhost", "127.0.0.1", "::1"} else f"{config.site.url}/"


def _page(config: Config) -> Callable[[ArxivId], str] | None:
    home = _home(config)
    return (lambda paper_id: f"{home}papers/{paper_id.slug}/") if home else None
