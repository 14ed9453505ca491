"""Legacy forms of posts: each is repaired alone and with the others, and a post in the grammar is never touched."""

from contextlib import suppress
from pathlib import Path

import pytest

from digest import posts
from digest.adapters.store import Archive
from digest.adapters.templates import Templates
from digest.errors import ArchiveError
from digest.model import Edition
from digest.pipeline import importer
from digest.posts.repair import REPAIRS, repair
from digest.stages import render

TEMPLATES = Templates()
NAME = "2025-11-17-daily-papers.md"
POST = """---
layout: post
title: "Daily Papers — 2025-11-17"
date: 2025-11-17 08:15:00
tags: [papers, hugginface]
categories: []
---


# 1. [DoPE: Denoising Rotary Position Embedding](https://arxiv.org/abs/2511.09146)

> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2511.09146)

## Introduction
- Goal: g
- Motivation: m
- Contribution: c

## Method
x

## Results
r

## Limitations
l

## Conclusion
end

# 2. [Virtual Width Networks](https://arxiv.org/abs/2511.11238)

## Introduction
- Goal: g2
- Motivation: m2
- Contribution: c2

## Method
x2

## Results
r2

## Limitations
l2

## Conclusion
end2
"""
LEGACY_FORMS = {
    "quotes in the front matter": ('title: "Daily Papers — 2025-11-17"', 'title: "Daily Papers — 2025-11-17""'),
    "line breaks in links": ("[DoPE: Denoising Rotary", "[DoPE: Denoising\nRotary"),
    "title format": ("# 2. [Virtual", "## 2 [Virtual"),
    "heading numbers": ("## Introduction\n- Goal: g\n", "### 1.\n## Introduction\n- Goal: g\n"),
    "bullet format": ("- Motivation: m2", "* **Motivation** : m2"),
    "blank lines before the front matter": ("---\nlayout", "\n\n---\nlayout"),
}


def _render(edition: Edition) -> str:
    return render.render(render.compose(edition, TEMPLATES.words("ko")), TEMPLATES)


def _take(path: Path, folder: Path, *, force: bool = False) -> importer.ImportOutcome:
    return importer.import_post(
        path, Archive(folder / "_posts", folder / "_data"), _render, "ko", "daily-papers", force=force
    )


def _texts(text: str) -> list[tuple[str, str, list[str]]]:
    """What a post says: id, title and the words of the fields."""
    return [(e.id, e.title, [line.strip() for line in e.fields.values()]) for e in posts.parse(text).entries]


@pytest.mark.parametrize(("what", "form"), LEGACY_FORMS.items())
def test_a_legacy_form_is_repaired_and_named(what: str, form: tuple[str, str]) -> None:
    broken = POST.replace(*form, 1)
    assert broken != POST
    with suppress(ArchiveError):
        assert _texts(broken) != _texts(POST)

    repaired = repair(broken)

    assert repaired.what == (what,)
    assert _texts(repaired.text) == _texts(POST)


def test_all_legacy_forms_at_once_are_repaired() -> None:
    broken = POST
    for form in LEGACY_FORMS.values():
        broken = broken.replace(*form, 1)

    repaired = repair("\ufeff" + broken.replace("\n", "\r\n"))

    assert set(repaired.what) == {*LEGACY_FORMS, "line endings"}
    assert _texts(repaired.text) == _texts(POST)
    assert posts.parse(repaired.text).header.title == "Daily Papers — 2025-11-17"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[DoPE: Denoising Rotary Position Embedding](https", "[DoPE: Denoising\n  Rotary Position\nEmbedding](https"),
        ("Embedding](https://arxiv.org/abs/2511.09146)", "Embedding]\n(https://arxiv.org/abs/2511.09146)"),
        ("(https://arxiv.org/abs/2511.09146)", "(https://arxiv.org/\nabs/2511.09146)"),
        ("(https://arxiv.org/abs/2511.09146)", "(https://huggingface.co/papers/2511.09146)"),
        ("> [Alphaxiv](https://www.alphaxiv.org/ko/overview/", "> [Alphaxiv](https://www.alphaxiv.org/\nko/overview/"),
        ("## Introduction\n- Goal: g\n", "### 1. Introduction\n- Goal: g\n"),
        ("## Introduction\n- Goal: g\n", "### 1. ## Introduction:\n- Goal: g\n"),
        ("## Method\nx\n", "### 2. **Methods**\nx\n"),
        ("## Limitations\nl\n", "## limitation\nl\n"),
        ("- Goal: g\n", "Goal: g\n"),
        ("- Goal: g\n", "-\u00a0Goal:\u00a0g\n"),
        ('title: "Daily Papers — 2025-11-17"', "title: Daily Papers: 2025-11-17"),
        ('title: "Daily Papers — 2025-11-17"', 'title: "Daily Papers — 2025-11-17'),
        ('title: "Daily Papers — 2025-11-17"', 'title: "Daily "Papers" — 2025-11-17"'),
        ("---\n\n\n# 1.", "---\n\n오늘의 논문 둘.\n\n# 1."),
    ],
)
def test_variants_of_a_legacy_form_that_older_posts_show(old: str, new: str) -> None:
    broken = POST.replace(old, new, 1)
    assert broken != POST

    assert _texts(repair(broken).text) == _texts(POST)


def test_a_bullet_that_the_grammar_would_take_for_a_part_of_the_one_above_is_found(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(POST.replace(*LEGACY_FORMS["bullet format"]), "utf-8")

    taken = _take(path, tmp_path)

    edition = Archive(tmp_path / "_posts", tmp_path / "_data").load("2025-11-17")
    assert edition is not None and "fixed: bullet format" in taken.message
    assert (edition.entries[1].summary.goal, edition.entries[1].summary.motivation) == ("g2", "m2")


def test_a_missing_section_and_a_missing_alphaxiv_line_are_not_repaired_but_reported(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(POST.replace("## Limitations\nl\n", ""), "utf-8")

    taken = _take(path, tmp_path)

    assert taken.ok and taken.message.startswith("2 papers; 2511.09146 lacks Limitations; 1 without an alphaXiv link")


def test_what_cannot_be_repaired_is_reported_with_its_line_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(POST.replace("## Method\nx\n", "## Idea\nx\n"), "utf-8")

    taken = _take(path, tmp_path)

    assert not taken.ok and "line 19: unknown section 'Idea'" in taken.message
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [NAME]


@pytest.mark.parametrize("repaired", REPAIRS.values())
def test_the_reference_post_and_ours_are_never_touched(repaired: object, data: Path) -> None:
    for text in (POST, (data / "seed" / NAME).read_text("utf-8")):
        assert repaired(text) == text  # type: ignore[operator]


def test_a_whole_blog_moves_in_and_no_original_changes(tmp_path: Path) -> None:
    blog, home = tmp_path / "blog", tmp_path / "home"
    files = {
        f"_posts/2025/{NAME}": POST,
        "_posts/2024/2024-3-5-daily-papers.md": POST.replace("### 1.\n", ""),
        "_posts/daily-notes.md": POST.replace("2025-11-17 08", "2025-11-14 08"),
        "_posts/2025-11-18-broken.md": POST.replace(*LEGACY_FORMS["line breaks in links"]),
        "_posts/2025-11-19-hopeless.md": POST.replace("## Method\nx\n", "## Idea\nx\n"),
        "_posts/2023-01-01-hello.md": "---\ntitle: Hello\n---\nI like [papers](https://arxiv.org).\n",
        "_posts/2023-01-02-bytes.md": "",
        "_site/2025-11-17.md": POST,
        ".git/x.md": POST,
        "README.md": "# My blog\n",
    }
    for name, text in files.items():
        (blog / name).parent.mkdir(parents=True, exist_ok=True)
        (blog / name).write_text(text, "utf-8")
    (blog / "_posts/2023-01-02-bytes.md").write_bytes(b"\xff\xfe# [x](https://arxiv.org/abs/1)")
    before = {path: path.read_bytes() for path in blog.rglob("*") if path.is_file()}

    said = {str(path.relative_to(blog)): _take(path, home) for path in importer.files_of(blog)}
    again = {str(path.relative_to(blog)): _take(path, home) for path in importer.files_of(blog)}

    differs = "; imported unchanged; `digest render` would reformat it"
    assert {name: one.message for name, one in said.items() if one.ok} == {
        "README.md": "skipped (not a digest post)",
        "_posts/2023-01-01-hello.md": "skipped (not a digest post)",
        "_posts/2024/2024-3-5-daily-papers.md": (
            f"2 papers; 1 without an alphaXiv link; named 2024-03-05-daily-papers.md{differs}"
        ),
        "_posts/2025-11-18-broken.md": f"2 papers; 1 without an alphaXiv link; fixed: line breaks in links{differs}",
        f"_posts/2025/{NAME}": f"2 papers; 1 without an alphaXiv link{differs}",
        "_posts/daily-notes.md": f"2 papers; 1 without an alphaXiv link; named 2025-11-14-daily-notes.md{differs}",
    }
    assert [name for name, one in said.items() if not one.ok] == [
        "_posts/2023-01-02-bytes.md", "_posts/2025-11-19-hopeless.md"
    ]  # fmt: skip
    assert {name: one.message for name, one in again.items() if "already" in one.message} == {
        name: "2 papers, already imported" for name, one in said.items() if one.ok and "papers" in one.message[:9]
    }
    assert {path: path.read_bytes() for path in before} == before
    assert sorted(path.name for path in (home / "_posts").iterdir()) == [
        "2024-03-05-daily-papers.md", "2025-11-14-daily-notes.md", NAME, "2025-11-18-broken.md"
    ]  # fmt: skip
    assert (home / "_posts" / NAME).read_bytes() == POST.encode()
    assert _texts((home / "_posts" / "2025-11-18-broken.md").read_text("utf-8")) == _texts(POST)


def test_a_broken_post_in_its_own_place_is_not_changed_and_render_writes_it_well(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "_posts", tmp_path / "_data")
    broken = POST.replace(*LEGACY_FORMS["line breaks in links"]).encode()
    archive.write_post(NAME, broken)

    taken = _take(archive.posts / NAME, tmp_path)

    edition = archive.load("2025-11-17")
    assert edition is not None and edition.written is not None
    assert taken.ok and archive.post(NAME) == broken
    assert _texts(_render(edition)) == _texts(POST)
