"""A site is said to be up to date only where nothing can have changed."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.config import WELL_KNOWN
from digest.site import snapshot
from digest.site.output import up_to_date


class SmallSite:
    """An archive with a site, both of one file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.config, self.post = folder, folder / "config.yaml", folder / "_posts" / "a.md"
        self.list = folder / "_site" / ".digest-files"
        for file in (self.config, self.post, self.list):
            file.parent.mkdir(exist_ok=True)
            file.write_text("one")
        self.cache = folder / ".cache"
        self.cache.mkdir()

    def asked(self, **environ: str) -> up_to_date.Query:
        return up_to_date.query_key(self.config, environ)

    def build(self, while_it_builds: Callable[[], object] = lambda: None) -> None:
        seen = snapshot.take_snapshot([self.config, self.post.parent, self.folder / "templates"])
        while_it_builds()
        up_to_date.store_result(self.cache, self.asked(), seen, {self.list: 0}, "3 posts", ("one is broken",))

    def answer(self, **environ: str) -> up_to_date.CachedResult | None:
        return up_to_date.cached_result(self.asked(**environ))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSite:
    """A change of a file's status cannot be dated back, so the waiting time is set to none."""
    monkeypatch.setattr(snapshot, "SETTLED", -(10**12))
    return SmallSite(tmp_path)


def test_what_was_remembered_is_reported_again_with_the_time_it_took(place: SmallSite) -> None:
    place.build()

    known = place.answer()
    assert known is not None
    assert re.fullmatch(r"3 posts; \d+\.\d s", known.line)
    assert known.warnings == ("one is broken",)


CHANGES: dict[str, Callable[[SmallSite], object]] = {
    "edited": lambda place: place.post.write_text("two"),
    "touched": lambda place: os.utime(place.post, (1, 1)),
    "replaced by a link": lambda place: (
        place.post.rename(place.folder / "b.md"), place.post.symlink_to(place.folder / "b.md")
    ),
    "removed": lambda place: place.post.unlink(),
    "added": lambda place: (place.post.parent / "b.md").write_text("one"),
    "added below": lambda place: (
        (place.folder / "templates" / "site").mkdir(parents=True),
        (place.folder / "templates" / "site" / "a").write_text("one"),
    ),
    "settings": lambda place: place.config.write_text("two"),
    "no settings": lambda place: place.config.unlink(),
    "site gone": lambda place: shutil.rmtree(place.list.parent),
    "site touched": lambda place: (place.list.parent / "index.html").write_text("one"),
    "list edited": lambda place: place.list.write_text("two"),
    "cache gone": lambda place: shutil.rmtree(place.cache),
    "garbled": lambda place: (place.cache / "site-fresh.json").write_text('{"asked": ['),
    "other": lambda place: (place.cache / "site-fresh.json").write_text("[]"),
    "forgotten": lambda place: up_to_date.discard_result(place.cache),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_any_change_there_is_no_answer(place: SmallSite, change: Callable[[SmallSite], object]) -> None:
    place.build()
    change(place)

    assert place.answer() is None


def test_a_file_that_changed_while_the_site_was_built_is_not_believed(place: SmallSite) -> None:
    place.build(lambda: place.post.write_text("two"))

    assert place.answer() is None


def test_a_file_that_changed_just_before_the_build_is_not_believed(tmp_path: Path) -> None:
    place = SmallSite(tmp_path)
    place.build()

    assert place.answer() is None


def test_a_cache_that_cannot_be_written_stops_nothing(place: SmallSite) -> None:
    shutil.rmtree(place.cache)
    place.cache.write_text("a file")
    up_to_date.discard_result(place.cache)
    place.build()

    assert (place.answer(), place.cache.read_text()) == (None, "a file")


def test_what_a_link_leads_to_is_looked_at_and_a_circle_of_links_ends(place: SmallSite) -> None:
    elsewhere = place.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "style.css").write_text("one")
    (elsewhere / "back").symlink_to(place.post.parent)
    (place.post.parent / "there").symlink_to(elsewhere)
    place.build()
    before = place.answer()
    (elsewhere / "style.css").write_text("two")

    assert (before is None, place.answer()) == (False, None)


def test_variables_that_set_something_count_and_secrets_leave_no_trace(place: SmallSite) -> None:
    place.build()

    assert place.answer(DIGEST_NOTIFY_URLS="json://secret", OPENAI_API_KEY="sk-secret", HOME="/") == place.answer()
    assert place.answer(DIGEST_LANGUAGE="en") is None
    assert [place.answer(**{name: "x"}) for name in WELL_KNOWN] == [None] * len(WELL_KNOWN)
    assert set(up_to_date.ALSO) == set(WELL_KNOWN)


@pytest.mark.parametrize(
    ("text", "environ", "cache"),
    [
        ("", {}, ".cache"),
        ("paths:\n  site: out\n  cache: 'kept'\n", {}, "kept"),
        ("paths: {site: out, cache: kept, posts: p}  # cache: no\n", {}, "kept"),
        ("  # cache: no\n", {}, ".cache"),
        ("paths: {cache: kept}\n", {"DIGEST_PATHS__CACHE": "/other"}, "/other"),
    ],
)
def test_the_cache_is_found_without_reading_the_settings(
    place: SmallSite, text: str, environ: dict[str, str], cache: str
) -> None:
    place.config.write_text(text)

    assert place.asked(**environ).cache == place.folder / cache
