"""digest doctor: is everything that a nightly run needs in place? One line each: ok, skip, or warn or FAIL and the fix.

Changes nothing, and sends the model one tiny request. Never shows a key. Without a network it says so and goes on.
"""

from collections.abc import Iterator
from pathlib import Path

import click

from digest.adapters.redaction import ADDRESSES, without_keys
from digest.commands.context import Context
from digest.commands.doctor import automation, embeddings, github, local, private, program, remote, workflow
from digest.commands.doctor.result import CheckResult, Setup
from digest.commands.options import config_option
from digest.commands.result import DONE, EXPECTED_ERROR, Result
from digest.errors import ConfigError


@click.command()
@config_option
@click.pass_obj
def command(context: Context, config_path: Path) -> int:
    """Check that everything a nightly run needs is in place.

    Settings, key, a tiny request to the model, services, clock, folders, git,
    workflow, GitHub (with GITHUB_TOKEN), archive. Exits with 1 if a check fails.
    """
    try:
        config = context.config(config_path)
    except ConfigError as error:
        unreadable = CheckResult("configuration", error.what, error.hint or "fix that line, then rerun digest doctor")
        return context.print_result(Result((context.redact(str(unreadable)),), EXPECTED_ERROR))
    targets = tuple(target for variable in ADDRESSES for target in context.targets(variable))
    keys = {name: context.environ.get(name, "") for name in context.key_names}
    setup = Setup(
        config,
        config_path,
        context.api_key(),
        without_keys(context.environ, context.key_names),
        context.now,
        targets,
        keys,
    )
    well = True
    for one in run_checks(setup):
        context.print(context.redact(str(one)))  # as it comes: some of them wait for a network
        well = well and one.ok
    return DONE if well else EXPECTED_ERROR


def run_checks(setup: Setup) -> Iterator[CheckResult]:
    """Check everything, in the order in which a run needs it."""
    for check in (
        program.program,
        local.configuration,
        remote.key,
        private.key,
        private.targets,
        remote.model,
        embeddings.embeddings,
        remote.services,
        remote.clock,
        local.disk,
        automation.git,
        workflow.ignored,
        automation.schedule,
        workflow.requirement,
        workflow.permissions,
        github.github,
        local.archive,
    ):
        yield from check(setup)
