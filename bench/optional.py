"""What a day takes while arXiv's API is down: `python bench/optional.py [--runs N]` prints a table.

Whole processes build one recorded day from loopback services, in turns: everything well, and the API, which no paper
needs, throttling, failing, refusing connections or never answering. The rest of the day takes a few seconds.
"""

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.commands.demo.server import Request, Response, serve
from tests.runs import MONTH, Forker, recorded, settings

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
_OVER = threading.Event()


def _hang(_: Request) -> Response:
    _OVER.wait(30)
    return Response(None)


WAYS: Mapping[str, Callable[[Request], Response | None]] = {
    "well": lambda _: None,
    "429": lambda _: Response(429, b"Rate exceeded."),
    "503, Retry-After: 60": lambda _: Response(503, b"", headers={"Retry-After": "60"}),
    "empty 200": lambda _: Response(200, b""),
    "connection dropped": lambda _: Response(None),
    "never answers": _hang,
}


def main() -> None:
    """Measure in turns and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    took: dict[str, list[float]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory(prefix="optional-") as folder, Forker() as forker:
        for turn in range(runs):
            for way, answer in WAYS.items():
                world = recorded(DATA, MONTH[:1], size=12)
                world.latency = 1.0
                world.on = lambda request, answer=answer: answer(request) if request.path == "/api/query" else None
                with serve(world) as url:
                    patient = {"DIGEST_FETCH__MAX_WAIT": "150", "DIGEST_LLM__MAX_CONCURRENCY": "4"}
                    begun = time.monotonic()
                    code = forker.run(
                        Path(folder, f"{turn}-{len(way)}{way[:3]}", "site"),
                        "build", "--date", str(MONTH[0]), environ=settings(url, **patient),
                    )  # fmt: skip
                    took[way].append(time.monotonic() - begun)
                    _OVER.set()
                assert code == 0, (way, code)
                _OVER.clear()
    well = statistics.median(took["well"])
    print("| the API | seconds, median | of an undisturbed day |\n|---|---:|---:|")
    for way, seconds in took.items():
        print(f"| {way} | {statistics.median(seconds):.2f} | {statistics.median(seconds) / well:.2f} |")


if __name__ == "__main__":
    main()
