"""Answers that never end: each exchange is over at its deadline, whatever arrives, and gives an error of ours."""

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.adapters.git import Repository
from digest.adapters.http import Deadline, Fetcher, Pacer, limited
from digest.adapters.http.network import Network
from digest.adapters.process import children
from digest.commands.demo.server import Request, Response, serve
from digest.config import FetchConfig, PaceConfig, ServicesConfig
from digest.errors import OutOfTime, Refused, SummaryError, Unavailable
from digest.model import Fetched
from digest.stages.fulltext import pdf
from digest.stages.summarize.client.capabilities import Capabilities
from digest.stages.summarize.client.chat import ChatServer
from digest.stages.summarize.concurrency import ConcurrencyLimit
from tests.drips import CHUNKED, WAYS, dripping
from tests.sockets import accepting

WATCHDOG = 60.0
"""Seconds after which a test gives up on something that should have ended: no machine is that slow."""
SHORT = 0.5
PATIENT = FetchConfig(timeout=300, deadline=SHORT, attempts=1, max_megabytes=1)
NO_PACE = PaceConfig(huggingface=0, arxiv=0, arxiv_api=0)
QUESTION = [{"role": "user", "content": "?"}]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@contextmanager
def fetching(url: str, config: FetchConfig = PATIENT, deadline: Deadline | None = None) -> Iterator[Fetcher]:
    services = ServicesConfig(huggingface=url, arxiv=url, arxiv_api=url)
    fetcher = Fetcher(services, NO_PACE, config, now=lambda: datetime.now(UTC), deadline=deadline)
    try:
        yield fetcher
    finally:
        fetcher.close()


@contextmanager
def asking(url: str, timeout: float, deadline: Deadline | None = None) -> Iterator[ChatServer]:
    server = ChatServer(
        base_url=f"{url}/v1", model="m", key=None, timeout=timeout, output_tokens=100, deadline=deadline
    )
    try:
        yield server
    finally:
        server.close()


def outcome(work: Callable[[], object]) -> Exception:
    """Return the error that work ends with; fails where it has not ended when the watchdog barks."""
    with ThreadPoolExecutor(1) as pool:
        error = pool.submit(work).exception(WATCHDOG)
    assert isinstance(error, Exception)
    return error


@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_get_ends_at_its_deadline_whatever_drips(way: str) -> None:
    with (
        dripping(way, pause=0.02) as host,
        fetching(f"{'https' if way == 'handshake' else 'http'}://{host}") as fetcher,
    ):
        error = outcome(lambda: fetcher.get("arxiv", "/x"))

    assert isinstance(error, (Unavailable, Refused))
    assert str(error) in {
        "arxiv /x: not finished after 0.5 s, tried once",
        "arxiv /x: larger than 1 MB",  # a flood may get there first
        "arxiv /x: redirected more than 5 times",
    }


@pytest.mark.parametrize("way", sorted(WAYS.keys() - {"redirects"}))  # one of those is an answer to a question
def test_a_question_ends_at_its_deadline_whatever_drips(way: str) -> None:
    with (
        dripping(way, pause=0.02) as host,
        asking(f"{'https' if way == 'handshake' else 'http'}://{host}", timeout=SHORT) as server,
    ):
        error = outcome(lambda: server.ask(QUESTION, {}, Capabilities("text")))

    assert isinstance(error, SummaryError)


def test_the_bytes_of_an_answer_are_bounded_headers_and_framing_included() -> None:
    endless = FetchConfig(timeout=300, deadline=3000, attempts=1, max_megabytes=1)

    with dripping("103 flood", pause=0) as host, fetching(f"http://{host}", endless) as fetcher:
        error = outcome(lambda: fetcher.get("arxiv", "/x"))

    assert (type(error), str(error)) == (Refused, "arxiv /x: larger than 1 MB")


def test_an_end_that_is_brought_forward_ends_what_is_under_way_and_lets_nothing_begin() -> None:
    deadline = Deadline()
    slow = FetchConfig(timeout=300, deadline=3000, attempts=3)

    with (
        dripping("header", pause=0.02) as host,
        fetching(f"http://{host}", slow, deadline) as fetcher,
        asking(f"http://{host}", timeout=3000, deadline=deadline) as server,
        ThreadPoolExecutor(2) as pool,
    ):
        page = pool.submit(fetcher.get, "arxiv", "/x")
        answer = pool.submit(server.ask, QUESTION, {}, Capabilities("text"))
        deadline.cut(0.2)
        errors = [page.exception(WATCHDOG), answer.exception(WATCHDOG)]
        begun_later = [
            outcome(lambda: fetcher.get("arxiv", "/y")),
            outcome(lambda: server.ask(QUESTION, {}, Capabilities("text"))),
        ]

    assert [(type(error), str(error)) for error in (*errors, *begun_later)] == [
        (OutOfTime, "the run is out of time")
    ] * 4


def test_what_is_under_way_may_end_within_the_time_that_is_left() -> None:
    deadline, asked = Deadline(), threading.Event()

    def slow(_: Request) -> Response:
        asked.set()
        return Response(200, b"hello" if cut.wait(WATCHDOG) else b"")

    cut = threading.Event()
    with (
        serve(slow) as url,
        fetching(url, FetchConfig(timeout=300, deadline=3000), deadline) as fetcher,
        ThreadPoolExecutor(1) as pool,
    ):
        page = pool.submit(fetcher.get, "arxiv", "/x")
        assert asked.wait(WATCHDOG)
        deadline.cut(WATCHDOG)
        cut.set()

        assert page.result(WATCHDOG).body == b"hello"
        with pytest.raises(OutOfTime):
            fetcher.get("arxiv", "/y")


def test_pauses_and_turns_and_places_at_the_model_are_not_waited_for_when_the_run_is_over() -> None:
    deadline, pacer = Deadline(), Pacer(3000)
    gate = ConcurrencyLimit(1, check=deadline.check)
    pacer.acquire()
    with gate.enter(), ThreadPoolExecutor(4) as pool:
        waiting = [
            pool.submit(deadline.sleep, 3000),
            pool.submit(pacer.acquire, deadline.sleep),
            pool.submit(lambda: gate.enter().__enter__()),
        ]
        deadline.cut()

        assert [type(one.exception(WATCHDOG)) for one in waiting] == [OutOfTime] * 3


def test_a_threads_own_limit_ends_its_exchanges_and_nobody_elses() -> None:
    deadline = Deadline()

    with dripping("body", pause=0.02) as host, fetching(f"http://{host}", PATIENT, deadline) as fetcher:
        with limited(lambda: 0.0):
            mine = outcome_here(lambda: fetcher.get("arxiv", "/x"))
        other = outcome(lambda: fetcher.get("arxiv", "/x"))

    assert (type(mine), type(other)) == (OutOfTime, Unavailable)


def test_a_pdf_is_read_no_longer_than_the_run_has_left() -> None:
    with limited(lambda: 0.0), pytest.raises(OutOfTime):
        pdf.extract(b"%PDF-1.4", seconds=WATCHDOG, megabytes=512, pages=1)


def outcome_here(work: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as raised:
        work()
    return raised.value


def test_a_connection_that_met_its_deadline_is_not_used_again() -> None:
    connections: list[socket.socket] = []
    over = threading.Event()

    def answer(connection: socket.socket) -> None:
        connections.append(connection)
        connection.recv(65536)
        connection.sendall(CHUNKED if len(connections) == 1 else b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        over.wait(60)

    with accepting(answer) as port, fetching(f"http://127.0.0.1:{port}") as fetcher:
        try:
            first = outcome(lambda: fetcher.get("arxiv", "/x"))
            second = fetcher.get("arxiv", "/x")
        finally:
            over.set()

    assert isinstance(first, Unavailable)
    assert (second.body, len(connections)) == (b"ok", 2)


def test_a_name_that_is_not_found_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def slow(*_: object, **__: object) -> list[object]:
        over.wait(WATCHDOG)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)

    with fetching("http://name.example") as fetcher:
        error = outcome(lambda: fetcher.get("arxiv", "/x"))
        over.set()

    assert str(error) == "arxiv /x: not finished after 0.5 s, tried once"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine with its key, in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout key -out cert"
    made = subprocess.run(
        ["openssl", *words.split(), "-addext", "subjectAltName=DNS:localhost,DNS:far.example"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("openssl makes no certificate here")
    (folder / "both").write_bytes((folder / "key").read_bytes() + (folder / "cert").read_bytes())
    return folder


@contextmanager
def encrypted(folder: Path) -> Iterator[int]:
    """A service behind TLS that is a proxy too: it answers CONNECT, and what comes through that with a page."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both")

    def answer(plain: socket.socket) -> None:
        first = plain.recv(8, socket.MSG_PEEK)
        if first.startswith(b"CONNECT"):
            plain.recv(65536)
            plain.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with context.wrap_socket(plain, server_side=True) as stream:
            stream.recv(65536)
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000)

    with accepting(answer) as port:
        yield port


def test_a_page_comes_over_tls_with_the_certificate_of_the_environment(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert"))
    with encrypted(certificate) as port:
        url = f"https://localhost:{port}"
        with fetching(url, FetchConfig(attempts=1)) as fetcher:
            assert fetcher.get("arxiv", "/x") == Fetched(f"{url}/x", "", b"x" * 200_000)


def test_certificates_are_read_once_for_all_clients_of_a_process(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cert").write_bytes((certificate / "cert").read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert"))
    with encrypted(certificate) as port:
        with fetching(f"https://localhost:{port}", FetchConfig(attempts=1)):
            (tmp_path / "cert").unlink()
        with fetching(f"https://localhost:{port}", FetchConfig(attempts=1)) as fetcher:
            assert fetcher.get("arxiv", "/x").body == b"x" * 200_000


def test_a_certificate_that_nobody_vouches_for_is_not_taken(certificate: Path) -> None:
    with encrypted(certificate) as port, fetching(f"https://localhost:{port}", FetchConfig(attempts=1)) as fetcher:
        error = outcome(lambda: fetcher.get("arxiv", "/x"))

    assert isinstance(error, Unavailable) and "its certificate is not trusted" in str(error)


def test_a_page_comes_over_tls_through_a_proxy(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert"))
    with encrypted(certificate) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        with fetching("https://far.example", FetchConfig(attempts=1)) as fetcher:
            assert fetcher.get("arxiv", "/x").body == b"x" * 200_000


def test_tls_goes_through_tls_as_behind_an_encrypted_proxy(certificate: Path) -> None:
    context = ssl.create_default_context(cafile=certificate / "cert")
    behind = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    behind.load_cert_chain(certificate / "both")

    def relay(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def proxy(listener: socket.socket, port: int) -> None:
        with (
            behind.wrap_socket(listener.accept()[0], server_side=True) as outer,
            socket.create_connection(("127.0.0.1", port)) as inner,
        ):
            back = threading.Thread(target=relay, args=(inner, outer), daemon=True)
            back.start()
            relay(outer, inner)
            back.join(WATCHDOG)

    with (
        encrypted(certificate) as port,
        socket.create_server(("127.0.0.1", 0)) as listener,
        Deadline().exchange(WATCHDOG).entered(),
    ):
        threading.Thread(target=proxy, args=(listener, port), daemon=True).start()
        plain = Network().connect_tcp("localhost", listener.getsockname()[1], WATCHDOG)
        twice = plain.start_tls(context, "localhost", WATCHDOG).start_tls(context, "far.example", WATCHDOG)
        twice.write(b"GET / HTTP/1.1\r\n\r\n")
        answer = b""
        while len(answer) < 200_000:
            answer += twice.read(65536, WATCHDOG)
        twice.close()

    assert answer.endswith(b"x" * 100_000)


def test_a_child_that_does_not_end_is_killed_with_what_it_started(tmp_path: Path) -> None:
    command = f"sleep {WATCHDOG:.0f} & echo $! > {tmp_path}/pid; mv {tmp_path}/pid {tmp_path}/ready; wait"

    error = outcome(
        lambda: children.run(["sh", "-c", command], left=lambda: 0.0 if (tmp_path / "ready").exists() else 1.0)
    )

    assert isinstance(error, children.TimeUp)
    started = int((tmp_path / "ready").read_text())
    end = time.monotonic() + WATCHDOG
    while _alive(started) and time.monotonic() < end:  # killed, it may not be scheduled at once
        time.sleep(0.01)
    assert not _alive(started)


def test_git_that_does_not_end_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "git").write_text(f"#!/bin/sh\nsleep {WATCHDOG:.0f}\n")
    (tmp_path / "git").chmod(0o755)
    repository = Repository(tmp_path, {"PATH": f"{tmp_path}:{os.environ['PATH']}"})

    error = outcome(lambda: repository.git("push", seconds=SHORT))

    assert str(error).startswith("git push timed out after ")


def _alive(process: int) -> bool:
    """Return whether a process works; one that nobody has taken leave of does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_that_reads_late_gets_all_that_it_is_given() -> None:
    content = b"x" * 1_000_000
    script = "import sys, time; time.sleep(0.6); print(len(sys.stdin.read()))"

    ran = children.run([sys.executable, "-c", script], left=lambda: 20.0, stdin=content)

    assert ran.stdout == b"1000000\n"


def test_a_child_that_reads_nothing_of_much_still_ends() -> None:
    ran = children.run([sys.executable, "-c", "print(1)"], left=lambda: 20.0, stdin=b"x" * 1_000_000)

    assert (ran.returncode, ran.stdout) == (0, b"1\n")


def test_where_no_thread_can_be_started_nothing_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = []

    def start(thread: threading.Thread) -> None:
        refused.append(thread.name)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    with (
        fetching("http://localhost:9", FetchConfig(attempts=3)) as fetcher,
        pytest.raises(RuntimeError, match="start new thread"),
    ):
        fetcher.get("huggingface", "/")

    assert refused == ["look-up"]
