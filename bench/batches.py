"""A long range planned and handed in as batches: `python bench/batches.py [PAPERS …]` prints a row for each number.

The program runs as a user runs it, against services on loopback in a process of their own: lists of 30 made-up papers a
day with abstracts of 1.5 kB, read from their abstracts (texts are fetched and let go of one by one, however many there
are), and a Batch API that counts what it is handed and keeps nothing. Measured are the process's own seconds and its
largest memory.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.commands.demo.server import NOT_FOUND, Request, Response, serve
from tests.runs import settings

FIRST, A_DAY = date(2000, 1, 1), 30
PRICES = '{"played": {"input": 1.0, "output": 10.0}}'
ABSTRACT = "We study how a service answers when nobody waits for it, and measure it on made-up papers. " * 16


@dataclass
class Services:
    """The lists, and a Batch API without a memory."""

    papers: int
    lines: int = 0
    made: list[int] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        if request.path == "/api/daily_papers":
            return self.list_day(request.query)
        if request.path == "/v1/files":
            self.lines = request.body.count(b'{"custom_id": ')
            return self.reply({"id": f"file-{len(self.made)}", "object": "file", "bytes": 1, "purpose": "batch"})
        if request.path == "/v1/batches" and request.method == "POST":
            self.made.append(self.lines)
            return self.reply({"id": f"batch_{len(self.made)}", "object": "batch", "status": "in_progress"})
        if request.path == "/v1/batches":
            return self.reply({"object": "list", "data": [], "has_more": False})
        if request.path == "/made":
            return self.reply(self.made)
        return NOT_FOUND

    @staticmethod
    def reply(body: object) -> Response:
        return Response(200, json.dumps(body).encode())

    def list_day(self, query: dict[str, str]) -> Response:
        begin = (date.fromisoformat(query["date"]) - FIRST).days * A_DAY
        numbers = range(begin, min(begin + A_DAY, self.papers)) if query.get("p", "0") == "0" else ()
        return self.reply([self.record(number) for number in numbers])

    @staticmethod
    def record(number: int) -> dict[str, object]:
        name = f"{10 + number // 600_000:02}{1 + number // 50_000 % 12:02}.{10_000 + number % 50_000:05}"
        paper = {"id": name, "title": f"Batch {number}", "summary": ABSTRACT + str(number), "upvotes": number % 90}
        authors = [{"name": f"Author {one}"} for one in range(6)]
        return {"paper": {**paper, "authors": authors, "publishedAt": "2020-01-01T00:00:00.000Z"}}


_RUN = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"\\n{code} {used.ru_utime + used.ru_stime:.1f} {used.ru_maxrss / 1024:.0f}")
"""


def measure(papers: int) -> None:
    """Print what one hand-in of so many papers takes."""
    services = subprocess.Popen([sys.executable, __file__, "serve", str(papers)], stdout=subprocess.PIPE, text=True)
    assert services.stdout is not None
    url = services.stdout.readline().strip()
    last = FIRST + timedelta(days=(papers - 1) // A_DAY)
    command = ["backfill", "--from", str(FIRST), "--to", str(last), "--batch", "--yes", "--log-format", "json"]
    more = {
        "DIGEST_LLM__PRICES": PRICES,
        "DIGEST_SELECTION__LIMIT": str(A_DAY),
        "DIGEST_FULLTEXT__ORDER": '["abstract"]',
        "OPENAI_API_KEY": "bench",
    }
    try:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "config.yaml").write_text("{}\n")
            begun = time.monotonic()
            run = subprocess.run(
                [sys.executable, "-c", _RUN, sys.executable, "-m", "digest", *command],
                cwd=folder,
                env={**os.environ, **settings(url, **more), "PYTHONPATH": str(Path(__file__).parent.parent)},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            seconds = time.monotonic() - begun
        code, cpu, peak = run.stdout.split()[-3:]
        submitted = re.findall(r"submitted ([\d,]+) requests? \(([^)]*)\)", run.stdout)
        requests, batches = (submitted[0][0], len(submitted[0][1].split(","))) if submitted else ("0", 0)
        each = 1000 * float(cpu) / papers
        print(
            f"| {papers:,} | {requests} in {batches} | {cpu} s | {each:.1f} ms | {seconds:.0f} s | {peak} MB | {code} |"
        )
    finally:
        services.kill()
        services.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        with serve(Services(int(sys.argv[2]))) as address:
            print(address, flush=True)
            time.sleep(86_400)
    print("| papers | requests in batches | CPU | CPU a paper | elapsed | largest memory | exit code |")
    print("|---|---|---|---|---|---|---|")
    for number in map(int, sys.argv[1:] or ("1000", "10000", "100000")):
        measure(number)
