"""How long `digest --help` takes against bare Python, in turns: `python bench/startup.py`. The goal is 6 times."""

import statistics
import subprocess
import sys
import time

ROUNDS = 25
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "python -m digest --help": [sys.executable, "-m", "digest", "--help"],
}


def seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            taken[name].append(seconds(command))
    bare = statistics.median(taken["python -c pass"])
    print(f"{'command':<26}{'median ms':>10}{'min':>8}{'max':>8}{'× bare':>8}")
    for name, times in taken.items():
        median = statistics.median(times)
        print(f"{name:<26}{median * 1e3:>10.1f}{min(times) * 1e3:>8.1f}{max(times) * 1e3:>8.1f}{median / bare:>8.1f}")


if __name__ == "__main__":
    main()
