"""An export that is run again: what is new is written, what somebody did with the files stays."""

from pathlib import Path

import pytest

from digest.adapters.store import Archive
from digest.adapters.templates import Templates
from digest.config import SiteConfig
from digest.errors import ArchiveError
from digest.pipeline.days.export import Exported, export
from tests.site.conftest import Blog, make_edition, make_entry

SITE = SiteConfig(url="https://example.org")


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    blog = Blog(tmp_path)
    blog.put(make_edition("2025-11-03", make_entry(1), make_entry(2)))
    return blog


def _export(blog: Blog, name: str = "obsidian") -> Exported:
    return export(name, blog.posts.parent / "out", Archive(blog.posts, blog.data), Templates(), SITE)


def test_a_second_export_writes_what_is_new(blog: Blog) -> None:
    assert _export(blog) == Exported(written=3)

    blog.put(make_edition("2025-11-04", make_entry(3)))

    assert _export(blog) == Exported(written=2, unchanged=3)


def test_an_edited_note_is_never_written_over(blog: Blog) -> None:
    _export(blog)
    note = blog.posts.parent / "out" / "papers" / "2511.00001.md"
    note.write_text("my own words\n", "utf-8")
    blog.put(make_edition("2025-11-03", make_entry(1, summary={"goal": "다르다."}), make_entry(2)))

    assert _export(blog) == Exported(unchanged=2, edited=("papers/2511.00001.md",))
    assert note.read_text("utf-8") == "my own words\n"


def test_a_note_that_was_there_before_is_not_written_over(blog: Blog) -> None:
    note = blog.posts.parent / "out" / "papers" / "2511.00001.md"
    note.parent.mkdir(parents=True)
    note.write_text("mine\n", "utf-8")

    assert _export(blog) == Exported(written=2, edited=("papers/2511.00001.md",))


def test_an_unedited_note_follows_its_paper(blog: Blog) -> None:
    _export(blog)
    blog.put(make_edition("2025-11-03", make_entry(1, summary={"goal": "다르다."}), make_entry(2)))

    assert _export(blog) == Exported(written=1, unchanged=2)
    assert "다르다." in (blog.posts.parent / "out" / "papers" / "2511.00001.md").read_text("utf-8")


def test_a_deleted_note_stays_deleted_and_a_deleted_table_is_made_again(blog: Blog) -> None:
    for name, path, again in (
        ("obsidian", "papers/2511.00001.md", Exported(unchanged=2, gone=1)),
        ("csv", "papers.csv", Exported(written=1)),
    ):
        _export(blog, name)
        (blog.posts.parent / "out" / path).unlink()

        assert _export(blog, name) == again


def test_a_paper_of_two_days_is_exported_once_as_it_was_last(blog: Blog) -> None:
    blog.put(make_edition("2025-11-05", make_entry(1, summary={"goal": "다시 썼다."})))

    _export(blog, "csv")

    table = (blog.posts.parent / "out" / "papers.csv").read_text("utf-8-sig")
    assert [line[:23] for line in table.splitlines()[1:]] == ["2025-11-03,2,2511.00002", "2025-11-05,1,2511.00001"]
    assert "다시 썼다." in table


def test_what_somebody_wrote_into_a_post_is_exported(blog: Blog) -> None:
    (post,) = blog.posts.iterdir()
    post.write_text(post.read_text("utf-8").replace("기존 방식은 느리다.", "내가 고쳤다.", 1), "utf-8")
    edition = make_edition("2025-11-03", make_entry(1), make_entry(2))
    archive = Archive(blog.posts, blog.data)
    archive.save(_written(edition, post.name))

    _export(blog)

    out = blog.posts.parent / "out" / "papers"
    assert "내가 고쳤다." in (out / "2511.00001.md").read_text("utf-8")
    assert "기존 방식은 느리다." in (out / "2511.00002.md").read_text("utf-8")


def _written(edition, file):  # type: ignore[no-untyped-def]
    import msgspec

    from digest.model import Written

    return msgspec.structs.replace(edition, written=Written(file=file, sha256="0" * 64))


def test_damaged_marks_are_an_error_that_says_what_to_do(blog: Blog) -> None:
    (blog.posts.parent / "out").mkdir()
    (blog.posts.parent / "out" / ".digest-export.json").write_text("[")

    with pytest.raises(ArchiveError, match="delete it"):
        _export(blog)


def test_a_file_that_cannot_be_written_is_a_problem_and_the_others_are_written(blog: Blog) -> None:
    (blog.posts.parent / "out" / "papers" / "2511.00001.md").mkdir(parents=True)

    done = _export(blog)

    assert (done.written, len(done.problems)) == (2, 1)
    assert "2511.00001.md: cannot be read" in done.problems[0]


def test_a_link_that_leads_nowhere_yet_is_left_alone(blog: Blog) -> None:
    note = blog.posts.parent / "out" / "papers" / "2511.00001.md"
    note.parent.mkdir(parents=True)
    note.symlink_to(blog.posts.parent / "elsewhere.md")

    assert _export(blog) == Exported(written=2, edited=("papers/2511.00001.md",))
    assert note.is_symlink()


def test_files_of_what_is_no_longer_published_are_named_until_they_are_deleted(blog: Blog) -> None:
    _export(blog, "zotero")
    _export(blog)
    blog.put(make_edition("2025-11-03", make_entry(2)))

    assert _export(blog) == Exported(written=1, unchanged=1, left=("papers/2511.00001.md",))

    (blog.posts.parent / "out" / "papers" / "2511.00001.md").unlink()

    assert _export(blog) == Exported(unchanged=2)


def test_a_folder_in_which_nothing_can_be_written_is_an_error(blog: Blog) -> None:
    out = blog.posts.parent / "out"
    out.mkdir()
    for name in ("papers", "days"):
        (out / name).write_text("a file")

    with pytest.raises(ArchiveError, match="papers"):
        _export(blog)
