"""What a command starts, it ends: afterwards no thread, no child and no open file or connection of it is left."""

import io
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import pytest

from digest import cli, site
from digest.adapters.process.interruption import Interruption
from digest.adapters.store import Cache
from digest.commands.context import Context
from digest.commands.demo import DAY, NOW, settings
from digest.commands.demo.papers import bundled
from digest.commands.demo.server import Request, Response, Services, serve
from digest.errors import DigestError

EMPTY = "2025-11-16"
"""A Sunday: its list has no papers."""
COMMANDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "build": (
        ("build", "--date", EMPTY),
        ("build", "--date", str(DAY), "--dry-run"),
        ("build", "--date", str(DAY)),
        ("build", "--date", str(DAY)),
        ("build", "--id", "2511.99999"),
    ),
    "backfill": (
        ("backfill", "--from", EMPTY, "--to", str(DAY), "--yes"),
        ("backfill", "--from", EMPTY, "--to", str(DAY), "--yes", "--batch"),
        ("backfill", "--collect", "--yes"),
    ),
    "check": (("check",),),
    "redo": (("redo", "2511.11062"),),
    "remove": (("remove", "2511.11062", "--because", "its author asked"),),
    "render": (("render", str(DAY)),),
    "site": (("site",), ("site", "--jobs", "2"), ("site", "--serve", "--port", "0")),
    "notify": (("notify", str(DAY)),),
    "import": (("import", "_posts"),),
    "publish": (("publish",),),
    "stats": (("stats",),),
    "ledger": (("ledger",),),
    "export": (("export", "--to", "obsidian", "notes"), ("export", "--to", "csv", "table")),
    "mcp": (("mcp",),),
    "init": (("init", "new"),),
    "rank": (("rank", "--date", str(DAY)),),
    "taste": (("taste", "tune"),),
    "config": (("config", "show"), ("config", "schema"), ("config", "templates")),
    "doctor": (("doctor",),),
    "demo": (("demo", "--out", "played"),),
}


class Here(Context):
    """This process, at the moment of the bundled day, with an environment of its own."""

    def __init__(self, environ: dict[str, str]) -> None:
        super().__init__(Interruption())
        self.environ = environ

    def now(self):  # type: ignore[no-untyped-def]
        return NOW


def _read(task: Path) -> str:
    try:
        return task.read_text()
    except FileNotFoundError:  # a thread that ended since it was listed
        return ""


@dataclass(frozen=True)
class Held:
    """What this process holds."""

    threads: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()

    @classmethod
    def now(cls) -> "Held":
        process = Path(f"/proc/{os.getpid()}")
        children = {pid for task in process.glob("task/*/children") for pid in _read(task).split()}
        return cls(
            frozenset(f"{thread.name} {thread.ident}" for thread in threading.enumerate()),
            frozenset(children),
            frozenset(_files(process / "fd")),
        )

    def within(self, other: "Held") -> bool:
        """Return whether the other one holds all of this."""
        return self.threads <= other.threads and self.children <= other.children and self.files <= other.files


def _files(folder: Path) -> Iterator[str]:
    for link in folder.iterdir():
        with suppress(FileNotFoundError):  # the listing's own
            yield f"{link.name} {link.readlink()}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("what a process holds is read from /proc")
    services = Services(bundled())

    def answer(request: Request) -> Response:
        return Response(200, b"[]") if request.query.get("date") == EMPTY else services(request)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))  # whoever started mcp has gone
    stop = threading.Event()
    stop.set()
    monkeypatch.setattr(site, "serve", partial(site.serve, stop=stop))  # the preview ends as soon as it is there
    with serve(answer) as url:
        (tmp_path / "config.yaml").write_text("fetch: {max_wait: 0.01}\nllm: {max_wait: 0.01}\n")
        environ = {
            **settings(url),
            "DIGEST_NOTIFY_URLS": f"json{url.removeprefix('http')}/notified",
            "HOME": str(tmp_path),
        }
        subprocess.run(["git", "init", "--quiet"], check=True)
        yield Here(environ)


def test_every_command_is_walked() -> None:
    assert set(COMMANDS) == set(cli.COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_of_a_command_is_left(here: Here, name: str) -> None:
    run(here, ("build", "--date", str(DAY))) if name not in {"build", "backfill"} else None
    for words in COMMANDS[name]:
        before = Held.now()
        run(here, words)
        assert ours() <= before.threads, words
        assert until(lambda: Held.now().within(before)), (words, before, Held.now())  # noqa: B023 - called at once


def run(here: Here, words: tuple[str, ...]) -> None:
    """Run a command in this process; that it may fail is not what is tested."""
    with suppress(DigestError, click.ClickException):
        cli.cli.main(list(words), standalone_mode=False, obj=here)


def ours() -> frozenset[str]:
    """Name the threads, but for those of others that end a moment later: played services see that a client is gone.

    The threads in which the server of `mcp` read end with its loop, which does not join them.
    """
    return frozenset(one for one in Held.now().threads if "process_request" not in one and "AnyIO" not in one)


def until(true: Callable[[], bool]) -> bool:
    """Wait for the far ends of connections, which are threads of the played services."""
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def test_a_closed_cache_refuses_and_does_not_crash(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.keep_fact("a", "b")
    cache.close()
    cache.close()
    with pytest.raises(ValueError, match="closed"):
        cache.fact("a")
    with pytest.raises(ValueError, match="closed"):
        cache.keep_fact("a", "b")


def test_a_cache_may_be_closed_while_others_use_it(tmp_path: Path) -> None:
    refused = []

    def use(cache: Cache) -> None:
        try:
            while True:
                cache.fact("a")
        except ValueError as closed:
            refused.append(str(closed))

    for number in range(20):
        cache = Cache(tmp_path / str(number))
        threads = [threading.Thread(target=use, args=(cache,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        cache.close()
        for thread in threads:
            thread.join(30)
    assert refused == ["operation on a closed cache"] * 40
