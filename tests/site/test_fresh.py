"""`fresh` says yes only where nothing can have changed."""

import os
from pathlib import Path

import pytest

from digest.site import fresh


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "_posts"
    folder.mkdir()
    (folder / "a.md").write_text("a")
    return folder


def settle(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the files be old: a change of their status cannot be dated back, so the waiting time is set to none."""
    monkeypatch.setattr(fresh, "_SETTLED", -(10**12))
    assert archive.is_dir()


def test_the_same_files_are_fresh(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(archive, monkeypatch)
    fresh.remember(archive.parent, b"x", [archive], "3 posts")

    assert fresh.is_fresh(archive.parent, b"x") == "3 posts"


@pytest.mark.parametrize("change", ["edit", "add", "remove", "touch", "settings"])
def test_any_change_is_seen(archive: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    settle(archive, monkeypatch)
    fresh.remember(archive.parent, b"x", [archive], "3 posts")
    file = archive / "a.md"
    if change == "edit":
        file.write_text("bb")
    elif change == "add":
        (archive / "b.md").write_text("b")
    elif change == "remove":
        file.unlink()
    elif change == "touch":
        os.utime(file, (1, 1))

    assert fresh.is_fresh(archive.parent, b"y" if change == "settings" else b"x") is None


def test_a_file_that_changed_just_now_is_not_trusted(archive: Path) -> None:
    fresh.remember(archive.parent, b"x", [archive], "3 posts")

    assert fresh.is_fresh(archive.parent, b"x") is None


def test_nothing_remembered_is_not_fresh(tmp_path: Path) -> None:
    assert fresh.is_fresh(tmp_path, b"x") is None
