"""Compiled templates are code: none is loaded from a folder that somebody else may have filled."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from digest.site import folding
from digest.site.folding import Compiled


def test_no_code_is_kept_in_the_cache_nor_taken_from_it(workshop: Any, kit: Any) -> None:
    workshop.put(kit.edition("2025-11-17", kit.entry(1)))
    workshop.build()
    made = workshop.tree()

    kept = [path.name for path in workshop.cache.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert [name for name in kept if not name.startswith("site.sqlite3")] == []
    assert workshop.tree() == made


def test_they_lie_where_python_keeps_our_own_compiled_code() -> None:
    kept = Path(importlib.util.cache_from_source(folding.__file__)).parent

    assert Path(Compiled().directory) == kept


def test_where_that_folder_cannot_be_written_a_site_is_built_all_the_same(
    workshop: Any, kit: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(folding, "cache_from_source", lambda _: str(tmp_path / "nowhere" / "folding.pyc"))
    monkeypatch.setattr(Compiled, "_known", {})
    workshop.put(kit.edition("2025-11-17", kit.entry(1)))

    assert workshop.build().problems == ()
    assert not (tmp_path / "nowhere").exists()
