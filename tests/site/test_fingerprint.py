"""A new version of digest makes every page anew that it would make otherwise."""

from pathlib import Path

import grimp
import pytest

from digest.adapters.templates import PACKAGE
from digest.site.output import fingerprint

APART = {"digest.config", "digest.errors", "digest.adapters.installation"}
"""Settings are hashed by their values; an error, and what installs a missing extra, make no page."""


def test_every_module_that_a_build_imports_is_hashed() -> None:
    imported = {"digest.site.builder"} | grimp.build_graph("digest").find_upstream_modules("digest.site.builder")
    hashed = {f"digest.{path.removesuffix('.py').replace('/', '.')}" for path in fingerprint.CODE}

    assert all((PACKAGE / path).exists() for path in fingerprint.CODE)
    assert {
        module
        for module in imported - {"digest"}
        if not any(f"{module}.".startswith(f"{one}.") for one in hashed | APART)
    } == set()


@pytest.mark.parametrize("path", ["posts/escaping.py", "model/new/deep.py", "adapters/templates/words.py"])
def test_another_file_is_another_fingerprint(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "PACKAGE", tmp_path)
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("A = 1")
    before = fingerprint.code()
    (tmp_path / path).write_text("A = 2")

    assert fingerprint.code() != before


def test_what_shapes_no_page_is_not_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "PACKAGE", tmp_path)
    before = fingerprint.code()
    (tmp_path / "stages").mkdir()
    (tmp_path / "stages" / "render.py").write_text("A = 1")

    assert fingerprint.code() == before
