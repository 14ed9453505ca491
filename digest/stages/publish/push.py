"""A push that never forces: where the remote has moved, our commits go on top of its own."""

import re
from collections.abc import Callable

from digest.adapters.git import GitFailed, Repository
from digest.errors import PublishError

_TRIES = 5
_MOVED = re.compile(
    r"^ ! \[.*\((?:non-fast-forward|fetch first|cannot lock ref|stale info|failed to update ref|rejected)", re.MULTILINE
)
_WAYS_OUT = {
    re.compile(r"\bGH0(?:06|13)\b|[Pp]rotected branch|rule violations"): (
        "let this account push to the branch (GitHub: Settings → Rules and Branches), or remove the protection"
    ),
    re.compile(r"\bworkflows?\b.*\b(?:scope|permission)"): "give the token the scope `workflow`",
    re.compile(r"error: 403|Permission\b.*\bdenied|Authentication failed|could not read Username|[Ww]rite access"): (
        "give the key or token write access (a workflow: permissions, contents: write)"
    ),
}
"""What no other run mends by itself, and what somebody has to do."""


def push_on(repository: Repository, remote: str, branch: str, sleep: Callable[[float], None]) -> None:
    """Push; where the remote moved, put our commits on top of its own and try again, a few times."""
    last = ""
    for attempt in range(_TRIES):
        try:
            repository.git("push", "--quiet", remote, f"HEAD:refs/heads/{branch}")
        except GitFailed as refused:
            if not _MOVED.search(refused.output):
                raise _not_pushed(repository, remote, str(refused), hint=_way_out(str(refused))) from refused
            last = str(refused)
        else:
            return
        _rebase(repository, remote, branch)
        sleep(attempt)
    raise _not_pushed(repository, remote, f"{branch} changed {_TRIES} times while pushing: {last}")


def _way_out(reason: str) -> str:
    """Return what to do about a push that the remote refused."""
    return next((way for sign, way in _WAYS_OUT.items() if sign.search(reason)), "rerun to retry")


def _rebase(repository: Repository, remote: str, branch: str) -> None:
    """Put our commits on top of the remote's, or leave all as it was and raise PublishError."""
    try:
        repository.git("fetch", "--quiet", remote, f"refs/heads/{branch}")
    except GitFailed as cause:
        raise _not_pushed(repository, remote, str(cause)) from cause
    try:
        repository.git("rebase", "--quiet", "--autostash", "FETCH_HEAD")
    except PublishError as cause:
        clashing = repository.listed("diff", "--name-only", "--diff-filter=U", "-z")
        repository.asked("rebase", "--abort")
        why = f"conflicting versions of {', '.join(clashing)}" if clashing else cause.what
        raise _not_pushed(
            repository,
            remote,
            why,
            hint="run git pull --rebase, resolve the conflict, then rerun digest publish --push",
        ) from cause


def _not_pushed(repository: Repository, remote: str, why: str, *, hint: str = "rerun to retry") -> PublishError:
    return PublishError(f"committed, but not pushed to {repository.address(remote)}: {why}", hint=hint)
