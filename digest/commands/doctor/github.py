"""What only GitHub knows of a repository: Pages, schedule, branch, secret. Asked with a token, otherwise said."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import httpx2

from digest.adapters import installation
from digest.adapters.git import Repository
from digest.adapters.http import Deadline
from digest.adapters.http.client import client
from digest.commands.doctor import workflow
from digest.commands.doctor.github_api import GitHubApi, Unanswered
from digest.commands.doctor.result import CheckResult, Setup
from digest.errors import PublishError

_SECONDS = 10.0
_LARGEST = 2**20  # bytes of an answer
_TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")
_PUSH_RULES = {"pull_request", "required_status_checks", "update", "required_signatures", "merge_queue"}
_PAGES = "Settings → Pages → Source: GitHub Actions"
_PAGES_OF_BRANCH = "Settings → Pages → Source: Deploy from a branch"
_SWITCH = "DIGEST_NIGHTLY"
_ADDRESSES = ("OPENAI_BASE_URL", "DIGEST_LLM__BASE_URL")
_SLUG = re.compile(r"[\w.-]+/[\w.-]+")


def github(setup: Setup) -> Iterator[CheckResult]:
    """Look at the repository on GitHub, where the digest has one there and a workflow."""
    slug, branch = _repository(setup)
    workflows, _ = workflow.read(setup)
    if not slug or not workflows:
        return
    token = next((setup.environ[name] for name in _TOKENS if setup.environ.get(name)), "")
    if not token:
        look = (
            f"{slug} not checked (no GITHUB_TOKEN); look yourself: {_PAGES}; the secret OPENAI_API_KEY; Actions → "
            "nightly is enabled (in a fork it is not at first); nothing protects the branch; a private repository has "
            "Pages only on a paid plan"
        )
        yield CheckResult("github", look, skipped=True)
        return
    base = setup.environ.get("GITHUB_API_URL") or "https://api.github.com"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    try:
        http = client(
            lambda _: Deadline().exchange(2 * _SECONDS, _LARGEST),
            timeout=httpx2.Timeout(_SECONDS), limits=httpx2.Limits(), base_url=base, headers=headers,
        )  # fmt: skip
    except (ImportError, ValueError, httpx2.InvalidURL):
        yield CheckResult("github", f"{slug} not checked (proxy or GITHUB_API_URL cannot be used)", skipped=True)
        return
    with closing(http):
        yield from _looked_at(GitHubApi(http, slug), setup, workflows, branch)


def _looked_at(api: GitHubApi, setup: Setup, workflows: list[workflow.Workflow], branch: str) -> Iterator[CheckResult]:
    try:
        status, repository, scopes = api.ask("")
    except Unanswered as cause:
        yield CheckResult(
            "github", f"{api.slug} not checked ({cause})", "check GITHUB_TOKEN: it has to read the repository"
        )
        return
    if status == 404 or not isinstance(repository, dict):
        yield CheckResult(
            "github", f"{api.slug} not found, or the token cannot see it", "check git remote -v and the token"
        )
        return
    checks = (
        _token(repository, scopes),
        _branch(api, repository, branch),
        _pages(api, repository, workflows),
        _enabled(api, repository, workflows),
        _secret(api, setup),
    )
    found: list[CheckResult] = []
    for check in checks:
        try:
            found += check
        except Unanswered as cause:
            found.append(
                CheckResult("github", f"not all checked: GitHub {cause} (the token may not ask)", skipped=True)
            )
    yield from found or [CheckResult("github", f"{api.slug}: Pages, schedule, branch and secret are in place")]


def _token(repository: dict[str, Any], scopes: str) -> Iterator[CheckResult]:
    """Look whether the token could push; one of the older kind names its scopes."""
    rights = repository.get("permissions")
    if isinstance(rights, dict) and not rights.get("push", True):
        yield CheckResult("token", "GITHUB_TOKEN may not push", "give it write access to Contents (scope `repo`)")
        return
    given = {scope.strip() for scope in scopes.split(",") if scope.strip()}
    if given and not given & {"repo", "public_repo"}:
        yield CheckResult("token", f"GITHUB_TOKEN may not push (scopes: {scopes})", "add the scope `repo` to the token")
    elif given and "workflow" not in given:
        fix = "add the scope `workflow` to the token"
        yield CheckResult("token", f"GITHUB_TOKEN may not push .github/workflows (scopes: {scopes})", fix)


def _branch(api: GitHubApi, repository: dict[str, Any], branch: str) -> Iterator[CheckResult]:
    """Look whether the workflow may push to the branch, and whether its schedule counts there."""
    main = str(repository.get("default_branch") or branch)
    if branch and branch != main:
        fix = f"make {branch} the default branch (Settings → General), or move to {main}"
        yield CheckResult("branch", f"GitHub runs schedules of the default branch, {main}, not of {branch}", fix)
    _, rules, _ = api.ask(f"/rules/branches/{main}")
    kinds = {str(rule.get("type")) for rule in rules or () if isinstance(rule, dict)} & _PUSH_RULES
    if not kinds:
        status, protection, _ = api.ask(f"/branches/{main}")
        kinds = {"branch protection"} if status == 200 and protection.get("protected") else set()
    if kinds:
        fix = "let GitHub Actions bypass it (Settings → Rules and Branches), or remove the protection"
        yield CheckResult(
            "branch", f"{main} is protected ({', '.join(sorted(kinds))}), so the workflow cannot push", fix
        )


def _pages(api: GitHubApi, repository: dict[str, Any], workflows: list[workflow.Workflow]) -> Iterator[CheckResult]:
    """Look whether the site can be deployed."""
    if not any("actions/deploy-pages" in one.text or "/pages/builds" in one.text for one in workflows):
        return
    deploys = any("actions/deploy-pages" in one.text for one in workflows)
    status, pages, _ = api.ask("/pages")
    private = bool(repository.get("private"))
    if status == 404:
        plan = " (a private repository needs a paid plan for it, or has to be made public)" if private else ""
        yield CheckResult("pages", f"Pages is off{plan}", _PAGES if deploys else _PAGES_OF_BRANCH)
    elif deploys and isinstance(pages, dict) and pages.get("build_type") not in {"workflow", None}:
        yield CheckResult("pages", "Pages is built from a branch and not by the workflow", _PAGES)
    if private:
        fix = "make it public (Settings → General), or see that the plan has Pages and enough minutes"
        why = "the repository is private: Pages needs a paid plan, and minutes are counted"
        yield CheckResult("private", why, fix, warning=status != 404)


def _enabled(api: GitHubApi, repository: dict[str, Any], workflows: list[workflow.Workflow]) -> Iterator[CheckResult]:
    """Look whether the workflows are enabled, which they are not in a fork."""
    fork = bool(repository.get("fork"))
    for one in workflows:
        status, found, _ = api.ask(f"/actions/workflows/{one.path.name}")
        state = str(found.get("state")) if status == 200 and isinstance(found, dict) else "unknown"
        if state == "unknown":
            fix = "push it to the default branch" if not fork else "Actions → I understand my workflows, enable them"
            yield CheckResult("actions", f"{one.path.name}: GitHub does not know it", fix)
        elif state != "active":
            why = " (a fork's schedule is off at first)" if fork else ""
            fix = f"Actions → {(one.parsed or {}).get('name', one.path.name)} → Enable workflow"
            yield CheckResult("actions", f"{one.path.name} is {state.replace('_', ' ')}{why}", fix)
        elif not fork and _SWITCH in one.text:
            status, variable, _ = api.ask(f"/actions/variables/{_SWITCH}")
            if status == 404 or not isinstance(variable, dict) or variable.get("value") != "on":
                fix = f"Settings → Secrets and variables → Actions → Variables: {_SWITCH} = on"
                yield CheckResult(
                    "schedule", f"{one.path.name}: outside of forks its schedule waits for {_SWITCH}", fix
                )


def _secret(api: GitHubApi, setup: Setup) -> Iterator[CheckResult]:
    """Look whether the workflow has a key, where the model's server is OpenAI."""
    here = any(setup.environ.get(name) for name in _ADDRESSES)  # this machine's server is not that of the workflow
    if setup.config.summarize.backend == "extractive" or (setup.config.llm.base_url and not here):
        return
    status, _, _ = api.ask("/actions/secrets/OPENAI_API_KEY")
    if status == 404:
        fix = "Settings → Secrets and variables → Actions → New repository secret"
        yield CheckResult("secret", "the repository has no secret OPENAI_API_KEY", fix)


def _repository(setup: Setup) -> tuple[str, str]:
    """Return owner/name of the repository on GitHub and the branch; empty where it is elsewhere."""
    try:
        repository = Repository.around(setup.config.paths.posts, setup.environ)
        remote, branch = repository.remote
    except PublishError:
        return "", ""
    server = urlsplit(setup.environ.get("GITHUB_SERVER_URL") or "https://github.com").netloc
    address = repository.asked("config", f"remote.{remote}.url") or remote
    public = installation.public_address(address) or address
    host, _, path = public.partition("://")[2].partition("/")
    slug = path.removesuffix("/").removesuffix(".git")
    return (slug, branch) if host == server and _SLUG.fullmatch(slug) else ("", "")
