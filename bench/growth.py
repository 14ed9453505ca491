"""Measure how the time of each reader and check grows with what it is handed: what doubles may take 2.3 times as long.

    python -m bench.growth [--to 1000000] [--least 0.2] [--units all] [NAME ...]

Prints a row for each reader of bench/growth_readers.py whose name holds one of the NAMEs: the unit that took longest,
its seconds of CPU at `--to` characters, and the worst growth of any unit. Each unit is doubled until the reader takes
`--least` seconds; from there to the end every doubling is judged, the best of four tries. Unless `--units all` is
given, only the three slowest units and the one that grows most go all the way up.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.growth_readers import READERS, UNITS, Reader, feed, text_of  # noqa: E402

MOST = 2.3
"""The largest growth that is in proportion: twice, and what memory and the machine add."""
FIRST_SIZE = 7_800
PATIENCE = 120
"""Seconds of wall clock after which a single text is given up."""
_TRIES = 4
"""How often a text is handed over before its growth is believed to be out of proportion."""


@dataclass
class Growth:
    """How one reader took one unit: size in characters → seconds of CPU."""

    unit: str
    seconds: dict[int, float] = field(default_factory=dict)
    given_up: int = 0
    """The size that was not read within PATIENCE; 0 where all were."""

    def worst(self, least: float) -> float:
        """Return the largest growth over a doubling whose larger run took `least` seconds; 0 where none did."""
        if self.given_up:
            return float("inf")
        steps = [(self.seconds[size // 2], taken) for size, taken in self.seconds.items() if size // 2 in self.seconds]
        return max((taken / max(before, 0.001) for before, taken in steps if taken >= least), default=0.0)


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
            while ours.poll(PATIENCE):
                unit, size, taken = ours.recv()
                if unit != growth.unit:
                    yield growth
                    growth = Growth(left.pop(0))
                growth.seconds[size] = taken
            growth.given_up = 2 * max(growth.seconds, default=first // 2)
        except EOFError:
            if left or not growth.seconds:
                growth.given_up = 2 * max(growth.seconds, default=first // 2)
        finally:
            child.kill()
            child.join()
            ours.close()
        yield growth


def _run(pipe: Connection, reader: Reader, units: Sequence[str], largest: int, least: float, first: int) -> None:
    for unit in units:
        size, before = first, 0.0
        while size <= largest:
            text = text_of(unit, size)
            taken = _timed(reader, text)
            # On a busy machine a single try may take half as long again as it should.
            for _ in range(_TRIES - 1):
                if before and taken >= least and taken > MOST * before:
                    taken = min(taken, _timed(reader, text))
            pipe.send((unit, size, taken))
            if before and taken >= least and taken > 2 * MOST * before:
                break
            size, before = size * 2, taken


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
        steepest = max(seen, key=lambda growth: growth.worst(least / 8))
        worst = dict.fromkeys(growth.unit for growth in (*slowest, steepest))
        yield from measure(reader, [*worst], largest, least=least, first=largest // 8)


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
        worst = max(found, key=lambda growth: growth.worst(options.least))
        grew = worst.worst(options.least)
        beyond += grew > MOST
        shown = f"{grew:.2f}" if grew else "too quick"
        print(f"| {name} | `{slowest.unit!r}` | {size:,} | {taken:.2f} | {shown} | `{worst.unit!r}` |", flush=True)
    print(f"\n{len(chosen)} readers, {beyond} beyond {MOST}")
    sys.exit(beyond > 0)


if __name__ == "__main__":
    main()
