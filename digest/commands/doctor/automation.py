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
        yield CheckResult("git", f"{error.what}; only digest publish needs one")
        return
    try:
        repository.refuse_nameless()
        repository.refuse_unfinished()
        if not repository.asked("remote"):
            yield CheckResult("git", "a repository without a remote; only digest publish --push needs one")
            return
        remote, branch = repository.remote
        repository.git("ls-remote", "--heads", remote, seconds=_SECONDS)
    except PublishError as error:
        yield CheckResult("git", error.what, error.hint or "see git remote -v, and whether you may read there")
    else:
        yield CheckResult("git", f"{branch} goes to {repository.address(remote)}")


def schedule(setup: Setup) -> Iterator[CheckResult]:
    """Look at the workflows that run a digest: whether they can be read, and when they run."""
    places = (setup.file.resolve().parent, *setup.file.resolve().parents)
    folder = next((place / ".github" / "workflows" for place in places if (place / ".git").exists()), None)
    ours: dict[Path, str] = {}
    for path in sorted(folder.glob("*.y*ml")) if folder else []:
        try:
            text = files.read(path).decode("utf-8", "replace")
        except OSError as error:
            yield CheckResult("schedule", f"{path.name} cannot be read: {error.strerror}", "mend or remove it")
            continue
        if _RUNS_DIGEST.search(text):
            ours[path] = text
    for path, text in ours.items():
        crons = _crons(text)
        if crons is None:
            yield CheckResult("schedule", f"{path.name} is no YAML", "mend it, or digest init anew")
        elif wrong := [cron for cron in crons if not (read := _CRON.fullmatch(cron)) or read["minute"] in {"*", "0"}]:
            yield CheckResult("schedule", f"{path.name}: {wrong[0]}", "five fields, and an odd minute: 17 0 * * *")
        elif crons:
            yield CheckResult("schedule", f"{path.name}: {', '.join(crons)}")
    if not ours:
        yield CheckResult("schedule", "no workflow here; digest init lays one down, or cron runs digest build")


def _crons(source: str) -> list[str] | None:
    """Return the times of a workflow; None where it is no YAML. YAML 1.1 reads its key `on` as true."""
    try:
        frontmatter.refuse_depth(source)
        raw = yaml.load(source, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    begun = (raw.get("on") or raw.get(True)) if isinstance(raw, dict) else None
    times = begun.get("schedule") if isinstance(begun, dict) else None
    return [str(one.get("cron", "")) for one in times or () if isinstance(one, dict)]
