"""Runs that are killed: `python bench/crash.py [ROW…] [--kills N]` prints the crash table of docs/reliability.md.

A week of made-up papers on loopback services, filled by real processes. Each row disturbs a run in one way, once per
kill in an archive of its own, then runs it again and compares with what an undisturbed run makes.

runs        disturbed archives.
struck      runs that were disturbed as intended: still at work when the signal came, or ended with one clear line.
same        archives that are byte for byte what an undisturbed run makes.
half files  temporary files left after the next run. Must be 0.
paid twice  answers to a question whose answer the killed run had received whole. Must be 0.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.demo.server import serve
from tests.runs import Forker, Run, World, files, half_files, invented, settings

DAYS = [date(2026, 1, 5) + timedelta(days=number) for number in range(3)]
WORDS = ("backfill", "--from", str(DAYS[0]), "--to", str(DAYS[-1] + timedelta(days=1)), "--yes")
BOUNDARIES = ("list", "list of arXiv", "text", "model", "reply", "edition", "post", "end")
Strike = Callable[[Run, World, Path, Mapping[str, str]], bool]
"""Disturbs a run; tells whether it was struck as intended."""
_NOBODY = 65534
_FLIGHT = 0.2  # seconds in which an answer that was sent may not have been received


@dataclass
class Tally:
    """A row of the table."""

    name: str
    runs: int = 0
    killed: int = 0
    same: int = 0
    half: int = 0
    twice: int = 0
    wrong: list[str] = field(default_factory=list)

    def cells(self) -> str:
        return f"| {self.name} | {self.runs} | {self.killed} | {self.same} | {self.half} | {self.twice} |"


@dataclass
class Bench:
    """An undisturbed archive to compare with, and what is needed for disturbed ones."""

    folder: Path
    forker: Forker
    expected: Mapping[str, bytes] = field(default_factory=dict)
    seconds: float = 1.0
    """How long an undisturbed run takes."""

    def calm(self) -> None:
        world = _world()
        with serve(world) as url:
            for _ in range(2):  # the first one warms the machine
                shutil.rmtree(self.folder / "calm", ignore_errors=True)
                begun = time.monotonic()
                assert self.forker.run(self.folder / "calm", *WORDS, environ=_environ(url)) == 0
                self.seconds = time.monotonic() - begun
        self.expected = files(self.folder / "calm")

    def disturbed(self, tally: Tally, strike: Strike, *, locked: str = "", **options: Any) -> None:
        """Begin a run, strike it, run again, and count what is wrong."""
        place, world = self.folder / f"{tally.name.replace(' ', '-')}-{tally.runs}", _world()
        tally.runs += 1
        for name in ("_posts", "_data/digests", ".cache"):
            (place / name).mkdir(parents=True)
        for path in (place, *place.rglob("*")):
            path.chmod(0o555 if locked and path == place / locked else 0o777)
        with serve(world) as url:
            run = self.forker.start(place, *WORDS, environ=_environ(url), **options)
            tally.killed += strike(run, world, place, _environ(url))
            struck = time.monotonic()
            received = {question for question, when in world.moments.items() if when < struck - _FLIGHT}
            before = len(world.answers)
            code = self.forker.run(place, *WORDS, environ=_environ(url))
        tally.twice += sum(question in received for question in world.answers[before:])
        tally.same += files(place) == self.expected and code == 0
        if files(place) != self.expected or code:
            tally.wrong.append(f"{place.name}: exit {code}: {(place.parent / f'{place.name}.log').read_text()[-400:]}")
        tally.half += len(half_files(place))
        shutil.rmtree(place)


def _world() -> World:
    world = invented(DAYS, 3)
    world.latency = 0.02
    return world


def _environ(url: str) -> dict[str, str]:
    return settings(url, DIGEST_LLM__MAX_CONCURRENCY="2")


def at_random(bench: Bench, dice: random.Random) -> Strike:
    """Kill after any time in which a run is at work."""
    wait = dice.uniform(0.0, bench.seconds)

    def strike(run: Run, world: World, place: Path, environ: Mapping[str, str]) -> bool:
        time.sleep(wait)
        return run.kill()

    return strike


def at_boundary(name: str, dice: random.Random) -> Strike:
    """Kill as a stage ends and the next begins, in the first days or a later one."""
    nth = dice.randint(1, 3)

    def reached(world: World, place: Path) -> bool:
        asked = world.asked
        return {
            "list": lambda: asked.count("/api/daily_papers") >= nth,
            "list of arXiv": lambda: "/api/query" in asked,
            "text": lambda: sum(path.startswith("/html/") for path in asked) >= nth,
            "model": lambda: asked.count("/v1/chat/completions") >= nth,
            "reply": lambda: len(world.answers) >= nth,
            "edition": lambda: len(list(place.glob("_data/digests/*.json"))) >= nth,
            "post": lambda: len(list(place.glob("_posts/*.md"))) >= nth,
            "end": lambda: len(list(place.glob("_posts/*.md"))) == len(DAYS),
        }[name]()

    def strike(run: Run, world: World, place: Path, environ: Mapping[str, str]) -> bool:
        world.until(lambda: reached(world, place), 20)
        return run.kill()

    return strike


def kills(bench: Bench, count: int) -> Iterator[Tally]:
    """Kill at each stage boundary, and as often at random moments."""
    dice = random.Random(11)
    bounded, anywhere = Tally("killed at a stage boundary"), Tally("killed at a random moment")
    for number in range(count // 2):
        bench.disturbed(bounded, at_boundary(BOUNDARIES[number % len(BOUNDARIES)], dice))
        bench.disturbed(anywhere, at_random(bench, dice))
    yield bounded
    yield anywhere


def two_at_once(bench: Bench, count: int) -> Iterator[Tally]:
    """Begin a second run while the first one works: it says so and stops; the first one ends as if alone."""
    tally = Tally("two runs at once")

    def strike(run: Run, world: World, place: Path, environ: Mapping[str, str]) -> bool:
        world.until(lambda: bool(world.asked), 20)
        second = bench.forker.start(place, *WORDS, environ=environ)
        return second.wait() == 1 and "another run is at work" in run.log.read_text() and run.wait() == 0

    for _ in range(count):
        bench.disturbed(tally, strike)
    yield tally


def full_disk(bench: Bench, count: int) -> Iterator[Tally]:
    """Let no file grow beyond some size, as on a disk that fills up: an error in one line, and nothing half-written."""
    tally = Tally("disk full on the way")

    def strike(run: Run, world: World, place: Path, environ: Mapping[str, str]) -> bool:
        return run.wait() in (1, 4) and "digest: " in run.log.read_text()

    for number in range(count):
        bench.disturbed(tally, strike, file_limit=3000 + 28_000 * number)
    yield tally


def read_only(bench: Bench, count: int) -> Iterator[Tally]:
    """Take away the right to write: to the posts, to the editions, to the cache."""
    tally = Tally("folder read-only")

    def strike(run: Run, world: World, place: Path, environ: Mapping[str, str]) -> bool:
        code = run.wait()
        for path in (place, *place.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        return code == 1 and "cannot be" in run.log.read_text()

    for number in range(count):
        locked = ("_posts", "_data/digests", ".cache")[number % 3]
        bench.disturbed(tally, strike, locked=locked, uid=_NOBODY if os.getuid() == 0 else None)
    yield tally


def clock_jumps(bench: Bench, count: int) -> Iterator[Tally]:
    """Move the clock by days, forward and back, while a run is at work, and kill it later."""
    dice, tally = random.Random(12), Tally("clock jumps, then killed")
    for number in range(count):
        jump = (dice.uniform(0.05, bench.seconds / 2), (1 if number % 2 else -1) * 3 * 86400)
        bench.disturbed(tally, at_random(bench, dice), jump=jump)
    yield tally


ROWS: Mapping[str, tuple[Callable[[Bench, int], Iterator[Tally]], int]] = {
    "kills": (kills, 200),
    "two": (two_at_once, 5),
    "disk": (full_disk, 8),
    "read-only": (read_only, 6),
    "clock": (clock_jumps, 20),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(ROWS)}; all without any")
    parser.add_argument("--kills", type=int, default=200)
    asked = parser.parse_args()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder, Forker() as forker:
        Path(folder).chmod(0o777)
        bench = Bench(Path(folder), forker)
        bench.calm()
        print("| fault | runs | struck | same | half files | paid twice |\n|---|---|---|---|---|---|")
        for name, (row, count) in ROWS.items():
            if not asked.rows or name in asked.rows:
                for tally in row(bench, asked.kills if name == "kills" else count):
                    print(tally.cells(), flush=True)
                    wrong += tally.wrong
    print("\n".join(wrong), file=sys.stderr)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
