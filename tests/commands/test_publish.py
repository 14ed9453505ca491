"""A failed `digest publish` as its operator hears of it: a real process, a remote that refuses, a webhook."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from digest.commands.demo.server import Request, Response, serve
from tests.actions import git
from tests.fakes import DAY, Bench, Listing, paper
from tests.runs import Forker

pytest.importorskip("apprise")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A digest with one day that is not published, and a remote that takes nothing."""
    remote, mine = tmp_path / "remote.git", tmp_path / "mine"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(mine))
    for words in ("user.name Somebody", "user.email somebody@example.org"):
        git(mine, "config", *words.split())
    git(mine, "remote", "add", "origin", f"file://{remote}")
    (remote / "hooks").mkdir(exist_ok=True)
    (remote / "hooks" / "pre-receive").write_text("#!/bin/sh\necho the disk of the server is full >&2\nexit 1\n")
    (remote / "hooks" / "pre-receive").chmod(0o755)
    (mine / "config.yaml").write_text("language: en\npaths: {data: _data}\nsite: {title: My papers}\n")
    Bench(mine, listing=Listing(papers=(paper(1),))).build(DAY)
    return mine


def publish(forker: Forker, folder: Path, alarm: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "DIGEST_NOTIFY_FAILURES_URLS": alarm}
    return forker.output(folder, "publish", "--push", environ=environ)


@pytest.mark.parametrize("words", [("build",), ("build", "--date", "2025-11-17"), ("publish", "--push")])
@pytest.mark.parametrize("wrong", [b"language: [ko\n", b"langauge: ko\n", b"\xff\xfe"])
def test_settings_that_cannot_be_read_are_told_like_any_failure(
    words: tuple[str, ...], wrong: bytes, tmp_path: Path, forker: Forker
) -> None:
    posted: list[Request] = []

    def hook(request: Request) -> Response:
        posted.append(request)
        return Response(200, b"ok")

    (tmp_path / "config.yaml").write_bytes(wrong)
    with serve(hook) as url:
        environ = {**os.environ, "DIGEST_NOTIFY_FAILURES_URLS": url.replace("http://", "json://")}
        done = forker.output(tmp_path, *words, environ=environ)

    reason = done.stderr.removeprefix("digest: ").split(" — ")[0].strip()
    assert (done.returncode, len(posted)) == (1, 1)
    assert reason.startswith("config.yaml") and reason in json.loads(posted[0].body)["message"].replace("\u2060", "")


def test_a_push_that_is_refused_is_told_with_the_remotes_own_reason(mine: Path, forker: Forker) -> None:
    posted: list[Request] = []

    def hook(request: Request) -> Response:
        posted.append(request)
        return Response(200, b"ok")

    with serve(hook) as url:
        done = publish(forker, mine, url.replace("http://", "json://"))

    said = json.loads(posted[0].body)
    reason = "! [remote rejected] HEAD -> main (pre-receive hook declined): the disk of the server is full"
    assert (done.returncode, len(posted)) == (1, 1)
    assert done.stderr.startswith("digest: committed, but not pushed to file://") and reason in done.stderr
    assert said["title"] == "My papers: Publishing the digest failed"
    assert "the disk of the server is full" in said["message"].splitlines()[0]
    assert said["message"].splitlines()[-1].startswith("The next run tries again")


def test_an_alert_that_fails_is_a_line_and_the_reason_stays_the_last(mine: Path, forker: Forker) -> None:
    done = publish(forker, mine, "json://127.0.0.1:1/x nonsense://y")

    lines = done.stderr.splitlines()
    assert done.returncode == 1
    assert lines[-1].startswith("digest: committed, but not pushed to file://")
    assert [line for line in lines if "failure notification not sent" in line] == lines[:-1] and len(lines) == 3
