"""Who is notified of a day, once: the edition remembers. And who is notified that a run failed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from digest.adapters.store import Archive, Cache
from digest.adapters.templates import Templates
from digest.config import Config
from digest.errors import ArchiveError, DigestError
from digest.model import Edition
from digest.model.text import counted
from digest.pipeline import extensions
from digest.site import urls
from digest.stages import notify


@dataclass(frozen=True)
class NotificationReport:
    """What became of all targets."""

    message: str
    errors: tuple[str, ...] = ()


def due(targets: Sequence[notify.Target], archive: Archive, config: Config, today: date) -> Iterator[str]:
    """Yield the days to send, oldest first: those of `run.look_back` that a target missed, and yesterday in any case.

    A target misses a day when it was sent an earlier one: whoever is new begins with yesterday.
    """
    days = 1 + config.run.look_back
    begun: set[str] = set()
    for back in range(2 * days, 1, -1):
        try:
            edition = archive.load(str(today - timedelta(days=back)))
        except ArchiveError:  # one that cannot be read holds up no other
            continue
        if edition is None or not edition.entries:
            continue
        if back <= days and any(one.mark in begun and not one.is_notified(edition.notified) for one in targets):
            yield edition.name
        begun |= {one.mark for one in targets if one.is_notified(edition.notified) or one.known(edition.notified)}
    yield str(today - timedelta(days=1))


def is_retried(name: str, config: Config, today: date) -> bool:
    """Return whether the runs of tomorrow, at the latest, try a day again that is not finished."""
    first = today - timedelta(days=config.run.look_back)
    return name in {str(first + timedelta(days=days)) for days in range(config.run.look_back + 1)}


def notify_day(
    name: str,
    targets: Sequence[notify.Target],
    archive: Archive,
    templates: Templates,
    config: Config,
    *,
    again: bool,
    cache: Cache | None = None,
    today: date | None = None,
) -> NotificationReport:
    """Notify every target of an edition that was not notified before, and remember each as soon as it was.

    Nobody is notified of an empty day, and of one whose list still grows only with `again`. The cache remembers as
    well, for a day that is built again because its edition never arrived in the repository. Raises ArchiveError.
    """
    edition = archive.load(name)
    if edition is None:
        raise ArchiveError(f"{name} has not been built", hint="run `digest build` first")
    if not edition.entries:
        return NotificationReport(f"{name}: no papers, nothing to send")
    # A day whose list is still open a night later, for a source that stays away, is sent as it is.
    growing = edition.listing == "partial" and (today is None or edition.day >= today - timedelta(days=1))
    if growing and not again:
        return NotificationReport(f"{name}: list not complete yet, nothing sent (--again sends what is there)")
    series = config.series.name
    edition = _recalled(edition, archive, cache, series)
    chosen = [one for one in targets if again or not one.is_notified(edition.notified)]
    further = [name for name in config.plugins.notifiers if again or _mark(name) not in edition.notified]
    if not chosen and not further:
        return NotificationReport(f"{name}: already sent to every target (--again resends)")
    retried = today is not None and is_retried(name, config, today)
    links = notify.day_links(edition, archive.posts, config.site, urls.permalink)
    # Targets that know the same papers get the same message: nearly always all of them.
    groups: dict[frozenset[str], list[notify.Target]] = {}
    for one in chosen:
        groups.setdefault(frozenset() if again else one.known(edition.notified), []).append(one)
    errors = []
    for known, group in groups.items():
        message = notify.day_message(
            edition, templates, page=links.page, home=links.home, site=config.site.title, known=known, retried=retried,
            figures=config.site.figures != "off",
        )  # fmt: skip
        for delivery in notify.send(
            message, group, unsubscribe=config.notify.unsubscribe, timeout=config.notify.timeout
        ):
            if delivery.error:
                errors.append(f"{delivery.target.name}: {delivery.error}")
            if not delivery.error or delivery.papers:
                edition = _remembered(edition, delivery, archive, cache, series)
    whole = notify.day_message(edition, templates, page=links.page, home=links.home, site=config.site.title)
    for plugin in further:
        error = extensions.notify(plugin, whole, edition)
        errors += [error] if error else []
        edition = edition if error else _kept(edition, (*edition.notified, _mark(plugin)), archive, cache, series)
    sent = counted(len(chosen) + len(further) - len(errors), "target")
    return NotificationReport(
        f"{name}: sent to {sent} ({counted(len(edition.entries), 'paper')})", tuple(sorted(errors))
    )


def notify_failure(
    name: str,
    reason: str,
    targets: Sequence[notify.Target],
    templates: Templates,
    config: Config,
    *,
    retried: bool = False,
) -> NotificationReport:
    """Notify that a run failed; without a `name`, that publishing did.

    What goes wrong with that is a line, so that it does not hide the failure itself.
    """
    if not targets:
        return NotificationReport("")
    try:
        message = notify.failure_message(
            name, reason, templates, config.language, site=config.site.title, retried=retried
        )
        deliveries = list(notify.send(message, targets, timeout=config.notify.timeout))
    except DigestError as error:
        return NotificationReport("", (str(error),))
    return NotificationReport("", tuple(sorted(f"{one.target.name}: {one.error}" for one in deliveries if one.error)))


def _recalled(edition: Edition, archive: Archive, cache: Cache | None, series: str) -> Edition:
    """Return the edition with what the cache remembers of it, and save it where that is more."""
    remembered = (cache and cache.fact(_key(edition, series))) or ""
    marks = tuple(sorted({*edition.notified, *remembered.split()}))
    if marks == edition.notified:
        return edition
    edition = msgspec.structs.replace(edition, notified=marks)
    archive.save(edition)
    return edition


def _remembered(
    edition: Edition, delivery: notify.Delivery, archive: Archive, cache: Cache | None, series: str
) -> Edition:
    """Save that a target was notified, or of which papers."""
    return _kept(edition, delivery.target.marked(edition.notified, delivery.papers), archive, cache, series)


def _mark(plugin: str) -> str:
    """Return what an edition remembers of a notifier of an installed package."""
    return f"plugin:{plugin}"


def _kept(edition: Edition, marks: tuple[str, ...], archive: Archive, cache: Cache | None, series: str) -> Edition:
    marks = tuple(sorted(set(marks)))
    edition = msgspec.structs.replace(edition, notified=marks)
    archive.save(edition)
    if cache:
        cache.keep_fact(_key(edition, series), " ".join(marks))
    return edition


def _key(edition: Edition, series: str) -> str:
    return " ".join(filter(None, ("notified", series, edition.name)))
