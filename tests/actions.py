"""A workflow's `run:` steps as GitHub would run them, on this machine: the scripts as they stand, in fresh clones.

What needs GitHub is played: `uses:` steps become what they leave behind (a clone, an artifact, an address), the files
for outputs and summary are temporary ones, `pip install` is answered by the digest under test, `gh` writes down what
it was asked.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
_WORD = re.compile(r"\|\||&&|==|!=|!|\(|\)|'[^']*'|[\w.-]+(?:\(\))?")
_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")


def load(path: Path) -> dict[str, Any]:
    """A workflow with its own key `on`, which YAML 1.1 reads as true."""
    raw = yaml.safe_load(path.read_text("utf-8"))
    return {"on" if key is True else key: value for key, value in raw.items()}


_PIP = """test "$1 $2 $3" = "-m pip install" || exit 97
shift 3
while [ $# -gt 0 ]; do
  if [ "$1" = --requirement ]; then
    grep -q "^[^#]" "$2" || { echo "ERROR: $2 names nothing" >&2; exit 1; }
    shift
  fi
  shift
done"""
"""What stands for pip: it installs nothing, and wants what it is told to install to be named."""


@dataclass
class Ran:
    """How one step ended."""

    name: str
    code: int
    out: str


@dataclass
class Runner:
    """A machine for the jobs of a workflow: a remote, a place for clones, and what is known there."""

    remote: Path
    place: Path
    environ: Mapping[str, str]
    digest: Path | None = None
    """The command that is installed there; None is that of a process of its own."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    event: str = "workflow_dispatch"
    fork: bool = True
    variables: Mapping[str, str] = field(default_factory=dict)
    pages: str = ""
    """The address of the site, as GitHub knows it; empty where there is none."""
    ran: list[Ran] = field(default_factory=list)
    artifacts: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tools = self.place / "tools"
        tools.mkdir(parents=True, exist_ok=True)
        asked = self.place / "gh.txt"
        for name, script in {
            "digest": f'PYTHONPATH={ROOT} exec {self.digest or f"{sys.executable} -P -m digest"} "$@"',
            "python": _PIP,
            "gh": f'printf "%s\\n" "$*" >> {asked}; case "$*" in *html_url) printf "%s\\n" "{self.pages}" ;; esac',
        }.items():
            (tools / name).write_text(f"#!/bin/sh\n{script}\n")
            (tools / name).chmod(0o755)

    def run(self, workflow: Mapping[str, Any]) -> dict[str, str]:
        """Run all jobs in the order of the file; return how each one ended."""
        sha = git(self.remote, "rev-parse", "main")
        results: dict[str, str] = {}
        known: dict[str, Any] = {
            "inputs": dict(self.inputs), "secrets": dict(self.secrets), "needs": {},
            "vars": dict(self.variables),
            "github": {
                "event_name": self.event, "token": "gh-token", "ref": "refs/heads/main", "ref_name": "main", "sha": sha,
                "event": {"repository": {"fork": self.fork}},
                "run_id": "7", "run_attempt": "1", "workflow": workflow["name"],
            },
        }  # fmt: skip
        for name, job in workflow["jobs"].items():
            if self.holds(job.get("if", "success()"), known | {"steps": {}}, ok=self.fine(job, results)):
                outputs, ok = self.job(name, job, known, sha)
                results[name] = "success" if ok else "failure"
                known["needs"][name] = {"outputs": outputs, "result": results[name]}
            else:
                results[name] = "skipped"
                known["needs"][name] = {"outputs": {}, "result": "skipped"}
        return results

    @staticmethod
    def fine(job: Mapping[str, Any], results: Mapping[str, str]) -> bool:
        needs = job.get("needs", [])
        return all(results[one] == "success" for one in ([needs] if isinstance(needs, str) else needs))

    def job(self, name: str, job: Mapping[str, Any], known: dict[str, Any], sha: str) -> tuple[dict[str, str], bool]:
        """Run one job's steps in a clone of its own."""
        home = self.place / f"{len(self.ran):03}-{name}"
        clone, temp = home / "clone", home / "temp"
        temp.mkdir(parents=True)
        here = {**known, "runner": {"temp": str(temp)}, "steps": {}}
        ok = True
        for step in job["steps"]:
            holds = self.holds(step.get("if", "success()"), here, ok=ok)
            key = step.get("id", "")
            here["steps"][key] = {"outputs": {}, "outcome": "skipped"}
            if not holds:
                continue
            if "uses" in step:
                here["steps"][key] = {"outputs": self.use(step, here, clone, temp, sha), "outcome": "success"}
                continue
            ran, outputs = self.script(step, here, clone, temp)
            self.ran.append(ran)
            ok = ok and ran.code == 0
            here["steps"][key] = {"outputs": outputs, "outcome": "success" if ran.code == 0 else "failure"}
        return {key: self.filled(value, here) for key, value in job.get("outputs", {}).items()}, ok

    def use(self, step: Mapping[str, Any], here: dict[str, Any], clone: Path, temp: Path, sha: str) -> dict[str, str]:
        """Leave behind what the action would."""
        action = step["uses"].partition("@")[0]
        given = {key: self.filled(str(value), here) for key, value in step.get("with", {}).items()}
        match action:
            case "actions/checkout":
                git(temp, "clone", "--quiet", "--depth=50", f"file://{self.remote}", str(clone))
                if "ref" not in given:
                    git(clone, "checkout", "--quiet", "-B", "main", sha)
            case "actions/upload-artifact":
                path = clone / given["path"]  # an absolute one stays what it is
                self.artifacts[given["name"]] = str(path).encode() if path.is_dir() else path.read_bytes()
            case "actions/download-artifact":
                (Path(given["path"]) / "day.patch").write_bytes(self.artifacts[given["name"]])
            case "actions/configure-pages":
                return {"base_url": "http://127.0.0.1:1/papers"}
            case "actions/upload-pages-artifact":
                self.artifacts["github-pages"] = str(clone / given["path"]).encode()
            case "actions/cache/restore":
                cache = self.place / "cache.tar"
                if cache.exists():
                    subprocess.run(["tar", "-xf", str(cache), "-C", str(clone)], check=True)
            case "actions/cache/save":
                if (clone / ".cache").is_dir():
                    command = ["tar", "-cf", str(self.place / "cache.tar"), "-C", str(clone), ".cache"]
                    subprocess.run(command, check=True)
            case "actions/setup-python" | "actions/deploy-pages":
                pass
            case other:
                raise AssertionError(f"no stand-in for {other}")
        return {}

    def script(
        self, step: Mapping[str, Any], here: dict[str, Any], clone: Path, temp: Path
    ) -> tuple[Ran, dict[str, str]]:
        """Run a step's script, unmodified, with the shell that GitHub takes."""
        assert not _EXPRESSION.search(step["run"]), "no expression is filled into a script"
        script, outputs = temp / "step.sh", temp / "outputs"
        script.write_text(step["run"])
        outputs.write_text("")
        environ = {
            **self.environ,
            "PATH": f"{self.place / 'tools'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(temp),
            "GIT_CONFIG_NOSYSTEM": "1",
            "RUNNER_TEMP": str(temp),
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(self.place / "summary.md"),
            "GITHUB_REPOSITORY": "me/papers",
            "GITHUB_WORKFLOW_REF": "me/papers/.github/workflows/nightly.yml@refs/heads/main",
            **{key: self.filled(str(value), here) for key, value in step.get("env", {}).items()},
        }
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=clone if clone.exists() else temp, env=environ, capture_output=True, text=True, timeout=300,
            check=False,
        )  # fmt: skip
        found = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        return Ran(step.get("name", step["run"]), ran.returncode, ran.stdout + ran.stderr), found

    def filled(self, text: str, known: Mapping[str, Any]) -> str:
        return _EXPRESSION.sub(lambda found: str(self.value(found[1], known)), text)

    def holds(self, condition: object, known: Mapping[str, Any], *, ok: bool) -> bool:
        """Evaluate a condition. Without a status function, `success()` is meant too, as on GitHub."""
        bare = _EXPRESSION.sub(r"\1", str(condition))
        implied = ok if not re.search(r"\b(?:success|always|failure|cancelled)\(\)", bare) else True
        return implied and bool(self.value(bare, known, ok=ok))

    @staticmethod
    def value(expression: str, known: Mapping[str, Any], *, ok: bool = True) -> Any:
        """Evaluate what these workflows use: paths, quoted words, status functions, operators, brackets."""
        words = _WORD.findall(expression)
        assert "".join(words) == re.sub(r"\s(?=(?:[^']*'[^']*')*[^']*$)", "", expression), expression
        status = {"success()": ok, "failure()": not ok, "always()": True, "cancelled()": False}

        def one() -> Any:
            word = words.pop(0)
            if word == "!":
                return not one()
            if word == "(":
                found = either()
                assert words.pop(0) == ")"
                return found
            if word.startswith("'"):
                return word.strip("'")
            if word in status:
                return status[word]
            found: Any = known
            for part in word.split("."):
                found = found.get(part, "") if isinstance(found, Mapping) else ""
            return found

        def equal() -> Any:
            found = one()
            while words and words[0] in {"==", "!="}:
                wanted = words.pop(0) == "=="
                found = (found == one()) is wanted
            return found

        def both() -> Any:
            found = equal()
            while words and words[0] == "&&":
                words.pop(0)
                other = equal()
                found = found and other
            return found

        def either() -> Any:
            found = both()
            while words and words[0] == "||":
                words.pop(0)
                other = both()
                found = found or other
            return found

        return either()


def git(folder: Path, *words: str) -> str:
    """Run git with no configuration but the repository's own."""
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    environ |= {
        f"GIT_{who}_{what}": "tests@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    ran = subprocess.run(["git", *words], cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()
