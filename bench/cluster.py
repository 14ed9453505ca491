"""Runs on a cluster that are disturbed: `python bench/cluster.py [RUNS]` prints its table of docs/reliability.md.

A scheduler and two workers with nannies stand for all runs. Each run builds twenty made-up papers and is disturbed by
chance: workers are killed, the run is interrupted or killed, or has a limit. An undisturbed run over the same archive
follows. With `--rows FILE`, the rows of that file are not run again and new ones are added to it.

ended       disturbed runs that ended by themselves within five minutes; of others it is shown where each thread stood.
same        archives that are in the end byte for byte what threads make, but for the note of an edition which post a
            later one replaced.
below       archives whose month booked less than the model's own count, both runs together. Must be 0.
above       the most calls that were booked beyond that count, each at the most it could cost. Not more than were
            under way on what was killed or interrupted.
twice       the most questions that were answered twice. Not more than that either.
beyond      runs that booked more than their limit. Must be 0.
"""

import argparse
import json
import random
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.commands.demo.server import serve
from digest.config import Price
from digest.model import Usage
from digest.stages.summarize.budget import cost
from digest.stages.summarize.client.calls import MARGIN
from digest.stages.summarize.prompt import tokens_in
from tests.pipeline.test_cluster import Cluster, open_cluster
from tests.runs import Forker, Run, World, files, invented, settings

DAYS = [date(2026, 1, 5) + timedelta(days=number) for number in range(2)]
WORDS = ("backfill", "--from", str(DAYS[0]), "--to", str(DAYS[-1]), "--yes", "--jobs", "2", "--limit", "10")
FAULTS = ("nothing", "a worker", "both workers", "interrupted", "killed", "a limit", "a limit and a worker")
WORKERS = 2
THREADS = 4
LIMIT = 40_000
LONGEST = 1500  # tokens of an answer, at most
PRICE = Price(input=1.0, output=10.0)
ALWAYS = {
    "DIGEST_LLM__PRICES": json.dumps({"played": {"input": PRICE.input, "output": PRICE.output}}),
    "DIGEST_LLM__OUTPUT_TOKENS": str(LONGEST),
}
LIMITED = {"DIGEST_LLM__MAX_TOKENS_PER_RUN": str(LIMIT)}


class Counting(World):
    """A world that knows what its answers cost, and what the dearest question could have cost."""

    cost = 0.0
    dearest = 0.0

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        given = super().answer(asked)
        took = Usage(1, given["usage"]["prompt_tokens"], 0, given["usage"]["completion_tokens"])
        most = Usage(1, int(MARGIN * tokens_in(asked["messages"])), 0, LONGEST)
        with self._lock:
            self.cost += cost(took, PRICE) or 0.0
            self.dearest = max(self.dearest, cost(most, PRICE) or 0.0)
        return given


def two_nannies(stack: ExitStack, folder: Path) -> tuple[Cluster, list[Any]]:
    """Open a cluster of two workers that are restarted when they die; `stack` ends it."""
    cluster = stack.enter_context(open_cluster(folder, 0))
    nannies = [cluster.start(nanny=True) for _ in range(WORKERS)]
    for nanny in nannies:
        stack.callback(nanny.wait, 60)
        stack.callback(nanny.terminate)  # a killed one would leave its worker behind
    return cluster, nannies


def workers(nannies: list[Any]) -> list[psutil.Process]:
    """Return the worker processes that nannies look after just now."""
    found = [child for nanny in nannies for child in psutil.Process(nanny.pid).children()]
    return [child for child in found if "resource_tracker" not in " ".join(child.cmdline())]


def over(run: Run) -> bool:
    """Return whether a run has ended, whoever is still to take note of it."""
    try:
        return psutil.Process(run.pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def strike(fault: str, run: Run, world: World, nannies: list[Any], chance: random.Random) -> int:
    """Disturb a run once it is at work; return how many calls may have been under way on what was killed."""
    wanted = chance.randrange(1, 20)
    world.until(lambda: len(world.answers) >= wanted or over(run), 120)
    time.sleep(chance.uniform(0, 0.3))
    if over(run):
        return 0
    if fault in {"interrupted", "killed"}:
        psutil.Process(run.pid).send_signal(2 if fault == "interrupted" else 9)
        return world.most
    victims = workers(nannies)[: {"a worker": 1, "a limit and a worker": 1, "both workers": 2}.get(fault, 0)]
    for victim in victims:
        victim.kill()
    return THREADS * len(victims)


def wait_for_workers(cluster: Cluster) -> None:
    """Wait until the scheduler knows both workers: a nanny takes its time to restart one."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        log = cluster.log.read_text()
        if log.count("Register worker") - log.count("Remove worker") == WORKERS:
            return
        time.sleep(0.05)
    raise SystemExit(f"a worker did not come back: {log[-2000:]}")


def made(site: Path) -> dict[str, bytes]:
    """Return what lasts of an archive, without the hash of a post that was replaced."""
    return {name: re.sub(rb',\s*"before": "\w+"', b"", content) for name, content in files(site).items()}


def booked(site: Path) -> float:
    """Return what the months of an archive have cost, by its own books."""
    with closing(sqlite3.connect(site / ".cache" / "cache.sqlite3")) as cache:
        return sum(float(value) for (value,) in cache.execute("SELECT value FROM facts WHERE key LIKE 'cost 2%'"))


def once(number: int, seed: int, forker: Forker, cluster: Cluster, nannies: list[Any], site: Path) -> dict[str, Any]:
    """Run and disturb, run again, and return what came of both."""
    chance, fault = random.Random(f"{seed} {number}"), FAULTS[number % len(FAULTS)]
    base = invented(DAYS, 10)
    world = Counting(base.rows, base.papers)
    world.latency = chance.uniform(0.05, 0.6)
    dask = (*WORDS, "--engine", "dask", "--scheduler", cluster.address)
    row: dict[str, Any] = {"run": number, "fault": fault, "ended": True, "beyond": False}
    begun = time.monotonic()
    with serve(world) as url:
        environ = {**settings(url), **ALWAYS}
        run = forker.start(site, *dask, environ={**environ, **(LIMITED if "limit" in fault else {})})
        flight = strike(fault, run, world, nannies, chance)
        try:
            row["code"] = run.wait(300)
        except AssertionError as stuck:
            row |= {"ended": False, "stuck": str(stuck)}
        if spent := re.findall(r"; [\d,]+ calls?, ([\d,]+) tokens", run.log.read_text()):
            row["beyond"] = "limit" in fault and int(spent[-1].replace(",", "")) > LIMIT
        row["seconds"] = round(time.monotonic() - begun, 1)
        world.latency = 0.05
        wait_for_workers(cluster)
        row["next"] = forker.start(site, *dask, environ=environ).wait(300)
    above = booked(site) - world.cost
    row |= {
        "flight": flight,
        "below": above < -1e-5,  # money is counted in millionths
        "above": round(above / world.dearest, 2),
        "twice": world.twice,
        "files": made(site),
    }
    if row["next"] != 0:
        row["said"] = run.log.read_text()[-2000:]
    return row


def show(rows: list[dict[str, Any]]) -> bool:
    """Print the table; return whether all is as it must be."""
    print("| disturbed by | runs | ended | same | below | above | twice | under way | beyond |")
    print("|---|---|---|---|---|---|---|---|---|")
    for fault in FAULTS:
        mine = [row for row in rows if row["fault"] == fault]
        sums = [sum(bool(row[name]) for row in mine) for name in ("ended", "same", "below", "beyond")]
        most = [max([0, *(row[name] for row in mine)]) for name in ("above", "twice", "flight")]
        cells = (fault, len(mine), *sums[:3], *most, sums[3])
        print(f"| {' | '.join(map(str, cells))} |")
    bad = [
        row
        for row in rows
        if not (row["ended"] and row["same"])
        or row["below"] or row["beyond"] or row["next"] or max(row["above"], row["twice"]) > row["flight"] + 0.01
    ]  # fmt: skip
    print(*bad, sep="\n")
    return not bad


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="?", type=int, default=200)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--rows", type=Path, default=Path("/dev/null"))
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.rows.read_text().splitlines()] if options.rows.exists() else []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        forker = stack.enter_context(Forker("digest.pipeline.cluster.executor"))
        cluster, nannies = two_nannies(stack, folder)
        with serve(invented(DAYS, 10)) as url:
            assert forker.run(folder / "threads", *WORDS, environ={**settings(url), **ALWAYS}) == 0
        right = made(folder / "threads")
        for number in range(len(rows), options.runs):
            site = folder / f"site{number}"
            wait_for_workers(cluster)
            row = once(number, options.seed, forker, cluster, nannies, site)
            row["same"] = row.pop("files") == right
            shutil.rmtree(site)
            rows.append(row)
            print(json.dumps(row), file=sys.stderr, flush=True)
            with options.rows.open("a") as kept:
                print(json.dumps(row), file=kept)
    return int(not show(rows))


if __name__ == "__main__":
    sys.exit(main())
