"""The site's folder: what is not ours stays, what is damaged is repaired, and a failed build changes nothing."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digest.adapters import store
from digest.errors import ArchiveError, Busy, ConfigError
from digest.site.output import writer
from digest.site.output.listing import LIST
from digest.site.output.outputs import packed
from digest.site.output.writer import hash_of
from digest.site.records import Output
from digest.site.snapshot import TICK, state_of


def everything(folder: Path) -> dict[str, bytes | str]:
    return {
        str(path.relative_to(folder)): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


@pytest.mark.parametrize("new", [True, False], ids=["with hashes", "of an earlier version"])
def test_a_list_that_names_files_elsewhere_removes_none(shop: Any, kit: Any, tmp_path: Path, new: bool) -> None:
    kit.small(shop)
    shop.out.mkdir()
    outside, linked = tmp_path / "precious.txt", tmp_path / "linked"
    linked.mkdir()
    for file in (outside, linked / "precious.txt"):
        file.write_text("precious")
    (shop.out / "link").symlink_to(linked)
    mark = hash_of(b"precious").hex()
    names = ("../precious.txt", str(outside), "link/precious.txt", "./../precious.txt", "a/../../precious.txt")
    lines = [f"{mark} {name}" if new else name for name in names]
    (shop.out / LIST).write_text("\n".join(["digest-files 2 x" if new else "x", *lines, ""]))

    shop.build()

    assert [file.read_text() for file in (outside, linked / "precious.txt")] == ["precious", "precious"]


def test_a_cache_that_names_files_elsewhere_removes_none(site: Any, kit: Any, tmp_path: Path) -> None:
    outside = tmp_path / "folder" / "precious.txt"
    outside.parent.mkdir()
    outside.write_text("precious")
    way = os.path.relpath(outside, site.out)
    names = (way, str(outside), f"a/../{way}", f"./{way}")
    hostile = (b"x", packed([Output(name, hash_of(b"precious")) for name in names]))
    for list_ in (site.out / LIST, None):
        with closing(sqlite3.connect(site.cache / "site" / "site.sqlite3")) as open_, open_:
            open_.execute("INSERT INTO units VALUES('hostile', ?, ?)", hostile)
        if list_:
            list_.unlink()  # then all that the cache names is looked at, not only what changed
        site.put(kit.edition("2025-11-12" if list_ else "2025-11-13", kit.entry(8 if list_ else 9)))

        built = site.build()

        assert outside.read_text() == "precious"
        assert [": was damaged" in notice for notice in built.notices] == [True] * (list_ is None)


def test_a_page_that_is_gone_stays_where_somebody_changed_it_and_is_named(site: Any) -> None:
    page = site.out / "2025/11/08/week/index.html"
    page.write_text("mine")
    (site.posts / "2025-11-08-week.md").unlink()

    built = site.build()

    assert page.read_text() == "mine"
    assert [notice.partition(": ")[0] for notice in built.notices] == [str(page)]


def test_a_page_that_was_touched_and_is_gone_leaves_nothing_behind(site: Any) -> None:
    page = site.out / "2025/11/08/week/index.html"
    os.utime(page, (1, 1))
    (site.posts / "2025-11-08-week.md").unlink()

    assert (site.build().notices, page.exists()) == ((), False)
    assert (site.build().notices, site.build().written) == ((), 0)


DAMAGES: dict[str, Callable[[Any], object]] = {
    "a folder went": lambda shop: shutil.rmtree(shop.out / "papers"),
    "a page went": lambda shop: (shop.out / "index.html").unlink(),
    "a page was written over": lambda shop: (shop.out / "index.html").write_text("BROKEN"),
    "a page has as many other letters": lambda shop: (shop.out / "robots.txt").write_bytes(
        (shop.out / "robots.txt").read_bytes().swapcase()
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_site_is_repaired(site: Any, damage: Callable[[Any], object]) -> None:
    before = site.tree()
    damage(site)

    built = site.build()

    assert (site.tree(), built.written > 0) == (before, True)


def test_a_list_that_was_cut_is_written_again(site: Any) -> None:
    before = site.tree()
    (site.out / LIST).write_bytes(b"".join((site.out / LIST).read_bytes().splitlines(keepends=True)[:9]))

    site.build()

    assert site.tree() == before


def test_a_page_that_is_edited_while_others_are_moved_is_noticed(
    shop: Any, kit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.small(shop)

    def edited(file: str) -> tuple[int, int]:
        seen = state_of(file)
        if seen[0] and file.endswith("archive/index.html"):
            time.sleep(2 * TICK / 1e9)
            Path(file).write_text("mine")
        return seen

    monkeypatch.setattr(writer, "state_of", edited)
    shop.build()
    monkeypatch.undo()

    shop.build()

    assert shop.page("archive/index.html") != "mine"


def test_a_folder_that_is_replaced_after_it_was_compared_is_noticed(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    other, page = site.out.parent / "other", "2511.00001/index.html"
    shutil.copytree(site.out / "papers", other)
    (other / page).write_text("mine")
    shutil.rmtree(site.cache)
    time.sleep(2 * TICK / 1e9)
    prepare = writer.Site.prepare

    def replaced(self: writer.Site, *given: Any) -> None:
        shutil.move(site.out / "papers", site.out.parent / "before")
        shutil.move(other, site.out / "papers")
        prepare(self, *given)

    monkeypatch.setattr(writer.Site, "prepare", replaced)
    site.build()
    monkeypatch.undo()

    site.build()

    assert site.page(f"papers/{page}") != "mine"


def _linked(shop: Any) -> None:
    shutil.move(shop.out / "papers", shop.out.parent / "elsewhere")
    (shop.out / "papers").symlink_to(shop.out.parent / "elsewhere")
    (shop.out.parent / "elsewhere" / "2511.00001" / "index.html").unlink()


OBSTACLES: dict[str, Callable[[Any], object]] = {
    "a file where a folder is needed": lambda shop: (
        shutil.rmtree(shop.out / "papers"), (shop.out / "papers").write_text("mine")
    ),
    "a link where a folder is needed": _linked,
    "a folder where a page is needed": lambda shop: (
        (shop.out / "index.html").unlink(), (shop.out / "index.html/a").mkdir(parents=True),
        (shop.out / "index.html/a/b").write_text("mine"),
    ),
    "an empty folder where a page is needed": lambda shop: (
        (shop.out / "index.html").unlink(), (shop.out / "index.html/a").mkdir(parents=True)
    ),
    "a link where a page is needed": lambda shop: (
        (shop.out / "index.html").unlink(), (shop.out / "index.html").symlink_to(shop.posts)
    ),
    "a file at the path of a new page": lambda shop: (
        (shop.out / "2025/11/12/daily-papers").mkdir(parents=True),
        (shop.out / "2025/11/12/daily-papers/index.html").write_text("mine"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("obstacle", OBSTACLES.values(), ids=OBSTACLES)
def test_what_is_in_the_way_stops_a_build_before_anything_is_moved(
    site: Any, kit: Any, obstacle: Callable[[Any], object]
) -> None:
    obstacle(site)
    site.put(kit.edition("2025-11-12", kit.entry(8)))
    before = everything(site.out)

    with pytest.raises(ArchiveError, match="already exists and was not written by digest"):
        site.build()

    assert everything(site.out) == before


@pytest.mark.parametrize("name", ["posts", "data", "cache", "own"])
def test_a_site_in_at_or_around_another_folder_is_refused(shop: Any, kit: Any, name: str) -> None:
    kit.small(shop)
    folder = getattr(shop, name)
    before = everything(shop.posts.parent)
    for out in (folder, folder / "below", folder.parent):
        with pytest.raises(ConfigError, match=r"paths\.site (is|contains|is inside) paths\."):
            shop.build(out)

    assert everything(shop.posts.parent) == before


def test_a_folder_of_somebody_else_is_refused_and_a_branch_to_publish_from_is_not(shop: Any, kit: Any) -> None:
    kit.small(shop)
    shop.out.mkdir()
    (shop.out / "CNAME").write_text("example.org")
    (shop.out / "thesis.pdf").write_text("mine")
    with pytest.raises(ArchiveError, match=r"thesis\.pdf: already exists"):
        shop.build()
    assert (sorted(everything(shop.out)), shop.cache.exists()) == (["CNAME", "thesis.pdf"], False)
    (shop.out / "thesis.pdf").unlink()

    shop.build()

    assert (shop.out / "CNAME").read_text() == "example.org"


def test_a_full_disk_leaves_the_old_site(site: Any, kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(site.out)
    site.put(kit.edition("2025-11-12", kit.entry(8)))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for call in ("write", "mkdir"):
        with monkeypatch.context() as patched, pytest.raises(ArchiveError, match="No space left on device"):
            patched.setattr(f"digest.site.output.writer.os.{call}", full)
            site.build()
        assert everything(site.out) == before


def test_a_damaged_manifest_is_set_aside_and_the_site_is_the_same(site: Any) -> None:
    before = site.tree()
    database = site.cache / "site" / "site.sqlite3"
    post = sorted(site.posts.iterdir())[0]
    damages: tuple[bytes | str, ...] = (
        b"garbage" * 1000,
        "UPDATE state SET value=x'c1' WHERE name IN ('inputs', 'counts')",
        "UPDATE state SET value=7 WHERE name='related'",
        "DELETE FROM units WHERE name='search'",
        "UPDATE files SET path='index.htm' WHERE path='index.html'",
        "DELETE FROM files WHERE path='index.html'",
        "UPDATE units SET lines=CAST(replace(lines, 'papers', 'qapers') AS BLOB)",
        "DELETE FROM units WHERE name LIKE 'papers %'",
        "UPDATE posts SET summary=broken(summary)",
        "UPDATE state SET value=broken(value) WHERE name='related'",
    )
    for number, damage in enumerate(damages):
        if isinstance(damage, bytes):
            database.write_bytes(damage)
        else:
            with closing(sqlite3.connect(database)) as open_, open_:
                open_.create_function("broken", 1, _broken)
                open_.execute(damage)
        os.utime(post, (number, number))  # or nothing more than the list of inputs would be read
        built = site.build()

        kept = f"site.sqlite3.damaged{f'-{number + 1}' if number else ''}"
        assert [kept in notice for notice in built.notices] == [True]
        assert (site.tree(), site.build().notices) == (before, ())


def _broken(value: bytes) -> bytes:
    """Change one bit in the middle of a value."""
    middle = len(value) // 2
    return value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :]


@pytest.mark.parametrize(("table", "column"), [("pages", "page"), ("fragments", "value"), ("words", "papers")])
def test_a_bit_that_changed_in_the_cache_is_noticed(site: Any, kit: Any, table: str, column: str) -> None:
    with closing(sqlite3.connect(site.cache / "site" / "site.sqlite3")) as open_, open_:
        open_.create_function("broken", 1, _broken)
        open_.execute(f"UPDATE {table} SET {column}=broken({column})")
    site.put(kit.edition("2025-11-12", kit.entry(8)))

    built = site.build()

    site.build(site.out.parent / "clean", site.cache.parent / "clean-cache")
    assert (len(built.notices), site.tree()) == (1, site.tree(site.out.parent / "clean"))


def test_a_locked_manifest_says_to_wait(site: Any, kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.damage, "_SOON", 0)
    monkeypatch.setattr(store.damage, "_LONG", 1)
    site.put(kit.edition("2025-11-12", kit.entry(8)))
    before = everything(site.out)
    other = sqlite3.connect(site.cache / "site" / "site.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Busy, match=r"site\.sqlite3: is locked by another process — wait"):
        site.build()
    other.close()

    assert everything(site.out) == before
