"""`digest site` as a user meets it: built, built again, and answered where nothing changed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from digest.adapters.process.interruption import Interruption
from digest.cli import cli
from digest.commands.context import Context
from digest.config import Config
from digest.errors import ConfigError
from digest.site import snapshot
from digest.site.output import up_to_date

HEAVY = ("jinja2", "pydantic", "pydantic_settings", "msgspec", "yaml", "markdown", "numpy", "sqlite3", "rich")
HERE = {name: value for name, value in os.environ.items() if not name.startswith(("DIGEST_", "OPENAI_", "HF_"))}
HERE["PYTHONPATH"] = str(Path(__file__).parent.parent.parent)


class CountingContext(Context):
    """An invocation that counts how often settings were read."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(Interruption())
        self.environ, self.opened = environ, 0

    def config(self, path: Path, overrides: Mapping[str, str] | None = None) -> Config:
        self.opened += 1
        return super().config(path, overrides)


def run(shop: Any, *words: str, **environ: str) -> tuple[str, bool]:
    """Run `digest site`; return what it said without the seconds, and whether it had to read the settings."""
    context = CountingContext(environ)
    done = CliRunner().invoke(
        cli, ["site", "--config", str(shop.out.parent / "config.yaml"), *words], obj=context, standalone_mode=False
    )
    if done.exception is not None:
        raise done.exception
    return re.sub(r"; \d+\.\d s\n", "\n", done.output), bool(context.opened)


@pytest.fixture
def blog(shop: Any, kit: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A site that was built. A file's change of status cannot be dated back, so the waiting time is set to none."""
    monkeypatch.setattr(snapshot, "SETTLED", -(10**12))
    kit.small(shop)
    (shop.out.parent / "config.yaml").write_text("site: {url: 'https://example.org/papers', author: tester}\n")
    run(shop)
    return shop


def test_where_nothing_changed_the_settings_are_not_read_and_the_line_is_the_builds(blog: Any) -> None:
    answered = run(blog)
    up_to_date.discard_result(blog.cache)
    built = run(blog)

    assert (answered[0], answered[1], built[1]) == (built[0], False, True)
    assert re.fullmatch(
        re.escape(str(blog.out)) + r": 4 posts, 6 papers; 0 files written, \d+ unchanged, 0 removed\n", built[0]
    )


def test_the_number_of_processes_changes_no_site(blog: Any) -> None:
    assert run(blog, "--jobs", "2") == run(blog)


def _hand(shop: Any) -> None:
    shop.write("2025-11-08-week.md", "---\ntitle: other\n---\nother\n")


def _template(shop: Any) -> None:
    (shop.own / "site").mkdir(parents=True)
    (shop.own / "site" / "about.html.j2").write_text("mine")


CHANGES: dict[str, Callable[[Any], object]] = {
    "post": _hand,
    "edition": lambda shop: (shop.data / "2025-11-04.json").unlink(),
    "template": _template,
    "settings": lambda shop: (shop.out.parent / "config.yaml").write_text("site: {title: Other}\n"),
    "site": lambda shop: shutil.rmtree(shop.out),
    "list": lambda shop: (shop.out / ".digest-files").unlink(),
    "cache": lambda shop: shutil.rmtree(shop.cache),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_any_change_the_site_is_that_of_a_build_from_nothing(blog: Any, change: Callable[[Any], object]) -> None:
    change(blog)
    _, opened = run(blog)
    again = run(blog)
    incremental = blog.tree()
    shutil.rmtree(blog.out)
    shutil.rmtree(blog.cache)
    run(blog)

    assert (opened, again[1]) == (True, False)
    assert incremental == blog.tree()


def test_a_build_that_fails_leaves_no_answer_behind(blog: Any) -> None:
    with pytest.raises(ConfigError, match="gives 4 posts one address"):
        run(blog, DIGEST_SITE__PERMALINK="/same/")

    assert [run(blog)[1], run(blog)[1]] == [True, False]


def test_an_answer_comes_without_what_only_a_build_needs(blog: Any) -> None:
    script = (
        "import runpy, sys\n"
        "sys.argv = ['digest', 'site']\n"
        "try: runpy.run_module('digest', run_name='__main__')\n"
        "except SystemExit as over: assert not over.code, over.code\n"
        "print('LOADED', *sorted(sys.modules))\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=blog.out.parent, env=HERE, capture_output=True, text=True, check=True
    )

    said, _, loaded = ran.stdout.partition("LOADED ")
    assert re.match(r".*_site: 4 posts, 6 papers; 0 files written", said)
    assert sorted(set(HEAVY) & set(loaded.split())) == []


def test_a_preview_goes_by_the_settings_as_they_are_now(blog: Any) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "digest", "site", "--serve", "--port", "0"],
        cwd=blog.out.parent,
        env=HERE,
        stdout=subprocess.PIPE,
        text=True,
    ) as preview:
        assert preview.stdout is not None
        try:
            preview.stdout.readline()
            port = int(preview.stdout.readline().split(":")[2].split("/")[0])
            (blog.out.parent / "config.yaml").write_text("site: {url: 'https://example.org/other', title: Renamed}\n")
            preview.stdout.readline()
            address = preview.stdout.readline()
            with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as line:
                line.request("GET", "/other/")
                page = line.getresponse().read().decode()
        finally:
            preview.terminate()
    assert (address, "<title>Renamed</title>" in page) == (f"http://127.0.0.1:{port}/other\n", True)
    assert preview.returncode == 143
