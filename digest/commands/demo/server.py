"""A loopback server that plays Hugging Face, arXiv and an OpenAI-compatible model. Serves nobody but this machine."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from digest.commands.demo import pages
from digest.commands.demo.papers import RecordedPaper, bundled
from digest.commands.demo.pdf import pdf


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """What is answered; `None` for a status means that the connection drops."""

    status: int | None
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


Answer = Callable[[Request], Response]
NOT_FOUND = Response(404, b'{"error":"not found"}')


class Services:
    """The played services, all behind one address."""

    def __init__(self, papers: Sequence[RecordedPaper]) -> None:
        self._papers = papers
        self._by_id = {paper.id: paper for paper in papers}

    def __call__(self, request: Request) -> Response:
        """Answer as the service at that path would."""
        if request.method == "POST" and request.path == "/v1/chat/completions":
            return self._chat(request)
        if request.path == "/api/daily_papers":
            return self._daily(request)
        if request.path == "/api/query":
            ids = [number.rpartition("v")[0] or number for number in request.query.get("id_list", "").split(",")]
            known = [self._by_id[number] for number in ids if number in self._by_id]
            return Response(200, pages.feed(known).encode(), "application/atom+xml")
        kind, _, name = request.path.strip("/").partition("/")
        paper = self._by_id.get(name.rpartition("v")[0] or name)
        if paper and kind == "html" and paper.text.startswith("html"):
            return Response(200, pages.html(paper).encode(), "text/html; charset=utf-8")
        if paper and kind == "pdf" and paper.text != "none":
            return Response(200, pdf(paper), "application/pdf")
        if kind == "html":
            return Response(404, b"<h1>HTML is not available for the source.</h1>", "text/html")
        return NOT_FOUND

    def _daily(self, request: Request) -> Response:
        """List a day by upvotes, a page at a time."""
        day = date.fromisoformat(request.query["date"])
        limit, page = int(request.query.get("limit", "50")), int(request.query.get("p", "0"))
        rows = sorted(
            (paper for paper in self._papers if paper.featured.date() == day), key=lambda paper: -paper.upvotes
        )
        shown = [pages.record(paper) for paper in rows[page * limit : (page + 1) * limit]]
        return Response(200, json.dumps(shown).encode())

    def _chat(self, request: Request) -> Response:
        asked = json.loads(request.body)
        prompt = "\n".join(message["content"] for message in asked["messages"])
        paper = next((paper for paper in self._papers if f"Title: {paper.title}\n" in prompt), None)
        return Response(200, json.dumps(pages.completion(paper, asked["model"], prompt), ensure_ascii=False).encode())


@contextmanager
def serve(answer: Answer | None = None) -> Iterator[str]:
    """Serve on a free loopback port until the block ends; yields the address. Without `answer`, the demo's papers."""
    answering = answer or Services(bundled())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("content-length") or 0)))

        def _answer(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            headers = {key.lower(): value for key, value in self.headers.items()}
            response = answering(Request(self.command, parts.path, query, body, headers))
            if response.status is None:
                self.close_connection = True
                return
            self.send_response_only(response.status)  # without the date of today: another day is played
            self.send_header("Content-Type", response.kind)
            self.send_header("Content-Length", str(len(response.body)))
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(response.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the run itself tells what happens."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of clients that hang up."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
