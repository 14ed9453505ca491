"""What `digest doctor` finds: one line each, ok or with the way out, and never a key."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from digest.adapters import installation, store
from digest.commands.demo import settings
from digest.commands.demo.papers import bundled
from digest.commands.demo.server import Request, Response, Services, serve
from digest.commands.doctor import github, private, run_checks, workflow
from digest.commands.doctor.result import Setup
from digest.commands.init import scaffold
from digest.config import load
from digest.model import Edition, Entry, Header, Paper, Provenance, Summary
from digest.stages import notify
from tests.actions import git
from tests.fakes import Bench, Listing, paper
from tests.runs import Forker

KEY = "sk-marked-0123456789abcdef"
NOWHERE = "http://127.0.0.1:9"
WORKFLOW = (
    "on: {schedule: [{cron: '%s'}]}\n"
    "jobs: {b: {steps: [{run: python -m pip install --requirement requirements-digest.txt}, {run: digest build}]}}\n"
)
REQUIREMENT = "daily-paper-digest @ git+https://github.com/me/digest@abc\n"


@dataclass
class Ward:
    """A digest in a folder, played services, and what is found there."""

    folder: Path
    url: str
    interfere: Callable[[Request], Response | None] = lambda _: None
    environ: dict[str, str] = field(default_factory=dict)
    key: str | None = KEY
    ahead: timedelta = timedelta(0)
    notify_urls: str = ""
    keys: dict[str, str] = field(default_factory=dict)

    def setup(self) -> Setup:
        config = load(self.folder / "config.yaml", {**settings(self.url), **self.environ})
        environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        return Setup(
            config,
            self.folder / "config.yaml",
            self.key,
            environ,
            lambda: datetime.now(UTC) + self.ahead,
            notify.targets(self.notify_urls),
            self.keys,
        )

    def found(self, *names: str) -> list[str]:
        return [str(one) for one in run_checks(self.setup()) if not names or one.name in names]


def test_the_services_of_all_configured_sources_are_asked(ward: Ward) -> None:
    (ward.folder / "config.yaml").write_text(
        "sources:\n"
        "  - {use: arxiv}\n"
        "  - {use: biorxiv}\n"
        "  - {use: openreview, venue: ICLR.cc/2026/Conference}\n"
        f"  - {{use: rss, url: '{ward.url}/feed.xml?token=abc', name: Lab}}\n"
        f"  - {{use: rss, url: '{ward.url}/gone.xml', name: Old}}\n"
    )
    ward.environ = {f"DIGEST_SERVICES__{name}": ward.url for name in ("ARXIV_OAI", "BIORXIV_API", "OPENREVIEW_API")}
    asked: list[str] = []

    def played(request: Request) -> Response | None:
        asked.append(request.path)
        known = ("/oai", "/details", "/notes", "/feed.xml")
        return Response(200, b"{}") if request.path.startswith(known) else None

    ward.interfere = played

    found = ward.found("service")

    assert {path for path in asked if path.startswith(("/oai", "/details", "/notes", "/feed.xml"))} == {
        "/oai", f"/details/biorxiv/{_yesterday()}/{_yesterday()}/0/json", "/notes", "/feed.xml",
    }  # fmt: skip
    assert any("feed Lab answers" in line for line in found)
    assert [line for line in found if "gone.xml" in line and "check its url under sources" in line]
    assert "token=abc" not in "".join(found)


def _yesterday() -> str:
    return str(datetime.now(UTC).date() - timedelta(days=1))


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    services, wards = Services(bundled()), []

    def answer(request: Request) -> Response:
        return wards[0].interfere(request) or services(request)

    with serve(answer) as url:
        folder = tmp_path / "mine"
        folder.mkdir()
        (folder / "config.yaml").write_text("language: ko\n")
        wards.append(Ward(folder, url))
        yield wards[0]


def repository(ward: Ward) -> None:
    git(ward.folder, "init", "--quiet", "--initial-branch=main")
    git(ward.folder, "config", "user.name", "Somebody")
    git(ward.folder, "config", "user.email", "somebody@example.org")


def test_where_all_is_well_every_line_is_ok(ward: Ward) -> None:
    repository(ward)
    git(ward.folder.parent, "init", "--quiet", "--bare", "remote.git")
    git(ward.folder, "remote", "add", "origin", f"file://{ward.folder.parent / 'remote.git'}")
    (ward.folder / ".github" / "workflows").mkdir(parents=True)
    (ward.folder / ".github" / "workflows" / "nightly.yml").write_text(WORKFLOW % "17 0 * * *")
    (ward.folder / "requirements-digest.txt").write_text(REQUIREMENT)
    (ward.folder / ".gitignore").write_text(".cache/\n_site/\n")
    Bench(ward.folder, listing=Listing(papers=(paper(1), paper(2)))).build()

    found = ward.found()

    assert [line for line in found if not line.startswith("ok     ")] == []
    assert [line.split(": ")[0].split()[1] for line in found] == [
        "program", "configuration", "time", "key", "model", "service", "service", "service", "clock", "folders", "disk",
        "git", "schedule", "requirement", "archive",
    ]  # fmt: skip
    assert "ok     model: replayed answers: I do not know this paper." in found
    assert f"ok     git: main pushes to file://{ward.folder.parent / 'remote.git'}" in found
    assert "ok     schedule: nightly.yml: 17 0 * * *" in found
    assert KEY not in "\n".join(found)


def test_without_a_network_it_says_so_and_goes_on_to_the_end(ward: Ward) -> None:
    ward.url = NOWHERE

    found = ward.found()

    wrong = [line.split(":")[0] for line in found if line.startswith("FAIL")]
    assert wrong == ["FAIL   model", "FAIL   service", "FAIL   service", "FAIL   service"]
    assert "skip   clock: not checked (Hugging Face did not answer)" in found
    assert found[-1].startswith("ok     archive: ")


def test_a_missing_key_is_wrong_unless_the_server_or_the_backend_needs_none(ward: Ward) -> None:
    ward.key = None
    local = ward.found("key")
    ward.environ = {"DIGEST_SUMMARIZE__BACKEND": "extractive"}
    quoting = ward.found("key", "model")

    assert local == ["ok     key: none (127.0.0.1 may not require one)"]
    assert quoting == ["ok     key: not needed (extractive backend)"]


@pytest.mark.parametrize(
    ("base_url", "key", "wrong"),
    [
        ("http://model.invalid:8000/v1", KEY, 1),
        ("http://192.0.2.7/v1", KEY, 1),
        ("https://model.invalid/v1", KEY, 0),
        ("http://127.0.0.1:9/v1", KEY, 0),
        ("http://localhost:9/v1", KEY, 0),
        ("http://model.invalid/v1", "ollama", 0),
        ("http://model.invalid/v1", None, 0),
    ],
)
def test_a_key_that_crosses_the_network_in_plain_http_is_wrong(
    ward: Ward, base_url: str, key: str | None, wrong: int
) -> None:
    ward.environ, ward.key = {"DIGEST_LLM__BASE_URL": base_url}, key
    setup = ward.setup()

    found = [str(one) for one in private.key(setup)]

    assert len(found) == wrong and all(one.startswith("FAIL   key: goes to ") and KEY not in one for one in found)


def test_an_address_of_a_webhook_that_crosses_the_network_unencrypted_is_wrong(ward: Ward) -> None:
    pytest.importorskip("apprise")
    ward.notify_urls = (
        "json://hooks.invalid/secret55 jsons://hooks.invalid/x json://127.0.0.1/x ntfy://topic "
        "discord://123456789012345678/abcdefghij0123456789 mailto://me:pass@smtp.invalid?mode=starttls"
    )

    assert [str(one) for one in private.targets(ward.setup())] == [
        "FAIL   notify: target 1 (json) goes to hooks.invalid unencrypted, where others can read it "
        "— use jsons:// instead of json://"
    ]


def test_a_refused_key_is_one_line_that_does_not_show_it(ward: Ward) -> None:
    refusal = Response(401, b'{"error": {"message": "bad key sk-marked-0123456789abcdef"}}')
    ward.interfere = lambda request: refusal if request.method == "POST" else None

    (line,) = ward.found("model")

    assert line.startswith("FAIL   model: model server 127.0.0.1:") and "401" in line and KEY not in line
    assert line.endswith(" — check OPENAI_API_KEY and the account's credit")


def test_a_model_that_takes_another_name_for_the_limit_is_asked_once_more(ward: Ward) -> None:
    words = b"Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
    refusal = Response(400, b'{"error": {"message": "%s", "param": "max_tokens"}}' % words)
    ward.interfere = lambda request: refusal if b'"max_tokens"' in request.body else None

    assert ward.found("model") == ["ok     model: replayed answers: I do not know this paper."]


def test_each_further_model_is_asked_with_its_own_key(ward: Ward) -> None:
    asked: list[tuple[str, str]] = []

    def interfere(request: Request) -> Response | None:
        if request.method == "POST":
            model = json.loads(request.body)["model"]
            asked.append((model, request.headers.get("authorization", "")))
            return Response(401, b'{"error": "bad key"}') if model == "third" else None
        return None

    ward.interfere = interfere
    ward.keys = {"SECOND_KEY": "sk-second-0123456789"}
    further = [{"model": "second", "key": "SECOND_KEY"}, {"model": "third"}, {"model": "fourth", "key": "NO_KEY"}]
    ward.environ = {"DIGEST_LLM__FALLBACK": json.dumps(further)}

    found = ward.found("model")

    assert found[:2] == [f"ok     model: {name} answers: I do not know this paper." for name in ("replayed", "second")]
    assert found[2].startswith("FAIL   model: model server 127.0.0.1:")
    assert found[3] == "FAIL   model: llm.fallback: NO_KEY is not set — set it, or leave `key` out"
    assert asked == [
        ("replayed", f"Bearer {KEY}"),
        ("second", "Bearer sk-second-0123456789"),
        ("third", f"Bearer {KEY}"),
    ]


def test_a_clock_that_is_off_is_found_by_a_services_own(ward: Ward) -> None:
    ward.ahead = timedelta(hours=9)

    (line,) = ward.found("clock")

    assert line.startswith("FAIL   clock: 32") and line.endswith(" s ahead — set it: timedatectl set-ntp true")


def test_a_folder_that_cannot_be_written_is_named(ward: Ward) -> None:
    (ward.folder / "file").write_text("")
    ward.environ = {"DIGEST_PATHS__CACHE": "/proc/digest"}

    (line,) = ward.found("folders", "disk")

    assert line.startswith("FAIL   folders: /proc/digest cannot be written: ")
    assert line.endswith(" — check who owns /proc, and paths in config.yaml")


def test_a_repository_is_looked_at_as_far_as_publishing_needs_it(ward: Ward) -> None:
    repository(ward)
    alone = ward.found("git")
    git(ward.folder, "remote", "add", "origin", "http://me:s3cret@127.0.0.1:9/x.git")
    (away,) = ward.found("git")
    git(ward.folder, "config", "--unset", "user.email")
    (nameless,) = ward.found("git")

    assert alone == [
        "warn   git: no remote, so digest publish --push has nowhere to push "
        "— git remote add origin URL, or leave out --push"
    ]
    assert away.startswith("FAIL   git: git ls-remote failed") and "s3cret" not in away
    assert nameless.startswith("FAIL   git: git user.name or user.email is not set — git config user.name")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (WORKFLOW % "0 0 * * *", "FAIL   schedule: n.yml: 0 0 * * * — use five fields and an odd minute: 17 0 * * *"),
        (WORKFLOW % "17 0 * *", "FAIL   schedule: n.yml: 17 0 * * — use five fields and an odd minute: 17 0 * * *"),
        (
            "digest build: [",
            "FAIL   schedule: n.yml: invalid YAML — fix it, or rerun digest init",
        ),
        (
            "on: push\n",
            "skip   schedule: no workflow found (digest init creates one; cron or systemd can run digest build "
            "instead)",
        ),
    ],
)
def test_a_schedule_that_github_would_not_keep_is_found(ward: Ward, source: str, line: str) -> None:
    repository(ward)
    (ward.folder / ".github" / "workflows").mkdir(parents=True)
    (ward.folder / ".github" / "workflows" / "n.yml").write_text(source)

    assert ward.found("schedule") == [line]


def test_a_workflow_is_found_before_its_folder_is_a_repository(ward: Ward) -> None:
    (ward.folder / ".github" / "workflows").mkdir(parents=True)
    (ward.folder / ".github" / "workflows" / "nightly.yml").write_text(WORKFLOW % "17 0 * * *")

    git_line, schedule = ward.found("git", "schedule")

    assert git_line == f"skip   git: {ward.folder} is not in a git repository (needed by digest publish)"
    assert schedule == (
        "skip   schedule: nightly.yml: 17 0 * * *; it runs once this folder is a git repository on GitHub"
    )


def test_targets_without_what_sends_to_them_are_wrong(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    ward.notify_urls = "json://hooks.invalid/x"

    assert [str(one) for one in private.targets(ward.setup())] == [
        f"FAIL   notify: Apprise is not installed — {installation.way_to_add('notify')}"
    ]


def test_what_a_dead_run_left_and_what_is_broken_or_missing_in_the_archive_is_named(ward: Ward) -> None:
    bench = Bench(ward.folder, listing=Listing(papers=(paper(1),)))
    bench.build()
    (ward.folder / "_data" / "digests").mkdir()
    (ward.folder / "_data" / "2025-11-17.json").rename(ward.folder / "_data" / "digests" / "2025-11-17.json")
    (ward.folder / "_data" / "digests" / "2025-11-16.json").write_text("{")
    (ward.folder / "_posts" / ".2025-11-17-daily-papers.md.x.part").write_text("")
    (ward.folder / "_posts" / "2025-11-17-daily-papers.md").unlink()

    found = ward.found("archive")

    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assert [line.split(" — ")[1] for line in found] == [
        "delete them", "restore it from git or delete it", f"digest backfill --from 2025-11-18 --to {yesterday}",
        "run digest render 2025-11-17",
    ]  # fmt: skip
    assert "2025-11-16.json: not a valid edition" in found[1]


def test_settings_that_cannot_be_read_are_a_line_too_and_the_command_exits_with_1(
    tmp_path: Path, forker: Forker
) -> None:
    (tmp_path / "config.yaml").write_text("langauge: ko\n")

    done = forker.output(tmp_path, "doctor", environ=os.environ)

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == ("FAIL   configuration: config.yaml:1: unknown key 'langauge' — did you mean 'language'?\n")


def test_each_line_is_printed_as_soon_as_its_check_has_ended(ward: Ward) -> None:
    seen, line = threading.Event(), ""
    held: list[bool] = []

    def slow(request: Request) -> None:
        if request.path == "/v1/chat/completions":
            held.append(seen.wait(30))

    ward.interfere = slow
    environ = {**os.environ, **settings(ward.url), "OPENAI_API_KEY": KEY, "GIT_CEILING_DIRECTORIES": str(ward.folder)}
    doctor = subprocess.Popen(
        [sys.executable, "-m", "digest", "doctor"], cwd=ward.folder, env=environ, stdout=subprocess.PIPE, text=True
    )
    assert doctor.stdout is not None
    while "configuration" not in line:
        line = doctor.stdout.readline()
    seen.set()
    doctor.communicate(timeout=60)

    assert held == [True]


def test_the_command_shows_no_key_and_exits_with_0_where_nothing_is_wrong(ward: Ward, forker: Forker) -> None:
    environ = {**os.environ, **settings(ward.url), "OPENAI_API_KEY": KEY, "GIT_CEILING_DIRECTORIES": str(ward.folder)}

    done = forker.output(ward.folder, "doctor", environ=environ)

    assert (done.returncode, done.stderr) == (0, "")
    assert "ok     key: OPENAI_API_KEY is set" in done.stdout and KEY not in done.stdout


def _foreign(folder: Path, name: str, script: str) -> Path:
    """Play another distribution in a folder of packages, with a command of its own called digest."""
    place = folder / f"{name}-9.9.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.9\n")
    (place / "entry_points.txt").write_text(f"[console_scripts]\n{script}\n")
    return folder


@pytest.mark.parametrize("script", ["digest = digest:main", "other = digest:main"])
def test_a_stranger_that_is_installed_over_this_program_is_named(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    packages = _foreign(ward.folder / "packages", "digest", script)
    (packages / "digest-9.9.dist-info" / "top_level.txt").write_text("digest\n")
    monkeypatch.syspath_prepend(str(packages))

    assert ward.found("program") == [
        "FAIL   program: overwritten by another package: digest — uninstall digest and daily-paper-digest, "
        "then reinstall daily-paper-digest"
    ]


def test_a_strangers_command_that_answers_before_ours_is_named(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ward.folder / "bin" / "digest"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('usage: digest FILE')\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(command.parent), prepend=os.pathsep)

    (line,) = ward.found("program")

    assert line == (
        f"FAIL   program: digest, version {installation.version()}, but the command digest is {command}, which answers "
        "'usage: digest FILE' — put this program's folder first on PATH, or call it by its path"
    )


def test_a_command_of_another_place_that_starts_this_program_is_right(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ward.folder / "bin" / "digest"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m digest "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(command.parent), prepend=os.pathsep)

    assert ward.found("program") == [f"ok     program: digest, version {installation.version()}; {command}"]


def test_without_a_command_on_path_it_says_so(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(ward.folder))

    assert [line.rpartition("; ")[2] for line in ward.found("program")] == ["not on PATH"]


@pytest.fixture
def laid_down(ward: Ward) -> Ward:
    """What `digest init` lays down, in a repository."""
    (ward.folder / "config.yaml").unlink()
    scaffold.scaffold(ward.folder, REQUIREMENT.strip())
    repository(ward)
    return ward


def planned(ward: Ward) -> list[str]:
    """What is found of repository and workflow, without a network."""
    setup = ward.setup()
    checks = (workflow.ignored, workflow.requirement, workflow.permissions)
    return [str(one) for check in checks for one in check(setup)]


def test_what_init_lays_down_lacks_nothing_but_a_remote(laid_down: Ward) -> None:
    assert planned(laid_down) == [f"ok     requirement: {REQUIREMENT.strip()}"]


def test_without_a_gitignore_git_would_commit_the_cache(laid_down: Ward) -> None:
    (laid_down.folder / ".gitignore").unlink()

    assert planned(laid_down)[0] == (
        "FAIL   gitignore: git would commit .cache/, _site/ — add to .gitignore: .cache/, _site/"
    )


@pytest.mark.parametrize(
    ("file", "content", "line"),
    [
        (
            "requirements-digest.txt", None,
            "requirements-digest.txt is missing, which nightly.yml installs — run digest init --update",
        ),
        (
            "requirements.txt", None,
            "requirements.txt is missing, which nightly.yml installs — run digest init --update",
        ),
        (
            "requirements-digest.txt", "# nothing\n",
            "requirements-digest.txt names nothing, so nightly.yml has no digest "
            "— write the Git URL and commit of digest there (see its comment)",
        ),
    ],
)  # fmt: skip
def test_a_missing_requirement_is_wrong(laid_down: Ward, file: str, content: str | None, line: str) -> None:
    if content is None:
        (laid_down.folder / file).unlink()
    else:
        (laid_down.folder / file).write_text(content)

    assert f"FAIL   requirement: {line}" in planned(laid_down)


def test_a_workflow_that_installs_nothing_or_lacks_a_permission_is_wrong(laid_down: Ward) -> None:
    path = laid_down.folder / scaffold.WORKFLOW
    path.write_text(
        path.read_text().replace("contents: write", "contents: read").replace("id-token: write", "id-token: read")
    )
    permissions = planned(laid_down)
    path.write_text("name: n\njobs: {b: {steps: [{run: digest build}]}}\n")

    assert [line for line in permissions if line.startswith("FAIL")] == [
        f"FAIL   permissions: nightly.yml: the job {job} lacks {what} "
        "— add them to the `permissions:` of that job, or run digest init --update"
        for job, what in (("publish", "contents: write"), ("deploy", "id-token: write"))
    ]
    assert planned(laid_down) == ["FAIL   requirement: nightly.yml installs no digest — run digest init --update"]
    assert laid_down.found("schedule")[0].startswith(
        "FAIL   schedule: nightly.yml: no schedule, so it runs only by hand"
    )


def test_a_workflow_without_a_remote_has_nowhere_to_push(laid_down: Ward) -> None:
    assert laid_down.found("git") == [
        "FAIL   git: no remote, so digest publish --push has nowhere to push — git remote add origin URL"
    ]


GOOD = {
    "": {"default_branch": "main", "private": False, "fork": False, "permissions": {"push": True}},
    "/rules/branches/main": [{"type": "deletion"}, {"type": "non_fast_forward"}],
    "/branches/main": {"protected": False},
    "/pages": {"build_type": "workflow", "html_url": "https://me.github.io/papers/"},
    "/actions/workflows/nightly.yml": {"state": "active"},
    "/actions/secrets/OPENAI_API_KEY": {"name": "OPENAI_API_KEY"},
}
PAGES = "Settings → Pages → Source: GitHub Actions"
FORK = {**GOOD[""], "fork": True}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("planted", "lines"),
    [
        ({}, ["ok     github: me/papers: Pages, schedule, branch and secret are in place"]),
        ({"/pages": None}, [f"FAIL   pages: Pages is off — {PAGES}"]),
        (
            {"/pages": {"build_type": "legacy"}},
            [f"FAIL   pages: Pages is built from a branch and not by the workflow — {PAGES}"],
        ),
        (
            {"": {**GOOD[""], "private": True}, "/pages": None},  # type: ignore[dict-item]
            [
                "FAIL   pages: Pages is off (a private repository needs a paid plan for it, or has to be made public) "
                f"— {PAGES}",
                "FAIL   private: the repository is private: Pages needs a paid plan, and minutes are counted "
                "— make it public (Settings → General), or see that the plan has Pages and enough minutes",
            ],
        ),
        (
            {"": {**GOOD[""], "private": True}},  # type: ignore[dict-item]
            [
                "warn   private: the repository is private: Pages needs a paid plan, and minutes are counted "
                "— make it public (Settings → General), or see that the plan has Pages and enough minutes",
            ],
        ),
        (
            {"/actions/workflows/nightly.yml": {"state": "disabled_inactivity"}},
            ["FAIL   actions: nightly.yml is disabled inactivity — Actions → nightly → Enable workflow"],
        ),
        (
            {"": FORK, "/actions/workflows/nightly.yml": {"state": "disabled_fork"}},
            [
                "FAIL   actions: nightly.yml is disabled fork (a fork's schedule is off at first) "
                "— Actions → nightly → Enable workflow"
            ],
        ),
        (
            {"": FORK, "/actions/workflows/nightly.yml": None},
            [
                "FAIL   actions: nightly.yml: GitHub does not know it "
                "— Actions → I understand my workflows, enable them"
            ],
        ),
        (
            {"/rules/branches/main": [{"type": "pull_request"}]},
            [
                "FAIL   branch: main is protected (pull_request), so the workflow cannot push "
                "— let GitHub Actions bypass it (Settings → Rules and Branches), or remove the protection"
            ],
        ),
        (
            {"/branches/main": {"protected": True}},
            [
                "FAIL   branch: main is protected (branch protection), so the workflow cannot push "
                "— let GitHub Actions bypass it (Settings → Rules and Branches), or remove the protection"
            ],
        ),
        (
            {"": {**GOOD[""], "permissions": {"push": False}}},  # type: ignore[dict-item]
            ["FAIL   token: GITHUB_TOKEN may not push — give it write access to Contents (scope `repo`)"],
        ),
        (
            {"scopes": "repo, gist"},
            [
                "FAIL   token: GITHUB_TOKEN may not push .github/workflows (scopes: repo, gist) "
                "— add the scope `workflow` to the token"
            ],
        ),
        (
            {"scopes": "gist, workflow"},
            ["FAIL   token: GITHUB_TOKEN may not push (scopes: gist, workflow) — add the scope `repo` to the token"],
        ),
        (
            {"/actions/secrets/OPENAI_API_KEY": None},
            [
                "FAIL   secret: the repository has no secret OPENAI_API_KEY "
                "— Settings → Secrets and variables → Actions → New repository secret"
            ],
        ),
        (
            {"": {**GOOD[""], "default_branch": "trunk"}, "/rules/branches/trunk": [], "/branches/trunk": {}},  # type: ignore[dict-item]
            [
                "FAIL   branch: GitHub runs schedules of the default branch, trunk, not of main "
                "— make main the default branch (Settings → General), or move to trunk"
            ],
        ),
        (
            {"": None},
            ["FAIL   github: me/papers not found, or the token cannot see it — check git remote -v and the token"],
        ),
        (
            {"/actions/secrets/OPENAI_API_KEY": 403},
            ["skip   github: not all checked: GitHub answered 403 (the token may not ask)"],
        ),
    ],
)  # fmt: skip
def test_what_github_has_switched_off_is_named_with_the_place_to_switch_it_on(
    laid_down: Ward, monkeypatch: pytest.MonkeyPatch, planted: dict[str, object], lines: list[str]
) -> None:
    answers, tokens = {**GOOD, **planted}, set()

    def api(request: Request) -> Response:
        tokens.add(request.headers.get("authorization", request.headers.get("Authorization", "")))
        answer = answers.get(request.path.removeprefix("/repos/me/papers"))
        headers = {"X-OAuth-Scopes": str(planted["scopes"])} if "scopes" in planted else {}
        if answer is None or isinstance(answer, int):
            return Response(answer or 404, b"{}")
        return Response(200, json.dumps(answer).encode(), headers=headers)

    git(laid_down.folder, "remote", "add", "origin", "git@github.com:me/papers.git")
    with serve(api) as url:
        monkeypatch.setenv("GITHUB_API_URL", url)
        monkeypatch.setenv("GITHUB_TOKEN", "ghp_marked0123456789")
        monkeypatch.delenv("GITHUB_SERVER_URL", raising=False)
        setup = laid_down.setup()
        config = setup.config.model_copy(update={"llm": setup.config.llm.model_copy(update={"base_url": None})})
        found = [str(one) for one in github.github(replace(setup, config=config))]

    assert (found, tokens) == (lines, {"Bearer ghp_marked0123456789"})


def test_without_a_token_it_says_where_to_look_on_github(laid_down: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "GH_TOKEN", "GITHUB_SERVER_URL"):
        monkeypatch.delenv(name, raising=False)
    elsewhere = [str(one) for one in github.github(laid_down.setup())]
    git(laid_down.folder, "remote", "add", "origin", "https://me:s3cret@github.com/me/papers")

    (line,) = [str(one) for one in github.github(laid_down.setup())]

    assert elsewhere == []
    assert line.startswith("skip   github: me/papers not checked (no GITHUB_TOKEN); look yourself: ")
    assert all(word in line for word in (PAGES, "OPENAI_API_KEY", "fork", "protects", "private"))


def test_the_days_since_the_newest_edition_are_named_with_the_way_to_build_them_series_by_series(ward: Ward) -> None:
    (ward.folder / "config.yaml").write_text("languages: [ko, en]\n")
    today = datetime.now(UTC).date()
    for series, ago in (("", 100), ("en", 3)):
        folder = ward.folder / "_data" / "digests" / series
        folder.mkdir(parents=True, exist_ok=True)
        day = str(today - timedelta(days=ago))
        (folder / f"{day}.json").write_bytes(store.encode(_edition(day, "ko")))

    first, last = today - timedelta(days=99), today - timedelta(days=1)
    assert ward.found("archive") == [
        f"FAIL   archive: 99 days never built: {first} to {last} — digest backfill --from {first} --to {last}",
        "ok     archive: 1 edition with 0 papers",
        f"ok     archive: en: 1 edition with 0 papers; 2 days due: {today - timedelta(days=2)}, {last}",
    ]


def test_weekends_that_were_never_built_are_no_failure(ward: Ward) -> None:
    folder = ward.folder / "_data" / "digests"
    folder.mkdir(parents=True)
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=ago) for ago in range(1, 40)]
    for day in days:
        if day.weekday() < 5 or day >= today - timedelta(days=8):
            (folder / f"{day}.json").write_bytes(store.encode(_edition(str(day), "ko")))
    count = len(list(folder.iterdir()))

    assert ward.found("archive") == [f"ok     archive: {count} editions with 0 papers"]


def test_posts_in_another_language_than_their_series_are_counted_with_a_way_out(ward: Ward) -> None:
    folder = ward.folder / "_data" / "digests"
    folder.mkdir(parents=True)
    for ago, language in ((1, "ko"), (2, "ko"), (3, "en")):
        edition = _edition(str(datetime.now(UTC).date() - timedelta(days=ago)), language, paper(1))
        (folder / f"{edition.name}.json").write_bytes(store.encode(edition))
    (ward.folder / "config.yaml").write_text("language: en\n")

    assert ward.found("archive")[0] == (
        f"warn   archive: {ward.folder / '_posts'}: of 3 posts, 2 in ko, but this series is set to en"
        " — set `languages: [ko, en]`, so that en has folders of its own"
    )


def _edition(day: str, language: str, *papers: Paper) -> Edition:
    entries = tuple(
        Entry(paper=one, summary=Summary.of({}), provenance=Provenance(origin="html"), arxiv_url=str(one.id.link))
        for one in papers
    )
    header = Header(title="x", date=f"{day} 08:15:00")
    return Edition(name=day, day=date.fromisoformat(day), header=header, entries=entries, language=language)
