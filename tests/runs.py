"""Real runs of `digest` that can be killed at any moment, and the loopback services they ask."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from digest.commands.demo import pages
from digest.commands.demo.papers import RecordedPaper
from digest.commands.demo.pdf import pdf
from digest.commands.demo.server import NOT_FOUND, Request, Response
from digest.model.text import one_line

ROOT = Path(__file__).parent.parent
MONTH = tuple(date(2026, 7, 23) + timedelta(days=number) for number in range(30))
"""Thirty recorded days; two papers stand in the lists of two of them."""

_COMMAND = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(line, [len(asked).to_bytes(4, "big")], [0, 1, 2])
    line.sendall(asked)
    code = line.recv(1)
sys.exit(code[0] if code else 70)
"""
"""A command that has a forker run `digest`, here and with the streams that it was given."""


@dataclass(frozen=True)
class Run:
    """A run of `digest` under way."""

    pid: int
    forker: "Forker"
    log: Path
    key: str = ""
    """What it shows the model server."""

    def wait(self, seconds: float = 60) -> int:
        """Wait for its end and return its exit code; a signal is negative."""
        code = self.forker.ask("wait", self.pid, seconds)
        if code is None:
            os.kill(self.pid, signal.SIGUSR1)  # writes down where every thread stands
            time.sleep(1)
            self.kill()
            raise AssertionError(f"still running after {seconds} s: {self.log.read_text()[-6000:]}")
        return int(code)

    def kill(self) -> bool:
        """Kill it; tell whether it was still running."""
        os.kill(self.pid, signal.SIGKILL)
        return bool(self.forker.ask("wait", self.pid, 10) == -signal.SIGKILL)


def output(folder: Path, *words: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `digest` to its end in an interpreter of its own, which takes a second longer than what a `Forker` begins."""
    return subprocess.run(
        [sys.executable, "-m", "digest", *words],
        cwd=folder, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip


class Forker:
    """A process that has run `digest` once and forks its runs: each does without imports, which take a second."""

    def __init__(self, *modules: str) -> None:
        """`modules` are what else its runs import."""
        self._lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="forker-")
        self.command = Path(self._folder.name) / "digest"
        """A command that is `digest`, for scripts: begun by this process too."""
        address = f"{self._folder.name}/socket"
        self.command.write_text(_COMMAND.format(python=sys.executable, address=address))
        self.command.chmod(0o755)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forkserver", address, *modules],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None and self._process.stdout.readline() == "ready\n"

    def __enter__(self) -> "Forker":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()
        self._folder.cleanup()

    def ask(self, name: str, *words: Any, **options: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps([name, words, options]) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def start(self, folder: Path, *words: str, environ: Mapping[str, str], **options: Any) -> Run:
        """Begin a run in a folder; what it says goes to a log beside the folder.

        Options: `file_limit`, the bytes that a file may have; `jump`, after how many seconds
        the clock goes how many seconds forward.
        """
        folder.mkdir(parents=True, exist_ok=True)
        log = folder.parent / f"{folder.name}.log"
        log.touch()
        own = {name: value for name, value in os.environ.items() if not name.startswith(("DIGEST_", "OPENAI_", "HF_"))}
        pid = self.ask("start", list(words), str(folder), {**own, **environ}, str(log), **options)
        return Run(pid, self, log, environ.get("OPENAI_API_KEY", ""))

    def run(self, folder: Path, *words: str, environ: Mapping[str, str], **options: Any) -> int:
        return self.start(folder, *words, environ=environ, **options).wait(90)

    def output(self, folder: Path, *words: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run it to its end in exactly this environment; return its code and what it printed, by stream."""
        with tempfile.TemporaryDirectory() as place:
            out, err = Path(place) / "out", Path(place) / "err"
            pid = self.ask("start", list(words), str(folder), dict(environ), str(out), err=str(err))
            code = Run(pid, self, out).wait(90)
            return subprocess.CompletedProcess(words, code, out.read_text("utf-8"), err.read_text("utf-8"))


@dataclass
class World:
    """Hugging Face, arXiv and a model with a list per day. Counts the answers that the model gave whole."""

    rows: Mapping[str, Sequence[Any]]
    """Day → rows of its list, as Hugging Face sends them."""
    papers: Mapping[str, RecordedPaper]
    latency: float = 0.0
    asked: list[str] = field(default_factory=list)
    """Paths of all requests."""
    answers: list[str] = field(default_factory=list)
    """A hash of every question that was answered."""
    paid: Counter[str] = field(default_factory=Counter)
    """How many answers were given to whom, by the key they sent."""
    inside: int = 0
    most: int = 0
    """Most model calls at once."""
    starts: list[tuple[float, str]] = field(default_factory=list)
    """When which path of arXiv was asked for."""
    frozen: threading.Event = field(default_factory=threading.Event)
    on: Callable[[Request], Response | None] = lambda _: None
    _lock: threading.RLock = field(default_factory=threading.RLock)
    dead: set[str] = field(default_factory=set)
    """What killed runs showed. Their last questions may be read when they are long gone."""

    def __call__(self, request: Request) -> Response:
        with self._lock:
            self.asked.append(request.path)
        if (other := self.on(request)) is not None:
            return other
        if request.path == "/v1/chat/completions":
            return self._chat(request)
        if request.path == "/api/daily_papers":
            page, limit = int(request.query.get("p", "0")), int(request.query.get("limit", "50"))
            shown = self.rows.get(request.query["date"], [])[page * limit : (page + 1) * limit]
            return Response(200, json.dumps(shown).encode())
        if request.path == "/api/query":
            known = [self.papers[one] for one in request.query.get("id_list", "").split(",") if one in self.papers]
            return Response(200, pages.feed(known).encode(), "application/atom+xml")
        kind, _, name = request.path.strip("/").partition("/")
        paper = self.papers.get(name.rpartition("v")[0] or name)
        with self._lock:
            self.starts.append((time.monotonic(), request.path))
        if paper and kind == "html" and paper.text.startswith("html"):
            return Response(200, pages.html(paper).encode(), "text/html; charset=utf-8")
        if paper and kind == "pdf" and paper.text != "none":
            return Response(200, pdf(paper), "application/pdf")
        return NOT_FOUND

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a question as the model does, and count it."""
        prompt = "\n".join(message["content"] for message in asked["messages"])
        title = prompt.partition("Title: ")[2].partition("\n")[0]
        paper = next((paper for paper in self.papers.values() if paper.title == title), None)
        question = hashlib.sha256(json.dumps(asked["messages"]).encode()).hexdigest()
        with self._lock:
            self.answers.append(question)
        return pages.completion(paper, asked["model"], prompt)

    def _chat(self, request: Request) -> Response:
        who = request.headers.get("authorization", "")
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        try:
            time.sleep(self.latency)
            end = time.monotonic() + 30
            while True:
                with self._lock:  # whoever freezes finds every answer counted that is still on its way
                    if who in self.dead:  # no answer, no price
                        return Response(None)
                    if not self.frozen.is_set() or time.monotonic() > end:
                        self.paid[who] += 1
                        given = self.answer(json.loads(request.body))
                        break
                time.sleep(0.005)
            return Response(200, json.dumps(given, ensure_ascii=False).encode())
        finally:
            with self._lock:
                self.inside -= 1

    def kill(self, run: Run, folder: Path) -> bool:
        """Kill a run with a key of its own while no answer is on its way: further questions die with it unanswered."""
        assert run.key
        with self._lock:
            self.frozen.set()
        self.until(lambda: kept(folder) >= len(self.answers), 5)
        alive = run.kill()
        with self._lock:
            self.dead.add(f"Bearer {run.key}")
        self.frozen.clear()
        return alive

    def until(self, true: Callable[[], bool], seconds: float = 30) -> bool:
        """Wait for something that a run does; False where it does not happen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if true():
                return True
            time.sleep(0.002)
        return False

    @property
    def twice(self) -> int:
        """How many answers were given again to a question that had one."""
        return sum(times - 1 for times in Counter(self.answers).values())


def played(number: int, size: int = 0, **parts: Any) -> RecordedPaper:
    """Make up a paper whose reply passes every check; `size` is the least length of its text, in characters."""
    if str(ROOT / "bench") not in sys.path:
        sys.path.append(str(ROOT / "bench"))
    import played as made_up

    return replace(made_up.paper(number, size=size), **parts)


def recorded(data: Path, days: Sequence[date] = MONTH, *, size: int = 12) -> World:
    """Play recorded lists, `size` papers a day: real titles, ids and upvotes; texts and replies are made up."""
    with tarfile.open(next((data / "hf_daily").glob("all_days*.tar.xz"))) as tar:
        wanted = {f"{day}.json" for day in days}
        lists = {
            member.name[-15:-5]: json.load(tar.extractfile(member))  # type: ignore[arg-type]
            for member in tar.getmembers()
            if member.name[-15:] in wanted
        }
    rows = {day: sorted(found, key=lambda row: -row["paper"]["upvotes"])[:size] for day, found in lists.items()}
    every = {row["paper"]["id"]: row["paper"] for found in rows.values() for row in found}
    papers = {
        name: played(number, id=name, title=one_line(inner["title"]), abstract=one_line(inner["summary"]))
        for number, (name, inner) in enumerate(sorted(every.items()))
    }
    return World(rows, papers)


def invented(days: Sequence[date], count: int, *, size: int = 0) -> World:
    """Play lists of `count` made-up papers a day, with texts of at least `size` characters."""
    numbers = {str(day): range(count * index, count * (index + 1)) for index, day in enumerate(days)}
    papers = {
        name: played(number, size, id=name)
        for each in numbers.values()
        for number in each
        if (name := f"2601.{10001 + number}")
    }
    rows = {day: [pages.record(papers[f"2601.{10001 + number}"]) for number in each] for day, each in numbers.items()}
    return World(rows, papers)


def settings(url: str, **more: str) -> dict[str, str]:
    """Return the environment of a run that asks the services at `url`, without pauses."""
    return {
        "DIGEST_SERVICES__HUGGINGFACE": url,
        "DIGEST_SERVICES__ARXIV": url,
        "DIGEST_SERVICES__ARXIV_API": url,
        "DIGEST_PACE__ARXIV": "0",
        "DIGEST_PACE__ARXIV_API": "0",
        "DIGEST_FETCH__MAX_WAIT": "0.05",
        "DIGEST_LLM__MAX_WAIT": "0.05",
        "DIGEST_LLM__BASE_URL": f"{url}/v1",
        "DIGEST_LLM__MODEL": "played",
        "DIGEST_CHECK__VERIFY": "false",  # one answer a paper is what most tests count
        **more,
    }


def kept(folder: Path) -> int:
    """Count the replies in a digest's cache."""
    try:
        with closing(sqlite3.connect(folder / ".cache" / "cache.sqlite3")) as cache:
            return int(cache.execute("SELECT count(*) FROM replies").fetchone()[0])
    except sqlite3.Error:
        return 0


def files(folder: Path) -> dict[str, bytes]:
    """Return what lasts of a digest: every file but the cache's."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".cache" not in path.parts
    }


def half_files(folder: Path) -> list[str]:
    """Name what a run left unfinished."""
    return [str(path.relative_to(folder)) for path in folder.rglob("*.part")]
