"""What lets a run go on by itself: the repository and the schedule."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from digest.adapters.git import Repository
from digest.commands.doctor.result import CheckResult, Setup
from digest.config import files
from digest.errors import PublishError
from digest.posts import frontmatter

_SECONDS = 20.0
_CRON = re.compile(r"(?P<minute>[\d,/*-]+)(?: +[\d,/*A-Za-z-]+){4}")
_RUNS_DIGEST = re.compile(r"\bdigest (?:build|publish)\b|/digest@")


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
            yield CheckResult("git", "no remote yet (needed by digest publish --push)", skipped=True)
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
    here = setup.file.resolve().parent
    repository = next((place for place in (here, *here.parents) if (place / ".git").exists()), None)
    ours: dict[Path, str] = {}
    for path in sorted(((repository or here) / ".github" / "workflows").glob("*.y*ml")):
        try:
            text = files.read(path).decode("utf-8", "replace")
        except OSError as error:
            yield CheckResult("schedule", f"{path.name} cannot be read: {error.strerror}", "fix or remove it")
            continue
        if _RUNS_DIGEST.search(text):
            ours[path] = text
    for path, text in ours.items():
        crons = _crons(text)
        if crons is None:
            yield CheckResult("schedule", f"{path.name}: invalid YAML", "fix it, or rerun digest init")
        elif wrong := [cron for cron in crons if not (read := _CRON.fullmatch(cron)) or read["minute"] in {"*", "0"}]:
            yield CheckResult("schedule", f"{path.name}: {wrong[0]}", "use five fields and an odd minute: 17 0 * * *")
        elif crons and repository:
            yield CheckResult("schedule", f"{path.name}: {', '.join(crons)}")
        elif crons:
            idle = f"{path.name}: {', '.join(crons)}; it runs once this folder is a git repository on GitHub"
            yield CheckResult("schedule", idle, skipped=True)
    if not ours:
        none = "no workflow found (digest init creates one; cron or systemd can run digest build instead)"
        yield CheckResult("schedule", none, skipped=True)


def _crons(source: str) -> list[str] | None:
    """Return the times of a workflow; None where it is not YAML. YAML 1.1 reads its key `on` as true."""
    try:
        frontmatter.refuse_depth(source)
        raw = yaml.load(source, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    triggers = (raw.get("on") or raw.get(True)) if isinstance(raw, dict) else None
    times = triggers.get("schedule") if isinstance(triggers, dict) else None
    return [str(one.get("cron", "")) for one in times or () if isinstance(one, dict)]
