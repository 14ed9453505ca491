"""Runs that are killed: `python bench/crash.py [ROW…] [--kills N]` prints the crash table of docs/reliability.md.

A week of made-up papers on loopback services, filled by real processes. Each row disturbs a run in one way, once per
kill in an archive of its own, then runs it again and compares with what an undisturbed run makes.

runs        disturbed archives.
struck      runs that were disturbed as intended: still at work when the signal came, or ended with one clear line.
same        archives that are byte for byte what an undisturbed run makes.
half files  temporary files left after the next run. Must be 0.
in flight   most answers of one run that were sent and are not kept: they died on the wire, or nearly so. About as many
            as calls at once (llm.max_concurrency), which is 2.
paid twice  calls of the next run beyond those whose reply was not kept. Must be 0.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.commands.demo.server import serve
from tests.runs import Forker, Run, World, files, half_files, invented, kept, settings

DAYS = [date(2026, 1, 5) + timedelta(days=number) for number in range(3)]
WORDS = ("backfill", "--from", str(DAYS[0]), "--to", str(DAYS[-1] + timedelta(days=1)), "--yes")
BOUNDARIES = ("list", "list of arXiv", "text", "model", "reply", "edition", "post", "end")
Strike = Callable[[Run, World, Path, Mapping[str, str]], bool]
"""Disturbs a run; tells whether it was struck as intended."""


@dataclass
class Tally:
    """A row of the table."""

    name: str
    runs: int = 0
    killed: int = 0
    same: int = 0
    half: int = 0
    flight: int = 0
    twice: int = 0
    wrong: list[str] = field(default_factory=list)

    def cells(self) -> str:
        return (
            f"| {self.name} | {self.runs} | {self.killed} | {self.same} | {self.half} | {self.flight} | {self.twice} |"
        )


@dataclass
class Bench:
    """An undisturbed archive to compare with, and what is needed for disturbed ones."""

    folder: Path
    forker: Forker
    expected: Mapping[str, bytes] = field(default_factory=dict)
    calls: int = 0
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
        self.expected, self.calls = files(self.folder / "calm"), len(world.answers) // 2

    def disturbed(self, tally: Tally, strike: Strike, *, locked: str = "", **options: Any) -> None:
        """Begin a run, strike it, run again, and count what is wrong."""
        place, world = self.folder / f"{tally.name.replace(' ', '-')}-{tally.runs}", _world()
        tally.runs += 1
        for name in ("_posts", "_data/digests", ".cache"):
            (place / name).mkdir(parents=True)
        if locked:
            _lock(place / locked)
        with serve(world) as url:
            run = self.forker.start(place, *WORDS, environ=_environ(url), **options)
            tally.killed += strike(run, world, place, _environ(url))
            there = kept(place)
            code = self.forker.run(place, *WORDS, environ=_environ(url, "second"))
        tally.flight = max(tally.flight, world.paid["Bearer first"] - there)
        tally.twice += max(0, world.paid["Bearer second"] - (self.calls - there))
        same = (
            _dateless(files(place)) == _dateless(self.expected) if "jump" in options else files(place) == self.expected
        )
        tally.same += same and code == 0
        if not same or code:
            tally.wrong.append(f"{place.name}: exit {code}: {(place.parent / f'{place.name}.log').read_text()[-400:]}")
        tally.half += len(half_files(place))
        shutil.rmtree(place)


def _dateless(found: Mapping[str, bytes]) -> dict[str, bytes]:
    """Leave out the day on which an entry was made: it is what the clock said."""
    return {name: re.sub(rb'"made": "[\d-]+"', b"", content) for name, content in found.items()}


def _world() -> World:
    world = invented(DAYS, 3)
    world.latency = 0.02
    return world


def _environ(url: str, key: str = "first") -> dict[str, str]:
    """Return the settings of a run; by its key the model server tells the runs apart."""
    return settings(url, DIGEST_LLM__MAX_CONCURRENCY="2", OPENAI_API_KEY=key)


def at_random(bench: Bench, dice: random.Random) -> Strike:
    """Kill after any time in which a run is at work."""
    wait = dice.uniform(0.0, 0.7 * bench.seconds)

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
        return second.wait() == 1 and "another digest run is using" in run.log.read_text() and run.wait() == 0

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
        _unlock(place / locked)
        return code in (1, 4) and "cannot be" in run.log.read_text()

    for number in range(count):
        locked = ("_posts", "_data/digests", ".cache")[number % 3]
        bench.disturbed(tally, strike, locked=locked)
    yield tally


def _lock(folder: Path) -> None:
    """Make a folder read-only, for root too: nothing but a mount stops root."""
    if os.getuid() == 0:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder], check=True)
    else:
        folder.chmod(0o555)


def _unlock(folder: Path) -> None:
    if os.getuid() == 0:
        subprocess.run(["umount", folder], check=True)
    else:
        folder.chmod(0o755)


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
    rows = f"of {', '.join(ROWS)}; all without any"
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], metavar="ROW", help=rows)
    parser.add_argument("--kills", type=int, default=200)
    asked = parser.parse_args()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder, Forker() as forker:
        bench = Bench(Path(folder), forker)
        bench.calm()
        print("| fault | runs | struck | same | half files | in flight | paid twice |\n|---|---|---|---|---|---|---|")
        for name, (row, count) in ROWS.items():
            if not asked.rows or name in asked.rows:
                for tally in row(bench, asked.kills if name == "kills" else count):
                    print(tally.cells(), flush=True)
                    wrong += tally.wrong
    print("\n".join(wrong), file=sys.stderr)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
