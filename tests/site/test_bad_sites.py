"""Each folder of tests/bad_sites and tests/bad_posts is wrong in one way; `message` holds what the user reads."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from digest.errors import ArchiveError, ConfigError, DigestError
from tests.wording import Reads

TESTS = Path(__file__).parent.parent


def names(folder: str) -> list[str]:
    return sorted(path.name for path in (TESTS / folder).iterdir() if path.is_dir())


def lay(bad: Path, over: Path) -> None:
    """Copy what is wrong over a site's own files."""
    for part in ("_posts", "_data", "templates"):
        if (bad / part).is_dir():
            shutil.copytree(bad / part, over / part, dirs_exist_ok=True)


@pytest.mark.parametrize("name", names("bad_sites"))
def test_what_is_wrong_is_reported_with_file_and_line_and_nothing_is_written(name: str, shop: Any, kit: Any) -> None:
    kit.small(shop).build()
    before = shop.tree()
    lay(TESTS / "bad_sites" / name, shop.out.parent)
    with pytest.raises(DigestError) as wrong:
        shop.build()
    golden = TESTS / "bad_sites" / name / "message"

    assert str(wrong.value) == Reads(golden.read_text("utf-8").rstrip("\n"))
    assert shop.tree() == before


@pytest.mark.parametrize("name", names("bad_posts"))
def test_a_post_that_cannot_be_shown_is_named_with_its_line_and_the_others_are_built(
    name: str, shop: Any, kit: Any
) -> None:
    bad = TESTS / "bad_posts" / name
    kit.small(shop)
    lay(bad, shop.out.parent)
    built = shop.build()
    golden = (bad / "message").read_text("utf-8").rstrip("\n")
    what, dash, hint = golden.partition(" — ")

    again = shop.build()

    assert built.problems == (Reads(f"{what}; skipped{dash}{hint}"),)
    assert built.posts == len(list((shop.out.parent / "_posts").iterdir())) - 1
    assert (again.problems, again.written) == (built.problems, 0)


def test_a_post_that_is_mended_is_shown_again_and_one_that_is_spoilt_is_taken_off(shop: Any, kit: Any) -> None:
    kit.small(shop)
    shop.write("2025-11-08-notes.md", "---\ntitle: Notes\n---\n글\n")
    shop.build()
    whole = shop.tree()

    shop.write("2025-11-08-notes.md", "---\ntitle: [Notes\n---\n글\n")
    spoilt = shop.build()
    page = "2025/11/08/notes/index.html"
    gone = page not in shop.tree()
    shop.write("2025-11-08-notes.md", "---\ntitle: Notes\n---\n글\n")
    shop.build()

    assert (len(spoilt.problems), page in whole, gone) == (1, True, True)
    assert shop.tree() == whole


def test_a_site_of_which_no_post_can_be_shown_is_left_as_it_was(shop: Any) -> None:
    shop.write("2025-11-08-notes.md", "---\ntitle: Notes\n---\n글\n")
    shop.build()
    before = shop.tree()
    shop.write("2025-11-08-notes.md", "---\ntitle: [Notes\n---\n글\n")

    with pytest.raises(ArchiveError):
        shop.build()

    assert shop.tree() == before


def test_a_file_whose_name_is_not_utf8_is_named_and_left_out_be_it_a_post_an_edition_or_in_such_a_folder(
    shop: Any, kit: Any
) -> None:
    kit.small(shop)
    before = shop.build().posts
    note, edition = b"---\ntitle: Notes\n---\nx\n", (shop.data / "2025-11-08.json").read_bytes()
    folder = os.fsencode(shop.posts) + b"/\xff"
    Path(os.fsdecode(folder)).mkdir()
    for path, content in (
        (os.fsencode(shop.posts) + b"/2025-11-17-\xff.md", note),
        (folder + b"/2025-11-17-notes.md", note),
        (os.fsencode(shop.data) + b"/2025-11-17-\xff.json", edition),
    ):
        Path(os.fsdecode(path)).write_bytes(content)

    built = shop.build()

    assert built.posts == before
    assert sorted(built.problems) == [
        "2025-11-17-\ufffd.json: skipped, its name is not UTF-8: rename it",
        "2025-11-17-\ufffd.md: skipped, its name is not UTF-8: rename it",
        "\ufffd/2025-11-17-notes.md: skipped, its name is not UTF-8: rename it",
    ]


def test_posts_of_one_name_in_two_folders_cost_the_later_one_alone(shop: Any, kit: Any) -> None:
    kit.small(shop)
    (shop.posts / "more").mkdir()
    shop.write("more/2025-11-08-week.md", "---\ntitle: Again\n---\nx\n")

    built = shop.build()

    assert built.problems == (
        "more/2025-11-08-week.md:1: same URL as 2025-11-08-week.md: /2025/11/08/week/; skipped"
        " — rename one of them, or change its permalink",
    )


def test_a_setting_that_gives_many_posts_one_address_is_named_itself_and_nothing_is_written(
    shop: Any, kit: Any
) -> None:
    kit.small(shop).build()
    before = shop.tree()
    shop.config = shop.config.model_copy(update={"permalink": "/:title/"})

    with pytest.raises(ConfigError) as coarse:
        shop.build()
    shop.config = shop.config.model_copy(update={"permalink": "/papers/:year/:month/:day/:title/"})
    with pytest.raises(ConfigError) as reserved:
        shop.build()

    assert [str(coarse.value), str(reserved.value)] == [
        "site.permalink: '/:title/' gives 3 posts one address, /daily-papers/ (2025-11-03-daily-papers.md,"
        " 2025-11-04-daily-papers.md, …) — put :year, :month, :day and :title into it",
        "site.permalink: /papers/2025/11/03/daily-papers/ is reserved — begin it with another folder",
    ]
    assert shop.tree() == before
