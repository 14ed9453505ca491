"""Compiled templates are code: none is loaded from a folder that somebody else may have filled."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from digest.site.rendering import constants
from digest.site.rendering.constants import Compiled


def test_no_code_is_kept_in_the_cache(site: Any) -> None:
    kept = {path.name.partition("-")[0] for path in site.cache.rglob("*") if path.is_file()}

    assert kept == {"site.sqlite3", "site.lock"}


def test_they_lie_where_python_keeps_our_own_compiled_code() -> None:
    kept = Path(importlib.util.cache_from_source(constants.__file__)).parent

    assert Path(Compiled().directory) == kept


def test_where_that_folder_cannot_be_written_a_site_is_built_all_the_same(
    shop: Any, kit: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(constants, "cache_from_source", lambda _: str(tmp_path / "file" / "folding.pyc"))
    monkeypatch.setattr(Compiled, "_known", {})
    shop.put(kit.edition("2025-11-17", kit.entry(1)))

    assert shop.build().problems == ()
    assert (tmp_path / "file").read_bytes() == b""
