"""What lets a run go on by itself: the repository and the schedule."""

import re
from collections.abc import Iterator

from digest.adapters.git import Repository
from digest.commands.doctor import workflow
from digest.commands.doctor.result import CheckResult, Setup
from digest.errors import PublishError

_SECONDS = 20.0
_CRON = re.compile(r"(?P<minute>[\d,/*-]+)(?: +[\d,/*A-Za-z-]+){4}")


def git(setup: Setup) -> Iterator[CheckResult]:
    """Look whether what is made can be committed and pushed."""
    try:
        repository = Repository.around(setup.config.paths.posts, setup.environ)
    except PublishError as error:
        yield CheckResult("git", f"{error.what} (needed by digest publish)", skipped=True)
        return
    try:
        repository.refuse_nameless()
        repository.refuse_unfinished()
        if not repository.asked("remote"):
            ours, _ = workflow.read(setup)  # cron gets along without a remote, a workflow does not
            add = "git remote add origin URL" if ours else "git remote add origin URL, or leave out --push"
            none = "no remote, so digest publish --push has nowhere to push"
            yield CheckResult("git", none, add, warning=not ours)
            return
        remote, branch = repository.remote
        repository.git("ls-remote", "--heads", remote, seconds=_SECONDS)
    except PublishError as error:
        yield CheckResult("git", error.what, error.hint or "check git remote -v and your access to it")
    else:
        yield CheckResult("git", f"{branch} pushes to {repository.address(remote)}")


def schedule(setup: Setup) -> Iterator[CheckResult]:
    """Look at the workflows that run a digest: whether they can be read, and when they run.

    They are those of the repository around the settings, or lie beside the settings before there is one.
    """
    ours, broken = workflow.read(setup)
    yield from broken
    _, in_repository = workflow.root(setup)
    for one in ours:
        name, crons = one.path.name, _crons(one)
        if crons is None:
            yield CheckResult("schedule", f"{name}: invalid YAML", "fix it, or rerun digest init")
        elif wrong := [cron for cron in crons if not (read := _CRON.fullmatch(cron)) or read["minute"] in {"*", "0"}]:
            yield CheckResult("schedule", f"{name}: {wrong[0]}", "use five fields and an odd minute: 17 0 * * *")
        elif not crons:
            off = f"{name}: no schedule, so it runs only by hand"
            fix = 'add under `on:` schedule: [{cron: "17 0 * * *"}]'
            yield CheckResult("schedule", off, fix)
        elif in_repository:
            yield CheckResult("schedule", f"{name}: {', '.join(crons)}")
        else:
            idle = f"{name}: {', '.join(crons)}; it runs once this folder is a git repository on GitHub"
            yield CheckResult("schedule", idle, skipped=True)
    if not ours:
        none = "no workflow found (digest init creates one; cron or systemd can run digest build instead)"
        yield CheckResult("schedule", none, skipped=True)


def _crons(one: workflow.Workflow) -> list[str] | None:
    """Return the times of a workflow; None where it is not YAML."""
    if one.parsed is None:
        return None
    triggers = one.parsed.get("on")
    times = triggers.get("schedule") if isinstance(triggers, dict) else None
    return [str(time.get("cron", "")) for time in times or () if isinstance(time, dict)]
