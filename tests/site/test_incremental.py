"""A site after any history is byte for byte the site that is built from nothing."""

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.runtime import Context

from digest.adapters import store
from digest.errors import ArchiveError, DigestError
from digest.model import ArxivId, Paper, Skip
from digest.site.output import writer
from digest.site.search import files

DAYS = [f"2025-11-{day:02d}" for day in range(3, 11)]
STEPS = st.tuples(
    st.sampled_from(
        ["put", "put", "put", "edit", "drop_post", "drop_edition", "rename", "hand", "empty", "template", "style",
         "config", "words", "lose_cache", "lose_site", "killed", "broken", "build"]
    ),
    st.sampled_from(DAYS),
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
)  # fmt: skip


def act(shop: Any, kit: Any, step: str, day: str, numbers: list[int]) -> None:  # noqa: PLR0912 - a table of acts
    """Do to the archive what people do."""
    file = shop.posts / f"{day}-daily-papers.md"
    if step == "put":
        shop.put(kit.edition(day, *(kit.entry(n) for n in dict.fromkeys(numbers))))
    elif step == "edit" and file.exists():
        text = file.read_text("utf-8")
        file.write_text(text.replace("느리다", f"느려도 {numbers[0]}"), "utf-8")
    elif step == "drop_post":
        file.unlink(missing_ok=True)
    elif step == "drop_edition":
        (shop.data / f"{day}.json").unlink(missing_ok=True)
    elif step == "rename" and file.exists():
        file.rename(shop.posts / f"{day}-renamed-{numbers[0]}.md")
    elif step == "hand":
        shop.write(
            f"{day}-hand.md", f"---\ntitle: 글 {numbers[0]}\ntags: [tag{numbers[0]}, LLM]\n---\n본문 *{numbers}*.\n"
        )
    elif step == "empty":
        skips = (Skip(paper=Paper(id=ArxivId("2511.00099"), title="x"), stage="run", reason="y"),) * (numbers[0] % 2)
        (shop.data / f"{day}.json").write_bytes(store.encode(kit.edition(day, skips=skips)))
    elif step in {"template", "style", "words"}:
        folder = shop.own / {"template": "site", "style": "site/assets", "words": "locale"}[step]
        folder.mkdir(parents=True, exist_ok=True)
        if step == "template":
            page = '{% extends "site/base.html.j2" %}{% block main %}<p>' + str(numbers[0]) + "</p>{% endblock %}"
            (folder / "about.html.j2").write_text(page, "utf-8")
        elif step == "style":
            (folder / "style.css").write_text(f"p {{ margin: {numbers[0]}px }}", "utf-8")
        else:
            (folder / "ko.yaml").write_text(f"site:\n  tagline: 말 {numbers[0]}\n", "utf-8")
    elif step == "config":
        shop.config = shop.config.model_copy(update={"per_page": 1 + numbers[0] % 3, "title": f"T{numbers[0]}"})
    elif step == "lose_cache":
        shutil.rmtree(shop.cache, ignore_errors=True)
    elif step == "lose_site":
        shutil.rmtree(shop.out, ignore_errors=True)
    elif step == "killed":
        killed(shop, numbers[0])
    elif step == "broken":
        shop.write("2025-11-30-broken.md", "---\ntitle: [\n---\n")
        with suppress(DigestError):  # without any other post; else it is left out
            shop.build()
        (shop.posts / "2025-11-30-broken.md").unlink()
    elif step == "build":
        shop.build()


class Killed(BaseException):
    """The process is gone: nothing that it would have tidied up is tidied up."""


def killed(shop: Any, after: int) -> None:
    """Let a build die after it has put a few files in place."""
    original, left = os.replace, [after]

    def dying(*args: Any) -> None:
        if left[0] == 0:
            raise Killed
        left[0] -= 1
        original(*args)

    clear, writer.Site._clear = writer.Site._clear, lambda self: None  # type: ignore[assignment, method-assign]
    writer.os.replace = dying  # type: ignore[attr-defined]
    try:
        shop.build()
    except Killed:
        pass
    finally:
        writer.os.replace = original  # type: ignore[attr-defined]
        writer.Site._clear = clear  # type: ignore[method-assign]


@settings(max_examples=25)
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_any_history_gives_the_site_that_is_built_from_nothing(
    kit: Any, steps: list[tuple[str, str, list[int]]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = kit.run(Path(folder))
        shop.config = shop.config.model_copy(update={"per_page": 2})
        for number, (step, day, numbers) in enumerate(steps):
            act(shop, kit, step, day, numbers)
            if number % 2:
                shop.build()
        shop.build()
        incremental = shop.tree()
        shop.build(shop.out.parent / "clean", shop.cache.parent / "clean-cache")

        assert incremental == shop.tree(shop.out.parent / "clean")


def test_nothing_changed_writes_nothing(site: Any) -> None:
    before = {path: path.stat().st_mtime_ns for path in site.out.rglob("*")}

    built = site.build()

    assert (built.written, built.removed) == (0, 0)
    assert before == {path: path.stat().st_mtime_ns for path in site.out.rglob("*")}


def test_a_new_day_leaves_the_old_papers_pages_alone(site: Any, kit: Any) -> None:
    before = site.tree()
    site.put(kit.edition("2025-11-12", kit.entry(8)))
    site.build()
    after = site.tree()

    changed = {path for path in before if after.get(path) != before[path]}
    assert {path for path in changed if path.startswith("papers/")} == {
        "papers/2025-11.json", "papers/feed.json", "papers/feed.xml", "papers/index.json",
    }  # fmt: skip
    assert {path for path in changed if path.endswith("daily-papers/index.html")} == set()
    assert "index.html" in changed


def test_a_file_that_somebody_removed_comes_back(site: Any) -> None:
    before = site.tree()
    shutil.rmtree(site.out)
    site.build()

    assert site.tree() == before


def test_files_of_others_stay_and_are_never_overwritten(site: Any, kit: Any) -> None:
    (site.out / "CNAME").write_text("example.org")
    site.build()
    site.put(kit.edition("2025-11-12", kit.entry(8)))
    site.build()
    shutil.rmtree(site.cache)
    site.build()

    assert (site.out / "CNAME").read_text() == "example.org"


def test_a_folder_that_is_not_ours_is_refused(shop: Any, kit: Any) -> None:
    kit.small(shop)
    shop.out.mkdir()
    (shop.out / "index.html").write_text("mine")
    with pytest.raises(ArchiveError) as refused:
        shop.build()

    assert str(refused.value) == (
        f"{shop.out}/index.html: already exists and was not written by digest "
        "— move it, empty the folder, or set paths.site to another one"
    )
    assert [path.name for path in shop.out.iterdir()] == ["index.html"]


def test_two_processes_build_what_one_builds(shop: Any, kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.small(shop).build()
    monkeypatch.setattr("digest.site.content.reader._WORTH_PROCESSES", 1)
    shop.build(shop.out.parent / "two", shop.cache.parent / "two-cache", jobs=2)

    assert shop.tree(shop.out.parent / "two") == shop.tree()


def test_another_process_builds_the_same_and_believes_the_first(shop: Any, kit: Any) -> None:
    """Sets have another order in every process; nothing may depend on it."""
    kit.small(shop)
    code = (
        "import sys; from pathlib import Path; from digest.config import PostConfig, SiteConfig;"
        "from digest.site import Project, build;"
        "from digest.adapters.templates import Templates; top = Path(sys.argv[1]);"
        "built = build(Project(posts=top / '_posts', data=top / '_data/digests', out=top / sys.argv[2],"
        "cache=top / sys.argv[3],"
        "templates=Templates(), config=SiteConfig(), post=PostConfig(), language='ko')); print(built.written)"
    )

    def run(seed: str, out: str, cache: str) -> str:
        command = [sys.executable, "-c", code, str(shop.out.parent), out, cache]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.strip()

    run("1", "one", "cache-one")
    run("2", "two", "cache-two")

    assert shop.tree(shop.out.parent / "one") == shop.tree(shop.out.parent / "two")
    assert run("3", "one", "cache-one") == "0"


def fragments(blog: Any) -> list[str]:
    with closing(sqlite3.connect(blog.cache / "site" / "site.sqlite3")) as database:
        return sorted(name for (name,) in database.execute("SELECT name FROM fragments"))


def test_the_cache_keeps_nothing_of_posts_that_are_gone(shop: Any, kit: Any) -> None:
    for day in range(1, 21):
        shop.put(kit.edition(f"2025-{10 + day % 2}-{day:02d}", kit.entry(day)))
    shop.build()
    before = fragments(shop)
    gone = sorted(shop.posts.iterdir())[:15]
    for post in gone:
        post.unlink()
        (shop.data / f"{post.name[:10]}.json").unlink()
    shop.build()
    left = [post.name for post in shop.posts.iterdir()]

    assert len(before) == 43  # two of each of 20 posts, two months, one block of the search
    kept = [f"{kind} {name}" for kind in ("extract", "rows") for name in left]
    assert fragments(shop) == sorted([*kept, "bib 2025-11", "search block 0"])


def test_small_blocks_of_the_search_give_way_to_a_large_one(
    shop: Any, kit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "BLOCK", 16)
    monkeypatch.setattr(files, "PART", 8)
    kept = []
    for day in range(1, 11):
        shop.put(kit.edition(f"2025-11-{day:02d}", kit.entry(2 * day), kit.entry(2 * day + 1)))
        shop.build()
        shop.build(shop.out.parent / f"clean{day}", shop.cache.parent / f"clean-cache{day}")
        assert shop.tree() == shop.tree(shop.out.parent / f"clean{day}")
        kept.append([int(name.split()[-1]) for name in fragments(shop) if name.startswith("search")])

    assert kept == [[0]] * 4 + [[0, 8]] * 3 + [[0]] + [[0, 16]] * 2


def test_a_build_leaves_no_circles_that_hold_its_pages(shop: Any, kit: Any) -> None:
    for day in (3, 4):
        shop.put(kit.edition(f"2025-11-0{day}", kit.entry(day)))
    gc.collect()
    gc.disable()  # as a build does: what holds itself stays to its end
    try:
        shop.build()
        held = {one.name for one in gc.get_objects() if isinstance(one, Context)}
    finally:
        gc.enable()

    assert held <= {"site/parts.html.j2"}
