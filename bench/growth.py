"""Measure how the time of each reader and check grows with what it is handed: what doubles may take 2.3 times as long.

    python -m bench.growth [--to 1000000] [--least 0.2] [--units all] [NAME ...]

Prints a row for each reader of bench/growth_readers.py whose name holds one of the NAMEs: the unit that took longest,
its seconds of CPU at `--to` characters, and the worst growth of any unit. Each unit is doubled until the reader takes
`--least` seconds; from there to the end every doubling is judged, the best of four tries. Unless `--units all` is
given, only the three slowest units and the one that grows most go all the way up.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.growth_readers import READERS, UNITS, Reader, feed, text_of  # noqa: E402

MOST = 2.3
"""The largest growth that is in proportion: twice, and what memory and the machine add."""
FIRST_SIZE = 7_800
PATIENCE = 240
"""Seconds of CPU after which all tries with a text are given up, whatever else the machine does."""
_LEAST_LOOKED_AT = 0.02
_TRIES = 4
"""How often a text is handed over before its growth is believed to be out of proportion."""


@dataclass
class Growth:
    """How one reader took one unit: size in characters → seconds of CPU."""

    unit: str
    seconds: dict[int, float] = field(default_factory=dict)
    grew: dict[int, float] = field(default_factory=dict)
    """Size → how many times as long as half of it took, where that can be judged."""
    given_up: int = 0
    """The size that was not read within PATIENCE; 0 where all were."""

    def worst(self) -> float:
        """Return the largest growth over a doubling; 0 where none could be judged."""
        return float("inf") if self.given_up else max(self.grew.values(), default=0.0)


def measure(
    reader: Reader, units: Sequence[str], largest: int, *, least: float, first: int = FIRST_SIZE
) -> Iterator[Growth]:
    """Hand a reader more and more of each unit, in a process that is ended when it hangs; the next takes the rest."""
    left = list(units)
    while left:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        args = (theirs, reader, left, largest, least, first)
        child = multiprocessing.get_context("fork").Process(target=_run, args=args)
        child.start()
        theirs.close()
        growth = Growth(left.pop(0))
        try:
            while _answers(ours, child):
                unit, size, taken, grew = ours.recv()
                if unit != growth.unit:
                    yield growth
                    growth = Growth(left.pop(0))
                growth.seconds[size] = taken
                growth.grew |= {size: grew} if taken >= least else {}
            growth.given_up = 2 * max(growth.seconds, default=first // 2)
        except EOFError:
            if left or not growth.seconds:
                growth.given_up = 2 * max(growth.seconds, default=first // 2)
        finally:
            child.kill()
            child.join()
            ours.close()
        yield growth


def _answers(pipe: Connection, child: BaseProcess) -> bool:
    """Wait for what a child says, until it has used up PATIENCE."""
    until = _used(child) + PATIENCE
    while not pipe.poll(2):
        if _used(child) > until:
            return False
    return True


def _used(child: BaseProcess) -> float:
    """Return the seconds of CPU of a child that is running (proc_pid_stat(5), fields 14 and 15)."""
    try:
        fields = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # not Linux
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _run(pipe: Connection, reader: Reader, units: Sequence[str], largest: int, least: float, first: int) -> None:
    for unit in units:
        size, before, hopeless = first, 0.0, False
        while size <= largest and not hopeless:
            half, text = text_of(unit, size // 2), text_of(unit, size)
            taken = _timed(reader, text)
            grew = taken / before if before else 0.0
            # On a busy machine one try may take half as long again as it should: both are taken anew, one by one.
            for _ in range(_TRIES - 1):
                if taken >= least and grew > MOST:
                    grew = min(grew, _timed(reader, text) / max(_timed(reader, half), 0.001))
            pipe.send((unit, size, taken, grew))
            size, before, hopeless = size * 2, max(taken, 0.001), taken >= least and grew > 2 * MOST


def _timed(reader: Reader, text: str) -> float:
    start = time.process_time()
    feed(reader, text)
    return time.process_time() - start


def survey(reader: Reader, largest: int, *, least: float, every: bool) -> Iterator[Growth]:
    """Measure all units up to a sixteenth of the size, then those that look worst, or all, to the end."""
    feed(reader, text_of("a", 64))  # imports what it needs, once for all the processes
    seen = list(measure(reader, UNITS, largest if every else largest // 16, least=least))
    yield from seen
    if not every:
        slowest = sorted(seen, key=lambda growth: max(growth.seconds.values(), default=PATIENCE), reverse=True)[:3]
        steepest = max(seen, key=_last_growth)
        worst = dict.fromkeys(growth.unit for growth in (*slowest, steepest))
        yield from measure(reader, [*worst], largest, least=least, first=largest // 8)


def _last_growth(growth: Growth) -> float:
    """Return how a unit grew over its last doubling, if only by a few milliseconds."""
    *_, before, taken = (0.0, 0.0, *growth.seconds.values())
    return taken / before if taken >= _LEAST_LOOKED_AT and before else 0.0


def main() -> None:
    asked = argparse.ArgumentParser(description="Measure how the time of each reader grows with its text.")
    asked.add_argument("names", nargs="*", help="parts of names of readers")
    asked.add_argument("--to", type=int, default=1_000_000, help="characters of the largest text")
    asked.add_argument("--least", type=float, default=0.2, help="seconds of CPU from which growth is judged")
    asked.add_argument("--units", choices=("worst", "all"), default="worst", help="which units go all the way up")
    options = asked.parse_args()
    chosen = {
        name: read for name, read in READERS.items() if not options.names or any(n in name for n in options.names)
    }
    print("| reader | slowest unit | characters | CPU s | worst growth | of unit |\n|---|---|---:|---:|---:|---|")
    beyond = 0
    for name, reader in chosen.items():
        found = list(survey(reader, options.to, least=options.least, every=options.units == "all"))
        slowest = max(found, key=lambda growth: max(growth.seconds.values(), default=0))
        size, taken = max(slowest.seconds.items(), key=lambda pair: pair[1])
        worst = max(found, key=Growth.worst)
        grew = worst.worst()
        beyond += grew > MOST
        shown = f"{grew:.2f}" if grew else "too quick"
        print(f"| {name} | `{slowest.unit!r}` | {size:,} | {taken:.2f} | {shown} | `{worst.unit!r}` |", flush=True)
    print(f"\n{len(chosen)} readers, {beyond} beyond {MOST}")
    sys.exit(beyond > 0)


if __name__ == "__main__":
    main()
