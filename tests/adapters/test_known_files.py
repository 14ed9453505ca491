"""What files say is read once; what changed, and what may have, is read again."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from digest.adapters.store import Archive, KnownFiles
from digest.errors import ArchiveError
from digest.model import ArxivId

OLD = 1_700_000_000
POST = "# 1. [A title](https://arxiv.org/abs/2511.0000{})\n\n## Introduction\n"


def put(path: Path, text: str, time: float = OLD) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (time, time))


class Reading:
    """Finds the length of a file, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, raw: bytes) -> int:
        self.asked += 1
        return len(raw)


def test_a_file_is_read_once_for_all_runs_until_it_changes(tmp_path: Path) -> None:
    file, length = tmp_path / "a.md", Reading()
    put(file, "one")
    found = []
    for _ in range(3):
        known = KnownFiles(tmp_path / "cache")
        found += [known.of(file, "length", length), known.of(file, "length", length)]
        known.save()
    put(file, "three", OLD + 1)
    found.append(KnownFiles(tmp_path / "cache").of(file, "length", length))

    assert (found, length.asked) == ([3, 3, 3, 3, 3, 3, 5], 2)


def test_a_file_that_was_written_a_moment_ago_is_read_each_time(tmp_path: Path) -> None:
    file, length, known = tmp_path / "a.md", Reading(), KnownFiles(tmp_path / "cache")
    file.write_text("one")
    assert [known.of(file, "length", length) for _ in range(2)] == [3, 3]
    known.save()

    assert (length.asked, (tmp_path / "cache").exists()) == (2, False)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"\xc1"),
        lambda path: path.unlink(),
        lambda path: path.write_bytes(msgspec.msgpack.encode([0, {}])),
    ],
    ids=["damaged", "gone", "another format"],
)
def test_a_memory_that_is_damaged_gone_or_of_another_format_is_made_anew(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    file, length, known = tmp_path / "a.md", Reading(), KnownFiles(tmp_path / "cache")
    put(file, "one")
    known.of(file, "length", length)
    known.save()
    spoil(tmp_path / "cache" / "archive.msgpack")
    known = KnownFiles(tmp_path / "cache")

    assert (known.of(file, "length", length), length.asked) == (3, 2)
    known.save()
    assert (KnownFiles(tmp_path / "cache").of(file, "length", length), length.asked) == (3, 2)


def test_what_cannot_be_read_or_kept_is_no_reason_to_stop(tmp_path: Path) -> None:
    put(tmp_path / "cache", "a file where the folder should be")
    file, length, known = tmp_path / "a.md", Reading(), KnownFiles(tmp_path / "cache")
    put(file, "one")
    assert known.of(file, "length", length) == 3
    known.save()
    assert known.of(tmp_path / "gone.md", "length", length) == 0

    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(ArchiveError, match="cannot be read"):
        known.of(tmp_path / "pipe.md", "length", length)


def test_files_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    known = KnownFiles(tmp_path / "cache")
    for name in ("a.md", "b.md"):
        put(tmp_path / name, name)
        known.of(tmp_path / name, "length", len)
    (tmp_path / "a.md").unlink()
    known.save()

    _, files = msgspec.msgpack.decode((tmp_path / "cache" / "archive.msgpack").read_bytes())
    assert list(files) == [str(tmp_path / "b.md")]


def test_an_archive_that_remembers_says_what_one_says_that_reads_everything(tmp_path: Path) -> None:
    posts, data, cache = tmp_path / "_posts", tmp_path / "_data", tmp_path / "cache"
    for day in (1, 2, 3):
        put(posts / f"2025-11-0{day}-daily-papers.md", POST.format(day))
    first = KnownFiles(cache)
    Archive(posts, data, first).published("2025-11-09-daily-papers.md")
    first.save()
    put(posts / "2025-11-02-daily-papers.md", POST.format(7), OLD + 60)
    (posts / "2025-11-03-daily-papers.md").unlink()
    put(posts / "2025-11-04-daily-papers.md", POST.format(1))

    remembered = Archive(posts, data, KnownFiles(cache)).published("2025-11-09-daily-papers.md")
    assert remembered == Archive(posts, data).published("2025-11-09-daily-papers.md")
    assert remembered == {ArxivId("2511.00001"): "2025-11-01", ArxivId("2511.00007"): "2025-11-02"}
