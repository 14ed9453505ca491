"""What a command takes before its work begins, against bare Python, in turns: `python bench/startup.py --posts 1000`.

`site` is asked for an archive in which nothing changed, `ledger` for one day of it. CPU time counts: other work on the
machine makes wall times say little. The goal of the help is 6 times bare Python.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import site_corpus

ROOT = Path(__file__).parent.parent
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "python -c 'import click'": ["-c", "import click"],
    "digest --help": ["-m", "digest", "--help"],
    "digest site": ["-m", "digest", "site"],
    "digest ledger": ["-m", "digest", "ledger", str(site_corpus.FIRST)],
}


def run(words: list[str], folder: Path) -> tuple[float, float]:
    """Run Python; return its CPU and wall seconds."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *words], cwd=folder, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(words)}: exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--folder", type=Path, help="Where the archive is made for a while; /dev/shm spares the disk.")
    chosen = parser.parse_args()
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory(dir=chosen.folder) as made:
        folder = Path(made)
        site_corpus.write(folder, chosen.posts)
        time.sleep(2.1)  # what changed just now is not believed
        run(COMMANDS["digest site"], folder)
        for _ in range(chosen.rounds):
            for name, words in COMMANDS.items():
                taken[name].append(run(words, folder))
    bare = statistics.median(cpu for cpu, _ in taken["python -c pass"])
    print(f"{'command':<26}{'CPU ms':>8}{'min':>8}{'× bare':>8}{'wall ms':>9}")
    for name, times in taken.items():
        cpu, wall = (statistics.median(column) for column in zip(*times, strict=True))
        least = min(one for one, _ in times)
        print(f"{name:<26}{cpu * 1e3:>8.1f}{least * 1e3:>8.1f}{cpu / bare:>8.1f}{wall * 1e3:>9.1f}")


if __name__ == "__main__":
    main()
