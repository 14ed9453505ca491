"""What comes from outside costs in proportion to its length: CPU time is compared with itself, never with a clock."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.growth_readers import READERS, feed, text_of
from digest.adapters import store
from digest.config import files
from digest.errors import ArchiveError
from digest.model import ArxivId, Document, Paper, Section, Summary
from digest.model.schema import NAMES
from digest.site.content import reader
from digest.stages.check import check
from digest.stages.check.subject import LONGEST

WORST = {
    "arXiv's feed, as it is": ("<id ", "<id> "),
    "the list, records": ("1,", '{"id":1},'),
    "check_numbers, a paper": ("1,", "a-", "A-", "\n", "_"),
    "check_names, a paper": ("a-",),
    "check_numbers, a table": ("1 | ",),
    "a reply, its fields": ("a\n",),
}
"""Readers and the units that once took them the square of their length, or longer."""
FLOOR = 0.2
"""Seconds of CPU below which a growth says nothing."""
LARGEST = 128_000


@pytest.mark.parametrize(("name", "unit"), [(name, unit) for name, units in WORST.items() for unit in units])
def test_the_time_of_a_reader_grows_with_its_text(name: str, unit: str) -> None:
    size, before = 4_000, 0.0
    while size <= LARGEST and before < FLOOR:
        taken = min(_cpu(READERS[name], text_of(unit, size)) for _ in range(2))
        # Four times is what a square takes; a machine's own noise stays below three.
        assert taken < FLOOR or taken < 3 * max(before, FLOOR / 2), (size, before, taken)
        size, before = 2 * size, taken


def _cpu(reader: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    feed(reader, text)
    return time.process_time() - start


@pytest.mark.usefixtures("patience")
def test_titles_joined_by_hyphens_are_no_riddle_for_the_names() -> None:
    feed(READERS["check_names, a summary"], "Ab-" * 60 + "Ab9 ")


@pytest.mark.usefixtures("patience")
def test_a_long_block_of_markdown_is_shown_as_it_is_written() -> None:
    from digest.site.content import markup

    assert markup.markdown("[a](" * 20_000) == f"<p>{'[a](' * 20_000}</p>"


def test_a_field_that_is_too_long_to_be_judged_whole_says_so() -> None:
    paper = Paper(id=ArxivId("2511.00001"), title="A title")
    document = Document(id=paper.id, origin="html", sections=(Section("Results", "We reach 93.5%."),))
    summary = Summary(**{**dict.fromkeys(NAMES, "결과를 얻었다."), "method": "방법을 쓴다. " * LONGEST})

    found = check(summary, {}, paper, document).findings

    assert f"method has {8 * LONGEST:,} characters; {LONGEST:,} of them were judged" in [one.what for one in found]


def test_what_is_not_a_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    pipe, folder, link = tmp_path / "pipe.md", tmp_path / "folder.md", tmp_path / "zero.md"
    os.mkfifo(pipe)
    folder.mkdir()
    link.symlink_to("/dev/zero")

    for path in (pipe, folder, link):
        with pytest.raises(OSError, match="not a regular file"):
            files.read(path)
        with pytest.raises(ArchiveError, match="not a regular file"):
            store.read(path)


def test_a_file_beyond_the_bound_is_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "large.md"
    with large.open("wb") as file:
        file.truncate(files.LARGEST + 1)

    with pytest.raises(OSError, match="larger than 64 MB"):
        files.read(large)


def test_the_site_leaves_out_what_cannot_be_read_and_says_why(tmp_path: Path) -> None:
    posts, data = tmp_path / "posts", tmp_path / "data"
    posts.mkdir()
    data.mkdir()
    (posts / "2025-11-17-a.md").write_text("a")
    os.mkfifo(posts / "2025-11-18-a.md")
    (data / "2025-11-17.json").symlink_to("/dev/zero")
    (posts / "2025-11-19-a.md").symlink_to(posts / "nowhere")

    seen = reader.list_inputs(posts, data, 1)

    assert list(seen.posts) == ["2025-11-17-a.md"]
    assert seen.unread == {
        "2025-11-18-a.md": "not a regular file",
        "2025-11-19-a.md": os.strerror(2),
        "2025-11-17.json": "not a regular file",
    }
