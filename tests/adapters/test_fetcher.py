"""Every GET, against servers that do what real ones did: throttle, drop, drip, flood, redirect."""

import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import __version__
from digest.adapters.http import PROGRAM, Deadline, Fetcher, retry_after, user_agent
from digest.adapters.http.client import client
from digest.adapters.http.decompression import STEP, BadBody, unpacked
from digest.adapters.store import Cache
from digest.commands.demo.server import Answer, Request, Response, serve
from digest.config import Config, FetchConfig, PaceConfig, ServicesConfig, SiteConfig
from digest.errors import ConfigError, FetchError, NotThere, Refused, Unavailable, WrongClock
from digest.model import Fetched
from tests.sockets import accepting

NOW = datetime(2025, 11, 18, tzinfo=UTC)
HASTY = FetchConfig(attempts=3, max_wait=0.01, timeout=2, deadline=3, max_megabytes=1)
PACE = PaceConfig(arxiv=0, arxiv_api=0)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of this machine."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


class Script:
    """Answers one response after the other, the last one for ever, and remembers what was asked and when."""

    def __init__(self, *responses: Response) -> None:
        self._responses = list(responses)
        self.requests: list[Request] = []
        self.times: list[float] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        self.times.append(time.monotonic())
        return self._responses.pop(0) if len(self._responses) > 1 else self._responses[0]


@contextmanager
def fetching(
    answer: Answer | str,
    config: FetchConfig = HASTY,
    pace: PaceConfig = PACE,
    cache: Cache | None = None,
    now: Callable[[], datetime] = lambda: NOW,
    deadline: Deadline | None = None,
    waiting: Callable[[str], None] = lambda _: None,
) -> Iterator[Fetcher]:
    """A fetcher whose services are all played by one answer, or stand at one address."""
    with serve(answer) if callable(answer) else _at(answer) as url:
        services = ServicesConfig(huggingface=url, arxiv=url, arxiv_api=url)
        fetcher = Fetcher(services, pace, config, cache=cache, now=now, deadline=deadline, waiting=waiting)
        try:
            yield fetcher
        finally:
            fetcher.close()


@contextmanager
def _at(url: str) -> Iterator[str]:
    yield url


@contextmanager
def raw_server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says whatever `answer` writes to a connection, after it has read the request."""

    def one(connection: socket.socket) -> None:
        connection.recv(65536)
        answer(connection)

    with accepting(one) as port:
        yield f"http://127.0.0.1:{port}"


OK = Response(200, b"hello", "text/html; charset=utf-8")


def test_a_page_comes_with_its_address_and_kind() -> None:
    with fetching(lambda _: OK) as fetcher:
        page = fetcher.get("arxiv", "/html/2511.09146?a=b")

    assert page == Fetched(page.url, "text/html", b"hello")
    assert page.url.endswith("/html/2511.09146?a=b")


def test_a_request_says_who_asks_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    script = Script(Response(200, b"x", headers={"Set-Cookie": "session=1; Path=/"}))

    with fetching(script) as fetcher:
        for _ in range(2):
            fetcher.get("huggingface", "/api/daily_papers", keep=False)

    for request in script.requests:
        assert {name for name in request.headers if name != "host"} == {
            "user-agent", "accept", "accept-encoding", "connection",
        }  # fmt: skip
        assert request.headers["user-agent"] == PROGRAM
        assert request.headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("contact", "site", "reached"),
    [
        ("", "http://localhost:8000", ""),
        ("", "http://127.0.0.1:8000/papers", ""),
        ("", "https://me.github.io/papers", " (+https://me.github.io/papers)"),
        ("", "https://me.example/(논문)", " (+https://me.example/%28%EB%85%BC%EB%AC%B8%29)"),
        ("me@example.org", "https://me.github.io/papers", " (+me@example.org)"),
        ("https://example.org/bot?a=1&b=%20", "http://localhost:8000", " (+https://example.org/bot?a=1&b=%20)"),
    ],
)
def test_the_services_are_told_how_to_reach_whoever_runs_this(contact: str, site: str, reached: str) -> None:
    config = Config(fetch=FetchConfig(contact=contact), site=SiteConfig(url=site))

    assert user_agent(config) == f"daily-paper-digest/{__version__}{reached}"


def test_a_run_introduces_itself_with_every_request() -> None:
    script = Script(OK)

    with serve(script) as url:
        fetcher = Fetcher(ServicesConfig(arxiv=url), PACE, HASTY, now=lambda: NOW, agent="x/1")
        fetcher.get("arxiv", "/x")
        fetcher.close()

    assert [request.headers["user-agent"] for request in script.requests] == ["x/1"]


@pytest.mark.parametrize("status", [400, 404, 410, 451])
def test_what_is_not_there_is_asked_for_once(status: int) -> None:
    script = Script(Response(status, b"<h1>HTML is not  available</h1>", "text/html"))

    with fetching(script) as fetcher, pytest.raises(NotThere) as caught:
        fetcher.get("arxiv", "/html/2511.09146")

    assert str(caught.value) == f"arxiv /html/2511.09146: answered {status} (HTML is not available)"
    assert len(script.requests) == 1


def test_a_blocked_address_is_no_missing_paper_and_is_not_asked_again_at_once() -> None:
    script = Script(Response(403, b"<h1>Access denied</h1>", "text/html"))

    with fetching(script) as fetcher, pytest.raises(Unavailable, match=r"/html/2511\.09146: answered 403"):
        fetcher.get("arxiv", "/html/2511.09146")

    assert len(script.requests) == 1


def test_a_page_that_does_not_belong_there_is_unavailable_and_never_kept(tmp_path: Path) -> None:
    script = Script(Response(200, b"Are you human?", "text/html"), OK)
    cache = Cache(tmp_path)

    with closing(cache), fetching(script, cache=cache) as fetcher:
        for _ in range(2):
            with suppress(Unavailable):
                page = fetcher.get("arxiv", "/html/2511.09146v1", belongs=lambda page: page.body == b"hello")

    assert (page.body, len(script.requests)) == (b"hello", 2)


@pytest.mark.parametrize(("year", "stops"), [(2020, True), (2031, True), (2025, False)])
def test_a_clock_that_is_years_from_that_of_a_service_stops_the_run(year: int, stops: bool) -> None:
    said = f"Mon, 17 Nov {year} 00:00:00 GMT"
    script = Script(Response(200, b"hello", headers={"Date": said}))

    with fetching(script) as fetcher:
        if stops:
            with pytest.raises(WrongClock, match=f"clock says 2025-11-1., arxiv says {year}-11-17"):
                fetcher.get("arxiv", "/x")
        else:
            assert fetcher.get("arxiv", "/x").body == b"hello"


@pytest.mark.parametrize("said", ["", "yesterday", "Mon, 99 Nov 2025 00:00:00 GMT"])
def test_a_date_that_is_none_says_nothing_of_the_clock(said: str) -> None:
    with fetching(Script(Response(200, b"hello", headers={"Date": said} if said else {}))) as fetcher:
        assert fetcher.get("arxiv", "/x").body == b"hello"


@pytest.mark.parametrize("status", [406, 429, 500, 502, 503, 504])
def test_a_service_that_says_wait_or_stumbles_is_asked_again(status: int) -> None:
    script = Script(Response(status, b"Rate exceeded."), OK)

    with fetching(script) as fetcher:
        page = fetcher.get("arxiv", "/pdf/2511.09146")

    assert (page.body, len(script.requests)) == (b"hello", 2)


@pytest.mark.parametrize("status", [406, 429, 500, 503])
def test_a_service_that_stays_down_is_unavailable(status: int) -> None:
    script = Script(Response(status, b"Rate exceeded."))

    with fetching(script) as fetcher, pytest.raises(Unavailable) as caught:
        fetcher.get("arxiv", "/pdf/2511.09146")

    assert str(caught.value) == f"arxiv /pdf/2511.09146: answered {status} (Rate exceeded.), tried 3 times"
    assert len(script.requests) == 3


def test_an_empty_answer_with_status_200_means_wait() -> None:
    script = Script(Response(200, b""), OK)

    with fetching(script) as fetcher:
        assert fetcher.get("arxiv_api", "/api/query").body == b"hello"


def test_a_dropped_connection_is_tried_again() -> None:
    script = Script(Response(None), OK)

    with fetching(script) as fetcher:
        assert fetcher.get("arxiv", "/x").body == b"hello"


def test_nobody_at_the_address_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with fetching(f"http://127.0.0.1:{port}") as fetcher, pytest.raises(Unavailable, match="tried 3 times"):
        fetcher.get("arxiv", "/x")


@pytest.mark.parametrize("status", [201, 204, 206, 300, 401, 402, 418])
def test_an_answer_that_is_neither_page_nor_error_is_refused(status: int) -> None:
    script = Script(Response(status, b""))

    with fetching(script) as fetcher, pytest.raises(Refused, match=f"answered {status}"):
        fetcher.get("arxiv", "/x")

    assert len(script.requests) == 1


def test_retry_after_is_honoured_up_to_the_longest_wait() -> None:
    soon = Script(Response(503, b"", headers={"Retry-After": "0.3"}), OK)
    late = Script(Response(503, b"", headers={"Retry-After": "3600"}), OK)

    with fetching(soon, FetchConfig(attempts=2, max_wait=5)) as fetcher:
        fetcher.get("arxiv", "/x")
    with fetching(late, FetchConfig(attempts=2, max_wait=0.1)) as fetcher:
        fetcher.get("arxiv", "/x")

    assert 0.3 <= soon.times[1] - soon.times[0] < 20
    assert 0.1 <= late.times[1] - late.times[0] < 20


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        (None, None, None),
        ("90", None, 90.0),
        (" 1.5 ", None, 1.5),
        ("-5", None, 0.0),
        ("soon", None, None),
        ("", None, None),
        ("Mon, 17 Nov 2025 08:00:30 GMT", "Mon, 17 Nov 2025 08:00:00 GMT", 30.0),
        ("Mon, 17 Nov 2025 07:00:00 GMT", "Mon, 17 Nov 2025 08:00:00 GMT", 0.0),
        ("Mon, 17 Nov 2025 08:00:30 GMT", None, None),
        ("Mon, 17 Nov 2025 08:00:30 GMT", "whenever", None),
        ("Mon, 99 Nov 99999 08:00:30 GMT", "Mon, 17 Nov 2025 08:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_moment(value: str | None, date: str | None, seconds: float | None) -> None:
    assert retry_after(value, date) == seconds


@given(st.text(), st.text())
def test_no_header_is_too_odd(value: str, date: str) -> None:
    wait = retry_after(value, date)

    assert wait is None or wait >= 0


def test_starts_are_a_pace_apart_whichever_thread_asks() -> None:
    script, began = Script(OK), time.monotonic()

    with fetching(script, pace=PaceConfig(arxiv=0.1, arxiv_api=0)) as fetcher, ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda n: fetcher.get("arxiv", f"/{n}"), range(5)))

    # However late a slow machine lets a request arrive, the fifth cannot have been there before 0.4 s.
    assert [arrived - began >= 0.1 * place for place, arrived in enumerate(script.times)] == [True] * 5


def test_services_do_not_wait_for_one_another() -> None:
    script = Script(OK)

    with fetching(script, pace=PaceConfig(arxiv=60, arxiv_api=60)) as fetcher:
        for service in ("arxiv", "arxiv_api", "huggingface", "huggingface"):
            fetcher.get(service, "/x")

    assert script.times[-1] - script.times[0] < 30


def test_when_a_service_throttles_one_thread_no_other_asks_it_meanwhile() -> None:
    script = Script(Response(429, b"", headers={"Retry-After": "0.4"}), OK)
    throttled = threading.Event()
    patient = FetchConfig(attempts=2, max_wait=5)

    with fetching(script, patient, waiting=lambda _: throttled.set()) as fetcher, ThreadPoolExecutor(2) as pool:
        first = pool.submit(fetcher.get, "arxiv", "/a")
        assert throttled.wait(timeout=20)
        second = pool.submit(fetcher.get, "arxiv", "/b")
        assert (first.result().body, second.result().body) == (b"hello", b"hello")

    assert len(script.times) == 3
    assert min(script.times[1:]) - script.times[0] >= 0.4


def test_a_body_that_drips_is_given_up_at_the_deadline() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            connection.sendall(b"x")
            time.sleep(0.05)

    began = time.monotonic()
    with (
        raw_server(drip) as url,
        fetching(url, FetchConfig(attempts=1, timeout=2, deadline=0.3)) as fetcher,
        pytest.raises(Unavailable, match=r"not finished after 0\.3 s"),
    ):
        fetcher.get("arxiv", "/x")

    assert time.monotonic() - began < 20


def test_a_packed_body_that_drips_nothing_is_given_up_at_the_deadline() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
        connection.sendall(gzip.compress(b"")[:10])
        for _ in range(100):
            connection.sendall(b"\x00\x00\x00\xff\xff")  # an empty block, which unpacks to nothing
            time.sleep(0.05)

    with (
        raw_server(drip) as url,
        fetching(url, FetchConfig(attempts=1, timeout=2, deadline=0.3)) as fetcher,
        pytest.raises(Unavailable, match=r"not finished after 0\.3 s"),
    ):
        fetcher.get("arxiv", "/x")


def test_silence_is_given_up_after_the_timeout() -> None:
    with (
        raw_server(lambda _: time.sleep(1)) as url,
        fetching(url, FetchConfig(attempts=2, timeout=0.2, max_wait=0)) as fetcher,
        pytest.raises(Unavailable, match=r"no answer within 0\.2 s, tried 2 times"),
    ):
        fetcher.get("arxiv", "/x")


def test_a_body_without_end_is_refused_at_the_cap_and_not_asked_for_again() -> None:
    asked = []

    def flood(connection: socket.socket) -> None:
        asked.append(1)
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with raw_server(flood) as url, fetching(url) as fetcher, pytest.raises(Refused) as caught:
        fetcher.get("arxiv", "/x")

    assert str(caught.value) == "arxiv /x: larger than 1 MB"
    assert asked == [1]


def test_an_error_page_without_end_is_the_error_it_says() -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n")
        while True:
            connection.sendall(b"no " * 20000)

    with raw_server(flood) as url, fetching(url) as fetcher, pytest.raises(NotThere, match="answered 404"):
        fetcher.get("arxiv", "/x")


def test_a_body_that_is_cut_off_is_tried_again_and_never_taken_for_whole() -> None:
    def cut(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")

    with raw_server(cut) as url, fetching(url) as fetcher, pytest.raises(Unavailable, match="tried 3 times"):
        fetcher.get("arxiv", "/x")


@pytest.mark.parametrize("layers", [1, 2])
def test_a_bomb_costs_no_more_memory_than_the_cap(layers: int) -> None:
    bomb = b"\0" * 2**26
    for _ in range(layers):
        bomb = gzip.compress(bomb)
    packing = ", ".join(["gzip"] * layers)

    with fetching(lambda _: Response(200, bomb, headers={"Content-Encoding": packing})) as fetcher:
        tracemalloc.start()
        try:
            with pytest.raises(FetchError):
                fetcher.get("arxiv", "/x")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak < 2**20 * HASTY.max_megabytes + 6 * 2**20


def test_a_packed_page_is_unpacked() -> None:
    with fetching(lambda _: Response(200, gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"})) as fetcher:
        assert fetcher.get("arxiv", "/x").body == b"hello"


@given(
    st.binary(max_size=5000),
    st.integers(1, 50),
    st.sampled_from(["", "gzip", "x-gzip", "GZIP", "deflate", "raw", "two"]),
)
def test_what_was_packed_comes_out_however_it_arrives(body: bytes, size: int, how: str) -> None:
    packed = {
        "": lambda: body,
        "deflate": lambda: zlib.compress(body),
        "raw": lambda: zlib.compress(body)[2:-4],
        "two": lambda: gzip.compress(body[:100]) + gzip.compress(body[100:]),
    }.get(how, lambda: gzip.compress(body))()
    chunks = [packed[start : start + size] for start in range(0, len(packed), size)]

    pieces = list(unpacked(chunks, {"raw": "deflate", "two": "gzip"}.get(how, how)))

    assert b"".join(pieces) == body


def test_pieces_are_small_however_well_a_body_was_packed() -> None:
    pieces = [len(piece) for piece in unpacked([gzip.compress(b"\0" * 2**24)], "gzip")]

    assert (sum(pieces), max(pieces)) == (2**24, STEP)


@pytest.mark.parametrize(
    ("body", "encoding", "complaint"),
    [
        (b"not gzip", "gzip", "damaged in transit"),
        (gzip.compress(b"hello", mtime=0)[:-1], "gzip", "truncated"),
        (b"hello", "br", "unexpected content encoding 'br'"),
        (b"hello", "gzip, gzip", "unexpected content encoding 'gzip, gzip'"),
    ],
)
def test_a_body_that_cannot_be_unpacked_says_why(body: bytes, encoding: str, complaint: str) -> None:
    with pytest.raises(BadBody) as caught:
        list(unpacked([body], encoding))

    assert str(caught.value) == complaint


def test_a_damaged_body_is_tried_again_and_a_damaged_error_is_still_that_error() -> None:
    damaged = {"Content-Encoding": "gzip"}

    with fetching(Script(Response(200, b"no", headers=damaged), OK)) as fetcher:
        assert fetcher.get("arxiv", "/x").body == b"hello"
    with fetching(Script(Response(404, b"no", headers=damaged))) as fetcher, pytest.raises(NotThere):
        fetcher.get("arxiv", "/x")


def _moves(there: str, status: int = 302) -> Callable[[Request], Response]:
    return lambda request: (
        Response(status, b"", headers={"Location": there}) if request.path == "/old" else Response(200, b"moved")
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_host_is_followed(status: int) -> None:
    with fetching(_moves("/new?v=2", status)) as fetcher:
        page = fetcher.get("arxiv", "/old")

    assert page.body == b"moved"
    assert page.url.endswith("/new?v=2")


def test_a_redirect_to_another_configured_host_is_followed() -> None:
    with serve(lambda _: OK) as other, serve(_moves(f"{other}/x")) as url:
        fetcher = Fetcher(ServicesConfig(arxiv=url, huggingface=other), PACE, HASTY, now=lambda: NOW)
        page = fetcher.get("arxiv", "/old")
        fetcher.close()

    assert page.url == f"{other}/x"


@pytest.mark.parametrize(
    "there",
    [
        "http://127.0.0.1:1/x",
        "http://localhost/x",
        "https://evil.example/x",
        "//evil.example/x",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://[::1/x",
        "http://a:b:c/x",
        "javascript:alert(1)",
        "http://\xff\xfe/x",
    ],
)
def test_a_redirect_to_anywhere_else_is_refused(there: str) -> None:
    script = Script(Response(302, b"", headers={"Location": there}))

    with fetching(script) as fetcher, pytest.raises(Refused, match="redirected to another host"):
        fetcher.get("arxiv", "/old")

    assert len(script.requests) == 1


def test_a_redirect_that_brings_a_user_along_is_refused() -> None:
    with serve(lambda _: OK) as url, serve(_moves(url.replace("//", "//user:word@") + "/x")) as moved:
        fetcher = Fetcher(ServicesConfig(arxiv=moved, huggingface=url), PACE, HASTY, now=lambda: NOW)
        with pytest.raises(Refused):
            fetcher.get("arxiv", "/old")
        fetcher.close()


def test_a_redirect_in_a_circle_is_refused() -> None:
    script = Script(Response(302, b"", headers={"Location": "/old"}))

    with fetching(script) as fetcher, pytest.raises(Refused, match="redirected more than 5 times"):
        fetcher.get("arxiv", "/old")

    assert len(script.requests) == 5


@pytest.mark.parametrize(
    ("there", "followed"),
    [
        ("https://arxiv.example/x", True),
        ("https://arxiv.example:443/x", True),
        ("https://arxiv.example:8443/x", False),
        ("https://evil.example/x", False),
        ("http://arxiv.example:80/x", True),
    ],
)
def test_a_configured_host_may_move_from_http_to_https(there: str, followed: bool) -> None:
    fetcher = Fetcher(ServicesConfig(arxiv="http://arxiv.example"), PACE, HASTY, now=lambda: NOW)

    try:
        moved = fetcher._addresses.moved("arxiv /x", "arxiv", "http://arxiv.example/old", there) == there
    except Refused:
        moved = False
    fetcher.close()

    assert moved == followed


@pytest.mark.parametrize("header", [b"Content-Type: text/\xff\xfehtml", b"X-Odd: \x80\x81", b"Server: \xea\xb0\x80"])
def test_headers_that_are_no_text_are_no_bug(header: bytes) -> None:
    def odd(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" + header + b"\r\n\r\nhello")

    with raw_server(odd) as url, fetching(url) as fetcher:
        assert fetcher.get("arxiv", "/x").body == b"hello"


@pytest.mark.parametrize(
    "answer",
    [b"", b"garbage\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"x" * 200_000, b"\x16\x03\x01"],
)
def test_an_answer_that_is_no_http_is_unavailable(answer: bytes) -> None:
    with (
        raw_server(lambda connection: connection.sendall(answer)) as url,
        fetching(url) as fetcher,
        pytest.raises(Unavailable, match="tried 3 times"),
    ):
        fetcher.get("arxiv", "/x")


@pytest.mark.parametrize(
    ("path", "days", "asked"),
    [
        ("/html/2511.09146", 0.9, 1),
        ("/html/2511.09146", 1.1, 2),
        ("/html/2511.09146v2", 29, 1),
        ("/html/2511.09146v2", 31, 2),
        ("/pdf/astro-ph/0601001v1", 29, 1),
        ("/pdf/astro-ph/0601001", 2, 2),
    ],
)
def test_a_page_is_kept_for_a_day_and_a_version_of_a_paper_for_a_month(
    cache: Cache, path: str, days: float, asked: int
) -> None:
    script, moments = Script(OK), [datetime(2025, 11, 18, tzinfo=UTC)]

    with fetching(script, cache=cache, now=lambda: moments[0]) as fetcher:
        first = fetcher.get("arxiv", path)
        moments[0] += timedelta(days=days)
        second = fetcher.get("arxiv", path)

    assert (first, len(script.requests)) == (second, asked)


def test_lists_are_never_taken_from_the_cache_nor_kept_in_it(cache: Cache) -> None:
    script = Script(OK)

    with fetching(script, cache=cache) as fetcher:
        for _ in range(2):
            fetcher.get("huggingface", "/api/daily_papers", keep=False)
        fetcher.get("huggingface", "/api/daily_papers")

    assert len(script.requests) == 3


def test_failures_are_not_kept(cache: Cache) -> None:
    script = Script(Response(404, b""), OK)

    with fetching(script, cache=cache) as fetcher:
        with pytest.raises(NotThere):
            fetcher.get("arxiv", "/html/2511.09146v1")
        assert fetcher.get("arxiv", "/html/2511.09146v1").body == b"hello"


def test_a_service_on_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")

    with fetching(lambda _: OK) as fetcher:
        assert fetcher.get("arxiv", "/x").body == b"hello"


def test_other_services_are_asked_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(OK)

    with serve(script) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        fetcher = Fetcher(ServicesConfig(arxiv="http://arxiv.example"), PACE, HASTY, now=lambda: NOW)
        page = fetcher.get("arxiv", "/html/2511.09146")
        fetcher.close()

    assert page == Fetched("http://arxiv.example/html/2511.09146", "text/html", b"hello")
    assert script.requests[0].headers["host"] == "arxiv.example"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "nonsense://x", "http://[::1"])
def test_a_proxy_that_cannot_be_used_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)

    with pytest.raises(ConfigError) as caught:
        Fetcher(ServicesConfig(), PACE, HASTY, now=lambda: NOW)

    assert str(caught.value).startswith("invalid proxy setting: ")


@pytest.mark.parametrize("file", ["gone.pem", ".", "words.txt"])
def test_certificates_that_cannot_be_read_are_a_wrong_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    (tmp_path / "words.txt").write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / file))

    with pytest.raises(ConfigError) as wrong:
        client(lambda _: Deadline().exchange(1, 1), timeout=httpx2.Timeout(1), limits=httpx2.Limits())

    assert wrong.value.what.startswith("SSL_CERT_FILE: no certificates can be read from it: ")
