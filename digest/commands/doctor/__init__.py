"""Is everything here that a nightly run needs? One line each: ok, or what is wrong and the way out.

Changes nothing, and asks the model one tiny question. Never shows a key. Without a network it says so and goes on.
"""

from collections.abc import Callable, Iterator

from digest.commands.doctor import automation, local, private, program, remote
from digest.commands.doctor.result import Checkup, Patient
from digest.errors import DigestError

__all__ = ["Checkup", "Patient", "examine", "unreadable"]

_LOOKS: tuple[Callable[[Patient], Iterator[Checkup]], ...] = (
    program.program,
    local.configuration,
    remote.key,
    private.key,
    private.targets,
    remote.model,
    remote.services,
    remote.clock,
    local.disk,
    automation.git,
    automation.schedule,
    local.archive,
)


def examine(patient: Patient) -> Iterator[Checkup]:
    """Look at everything, in the order in which a run needs it."""
    for look in _LOOKS:
        yield from look(patient)


def unreadable(error: DigestError) -> Checkup:
    """Say that the settings cannot be read; nothing else can be examined then."""
    return Checkup("configuration", str(error), "mend that line, then ask again")
