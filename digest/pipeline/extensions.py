"""What installed packages add to a run beside sources and readers: checks, notifiers, exporters."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from digest.adapters import plugins
from digest.adapters.store.files import read, write
from digest.config import Config
from digest.model import Edition, Event, Finding
from digest.model.text import one_line
from digest.stages.check.subject import Subject
from digest.stages.notify import Message

Report = Callable[[Event], None]


def checks(config: Config, report: Report) -> tuple[Callable[[Subject], Iterable[Finding]], ...]:
    """Return the further checks of the settings; of what one finds only what can be shown is taken."""
    return tuple(_check(name, report) for name in config.plugins.checks)


def _check(name: str, report: Report) -> Callable[[Subject], Iterable[Finding]]:
    ask = plugins.guarded("checks", name, list, _to(report), [])

    def check(subject: Subject) -> Iterable[Finding]:
        for one in ask(subject):
            if isinstance(one, Finding) and one.field in subject.fields:
                yield msgspec.structs.replace(one, check="plugin", what=one_line(one.what), empty=False)

    return check


def notify(name: str, message: Message, edition: Edition) -> str:
    """Hand a day's message to a notifier; return what went wrong."""
    errors: list[str] = []
    plugins.guarded("notifiers", name, object, errors.append, None)(message, edition)
    return errors[0] if errors else ""


def export(edition: Edition, config: Config, report: Report) -> None:
    """Let every exporter of the settings make its files of an edition, and write those that changed."""
    for name in config.plugins.exporters:
        made = plugins.guarded("exporters", name, dict, _to(report), {})(edition)
        _write(config.paths.exports / name, name, made, report)


def _write(folder: Path, name: str, files: Mapping[object, object], report: Report) -> None:
    for path, content in files.items():
        if not isinstance(path, str) or not isinstance(content, bytes) or not is_inside(path):
            report(Event(kind="problem", text=f"plug-in {name}: {one_line(str(path))[:60]!r} was not written"))
            continue
        if read(folder / path) != content:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            write(folder / path, content)


def is_inside(path: str) -> bool:
    """Return whether a path of an exporter stays below its folder."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and "\\" not in path and ":" not in path


def _to(report: Report) -> Callable[[str], None]:
    return lambda text: report(Event(kind="problem", text=text))
