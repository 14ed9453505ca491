"""Runs that are asked to end: `python bench/signals.py [N]` prints the signal table of docs/reliability.md.

Real builds of a day of made-up papers on loopback services. Each row sends one signal at N random moments (20) of a
build, in an archive of its own, then builds again and compares with what an undisturbed build makes.

code        builds that exited with 128 and the signal's number.
one line    builds that said one line after the signal, and showed no traceback.
slowest     the most seconds from the signal to the end of the process.
calls       model calls that began after the signal. Must be 0.
left        processes of the build that were still there after its end. Must be 0.
same        archives that the next build made byte for byte as an undisturbed one.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.commands.demo.server import serve
from tests.runs import World, files, invented, settings

DAY = date(2026, 1, 5)
WORDS = [sys.executable, "-m", "digest", "build", "--date", str(DAY)]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
IN_TIME = 7.0


@dataclass
class Row:
    """What became of the builds that one signal struck."""

    name: str
    runs: int = 0
    code: int = 0
    line: int = 0
    slowest: float = 0.0
    calls: int = 0
    left: int = 0
    same: int = 0
    wrong: list[str] = field(default_factory=list)

    def cells(self) -> str:
        counts = f"{self.runs} | {self.code} | {self.line} | {self.slowest:.1f} | {self.calls} | {self.left}"
        return f"| {self.name} | {counts} | {self.same} |"


def main() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it, and their children
    count, dice = int(sys.argv[1]) if len(sys.argv) > 1 else 20, random.Random(9)
    print("| signal | runs | code | one line | slowest | calls | left | same |\n|---|---|---|---|---|---|---|---|")
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        expected, seconds = _calm(Path(folder) / "calm")
        for number in SIGNALS:
            row = Row(number.name)
            for index in range(count):
                _struck(Path(folder) / f"{number.name}-{index}", number, dice.uniform(0.0, seconds), row, expected)
            print(row.cells(), flush=True)
            wrong += row.wrong
    print("\n".join(wrong), file=sys.stderr)
    sys.exit(bool(wrong))


def _calm(place: Path) -> tuple[dict[str, bytes], float]:
    """Return what an undisturbed build makes, and the seconds that it works."""
    with serve(_world()) as url:
        build = _begin(place, url)
        _working(build)
        begun = time.monotonic()
        assert build.wait() == 0
    return files(place), time.monotonic() - begun


def _world() -> World:
    world = invented([DAY], 6)
    world.latency = 0.5
    return world


def _begin(place: Path, url: str) -> "subprocess.Popen[bytes]":
    place.mkdir(exist_ok=True)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DIGEST_", "OPENAI_", "HF_"))}
    environ = {**own, **_environ(url), "PYTHONUNBUFFERED": "1"}
    with (place.parent / f"{place.name}.log").open("ab") as log:
        return subprocess.Popen(
            WORDS,
            cwd=place,
            env=environ,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _environ(url: str) -> Mapping[str, str]:
    return settings(url, DIGEST_LLM__MAX_CONCURRENCY="2", OPENAI_API_KEY="played")


def _working(build: "subprocess.Popen[bytes]") -> None:
    """Wait until the process listens for signals; before that it is Python's, and ends as Python does."""
    status = Path(f"/proc/{build.pid}/status")
    while build.poll() is None:
        caught = next(line for line in status.read_text().splitlines() if line.startswith("SigCgt:"))
        if int(caught.split()[1], 16) & 1 << (signal.SIGTERM - 1):
            return
        time.sleep(0.002)


def _struck(place: Path, number: signal.Signals, wait: float, row: Row, expected: Mapping[str, bytes]) -> None:
    world, log = _world(), place.parent / f"{place.name}.log"
    with serve(world) as url:
        build = _begin(place, url)
        _working(build)
        time.sleep(wait)
        said, asked = log.read_text(), _asked(world)
        begun = time.monotonic()
        build.send_signal(number)
        time.sleep(0.1)  # what was on its way when the signal came
        asked = max(asked, _asked(world))
        code = build.wait(60)
        seconds = time.monotonic() - begun
        calls = _asked(world) - asked
        if code == 0:  # it had ended before
            shutil.rmtree(place)
            return
        left = _left(place)
        after = log.read_text()[len(said) :]
        again = _begin(place, url).wait(120)
    row.runs += 1
    lines = [line for line in after.splitlines() if line.startswith("digest: ")]
    good = (
        code == 128 + number,
        len(lines) == 1 and "Traceback" not in after,
        seconds <= IN_TIME,
        not calls,
        not left,
        again == 0 and files(place) == expected,
    )
    row.code, row.line = row.code + good[0], row.line + good[1]
    row.slowest = max(row.slowest, seconds)
    row.calls, row.left, row.same = row.calls + calls, row.left + left, row.same + good[5]
    if not all(good):
        row.wrong.append(f"{place.name}: after {wait:.2f} s: exit {code}, {seconds:.1f} s, {good}: {after[-600:]}")
    shutil.rmtree(place)


def _asked(world: World) -> int:
    return world.asked.count("/v1/chat/completions")


def _left(place: Path) -> int:
    """Count the processes that still work in a folder."""
    found = 0
    for process in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            found += process.readlink() == place
    return found


if __name__ == "__main__":
    main()
