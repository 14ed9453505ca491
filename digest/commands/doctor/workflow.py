"""What a nightly workflow needs of the files of its repository: requirements, permissions, what git ignores."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from digest import __version__
from digest.adapters.git import Repository
from digest.commands.doctor.result import CheckResult, Setup
from digest.config import files
from digest.errors import PublishError
from digest.posts import frontmatter

_RUNS_DIGEST = re.compile(r"\bdigest (?:build|publish)\b|/digest@")
_REQUIRED = re.compile(r"--requirement[ =](\S+)|(?<=\s)-r[ =]?(\S+)")
_RENEW = "run digest init --update"


@dataclass(frozen=True)
class Workflow:
    """A workflow that runs a digest."""

    path: Path
    text: str
    parsed: Mapping[str, Any] | None
    """None where it is not YAML."""

    @property
    def jobs(self) -> Mapping[str, Mapping[str, Any]]:
        """The jobs, as far as they are any."""
        jobs = self.parsed.get("jobs") if self.parsed else None
        return {str(name): job for name, job in jobs.items() if isinstance(job, dict)} if isinstance(jobs, dict) else {}

    def scripts(self, job: Mapping[str, Any]) -> str:
        """What a job runs and uses, in the order of its steps."""
        steps = job.get("steps")
        steps = steps if isinstance(steps, list) else []
        return "\n".join(str(step.get("run") or step.get("uses") or "") for step in steps if isinstance(step, dict))

    def permits(self, job: Mapping[str, Any], what: str) -> bool:
        """Return whether a job may write something; one that says nothing may what the whole workflow may."""
        given = job.get("permissions", (self.parsed or {}).get("permissions"))
        return given == "write-all" or (isinstance(given, dict) and given.get(what) == "write")


def root(setup: Setup) -> tuple[Path, bool]:
    """Return the folder of the repository around the settings; before there is one, their own. And whether there is."""
    here = setup.file.resolve().parent
    found = next((place for place in (here, *here.parents) if (place / ".git").exists()), None)
    return found or here, found is not None


def read(setup: Setup) -> tuple[list[Workflow], list[CheckResult]]:
    """Return the workflows that run a digest, and what cannot be read."""
    found, broken = [], []
    for path in sorted((root(setup)[0] / ".github" / "workflows").glob("*.y*ml")):
        try:
            text = files.read(path).decode("utf-8", "replace")
        except OSError as error:
            broken.append(CheckResult("schedule", f"{path.name} cannot be read: {error.strerror}", "fix or remove it"))
            continue
        if _RUNS_DIGEST.search(text):
            found.append(Workflow(path, text, _parsed(text)))
    return found, broken


def requirement(setup: Setup) -> Iterator[CheckResult]:
    """Look whether what the workflows install is there and says where digest comes from."""
    folder, _ = root(setup)
    for workflow in read(setup)[0]:
        scripts = "\n".join(workflow.scripts(job) for job in workflow.jobs.values())
        named = dict.fromkeys(filter(None, (one for pair in _REQUIRED.findall(scripts) for one in pair)))
        if workflow.parsed is None:
            continue
        if not named and "/digest@" not in workflow.text and "install" not in scripts:
            yield CheckResult("requirement", f"{workflow.path.name} installs no digest", _RENEW)
        lines: list[str] = []
        for file in named:
            try:
                text = files.read(folder / file).decode("utf-8", "replace")
            except OSError:
                yield CheckResult("requirement", f"{file} is missing, which {workflow.path.name} installs", _RENEW)
                continue
            wanted = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
            if not wanted:
                way = "write the Git URL and commit of digest there (see its comment)"
                yield CheckResult("requirement", f"{file} names nothing, so {workflow.path.name} has no digest", way)
            lines += [line for line in wanted if line.startswith("daily-paper-digest")]
        if lines:
            yield _compared(lines[-1])


def permissions(setup: Setup) -> Iterator[CheckResult]:
    """Look whether the jobs that push and deploy are allowed to."""
    for workflow in read(setup)[0]:
        for name, job in workflow.jobs.items():
            scripts = workflow.scripts(job)
            wanted = {"contents": "digest publish" in scripts or "/digest@" in scripts}
            wanted |= {"pages": "actions/deploy-pages" in scripts, "id-token": "actions/deploy-pages" in scripts}
            if missing := [what for what, needed in wanted.items() if needed and not workflow.permits(job, what)]:
                lines = ", ".join(f"{what}: write" for what in missing)
                fix = f"add them to the `permissions:` of that job, or {_RENEW}"
                yield CheckResult("permissions", f"{workflow.path.name}: the job {name} lacks {lines}", fix)


def ignored(setup: Setup) -> Iterator[CheckResult]:
    """Look whether git leaves the cache and the site alone."""
    try:
        repository = Repository.around(setup.config.paths.posts, setup.environ)
    except PublishError:
        return
    paths, own = setup.config.paths, repository.root.resolve()
    folders = [folder for folder in (paths.cache, paths.site) if own in folder.resolve().parents]
    names = [folder.resolve().relative_to(own).as_posix() for folder in folders]
    if seen := [name for name in names if not repository.asked("check-ignore", "--", f"{name}/x")]:
        listed = ", ".join(f"{name}/" for name in seen)
        yield CheckResult("gitignore", f"git would commit {listed}", f"add to .gitignore: {listed}")


def _compared(line: str) -> CheckResult:
    """Compare the digest that a workflow installs with this one."""
    if (pinned := re.fullmatch(r"daily-paper-digest==(\S+)", line.strip())) and pinned[1] != __version__:
        return CheckResult("requirement", f"the workflow installs digest {pinned[1]}, this is {__version__}; {_RENEW}")
    return CheckResult("requirement", line.strip())


def _parsed(source: str) -> Mapping[str, Any] | None:
    try:
        frontmatter.refuse_depth(source)
        raw = yaml.load(source, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    # YAML 1.1 reads the key `on` as true.
    return {"on" if key is True else key: value for key, value in raw.items()} if isinstance(raw, dict) else {}
