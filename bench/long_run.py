"""What a long backfill takes: `python bench/long_run.py [--papers 5000] [--size 12000] [--workers 0]`.

Prints CPU, time and memory; with workers, of a cluster of so many with eight threads each. What they and the scheduler
take is counted, their start is not: a small run before has imported everything. Memory is that of the process asked.

A real backfill of made-up papers on loopback, 50 a day. It is watched from outside: which stage it is in by the events
that it reports, CPU and memory by what the system counts for its process. The services are this process, so that what
they take is not counted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.commands.demo.server import serve
from tests.pipeline.test_cluster import open_cluster
from tests.runs import ROOT, invented, settings

A_DAY = 50
STEPS = 5
_DIGEST = "import sys; sys.modules['numpy'] = None; from digest.__main__ import main; main()"
"""Without what only tests need, and Dask would import."""
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Seen:
    """What was counted for the process by the end of a step."""

    name: str
    seconds: float
    cpu: float
    megabytes: float


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process and its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICK


def megabytes_of(pid: int, what: str = "VmRSS") -> float:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1024


def watch(run: "subprocess.Popen[bytes]", log: IO[str], papers: int, helpers: list[int]) -> list[Seen]:
    """Note what the processes have taken when the work is known, and at each fifth of the papers."""
    begun, made, seen = time.monotonic(), 0, list[Seen]()

    before = [cpu_of(pid) for pid in helpers]

    def note(name: str) -> None:
        cpu = [cpu_of(run.pid), *(cpu_of(pid) - first for pid, first in zip(helpers, before, strict=True))]
        seen.append(Seen(name, time.monotonic() - begun, sum(cpu), megabytes_of(run.pid)))
        print(name, *(f"{part:.1f}" for part in cpu), file=sys.stderr)

    while run.poll() is None:
        line = log.readline()
        if not line.endswith("\n"):
            time.sleep(0.05)
            continue
        event = json.loads(line)["event"]
        if event == "listed" and not seen:
            note("planned")
        made += event == "summarized"
        if event == "summarized" and made % (papers // STEPS) == 0:
            note(f"{made:,} papers written")
    return seen


def begin(folder: Path, url: str, days: list[date], engine: list[str]) -> "subprocess.Popen[bytes]":
    """Begin a backfill in a folder; what it says goes to a log beside it."""
    folder.mkdir()
    command = ["backfill", "--from", str(days[0]), "--to", str(days[-1]), "--yes", "--limit", str(A_DAY), *engine]
    environ = {**os.environ, **settings(url), "PYTHONPATH": str(ROOT)}
    with folder.with_suffix(".log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", _DIGEST, *command, "--log-format", "json"], cwd=folder, env=environ,
            stderr=log, stdout=subprocess.DEVNULL,
        )  # fmt: skip


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--papers", type=int, default=5000)
    words.add_argument("--size", type=int, default=12_000)
    words.add_argument("--workers", type=int, default=0)
    words.add_argument("--latency", type=float, default=0.0)
    asked = words.parse_args()
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(asked.papers // A_DAY)]
    world = invented(days, A_DAY, size=asked.size)
    world.latency = asked.latency
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(serve(world))
        dask, helpers = list[str](), list[int]()
        if asked.workers:
            cluster = stack.enter_context(open_cluster(folder, asked.workers, threads=8))
            dask = ["--engine", "dask", "--scheduler", cluster.address]
            helpers = [one.pid for one in (cluster.scheduler, *cluster.workers)]
            begin(folder / "first", url, days[:1], dask).wait()
        run = begin(folder / "site", url, days, dask)
        with (folder / "site.log").open() as events:
            seen = watch(run, events, asked.papers, helpers)
        assert run.returncode == 0, (folder / "site.log").read_text()[-2000:]
    print("| by then | time | CPU | memory |\n|---|---|---|---|")
    for one in seen:
        print(f"| {one.name} | {one.seconds:.0f} s | {one.cpu:.0f} s | {one.megabytes:.0f} MB |")
    first, last = seen[1], seen[-1]
    papers = asked.papers * (STEPS - 1) / STEPS
    print(f"\na paper: {(last.cpu - first.cpu) / papers:.3f} s of CPU, "
          f"{(last.megabytes - first.megabytes) / papers * 1000:.1f} kB kept (after the first fifth)")  # fmt: skip


if __name__ == "__main__":
    main()
