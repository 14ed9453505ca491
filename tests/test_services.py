"""Each service with each kind of fault, through the real pipeline: a fallback, a skip with a reason, one error."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from digest.adapters.http import Deadline
from digest.adapters.process.interruption import Interruption
from digest.adapters.store import Archive
from digest.cli import cli
from digest.commands.context import Context
from digest.commands.demo import DAY, NOW
from digest.commands.demo.papers import bundled
from digest.commands.demo.server import Request, Response, Services
from digest.config import Config
from digest.errors import DigestError, Unavailable
from digest.model import Edition, Event
from digest.pipeline import assembly, day
from digest.pipeline.plan import order_for

KEY = "sk-marked-0123456789abcdef"
STOP = threading.Event()
Fault = Callable[["Handler"], None]

MODEL = "/v1/chat/completions"
PATHS = {"list": "/api/daily_papers", "api": "/api/query", "html": "/html/", "pdf": "/pdf/", "model": MODEL}


class Handler(BaseHTTPRequestHandler):
    """Answers as the demo's services do, unless the stage of the test has a fault for the path."""

    protocol_version = "HTTP/1.1"
    stage: "Stage"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        headers = {key.lower(): value for key, value in self.headers.items()}
        request = Request(self.command, parts.path, query, body, headers)
        self.stage.asked.append(request)
        fault = self.stage.fault_for(request)
        if fault is None:
            self.send(self.stage.services(request))
        else:
            fault(self)

    def send(self, response: Response) -> None:
        self.send_response(response.status or 500)
        self.send_header("Content-Type", response.kind)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up."""


@contextmanager
def _serving(stage: "Stage") -> Iterator[str]:
    server = Server(("127.0.0.1", 0), type("RecordedPaper", (Handler,), {"stage": stage}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Stage:
    """A site, the services it asks, one service that fails, and an internal address that nobody should ask."""

    folder: Path
    services: Services = field(default_factory=lambda: Services(bundled()))
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    url: str = ""
    internal: str = ""
    limit: int = 1
    events: list[Event] = field(default_factory=list)

    def fault_for(self, request: Request) -> Fault | None:
        return next((fault for path, fault in self.faults if request.path.startswith(path)), None)

    @property
    def config(self) -> Config:
        return Config(
            services={"huggingface": self.url, "arxiv": self.url, "arxiv_api": self.url},
            pace={"arxiv": 0, "arxiv_api": 0},
            fetch={"timeout": 0.4, "deadline": 0.8, "max_megabytes": 1, "attempts": 2, "max_wait": 0.01},
            llm={
                "base_url": f"{self.url}/v1", "model": "replayed", "timeout": 0.8, "attempts": 2, "max_wait": 0.01,
                "max_concurrency": 1,
            },
            selection={"limit": self.limit},
            paths={name: self.folder / name for name in ("posts", "data", "cache", "site", "templates")},
        )  # fmt: skip

    def build(self) -> int:
        """Build the day as the command does, and return its exit code."""
        return int(cli.main(["build", "--date", str(DAY)], standalone_mode=False, obj=Here(self)))

    @property
    def edition(self) -> Edition | None:
        return Archive(self.folder / "posts", self.folder / "data").load(str(DAY))


class Here(Context):
    """The command's surroundings: the settings, moment and key of a stage, and an ear for what it tells."""

    environ: Mapping[str, str] = {}

    def __init__(self, stage: Stage) -> None:
        super().__init__(Interruption())
        self._stage = stage

    def config(self, path: Path, overrides: Mapping[str, str] | None = None) -> Config:
        return self._stage.config

    def progress(self, log_format: str, *, long: bool = False) -> "Ear":
        return Ear(self._stage.events)

    def api_key(self) -> str:
        return KEY

    def now(self) -> datetime:
        return NOW


@dataclass
class Ear:
    """A sink that remembers."""

    events: list[Event]

    def __enter__(self) -> "Ear":
        return self

    def __exit__(self, *_: object) -> None:
        """End."""

    def __call__(self, event: Event) -> None:
        self.events.append(event)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    stage, internal = Stage(tmp_path), Stage(tmp_path)
    STOP.clear()
    with _serving(stage) as stage.url, _serving(internal) as stage.internal:
        yield stage
        STOP.set()
        assert internal.asked == [], "an internal address was asked"


def down(handler: Handler) -> None:
    handler.close_connection = True


def slow(handler: Handler) -> None:
    STOP.wait(1.5)
    handler.close_connection = True


def dripping(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(200):
        if STOP.wait(0.05):
            return
        handler.wfile.write(b" ")


def wrong_kind(handler: Handler) -> None:
    handler.send(Response(200, b"\x89PNG\r\n\x1a\n" + bytes(200), "image/png"))


def endless(handler: Handler, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    while not STOP.is_set():
        handler.wfile.write(chunk)
        time.sleep(0.001)


def endless_error(handler: Handler) -> None:
    endless(handler, 500)


def circle(handler: Handler) -> None:
    handler.send(Response(307, headers={"Location": handler.path}))


def inward(handler: Handler) -> None:
    handler.send(Response(307, headers={"Location": f"{handler.stage.internal}{handler.path}"}))


def to_metadata(handler: Handler) -> None:
    handler.send(Response(307, headers={"Location": "http://169.254.169.254/latest/meta-data/"}))


def to_a_file(handler: Handler) -> None:
    handler.send(Response(307, headers={"Location": "file:///etc/passwd"}))


ERRORS = {
    "list": Response(200, b'{"error":"Internal error: try again"}'),
    "api": Response(
        200,
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/api/errors#x</id><title>Error</title>'
        b"<summary>incorrect id format</summary></entry></feed>",
        "application/atom+xml",
    ),
    "html": Response(200, b"<html><title>Untitled Document</title><span class=ltx_ERROR>oops</span>", "text/html"),
    "pdf": Response(200, b"<html><h1>The PDF is being generated</h1></html>", "text/html"),
    "model": Response(200, b'{"error":{"message":"overloaded","code":500}}'),
}


def error_inside(handler: Handler) -> None:
    service = next(name for name, path in PATHS.items() if handler.path.startswith(path))
    handler.send(ERRORS[service])


def no_utf8(handler: Handler) -> None:
    kind = {"/html/": "text/html; charset=utf-8", "/api/query": "application/atom+xml"}
    of = next((value for path, value in kind.items() if handler.path.startswith(path)), "application/json")
    handler.send(Response(200, b"\xff\xfe\x80\xc3\x28 \xed\xa0\x80" * 40, of))


BOMB = gzip.compress(bytes(64 * 2**20), 9)


def bomb(handler: Handler) -> None:
    handler.send(Response(200, BOMB, "text/html", {"Content-Encoding": "gzip"}))


FAULTS: tuple[Fault, ...] = (
    down, slow, dripping, wrong_kind, endless, endless_error, circle, inward, to_metadata, to_a_file, error_inside,
    no_utf8, bomb,
)  # fmt: skip
every_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)


@every_fault
def test_a_failing_list_is_one_clear_error_and_nothing_is_written(stage: Stage, fault: Fault) -> None:
    stage.faults = [(PATHS["list"], fault)]
    began = time.monotonic()

    with pytest.raises(DigestError, match="huggingface") as caught:
        stage.build()

    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300
    assert (stage.edition, [*stage.folder.glob("posts/*")]) == (None, [])
    assert time.monotonic() - began < 10


@every_fault
def test_a_failing_arxiv_api_costs_what_it_adds_and_no_paper(stage: Stage, fault: Fault) -> None:
    stage.faults = [(PATHS["api"], fault)]

    code = stage.build()

    assert (code, len(_published(stage))) == (0, 1)
    assert any(event.kind == "problem" and "arXiv" in event.text for event in stage.events)


@every_fault
def test_failing_html_falls_back_to_the_pdf(stage: Stage, fault: Fault) -> None:
    stage.faults = [(PATHS["html"], fault)]

    code = stage.build()

    (entry,) = _published(stage)
    assert (code, entry.provenance.origin) == (0, "pdf")
    assert [missed.partition(":")[0] for missed in entry.provenance.missed] == ["html"]


@every_fault
def test_a_failing_pdf_falls_back_to_the_abstract(stage: Stage, fault: Fault) -> None:
    gone = lambda handler: handler.send(Response(404, b"No HTML", "text/html"))  # noqa: E731
    stage.faults = [(PATHS["pdf"], fault), (PATHS["html"], gone)]

    code = stage.build()

    (entry,) = _published(stage)
    assert (code, entry.provenance.origin) == (0, "abstract")
    assert [missed.partition(":")[0] for missed in entry.provenance.missed] == ["html", "pdf", "markdown"]


@every_fault
def test_a_failing_model_is_a_skip_with_a_reason_and_no_placeholder(stage: Stage, fault: Fault) -> None:
    stage.faults = [(PATHS["model"], fault)]
    began = time.monotonic()

    with pytest.raises(DigestError) as caught:
        stage.build()

    assert "model server" in str(caught.value) and "\n" not in str(caught.value) and KEY not in str(caught.value)
    assert [*stage.folder.glob("posts/*")] == []
    assert time.monotonic() - began < 12


@pytest.mark.parametrize("fault", [wrong_kind, no_utf8, error_inside])
def test_a_bad_answer_of_the_model_is_not_kept_for_the_next_run(stage: Stage, fault: Fault) -> None:
    stage.faults = [(PATHS["model"], fault)]
    with pytest.raises(DigestError):
        stage.build()
    stage.faults = []

    assert (stage.build(), len(_published(stage))) == (0, 1)


def test_one_failing_paper_is_a_skip_and_the_others_are_published(stage: Stage) -> None:
    stage.limit = 3
    unlucky = bundled()[0]
    stage.faults = [(path, down) for path in (f"/html/{unlucky.id}", f"/pdf/{unlucky.id}", f"/papers/{unlucky.id}")]
    original = stage.services

    def no_abstract(request: Request) -> Response:
        response = original(request)
        return Response(response.status, response.body.replace(unlucky.abstract.encode(), b""), response.kind)

    stage.services = no_abstract  # type: ignore[assignment]

    code = stage.build()

    edition = stage.edition
    assert edition is not None
    assert (code, len(edition.entries) + len(edition.skips)) == (4 if edition.skips else 0, 3)
    assert all(skip.stage == "fulltext" and skip.reason for skip in edition.skips)


def test_a_run_whose_time_is_up_publishes_what_is_done_and_leaves_the_rest_to_the_next(stage: Stage) -> None:
    stage.limit = 6
    original, deadline = stage.services, Deadline()

    def too_late(request: Request) -> Response:
        if request.path == MODEL and len([one for one in stage.asked if one.path == MODEL]) > 1:
            deadline.cut()
            STOP.wait(60)
        return original(request)

    stage.services = too_late  # type: ignore[assignment]
    with ExitStack() as tools:
        (run,) = assembly.assemble(
            (stage.config.model_copy(update={"llm": stage.config.llm.model_copy(update={"timeout": 60.0})}),),
            tools,
            key=KEY,
            now=lambda: NOW,
            report=stage.events.append,
            deadline=deadline,
        )
        order = order_for(stage.config, DAY, ())
        edition = day.build(order, run.stages, run.tools.archive).edition

    assert (len(edition.entries), len(edition.skips)) == (1, 5)
    assert {skip.stage for skip in edition.skips} <= {"run", "summarize"}  # on a slow machine none was begun
    assert {skip.reason.partition(",")[0] for skip in edition.skips} == {"the run is out of time"}
    stage.services = original
    assert (stage.build(), len(_published(stage))) == (0, 6)


def test_the_key_goes_to_the_model_and_nowhere_else(stage: Stage) -> None:
    stage.build()

    given = {request.path for request in stage.asked if KEY in str(request.headers)}
    assert given == {MODEL}
    assert not any(KEY in request.body.decode("utf-8", "replace") for request in stage.asked)


def test_an_error_of_the_fetcher_says_which_service(stage: Stage) -> None:
    stage.faults = [(PATHS["list"], down)]

    with pytest.raises(Unavailable, match=r"^huggingface /api/daily_papers\?date=2025-11-17"):
        stage.build()


def _published(stage: Stage) -> Any:
    edition = stage.edition
    return edition.entries if edition else ()
