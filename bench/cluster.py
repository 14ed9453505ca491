"""Runs on a cluster that are disturbed: `python bench/cluster.py [RUNS]` prints its table of docs/reliability.md.

A scheduler and two workers with nannies stand for all runs. Each run builds twenty made-up papers and is disturbed by
chance: workers are killed, the run is interrupted or killed, or has a limit. An undisturbed run follows.

ended       disturbed runs that ended by themselves within five minutes; of others it is shown where each thread stood.
same        archives that are in the end byte for byte what threads make.
below       runs that booked less than the model's own count. Must be 0.
above       the most calls that a run booked beyond that count, and the most that may have been under way on what was
            killed or interrupted: no run may book more.
beyond      runs that booked more than their limit and the calls of killed workers. Must be 0.
"""

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.commands.demo.server import serve
from tests.pipeline.test_cluster import Cluster, open_cluster
from tests.runs import Forker, Run, World, files, invented, settings

DAYS = [date(2026, 1, 5) + timedelta(days=number) for number in range(2)]
WORDS = ("backfill", "--from", str(DAYS[0]), "--to", str(DAYS[-1]), "--yes", "--jobs", "2")
FAULTS = ("nothing", "a worker", "both workers", "interrupted", "killed", "a limit", "a limit and a worker")
THREADS = 4
LIMIT = 40_000


def two_nannies(stack: ExitStack, folder: Path) -> tuple[Cluster, list[Any]]:
    """Open a cluster of two workers that are restarted when they die; `stack` ends it."""
    cluster = stack.enter_context(open_cluster(folder, 0))
    nannies = [cluster.start(nanny=True) for _ in range(2)]
    for nanny in nannies:
        stack.callback(nanny.wait, 60)
        stack.callback(nanny.terminate)  # a killed one would leave its worker behind
    return cluster, nannies


def workers(nannies: list[Any]) -> list[psutil.Process]:
    """Return the worker processes that nannies look after just now."""
    found = [child for nanny in nannies for child in psutil.Process(nanny.pid).children()]
    return [child for child in found if "resource_tracker" not in " ".join(child.cmdline())]


def strike(fault: str, run: Run, world: World, nannies: list[Any], chance: random.Random) -> int:
    """Disturb a run once it is at work; return how many calls may have been under way on what was killed."""
    wanted = chance.randrange(1, 16)
    world.until(lambda: len(world.answers) >= wanted or not psutil.pid_exists(run.pid), 120)
    time.sleep(chance.uniform(0, 0.3))
    if not psutil.pid_exists(run.pid):
        return 0
    if fault in {"interrupted", "killed"}:
        psutil.Process(run.pid).send_signal(2 if fault == "interrupted" else 9)
        return world.most
    victims = workers(nannies)[: {"a worker": 1, "a limit and a worker": 1, "both workers": 2}.get(fault, 0)]
    for victim in victims:
        victim.kill()
    return THREADS * len(victims)


class Counting(World):
    """A world that knows what its answers took."""

    tokens = 0

    def answer(self, asked: Any) -> dict[str, Any]:
        given = super().answer(asked)
        self.tokens += given["usage"]["prompt_tokens"] + given["usage"]["completion_tokens"]
        return given


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="?", type=int, default=200)
    parser.add_argument("--seed", type=int, default=13)
    options = parser.parse_args()
    chance, rows, wrong = random.Random(options.seed), dict[str, Counter[str]](), list[str]()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        forker = stack.enter_context(Forker())
        cluster, nannies = two_nannies(stack, folder)
        dask = (*WORDS, "--engine", "dask", "--scheduler", cluster.address)
        with serve(invented(DAYS, 10)) as url:
            assert forker.run(folder / "threads", *WORDS, environ=settings(url)) == 0
        right = files(folder / "threads")
        for number in range(options.runs):
            fault = FAULTS[number % len(FAULTS)]
            row = rows.setdefault(fault, Counter())
            base = invented(DAYS, 10)
            world = Counting(base.rows, base.papers)
            world.latency = chance.uniform(0.05, 0.6)
            limit = {"DIGEST_LLM__MAX_TOKENS_PER_RUN": str(LIMIT), "DIGEST_LLM__OUTPUT_TOKENS": "1500"}
            site = folder / f"site{number}"
            with serve(world) as url:
                run = forker.start(site, *dask, environ={**settings(url), **(limit if "limit" in fault else {})})
                flight = strike(fault, run, world, nannies, chance)
                try:
                    run.wait(300)
                    row["ended"] += 1
                except AssertionError as stuck:
                    wrong.append(f"run {number}, {fault}: {stuck}")
                said, count = run.log.read_text(), (len(world.answers), world.tokens)
                row["runs"] += 1
                if booked := re.findall(r"; ([\d,]+) calls?, ([\d,]+) tokens", said):
                    calls, tokens = (int(part.replace(",", "")) for part in booked[-1])
                    row["below"] += calls < count[0] or tokens < count[1]
                    row["above"] = max(row["above"], calls - count[0])
                    if calls - count[0] > flight:
                        wrong.append(f"run {number}, {fault}: {calls} calls booked, {count[0]} answered")
                    row["flight"] = max(row["flight"], flight)
                    row["beyond"] += "limit" in fault and tokens > LIMIT
                world.latency = 0.05
                if forker.start(site, *dask, environ=settings(url)).wait(300) != 0:
                    wrong.append(f"run {number}, {fault}: the next one failed: {run.log.read_text()[-2000:]}")
                row["same"] += files(site) == right
            print(json.dumps({"run": number, "fault": fault, **row}), file=sys.stderr, flush=True)
    print("| disturbed by | runs | ended | same | below | above (under way) | beyond |\n|---|---|---|---|---|---|---|")
    for fault, row in rows.items():
        cells = (fault, row["runs"], row["ended"], row["same"], row["below"], f"{row['above']} ({row['flight']})")
        print(f"| {' | '.join(map(str, cells))} | {row['beyond']} |")
    print(*wrong, sep="\n")
    bad = any(row["ended"] < row["runs"] or row["same"] < row["runs"] or row["below"] for row in rows.values())
    return int(bad or bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
