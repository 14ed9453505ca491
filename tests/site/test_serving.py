"""The preview: what it shows, and when it builds again."""

import errno
import os
import socket
import struct
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from digest.errors import ArchiveError, ConfigError
from digest.site import ServedSite, serve
from digest.site.preview import server
from digest.site.snapshot import take_snapshot


class Preview:
    """A preview of a settings' file: its two words are the base and what the page says; `broken` cannot be built."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.config = folder, folder / "config.yaml"
        self.heard: list[str] = []
        self.stop, self.said = threading.Event(), threading.Semaphore(0)

    def build(self) -> ServedSite:
        seen = take_snapshot([self.config])
        base, _, text = self.config.read_text().partition(" ")
        if base == "broken":
            raise ConfigError("config.yaml:1: broken")
        out = self.folder / text
        out.mkdir(exist_ok=True)
        (out / "index.html").write_text(text)
        (out / "404.html").write_text(f"{text} has no such page")
        self.hear(f"built {text}")
        return ServedSite(out, base, seen)

    def hear(self, line: str) -> None:
        self.heard.append(line)
        self.said.release()

    def wait(self, lines: int) -> list[str]:
        """Wait for so many more lines; say addresses without their port."""
        for _ in range(lines):
            assert self.said.acquire(timeout=20)
        heard, self.heard = self.heard[:lines], self.heard[lines:]
        self.port = next((int(one.split(":")[2].split("/")[0]) for one in heard if one.startswith("http")), self.port)
        return [one.replace(f":{self.port}", "") for one in heard]

    port = 0

    def page(self, path: str) -> tuple[int, str]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read().decode()


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    shown = Preview(tmp_path)
    shown.config.write_text("/papers one")
    options = {"report": shown.hear, "stop": shown.stop, "seconds": 0.02}
    thread = threading.Thread(target=serve, args=(shown.build, 0), kwargs=options, daemon=True)
    thread.start()
    yield shown
    shown.stop.set()
    thread.join(20)


def test_the_site_is_built_then_shown_below_its_base(preview: Preview) -> None:
    heard = preview.wait(2)

    assert heard == ["built one", "http://127.0.0.1/papers"]
    assert preview.page("/papers/") == (200, "one")
    assert preview.page("/papers/nothing") == (404, "one has no such page")
    assert preview.page("/index.html") == (404, "one has no such page")
    assert preview.page("/papers/../config.yaml")[0] == 404


def test_new_settings_move_the_preview_to_another_folder_and_base(preview: Preview) -> None:
    preview.wait(2)
    preview.config.write_text("/other/ two")

    assert preview.wait(2) == ["built two", "http://127.0.0.1/other/"]
    assert preview.page("/other/") == (200, "two")
    assert preview.page("/papers/") == (404, "two has no such page")


def test_settings_that_cannot_be_used_are_reported_and_the_last_good_site_stays(preview: Preview) -> None:
    preview.wait(2)
    preview.config.write_text("broken")

    assert preview.wait(1) == ["config.yaml:1: broken"]
    assert preview.page("/papers/") == (200, "one")
    preview.config.write_text("/papers three")
    assert preview.wait(1) == ["built three"]


def test_a_change_while_it_builds_is_built_next(tmp_path: Path) -> None:
    preview, built = Preview(tmp_path), []
    preview.config.write_text("/ one")

    def build() -> ServedSite:
        shown = preview.build()
        if not built:
            preview.config.write_text("/ two")
        built.append(shown.out.name)
        if len(built) == 2:
            preview.stop.set()
        return shown

    serve(build, 0, report=preview.hear, stop=preview.stop, seconds=0.02)

    assert built == ["one", "two"]


def test_a_port_that_is_taken_is_an_error(preview: Preview) -> None:
    preview.wait(2)
    with pytest.raises(ArchiveError) as refused:
        serve(preview.build, preview.port, report=preview.hear)

    assert str(refused.value) == (
        f"port {preview.port} cannot be used: {os.strerror(errno.EADDRINUSE)} — choose another with --port"
    )


def ask(preview: Preview, path: str, host: str = "localhost", **more: str) -> tuple[int, bytes]:
    line = HTTPConnection("127.0.0.1", preview.port, timeout=20)
    line.putrequest("GET", path, skip_host=True)
    line.putheader("Host", host)
    for name, value in more.items():
        line.putheader(name, value)
    line.endheaders()
    answer = line.getresponse()
    return answer.status, answer.read()


def test_only_files_of_the_site_are_shown(preview: Preview) -> None:
    preview.wait(2)
    out = preview.folder / "one"
    (out / "empty").mkdir()
    for name in (".digest-files", ".hidden", "empty/other.txt"):
        (out / name).write_text("secret")
    (out / "link.txt").symlink_to(preview.config)
    (out / "linked").symlink_to(preview.folder)
    os.mkfifo(out / "pipe")

    paths = (
        ".digest-files",
        ".hidden",
        "empty/",
        "link.txt",
        "linked/",
        "linked/config.yaml",
        "pipe",
        "%00",
        "x" * 999,
    )
    assert {path: ask(preview, f"/papers/{path}") for path in paths} == dict.fromkeys(
        paths, (404, b"one has no such page")
    )


def test_only_the_names_of_this_machine_are_answered(preview: Preview) -> None:
    preview.wait(2)

    ours = ["localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:80"]
    others = ["evil.example", "localhost.evil.example", "evil.example:80", "", "[", "127.0.0.1@evil.example"]
    assert [ask(preview, "/papers/", host)[0] for host in ours] == [200] * len(ours)
    assert [ask(preview, "/papers/", host)[0] for host in others] == [421] * len(others)
    assert ask(preview, "http://evil.example/papers/")[0] == 421
    assert ask(preview, "/papers/", host="localhost", HOST="evil.example")[0] == 421


def test_idle_connections_keep_nobody_waiting_and_are_bounded(preview: Preview) -> None:
    preview.wait(2)
    idle = [socket.create_connection(("127.0.0.1", preview.port), 20) for _ in range(server.CONNECTIONS + 20)]

    assert preview.page("/papers/") == (200, "one")
    answering = [thread for thread in threading.enumerate() if "process_request_thread" in thread.name]
    for one in idle:
        one.close()
    assert len(answering) <= server.CONNECTIONS + 20


def test_a_client_that_goes_away_leaves_no_word(preview: Preview, capfd: pytest.CaptureFixture[str]) -> None:
    preview.wait(2)
    for _ in range(5):
        line = socket.create_connection(("127.0.0.1", preview.port), 20)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sendall(b"GET /papers/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        line.close()

    assert preview.page("/papers/") == (200, "one")
    assert (preview.heard, capfd.readouterr()) == ([], ("", ""))
