"""Compiled templates are code: none is loaded from a folder that somebody else may have filled."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from digest.site.rendering import compiled
from digest.site.rendering.compiled import Compiled


def test_no_code_is_kept_in_the_cache(site: Any) -> None:
    kept = {path.name.partition("-")[0] for path in site.cache.rglob("*") if path.is_file()}

    assert kept == {"site.sqlite3", "site.lock"}


def test_they_lie_where_python_keeps_our_own_compiled_code() -> None:
    kept = Path(importlib.util.cache_from_source(compiled.__file__)).parent

    assert Path(Compiled(b"").directory) == kept


def test_where_that_folder_cannot_be_written_a_site_is_built_all_the_same(
    shop: Any, kit: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(compiled, "cache_from_source", lambda _: str(tmp_path / "file" / "folding.pyc"))
    monkeypatch.setattr(Compiled, "_known", {})
    shop.put(kit.edition("2025-11-17", kit.entry(1)))

    assert shop.build().problems == ()
    assert (tmp_path / "file").read_bytes() == b""


def test_code_of_another_version_or_with_other_constants_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "cache_from_source", lambda _: str(tmp_path / "compiled.pyc"))
    monkeypatch.setattr(Compiled, "_known", {})
    keys = [b"one", b"two", b"one"]
    buckets = []
    for key in keys:
        cache, environment = Compiled(key), Environment()
        bucket = cache.get_bucket(environment, "a.j2", None, "{{ x }}")
        buckets.append(bucket.code)
        bucket.code = environment.compile("{{ x }}", "a.j2")
        cache.set_bucket(bucket)
        Compiled._known.clear()  # as in another process

    assert buckets == [None, None, None]  # the folder keeps the last one only
    again = Compiled(b"one").get_bucket(Environment(), "a.j2", None, "{{ x }}")
    assert again.code is not None
