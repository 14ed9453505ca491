"""The archive → a commit, and a push. Takes what digest keeps and the posts it wrote or deleted, nothing else."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from digest.adapters.git import Repository, without_credentials
from digest.adapters.store import Archive
from digest.adapters.store.removals import NAME
from digest.errors import PublishError
from digest.model import Edition
from digest.model.text import counted
from digest.stages.publish.changes import changed, literal, refuse_secrets
from digest.stages.publish.push import push_on


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
    others: Sequence[Archive] = (),
    push: bool,
    secrets: Sequence[str] = (),
    sleep: Callable[[float], None] = time.sleep,
) -> Published:
    """Commit what runs have written since the last commit, and push it where asked to.

    `others` are the archives of other series, which go into the same commit. Never forces a push, never commits what
    somebody else changed. Raises PublishError; a commit that could not be pushed stays, and the next run pushes it.
    """
    repository = Repository.around(archive.posts, environ)
    repository.refuse_unfinished()
    target = repository.remote if push else None
    editions, files, left = changed(repository, archive)
    for other in others:
        more = changed(repository, other)
        editions, files, left = editions + more[0], sorted([*files, *more[1]]), left + more[2]
    foreign = sorted(set(repository.listed("diff", "--cached", "--name-only", "-z")) - set(files))
    if foreign:
        raise PublishError(
            f"other changes are staged: {', '.join(foreign[:3])}{' …' if foreign[3:] else ''}",
            hint="commit them, or git restore --staged them",
        )
    if files:
        refuse_secrets(repository.root, files, secrets)
        repository.refuse_nameless()
        if there := [file for file in files if (repository.root / file).exists()]:
            repository.git("add", "--", *literal(there))
        repository.git("commit", "--quiet", "--message", message(editions, files), "--only", "--", *literal(files))
    stash = repository.asked("rev-parse", "--quiet", "--verify", "refs/stash")
    if target:
        push_on(repository, *target, sleep)
    if repository.asked("rev-parse", "--quiet", "--verify", "refs/stash") != stash:
        left.append("your own changes conflict with the remote; git stash has them")
    head = repository.asked("rev-parse", "--short", "HEAD")
    pushed_to = f"{without_credentials(target[0])} {target[1]}" if target else ""
    return Published(tuple(files), head, pushed_to, tuple(left))


def message(editions: Sequence[Edition], files: Sequence[str] = ()) -> str:
    """Say in a commit's one line which days it holds."""
    names = sorted({edition.name for edition in editions})
    if not names:
        removals = all(file.endswith(f"/{NAME}") for file in files)
        return "digest: removed papers" if removals else "digest: reviews"
    if len(names) == 1:
        one = editions[0]
        failed = f", {len(one.skips)} failed" if one.skips else ""
        return f"digest: {one.name} ({counted(len(one.entries), 'paper')}{failed})"
    if len(names) <= 3:
        return f"digest: {', '.join(names)}"
    return f"digest: {len(names)} editions, {names[0][:10]} to {names[-1][:10]}"
