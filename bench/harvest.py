"""Months of arXiv by real backfills: `python bench/harvest.py [RECORDS [READ]]` prints its table of docs/scale.md.

arXiv is played in this process: RECORDS papers (30,000) in three months of its schedule, holidays among them, of which
READ (3,000) are read from loopback pages and summarised by extraction. The same range is built by threads; by runs that
are killed at random requests until one is not; and on two workers of a Dask cluster. What lasts has to be the same.

seconds   of all runs together.
peak      memory of the largest run; for a cluster of the process that coordinates, then of its workers.
requests  that were answered: for lists, and for pages.
same      files that are there and byte for byte those of threads, the text of `digest ledger` included.
"""

import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.commands.demo.server import Request, Response, serve
from tests.arxiv import HOLIDAYS, PlayedArxiv, announced_with_texts, played
from tests.pipeline.test_cluster import open_cluster
from tests.runs import ROOT, files, settings

WEEKS = 13
KILLS = 12
PAGE = 1300  # records, as the service sends them
ABSTRACT = "We study how large language models reason about long documents, and find that they do not. " * 13
MEMORY_LIMIT = 300  # MB


@dataclass
class Service:
    """The played services; counts what they answered, and kills a run at a request."""

    arxiv: PlayedArxiv
    lists: int = 0
    pages: int = 0
    fatal: int = 0
    """At how many further requests the run is killed; 0 is never."""
    victim: subprocess.Popen[bytes] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._answer = announced_with_texts(self.arxiv, size=4000)

    def __call__(self, request: Request) -> Response:
        with self._lock:
            is_list = request.path == "/oai"
            self.lists, self.pages = self.lists + is_list, self.pages + (not is_list)
            self.fatal -= bool(self.fatal)
            if self.victim and self.fatal == 1:
                os.kill(self.victim.pid, signal.SIGKILL)
                self.victim = None
        return self._answer(request)


@dataclass
class Took:
    """What the runs of one row took."""

    seconds: float = 0.0
    peak: float = 0.0
    lists: int = 0
    pages: int = 0
    killed: int = 0


def run(folder: Path, environ: dict[str, str], words: tuple[str, ...], service: Service, fatal: int, took: Took) -> int:
    """Run `digest` in a process of its own, and add what it took. Returns its exit code; a signal is negative."""
    folder.mkdir(exist_ok=True)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DIGEST_", "OPENAI_"))}
    before = service.lists, service.pages, time.monotonic()
    with (folder.parent / f"{folder.name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "digest", *words], cwd=folder, stdout=log, stderr=log,
            env={**own, **environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        service.fatal, service.victim = fatal, process if fatal else None
        _, status, used = os.wait4(process.pid, 0)
        service.fatal, service.victim = 0, None
    took.lists, took.pages = took.lists + service.lists - before[0], took.pages + service.pages - before[1]
    took.seconds += time.monotonic() - before[2]
    took.peak = max(took.peak, used.ru_maxrss / 1024)
    return os.waitstatus_to_exitcode(status)


def lasting(folder: Path, environ: dict[str, str], days: list[date]) -> dict[str, bytes]:
    """Return posts, editions, and the ledger of some days."""
    words = (sys.executable, "-m", "digest", "ledger", *map(str, days))
    own = {**os.environ, **environ, "PYTHONPATH": str(ROOT)}
    ledger = subprocess.run(words, cwd=folder, env=own, capture_output=True, check=True).stdout
    return files(folder) | {"ledger": ledger}


def row(name: str, took: Took, same: str, more: str = "") -> None:
    """Print a row of the table."""
    peak = f"{took.peak:.0f}{more}"
    print(f"| {name} | {took.seconds:.0f} | {peak} | {took.lists} | {took.pages:,} | {same} |", flush=True)


def main(records: int, read: int) -> None:
    """Build the range three times, and compare."""
    now = datetime.now(UTC).replace(microsecond=0)
    first = now.date() - timedelta(days=now.weekday() + 1 + 7 * (WEEKS + 1))  # a Sunday
    span = 7 * WEEKS
    holidays = HOLIDAYS.keys()
    arxiv = played(first, span + 4, a_day=round(records / span), holidays=holidays, restless=False, spread=0.1)
    arxiv.now, arxiv.page, arxiv.abstract = now, PAGE, ABSTRACT
    first, last = first + timedelta(days=1), first + timedelta(days=span - 1)
    lists = {
        day: ids for day, ids in arxiv.announced(("cs.CL", "cs.LG", "cs.CV", "cs.RO")).items() if first <= day <= last
    }
    limit = max(1, round(read / len(lists)))
    words = ("backfill", "--from", str(first), "--to", str(last), "--yes", "--limit", str(limit))
    print(f"{sum(map(len, lists.values())):,} papers of {len(lists)} days, {limit} a day are read", flush=True)
    service = Service(arxiv)
    with tempfile.TemporaryDirectory(prefix="harvest-") as folder, serve(service) as url, ExitStack() as stack:
        environ = settings(
            url,
            DIGEST_SERVICES__ARXIV_OAI=url,
            DIGEST_PACE__ARXIV_OAI="0",
            DIGEST_SOURCES='[{"use": "arxiv", "categories": ["cs"]}]',
            DIGEST_SUMMARIZE__BACKEND="extractive",
        )
        some = sorted(lists)[:: max(1, len(lists) // 10)]
        print("| how | seconds | peak MB | lists | pages | same |\n|---|---|---|---|---|---|", flush=True)
        alone = Took()
        assert run(Path(folder, "threads"), environ, words, service, 0, alone) == 0
        whole = lasting(Path(folder, "threads"), environ, some)
        row("threads", alone, f"{len(whole):,} files")

        chance, struck = random.Random(14), Took()
        every = alone.lists + alone.pages
        for _ in range(KILLS):
            # Every other one among the lists, which are all asked for before the first page.
            fatal = 1 + chance.randint(
                1, max(2, alone.lists // 6) if struck.killed % 2 == 0 else max(2, every // KILLS)
            )
            struck.killed += run(Path(folder, "killed"), environ, words, service, fatal, struck) == -signal.SIGKILL
        assert run(Path(folder, "killed"), environ, words, service, 0, struck) == 0
        row(f"killed {struck.killed} times", struck, compared(whole, lasting(Path(folder, "killed"), environ, some)))

        cluster, spread = stack.enter_context(open_cluster(Path(folder), 2)), Took()
        on = ("--engine", "dask", "--scheduler", cluster.address)
        assert run(Path(folder, "dask"), environ, (*words, *on), service, 0, spread) == 0
        workers = ", ".join(f"{psutil.Process(one.pid).memory_info().rss / 2**20:.0f}" for one in cluster.workers)
        same = compared(whole, lasting(Path(folder, "dask"), environ, some))
        row("two Dask workers", spread, same, f"; {workers}")
    mine = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"the played services took {mine:.0f} MB in a process of their own")
    sys.exit(max(alone.peak, struck.peak, spread.peak) > MEMORY_LIMIT)


def compared(whole: dict[str, bytes], other: dict[str, bytes]) -> str:
    """Say how many files are the same."""
    same = sum(other.get(name) == content for name, content in whole.items())
    return f"{same:,} of {len(whole.keys() | other.keys()):,}"


if __name__ == "__main__":
    main(*(int(word) for word in [*sys.argv[1:3], "30000", "3000"][: max(2, len(sys.argv) - 1)]))
