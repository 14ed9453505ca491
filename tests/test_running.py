"""What docs/running.md tells people to do, done: the script of cron, the crontab, the units of systemd."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from digest.commands.demo.papers import bundled
from digest.commands.demo.server import Response, Services, serve
from tests.actions import ROOT, Runner, git, load

GUIDE = (ROOT / "docs" / "running.md").read_text("utf-8")
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


def units() -> dict[str, str]:
    service, timer, failed = blocks("ini")
    return {"digest.service": service, "digest.timer": timer, "digest-failed.service": failed}


def test_the_script_of_cron_builds_publishes_and_logs_and_prints_only_when_it_fails(tmp_path: Path) -> None:
    from digest.commands.init import scaffold

    remote, mine = tmp_path / "remote.git", tmp_path / "papers"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    scaffold.scaffold(mine, "")
    (mine / "night.sh").write_text(blocks("sh")[0])
    for words in ("init -q -b main", "add --all", "commit -q -m begin", f"remote add origin file://{remote}"):
        git(mine, *words.split())
    git(mine, "config", "user.name", "Somebody")
    git(mine, "config", "user.email", "somebody@example.org")
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "digest.env").write_text("OPENAI_API_KEY=sk-test\n")
    Runner(remote, tmp_path, {})  # lays down the `digest` under test
    services, down = Services(bundled()), []
    with serve(lambda request: Response(500, b"down") if down else services(request)) as url:
        environ = {
            "HOME": str(tmp_path), "PATH": f"{tmp_path / 'tools'}{os.pathsep}{os.environ['PATH']}",
            "DIGEST_SERVICES__HUGGINGFACE": url, "DIGEST_SERVICES__ARXIV_API": url, "DIGEST_FETCH__MAX_WAIT": "0.01",
        }  # fmt: skip

        def night() -> tuple[int, str]:
            ran = subprocess.run(
                ["sh", str(mine / "night.sh")], cwd="/", env=environ, capture_output=True, text=True, timeout=120,
                check=False,
            )  # fmt: skip
            return ran.returncode, ran.stdout + ran.stderr

        first = night()
        head = git(remote, "rev-parse", "main")
        second = night()
        down.append(True)
        shutil.rmtree(mine / "_data")
        failed = night()

    assert (first, second) == ((0, ""), (0, ""))
    assert git(remote, "rev-parse", "main") == head
    assert (mine / ".cache" / "night.log").read_text().count("no papers listed") == 2
    assert failed[0] == 1
    assert failed[1].startswith("digest ended with 1:\n") and "answered 500" in failed[1].splitlines()[-1]


def test_the_crontab_has_settings_and_times_that_cron_takes() -> None:
    lines = blocks("cron")[0].splitlines()

    times = [line for line in lines if not re.fullmatch(r"[A-Z_]+=\S+", line)]
    field = r"(?:\*|\d{1,2})(?:/\d+)?"
    assert len(times) == 2 and all(re.fullmatch(rf"(?:{field} ){{5}}/\S+", line) for line in times)


def test_cron_systemd_and_github_run_at_the_same_times() -> None:
    github = [one["cron"].split()[:2] for one in load(ROOT / ".github/workflows/nightly.yml")["on"]["schedule"]]

    assert [line.split()[:2] for line in blocks("cron")[0].splitlines() if line[0].isdigit()] == github
    assert re.findall(r"OnCalendar=\*-\*-\* 0?(\d+):(\d+):00 UTC", units()["digest.timer"]) == [
        (hour, minute) for minute, hour in github
    ]


@needs_systemd
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    (tmp_path / "digest").write_text("#!/bin/sh\n")
    (tmp_path / "digest").chmod(0o755)
    for name, text in units().items():
        (tmp_path / name).write_text(text.replace("%h/.local/bin", str(tmp_path)))

    done = subprocess.run(
        ["systemd-analyze", "--user", "--man=no", "verify", *(str(tmp_path / name) for name in units())],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    complaints = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "digest" in line]
    assert complaints == []


@needs_systemd
def test_the_timers_times_are_what_they_say() -> None:
    times = re.findall(r"OnCalendar=(.+)", units()["digest.timer"])

    done = subprocess.run(["systemd-analyze", "calendar", *times], capture_output=True, text=True, check=True)

    assert done.stdout.count("Next elapse") == 2


def test_the_example_around_the_action_pins_what_the_workflows_pin_and_names_its_inputs() -> None:
    example = next(block for block in blocks("yaml") if "jobs:" in block)
    nightly = (ROOT / ".github" / "workflows" / "nightly.yml").read_text()

    pinned = re.findall(r"actions/\S+ # v\S+", example)
    assert pinned and all(one in nightly for one in pinned)
    (job,) = yaml.safe_load(example)["jobs"].values()
    assert set(job["steps"][1]["with"]) == set(load(ROOT / "action.yml")["inputs"])
    assert job["steps"][0]["with"] == {"ref": "${{ github.ref }}"}
