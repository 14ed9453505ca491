"""What comes from outside costs in proportion to its length: CPU time is compared with itself, never with a clock."""

import os
import time
from pathlib import Path

import pytest

from bench.growth_readers import END, READERS, feed, text_of
from digest import posts
from digest.adapters import store
from digest.adapters.templates import Templates
from digest.config import files
from digest.errors import ArchiveError, ConfigError
from digest.model import ArxivId, Document, Paper, Section, Summary
from digest.model.schema import NAMES
from digest.pipeline import importer
from digest.site.content import inputs, markup
from digest.site.content.markdown import bounds
from digest.site.output import fingerprint
from digest.stages import render
from digest.stages.check import check
from digest.stages.check.subject import LONGEST

WORST = {
    "arXiv's feed, as it is": ("<id ", "<id> "),
    "the list, records": ("1,", '{"id":1},'),
    "check_numbers, a paper": ("1,", "a-", "A-", "\n", "_"),
    "check_names, a paper": ("a-",),
    "check_numbers, a table": ("1 | ",),
    "a reply, its fields": ("a\n",),
    "a post, a heading": (f" {END}",),
    "a post, a section": ("a\n",),
    "repairing": ("](", "\n"),
    "repairing, a heading": (f" {END}",),
    "repairing, a title": ("](a",),
    "repairing, front matter": (f" {END}",),
    "moving in": ("(http://",),
    "Markdown of a paper": ("<img ",),
    "the budget": ("한 ", "10 × "),
    "lines of a PDF": ("a-\n",),
    "raised in a PDF": ("a", " "),
    "blocks on a page": ("[", "> ", "1. ", "`"),
    "prose on a page": ("- a\na\n",),
    "formulas on a page": ("\\(", "$a"),
    "BibTeX": ("-", "a-"),
    "a reading list": ("- ", "[a](", "1. ", "# ", "a\n", "a./"),
    "a page that is named": ("<meta name=a content=", "<title ", "<title>a"),
    "a feed": ("a ", "&lt;"),
    "words of a taste": ("speech ", "a", "감"),
}
"""Readers and the units that once took them the square of their length, or longer."""
FLOOR = 0.2
"""Seconds of CPU below which a growth says nothing."""
POST = """---
layout: post
title: "Papers"
date: 2025-11-17 08:00:00
tags: [a]
categories: [b]
---
# 1. [A title](https://arxiv.org/abs/2511.00001)

## Method
a
"""


@pytest.mark.parametrize(("name", "unit"), [(name, unit) for name, units in WORST.items() for unit in units])
def test_the_time_of_a_reader_grows_with_its_text(name: str, unit: str) -> None:
    short = _cpu(name, unit, 8_000)
    for size in (32_000, 128_000):
        # Sixteen times is what a square takes, four what a line takes. Other work may slow one of a pair; a pair that
        # it slows alike, or not at all, comes soon.
        for _ in range(6):
            long = _cpu(name, unit, size)
            if long < max(FLOOR, 9 * short):
                break
            short = _cpu(name, unit, size // 4)
        else:
            pytest.fail(f"{size} characters took {long:.1f} s, a quarter of them {short:.1f} s")
        short = long


def _cpu(name: str, unit: str, size: int) -> float:
    text = text_of(unit, size)
    start = time.process_time()
    feed(READERS[name], text)
    return time.process_time() - start


@pytest.mark.usefixtures("patience")
def test_titles_joined_by_hyphens_are_no_riddle_for_the_names() -> None:
    feed(READERS["check_names, a summary"], "Ab-" * 60 + "Ab9 ")


@pytest.mark.parametrize("unit", ["1%", "1% ", "1 1", "2.5%, "])
@pytest.mark.usefixtures("patience")
def test_fields_of_nothing_but_figures_are_judged_in_no_time(unit: str) -> None:
    paper = Paper(id=ArxivId("2511.00001"), title="A title")
    document = Document(id=paper.id, origin="html", sections=(Section("Results", "We reach 93.5%."),))
    summary = Summary(**{**dict.fromkeys(NAMES, "결과를 얻었다."), "results": unit * (LONGEST // len(unit))})

    assert check(summary, {}, paper, document).findings


@pytest.mark.usefixtures("patience")
def test_a_long_block_of_markdown_is_shown_as_it_is_written() -> None:
    assert markup.markdown("[a](" * 20_000) == f"<p>{'[a](' * 20_000}</p>"


@pytest.mark.parametrize("deep", ["[" * 21, "> " * 40 + "a", "1. " * 40 + "a", "`" * 50])
def test_markdown_that_nobody_writes_is_shown_as_it_is_written(deep: str) -> None:
    assert markup.markdown(deep) == f"<p>{markup.escape(deep)}</p>"


@pytest.mark.parametrize("deep", ["[" * 20, "> " * 4 + "a", "1. " * 4 + "a", "[a](b) " * 200, "x < 1 and " * 200])
def test_markdown_that_somebody_may_write_is_read(deep: str) -> None:
    assert bounds.affordable(deep)


def test_a_text_of_more_blocks_than_the_library_can_take_off_one_by_one_is_shown_as_it_is() -> None:
    many = "a\n\n" * (bounds.MOST - 1)

    assert bounds.affordable(many)
    assert not bounds.affordable(f"{many}a\n\n")


def test_a_text_of_more_fences_than_the_library_can_copy_it_for_is_shown_as_it_is() -> None:
    assert bounds.affordable("```\n" * bounds.FENCES)
    assert not bounds.affordable("```\n" * bounds.FENCES + "~~~\n")


def test_lists_nested_by_spaces_alone_are_shown_as_they_are_written_and_the_next_text_is_read() -> None:
    nested = "\n\n".join(f"{'    ' * depth}- a" for depth in range(600))

    assert markup.markdown(nested) == markup.prose(f"{nested}\n")[0]
    assert markup.markdown("a *b*") == "<p>a <em>b</em></p>"


@pytest.mark.parametrize("place", ["post.md.j2", "locale/ko.yaml"])
def test_a_template_that_is_no_regular_file_is_refused_and_not_passed_over(tmp_path: Path, place: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    templates = Templates(tmp_path)

    with pytest.raises(ConfigError, match=f"{place}: cannot be read: not a regular file"):
        render.render(posts.parse(POST), templates) if place == "post.md.j2" else templates.words("ko")


def test_an_asset_that_is_no_regular_file_is_refused_and_a_lock_of_an_editor_is_not_read(tmp_path: Path) -> None:
    assets = tmp_path / "site" / "assets"
    assets.mkdir(parents=True)
    (assets / ".#style.css").symlink_to("somebody@somewhere")
    (assets / "more.css").write_text("a")

    assert fingerprint.assets(Templates(tmp_path))["assets/more.css"] == b"a"
    assert fingerprint.templates(Templates(tmp_path), "ko")

    os.mkfifo(assets / "style.css")
    with pytest.raises(ConfigError, match=r"style\.css: cannot be read: not a regular file"):
        fingerprint.assets(Templates(tmp_path))
    with pytest.raises(ConfigError, match=r"style\.css: cannot be read: not a regular file"):
        fingerprint.templates(Templates(tmp_path), "ko")


def test_an_archive_tells_what_cannot_be_an_edition_and_refuses_a_post_that_cannot_be_read(tmp_path: Path) -> None:
    archive = store.Archive(tmp_path / "posts", tmp_path / "data")
    for folder in (archive.posts, archive.data):
        folder.mkdir()
    (archive.data / "2025-11-17.json").write_text("{}")
    os.mkfifo(archive.data / "2025-11-18.json")
    os.mkfifo(archive.posts / "2025-11-18-daily-papers.md")

    assert archive.names() == ["2025-11-17"]
    assert archive.unreadable() == ["2025-11-18.json is left out: not a regular file"]
    with pytest.raises(ArchiveError, match="not a regular file"):
        archive.published("2025-11-19-daily-papers.md")


def test_a_pipe_that_is_to_be_imported_is_not_taken(tmp_path: Path) -> None:
    pipe = tmp_path / "2025-11-18-daily-papers.md"
    os.mkfifo(pipe)

    assert importer.files_of(pipe) == [pipe]
    taken = importer.import_post(
        pipe, store.Archive(tmp_path, tmp_path), lambda _: "", "ko", "daily-papers", force=False
    )
    assert (taken.ok, taken.message) == (False, "not imported: not a regular file")


def test_a_field_that_is_too_long_to_be_judged_whole_says_so() -> None:
    paper = Paper(id=ArxivId("2511.00001"), title="A title")
    document = Document(id=paper.id, origin="html", sections=(Section("Results", "We reach 93.5%."),))
    summary = Summary(**{**dict.fromkeys(NAMES, "결과를 얻었다."), "method": "방법을 쓴다. " * LONGEST})

    found = check(summary, {}, paper, document).findings

    assert f"method has {8 * LONGEST:,} characters; {LONGEST:,} were judged" in [one.what for one in found]


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
    (tmp_path / "secret.md").write_text("a")
    (posts / "series").mkdir()
    (posts / "series/2025-11-20-a.md").symlink_to(tmp_path / "secret.md")
    (posts / "series/2025-11-21-a.md").symlink_to(posts / "2025-11-17-a.md")

    seen = inputs.list_inputs(posts, data, 1)

    assert sorted(seen.posts) == ["2025-11-17-a.md", "series/2025-11-21-a.md"]
    assert seen.unread == {
        "2025-11-18-a.md": "not a regular file",
        "series/2025-11-20-a.md": "a link to a file outside of this folder",
        "2025-11-19-a.md": os.strerror(2),
        "2025-11-17.json": "not a regular file",
    }
