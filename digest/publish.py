"""The archive → a commit, and a push. Takes the editions that changed and the posts they wrote, nothing else."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from digest.errors import PublishError
from digest.model import Edition
from digest.repository import GitFailed, Repository
from digest.store import Archive, digest_of
from digest.text import counted

_TRIES = 5
_SECRET = 12  # a shorter key is a dummy like "ollama", which a paper may well mention
_MOVED = re.compile(r"non-fast-forward|fetch first|cannot lock ref|stale info|failed to update ref|\(rejected\)")


@dataclass(frozen=True)
class Published:
    """What a run of `digest publish` did."""

    files: tuple[str, ...] = ()
    """Committed now, relative to the repository; none where nothing had changed."""
    commit: str = ""
    """The short hash of what is now checked out."""
    pushed_to: str = ""
    """Remote and branch, where it was pushed."""
    left: tuple[str, ...] = ()
    """What changed and was not committed, each with the reason."""


def publish(
    archive: Archive,
    environ: Mapping[str, str],
    *,
    push: bool,
    secrets: Sequence[str] = (),
    sleep: Callable[[float], None] = time.sleep,
) -> Published:
    """Commit what runs have written since the last commit, and push it where asked to.

    Never forces a push, never commits what somebody else changed. Raises PublishError; a commit that could not be
    pushed stays, and the next run pushes it.
    """
    repository = Repository.around(archive.posts, environ)
    repository.refuse_unfinished()
    target = repository.remote if push else None
    editions, files, left = _changed(repository, archive)
    foreign = sorted(set(repository.listed("diff", "--cached", "--name-only", "-z")) - set(files))
    if foreign:
        raise PublishError(
            f"other changes are staged: {', '.join(foreign[:3])}{' …' if foreign[3:] else ''}",
            hint="commit them, or git restore --staged them",
        )
    if files:
        _refuse_secrets(repository.root, files, secrets)
        repository.refuse_nameless()
        repository.git("add", "--", *_literal(files))
        repository.git("commit", "--quiet", "--message", message(editions), "--only", "--", *_literal(files))
    stash = repository.asked("rev-parse", "--quiet", "--verify", "refs/stash")
    if target:
        _push(repository, *target, sleep)
    if repository.asked("rev-parse", "--quiet", "--verify", "refs/stash") != stash:
        left.append("your own changes clash with the remote's; git stash holds them")
    head = repository.asked("rev-parse", "--short", "HEAD")
    return Published(tuple(files), head, " ".join(target) if target else "", tuple(left))


def message(editions: Sequence[Edition]) -> str:
    """Say in a commit's one line which days it holds."""
    if len(editions) == 1:
        one = editions[0]
        failed = f", {len(one.skips)} failed" if one.skips else ""
        return f"digest: {one.name} ({counted(len(one.entries), 'paper')}{failed})"
    names = [edition.name for edition in editions]
    if len(names) <= 3:
        return f"digest: {', '.join(names)}"
    return f"digest: {len(names)} editions, {names[0][:10]} to {names[-1][:10]}"


def _changed(repository: Repository, archive: Archive) -> tuple[list[Edition], list[str], list[str]]:
    """Find the editions that differ from the last commit and the posts they wrote; and the posts left aside."""
    posts, data = _inside(repository, archive.posts), _inside(repository, archive.data)
    there = [place for place, path in ((posts, archive.posts), (data, archive.data)) if path.is_dir()]
    if not there:
        return [], [], []
    status = repository.listed(
        "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored=matching", "--",
        *_literal(there),
    )  # fmt: skip
    editions: dict[str, Edition] = {}
    files, left = [], []
    for state, file in ((row[:2], row[3:]) for row in status):
        path = repository.root / file
        around = f"{posts}/".startswith(file) or f"{data}/".startswith(file)
        if state == "!!" and (around or _ours(path, archive)):
            raise PublishError(f"{file} is ignored by git, so it would never be published", hint="see .gitignore")
        if "D" in state or not _ours(path, archive):
            continue
        edition = archive.load(path.stem) or archive.load(path.stem[:10])
        if edition is None:
            continue
        if path.suffix == ".md" and (reason := _not_written(path, edition)):
            left.append(f"{file}: {reason}")
            continue
        editions[edition.name] = edition
        files.append(file)
    return [editions[name] for name in sorted(editions)], sorted(files), left


def _ours(path: Path, archive: Archive) -> bool:
    """Tell whether a file has the place and the name of an edition or of a post."""
    try:
        date.fromisoformat(path.name[:10])
    except ValueError:
        return False
    places = {(archive.data.resolve(), ".json"), (archive.posts.resolve(), ".md")}
    return (path.parent.resolve(), path.suffix) in places and not path.is_symlink()


def _not_written(path: Path, edition: Edition) -> str:
    """Say why a post is not the one that its edition wrote; empty where it is."""
    written = edition.written
    if written is None or written.file != path.name:
        return "written by somebody else"
    return "" if written.sha256 == digest_of(path.read_bytes()) else "edited by hand; commit it yourself"


def _inside(repository: Repository, folder: Path) -> str:
    try:
        return folder.resolve().relative_to(repository.root.resolve()).as_posix()
    except ValueError as cause:
        raise PublishError(f"{folder} lies outside the repository {repository.root}") from cause


def _literal(files: Sequence[str]) -> list[str]:
    """Name files so that git takes no sign in them for a pattern."""
    return [f":(literal){file}" for file in files]


def _refuse_secrets(root: Path, files: Sequence[str], secrets: Sequence[str]) -> None:
    """Raise PublishError where a key stands in a file that is about to be published."""
    for file in files:
        content = (root / file).read_bytes()
        if any(secret.encode() in content for secret in secrets if len(secret) >= _SECRET):
            raise PublishError(f"{file} holds a key of the environment; it is not published", hint="delete the line")


def _push(repository: Repository, remote: str, branch: str, sleep: Callable[[float], None]) -> None:
    """Push; where the remote moved, put our commits on top of its own and try again, a few times."""
    for attempt in range(_TRIES):
        try:
            repository.git("push", "--quiet", remote, f"HEAD:refs/heads/{branch}")
        except GitFailed as refused:
            if not _MOVED.search(refused.said):
                raise _not_pushed(repository, remote, str(refused)) from refused
        else:
            return
        _rebase(repository, remote, branch)
        sleep(attempt)
    raise _not_pushed(repository, remote, f"{branch} moved {_TRIES} times while we pushed")


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
        why = f"it has other versions of {', '.join(clashing)}" if clashing else str(cause)
        raise _not_pushed(
            repository, remote, why, hint="git pull --rebase, choose, and digest publish --push again"
        ) from cause


def _not_pushed(repository: Repository, remote: str, why: str, *, hint: str = "run it again") -> PublishError:
    address = repository.address(remote) or remote
    return PublishError(f"committed, but not pushed to {address}: {why}", hint=hint)
