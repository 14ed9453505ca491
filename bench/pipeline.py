"""The daily run under faults: `python bench/pipeline.py [ROW…]` prints a table; without rows, all of them.

Fifty made-up papers on loopback services, a model that takes one second an answer, eight calls at once, arXiv's pace
set to 0. Every run is a real `digest build` in a process of its own, timed from its start to its end; then it is run
again. The memory row is a day of 100 papers with 300 kB of text each.

start       seconds until a fresh process makes its first model call: Python, imports, the list. Measured once, on top.
ideal       rounds of one second: the answers that were needed, divided by eight, rounded up.
over        seconds - start - ideal.
ratio       (seconds - start) / ideal.
published   entries whose seven fields are those the model wrote, of all papers.
placeholders  entries with any other text in a field. Must be 0.
lost        answers that were sent whole and usable, and yet asked for again. Must be 0.
again       model calls that the second run made (the third where the run was killed): 0 when nothing is left to do.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

import played

from digest import posts
from digest.adapters.templates import Templates
from digest.commands.demo.papers import RecordedPaper
from digest.commands.demo.server import Request, Response, Services, serve
from digest.stages.summarize import reply

DAY = "2025-11-17"
LATENCY = 1.0
AT_ONCE = 8
OUTAGE = 1.5  # seconds that arXiv is down for in its rows
_REFUSAL = Response(400, b'{"error": {"message": "bad request"}}')
_CUT, _DROP = Response(200), Response(None)
TOPICS = Templates().words("ko")["topics"]


@dataclass
class World:
    """The services with a fault in them, and what they saw."""

    papers: Sequence[RecordedPaper]
    latency: float = LATENCY
    every_tenth: Response | None = None
    """What every tenth call is answered instead; `_CUT` means half of the reply."""
    capacity: int = 10_000
    arxiv: Response | None = None
    """What arXiv answers for a while after it was first asked."""
    calls: int = 0
    sent: list[tuple[str, float]] = field(default_factory=list)
    """Whole replies: which question, and when they were out."""
    refused: int = 0
    first: float = 0.0
    """When the first call came."""
    begun: float | None = None

    def __post_init__(self) -> None:
        self._services = Services(self.papers)
        self._inside = self._counted = 0
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Response:
        if request.method == "POST":
            return self._chat(request)
        if self.arxiv and not request.path.startswith("/api/daily"):
            self.begun = self.begun or time.monotonic()
            if time.monotonic() - self.begun < OUTAGE:
                self.refused += 1
                return self.arxiv
        return self._services(request)

    def _chat(self, request: Request) -> Response:
        with self._lock:
            self.first = self.first or time.monotonic()
            self.calls += 1
            # Of replies the first to a paper is cut off: a second one in a row is a skip by design.
            counts = self.every_tenth is not _CUT or len(json.loads(request.body)["messages"]) == 2
            self._counted += counts
            tenth = self.every_tenth is not None and counts and self._counted % 10 == 5
            full = self._inside >= self.capacity
            self._inside += not full
        if full:
            self.refused += 1
            return Response(429, b'{"error": {"message": "too many requests at once"}}')
        try:
            if tenth and self.every_tenth is _REFUSAL:
                self.refused += 1
                return _REFUSAL
            time.sleep(self.latency)
            if tenth and self.every_tenth is _DROP:
                return _DROP
            answer = self._services(request)
            if tenth:
                return _cut(answer)
            self.sent.append((json.dumps(json.loads(request.body)["messages"]), time.monotonic()))
            return answer
        finally:
            with self._lock:
                self._inside -= 1


def _cut(answer: Response) -> Response:
    """Send half of the reply, as a server does whose limit is reached."""
    body = json.loads(answer.body)
    choice = body["choices"][0]
    choice["message"]["content"] = choice["message"]["content"][: len(choice["message"]["content"]) // 2]
    choice["finish_reason"] = "length"
    return Response(200, json.dumps(body).encode())


@dataclass(frozen=True)
class Ran:
    """A `digest build` that ended."""

    code: int
    seconds: float
    megabytes: float
    said: str


def build(folder: Path, url: str, *, at_once: int, kill: Callable[[], bool] = lambda: False) -> Ran:
    """Run `digest build` in a process of its own; SIGKILL it as soon as `kill` says so."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(
        json.dumps(  # JSON is YAML
            {
                "services": {"huggingface": url, "arxiv": url, "arxiv_api": url},
                "pace": {"arxiv": 0, "arxiv_api": 0},
                "fetch": {"max_wait": 0.5},
                "selection": {"limit": 500},
                "llm": {"base_url": f"{url}/v1", "model": "played", "max_concurrency": at_once},
            }
        )
    )
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DIGEST_", "OPENAI_", "HF_"))}
    log = folder / "log.txt"
    with log.open("ab") as out:
        begun = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "digest", "build", "--date", DAY, "--config", folder / "config.yaml"],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environ,
            cwd=Path(__file__).parent.parent,
        )
        while True:
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            if kill():
                process.send_signal(signal.SIGKILL)
                kill = lambda: False  # noqa: E731
            time.sleep(0.01)
        seconds = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    lines = log.read_text().strip().splitlines()
    return Ran(process.returncode, seconds, used.ru_maxrss / 1024, lines[-1] if lines else "")


def read(folder: Path, papers: Sequence[RecordedPaper]) -> tuple[int, int]:
    """Return how many entries of the post are what the model wrote, and how many are anything else."""
    file = folder / "_posts" / f"{DAY}-daily-papers.md"
    if not file.is_file():
        return 0, 0
    written = {paper.id: reply.parse(json.dumps(paper.reply), TOPICS)[0] for paper in papers}
    entries = posts.parse(file.read_text("utf-8")).entries
    same = sum(
        all(text == written[entry.id].field(name) for name, text in entry.fields.items()) and len(entry.fields) == 7
        for entry in entries
    )
    return same, len(entries) - same


@dataclass(frozen=True)
class Row:
    """What one row of the table is about."""

    name: str
    world: Callable[[], World]
    at_once: int = AT_ONCE
    killed: bool = False


def _papers(count: int = 50, *, missing: bool = False, size: int = 0) -> list[RecordedPaper]:
    return [played.paper(number, size=size, abstract_only=missing and number == 7) for number in range(count)]


ROWS = (
    Row("no fault", lambda: World(_papers())),
    Row("10% of the replies cut off", lambda: World(_papers(), every_tenth=_CUT)),
    Row("every 10th call answers 400", lambda: World(_papers(), every_tenth=_REFUSAL)),
    Row("one paper has neither HTML nor PDF", lambda: World(_papers(missing=True))),
    Row("16 are sent, the server admits 8", lambda: World(_papers(), capacity=8), at_once=16),
    Row("every 10th connection drops", lambda: World(_papers(), every_tenth=_DROP)),
    Row("arXiv answers 429", lambda: World(_papers(), arxiv=Response(429, b"Rate exceeded.", "text/plain"))),
    Row("arXiv answers 406", lambda: World(_papers(), arxiv=Response(406, b"", "text/html"))),
    Row("arXiv answers 503", lambda: World(_papers(), arxiv=Response(503, b"down", "text/html"))),
    Row("arXiv answers 200 with nothing", lambda: World(_papers(), arxiv=Response(200, b"", "text/html"))),
    Row("killed half-way, run again", lambda: World(_papers()), killed=True),
    Row("100 papers of 300 kB", lambda: World(_papers(100, size=300_000), latency=0.2)),
)


def start(folder: Path) -> float:
    """Return the seconds until a fresh process makes its first model call."""
    world = World(_papers(1), latency=0)
    with serve(world) as url:
        build(folder / "warm", url, at_once=1)  # so that Python's files are in the system's memory
        world.first, begun = 0.0, time.monotonic()
        ran = build(folder / "measured", url, at_once=1)
    if ran.code or not world.first:
        raise SystemExit(f"a run without a fault failed, exit {ran.code}: {ran.said}")
    return world.first - begun


def measure(row: Row, folder: Path, start: float) -> Iterator[str]:
    """Run a row and return its cells."""
    world = row.world()
    with serve(world) as url:
        first, moment = None, 0.0
        if row.killed:
            first = build(folder, url, at_once=row.at_once, kill=lambda: len(world.sent) >= len(world.papers) // 2)
            moment = time.monotonic()
            time.sleep(2 * LATENCY)  # what was under way arrives nowhere
        ran = build(folder, url, at_once=row.at_once)
        calls, sent = world.calls, Counter(question for question, _ in world.sent)
        # An answer that went out as the process died was never received.
        gone = {question for question, when in world.sent if first and moment - 0.2 < when < moment + 2 * LATENCY}
        lost = sum(times - 1 for question, times in sent.items() if question not in gone)
        again = build(folder, url, at_once=row.at_once)
        repeated = world.calls - calls
    whole = ran.seconds + (first.seconds if first else 0)
    seconds = whole - start * (2 if first else 1)
    ideal = ceil((calls - (0 if world.arxiv else world.refused)) / AT_ONCE) * world.latency
    same, placeholders = read(folder, world.papers)
    yield row.name
    yield f"{whole:.1f}"
    yield f"{ideal:.1f}"
    yield f"{seconds - ideal:.1f}"
    yield f"{seconds / ideal:.2f}"
    yield f"{same} of {len(world.papers)}"
    yield str(placeholders)
    yield str(calls)
    yield str(lost)
    yield str(repeated)
    yield f"{max(ran.megabytes, again.megabytes):.0f}"
    if (ran.code, again.code) != (0, 0):
        yield f"exit {ran.code}, {again.code}: {ran.said}"


def main(wanted: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        begun = start(Path(folder))
    print(f"start: {begun:.1f} s\n")
    print("| fault | seconds | ideal | over | ratio | published | placeholders | calls | lost | again | peak MB |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for row in ROWS:
        if not wanted or any(word in row.name for word in wanted):
            with tempfile.TemporaryDirectory() as folder:
                print("| " + " | ".join(measure(row, Path(folder), begun)) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
