"""The git repository of a digest, through the git that is installed. Never forces, never asks, shows no password."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from digest.adapters.process import children
from digest.errors import PublishError
from digest.model.text import one_line, shorten

_SECONDS = 120.0
_GRACE = 2.0  # seconds in which a git that is ended removes its lock files
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true", "LC_ALL": "C", "LANGUAGE": "C"}
_SSH = {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}
_ADDRESS = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?:[^/\s@']*@|[^/\s@':]*:(?!\d+/)[^\s@']*@)*(?P<place>[^\s'?#]*)[^\s']*"
)
_REMOTE = re.compile(r"remote:\s*(?:error:|fatal:)?[\s-]*")
_LOCK = re.compile(r"Unable to create '([^']+\.lock)': File exists")
_PROGRESS = re.compile(r"remote: (?:Enumerating|Counting|Compressing|Resolving|Total)\b")
_UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")


class GitFailed(PublishError):
    """A git command failed; `output` is what it printed, without credentials."""

    def __init__(self, what: str, output: str) -> None:
        locked = _LOCK.search(output)
        way_out = f"wait until the other git has ended; if none is running, delete {locked[1]}" if locked else ""
        super().__init__(f"git {what} failed: {_reason(output) or 'no reason given'}", hint=way_out)
        self.output = output


@dataclass(frozen=True)
class Repository:
    """A work tree and the environment that git runs in. Knows nothing of posts and editions."""

    root: Path
    environ: Mapping[str, str] = field(repr=False)

    @classmethod
    def around(cls, folder: Path, environ: Mapping[str, str]) -> "Repository":
        """Find the repository that `folder` lies in. Raises PublishError where there is none, or no git."""
        here = next((place for place in (folder, *folder.parents) if place.is_dir()), Path("/"))
        try:
            root = cls(here, environ).git("rev-parse", "--show-toplevel").rstrip("\n")
        except GitFailed as cause:
            if "dubious ownership" in cause.output:
                raise PublishError(f"{here}: git does not trust this folder, which another user owns") from cause
            raise PublishError(f"{here} is not in a git repository", hint="run git init, or clone one") from cause
        return cls(Path(root), environ)

    def git(self, *words: str, seconds: float = _SECONDS) -> str:
        """Run git here and return its standard output. Raises GitFailed, or PublishError where git cannot run."""
        end = time.monotonic() + seconds
        try:
            ran = children.run(
                ["git", "-c", "core.quotePath=false", *words],
                left=lambda: end - time.monotonic(),
                cwd=self.root,
                env=_SSH | dict(self.environ) | _QUIET,
                grace=_GRACE,
            )
        except FileNotFoundError as cause:
            raise PublishError("git is not installed", hint="install git") from cause
        except children.TimeUp as cause:
            raise PublishError(f"git {words[0]} timed out after {seconds:.0f} s", hint="try again later") from cause
        out, errors = ran.stdout.decode("utf-8", "surrogateescape"), ran.stderr.decode("utf-8", "replace")
        if ran.returncode:
            raise GitFailed(words[0], without_credentials(errors or out))
        return out

    def listed(self, *words: str) -> list[str]:
        """Run a git command that ends its names with NUL, and return the names."""
        return [name for name in self.git(*words).split("\0") if name]

    def asked(self, *words: str) -> str:
        """Run a git command that fails where there is nothing to say; the empty string then."""
        try:
            return self.git(*words).strip()
        except GitFailed:
            return ""

    @property
    def branch(self) -> str:
        """The branch that is checked out; empty where none is."""
        return self.asked("symbolic-ref", "--quiet", "--short", "HEAD")

    @property
    def remote(self) -> tuple[str, str]:
        """Where the branch is pushed to: remote and branch. Raises PublishError where there is no remote."""
        branch = self.branch
        if not branch:
            raise PublishError("no branch is checked out", hint="git switch main")
        upstream = self.asked("config", f"branch.{branch}.remote")
        merge = self.asked("config", f"branch.{branch}.merge").removeprefix("refs/heads/")
        if upstream and merge and upstream != ".":
            return upstream, merge
        remotes = self.asked("remote").splitlines()
        if not remotes:
            raise PublishError("the repository has no remote to push to", hint="git remote add origin URL")
        return ("origin" if "origin" in remotes else remotes[0]), branch

    def address(self, remote: str) -> str:
        """Return the address of a remote, which may be an address itself, without credentials."""
        return without_credentials(self.asked("remote", "get-url", remote) or remote)

    def refuse_unfinished(self) -> None:
        """Raise PublishError where somebody is in the middle of a merge, a rebase or the like."""
        for name in _UNDER_WAY:
            if (self.root / self.asked("rev-parse", "--git-path", name)).exists():
                raise PublishError(f"{self.root}: a merge or rebase is in progress", hint="finish or abort it first")

    def refuse_nameless(self) -> None:
        """Raise PublishError where git does not know who commits. Does not invent a name from user and host."""
        for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
            try:
                self.git("-c", "user.useConfigOnly=true", "var", who)
            except GitFailed as cause:
                raise PublishError(
                    "git user.name or user.email is not set",
                    hint='git config user.name "My Name" and git config user.email me@example.org',
                ) from cause


def without_credentials(output: str) -> str:
    """Take names, passwords and queries out of the addresses in a text."""
    return _ADDRESS.sub(r"\g<scheme>\g<place>", output)


def _reason(output: str) -> str:
    """Return why git failed: its first fatal line or error, else its last line; and what the remote said."""
    lines = [line for line in map(one_line, output.splitlines()) if line and not line.startswith(("hint:", "To "))]
    remote = [_REMOTE.sub("", line) for line in lines if line.startswith("remote:") and not _PROGRESS.match(line)]
    own = [line for line in lines if not line.startswith("remote:")]
    telling = [line for line in own if line.startswith(("fatal:", "error:", "!"))]
    first = shorten((telling or own[-1:] or [""])[0], 200)
    return ": ".join(filter(None, (first, shorten(" ".join(filter(None, remote)), 400))))
