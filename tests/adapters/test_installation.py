"""What this program knows of itself: its version with the commit, and where the same one can be had again."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digest import __version__
from digest.adapters import installation
from digest.errors import ConfigError
from tests.actions import git

ROOT = Path(__file__).parents[2]
GIT = {"vcs": "git", "commit_id": "0123456789abcdef0123456789abcdef01234567"}

Install = Callable[[object], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Play an installation whose direct_url.json holds what is given; a string stands there as it is."""

    def play(origin: object) -> None:
        folder = tmp_path / "site-packages" / "daily_paper_digest-0.1.0.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text("Metadata-Version: 2.4\nName: daily-paper-digest\nVersion: 0.1.0\n")
        if origin is not None:
            (folder / "direct_url.json").write_text(origin if isinstance(origin, str) else json.dumps(origin))
        monkeypatch.syspath_prepend(str(folder.parent))

    yield play


@pytest.mark.parametrize(
    ("origin", "version", "requirement"),
    [
        (None, __version__, f"daily-paper-digest[notify]=={__version__}"),
        (
            {"url": "https://github.com/me/digest", "vcs_info": GIT},
            f"{__version__} (commit 0123456789ab)",
            "daily-paper-digest[notify] @ git+https://github.com/me/digest@0123456789ab",
        ),
        (
            {"url": "https://me:token@github.com/me/digest", "vcs_info": {"vcs": "git"}},
            __version__,
            "daily-paper-digest[notify] @ git+https://github.com/me/digest@HEAD",
        ),
        (
            {"url": "https://example.org/digest.whl", "archive_info": {}},
            __version__,
            "daily-paper-digest[notify] @ https://example.org/digest.whl",
        ),
        ({"url": "file:///src/digest", "dir_info": {}}, __version__, "daily-paper-digest[notify] @ file:///src/digest"),
        (
            {"url": "file:///is/not/there", "dir_info": {"editable": True}},
            __version__,
            "daily-paper-digest[notify] @ file:///is/not/there",
        ),
        ("not JSON", __version__, f"daily-paper-digest[notify]=={__version__}"),
        ([1], __version__, f"daily-paper-digest[notify]=={__version__}"),
        ({"url": 7, "vcs_info": 7, "dir_info": 7}, __version__, None),
    ],
)
def test_version_and_requirement_follow_where_it_was_installed_from(
    install: Install, origin: object, version: str, requirement: str | None
) -> None:
    install(origin)

    assert installation.version() == version
    assert requirement in {None, installation.requirement("notify")}


def test_an_editable_clone_knows_the_commit_it_is_at_now(install: Install, tmp_path: Path) -> None:
    clone = tmp_path / "a clone"
    clone.mkdir()
    git(clone, "init", "--quiet")
    (clone / "file").write_text("first")
    git(clone, "add", "file")
    git(clone, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "--message", "first")
    commit = git(clone, "rev-parse", "--short=12", "HEAD").strip()
    install({"url": clone.as_uri(), "dir_info": {"editable": True}})

    at_the_commit = installation.version()
    (clone / "file").write_text("changed")

    assert at_the_commit == f"{__version__} (commit {commit})"
    assert installation.version() == f"{__version__} (commit {commit}-dirty)"


def test_a_folder_inside_of_a_repository_has_not_the_commit_of_that(install: Install, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "unpacked").mkdir()
    install({"url": (tmp_path / "unpacked").as_uri(), "dir_info": {"editable": True}})

    assert installation.version() == __version__


def test_without_git_the_version_is_shown_without_commit(
    install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    install({"url": ROOT.as_uri(), "dir_info": {"editable": True}})

    assert installation.version() == __version__


@pytest.mark.parametrize("arguments", [["--version"], ["build", "--help"]])
def test_a_source_tree_that_nobody_installed_runs(arguments: list[str]) -> None:
    script = (
        "import sys; from importlib import metadata\n"
        "def gone(name): raise metadata.PackageNotFoundError(name)\n"
        "metadata.distribution = gone\n"
        "from digest.cli import cli\n"
        f"cli.main({arguments!r})\n"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert arguments != ["--version"] or ran.stdout == f"digest, version {__version__}\n"


@pytest.mark.parametrize(
    ("extra", "library", "code"),
    [
        ("notify", "apprise", "from digest.stages import notify; list(notify.send(None, []))"),
        (
            "dask",
            "distributed",
            "from digest.commands.backfill.modes import Backfill\n"
            "from digest.config import Config\n"
            "Backfill(None, Config(), 'auto', True).engine(None, 'tcp://x:1').__enter__()",
        ),
    ],
)
def test_a_missing_extra_is_an_error_with_what_installs_this_very_program(extra: str, library: str, code: str) -> None:
    script = f"import sys; sys.modules[{library!r}] = None\n{code}"

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)

    last = ran.stderr.splitlines()[-1]
    assert last.startswith(f"{ConfigError.__module__}.{ConfigError.__name__}: ")
    assert last.endswith(f" — {installation.way_to_add(extra)}")
