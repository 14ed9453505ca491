"""A real cluster on loopback: a scheduler and two worker processes, each with its own interpreter."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from digest.commands.demo.server import Request, Response, serve
from digest.errors import WorkerLost
from digest.model import Listing, Skip
from digest.pipeline import day
from tests.arxiv import announced_with_texts
from tests.arxiv import played as play_arxiv
from tests.fakes import Bench, paper
from tests.runs import ROOT, Forker, Run, files, invented, settings
from tests.stages.embed.scripted import serving

DAYS = [date(2026, 1, 5) + timedelta(days=number) for number in range(5)]
RANGE = ("--from", str(DAYS[0]), "--to", str(DAYS[-1]), "--yes")


@dataclass
class Cluster:
    """A scheduler with workers that can be killed."""

    address: str
    log: Path
    scheduler: subprocess.Popen[bytes]
    start: Callable[..., subprocess.Popen[bytes]]
    """Begin a worker, and wait until the scheduler knows it."""
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)


def _process(log: Path, *words: str, **environ: str) -> subprocess.Popen[bytes]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DIGEST_", "OPENAI_"))}
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, *words], env={**own, "PYTHONPATH": str(ROOT), **environ}, cwd=log.parent,
            stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip


def _seen(log: Path, pattern: str, times: int = 1, seconds: float = 120) -> list[str]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if len(found := re.findall(pattern, log.read_text() if log.exists() else "")) >= times:
            return found
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@contextmanager
def open_cluster(folder: Path, workers: int, threads: int = 4) -> Iterator[Cluster]:
    log = folder / "scheduler.log"
    with ExitStack() as stack:

        def started(*words: str, **environ: str) -> subprocess.Popen[bytes]:
            process = _process(folder / f"{words[1].rpartition('_')[2]}.log", *words, **environ)
            stack.callback(process.wait, 20)
            stack.callback(process.kill)
            return process

        words = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        scheduler = started("-m", "distributed.cli.dask_scheduler", *words)
        address = _seen(log, r"Scheduler at:\s+(tcp://[\d.:]+)")[0]

        def worker(nanny: bool = False, **environ: str) -> subprocess.Popen[bytes]:
            known = len(_seen(log, r"Register worker", 0))
            options = ("--nanny" if nanny else "--no-nanny", "--nthreads", str(threads), "--no-dashboard")
            process = started("-m", "distributed.cli.dask_worker", address, *options, **environ)
            _seen(log, r"Register worker", known + 1)
            return process

        one = Cluster(address, log, scheduler, worker)
        one.workers += [worker() for _ in range(workers)]
        yield one


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with open_cluster(tmp_path_factory.mktemp("cluster"), 2) as two:
        yield two


@pytest.fixture(scope="module")
def forker() -> Iterator[Forker]:
    with Forker("digest.pipeline.cluster.executor") as forker:
        yield forker


_HASTY = {f"digest.pipeline.cluster.presence:{name}": value for name, value in (("_LOOK", 0.5), ("_ALONE", 16))}
"""Half a minute without anybody, in eight seconds."""


def _on(two: Cluster, *words: str) -> tuple[str, ...]:
    return ("backfill", *RANGE, "--engine", "dask", "--scheduler", two.address, "--jobs", "5", *words)


def _own_prompt(folder: Path) -> None:
    own = folder / "templates" / "prompt"
    own.mkdir(parents=True)
    system = (ROOT / "templates" / "prompt" / "system.md.j2").read_text()
    (own / "system.md.j2").write_text(f"Our own words.\n{system}")


def test_a_worker_dies_half_way_and_the_editions_are_those_of_threads(
    two: Cluster, tmp_path: Path, forker: Forker
) -> None:
    alone, world, prompts = invented(DAYS, 6), invented(DAYS, 6), []
    for folder in ("threads", "dask"):
        _own_prompt(tmp_path / folder)
    with serve(alone) as url:
        assert forker.run(tmp_path / "threads", "backfill", *RANGE, environ=settings(url)) == 0
    world.latency = 0.3
    world.on = lambda request: prompts.append(request.body) if request.method == "POST" else None
    with serve(world) as url:
        run = forker.start(tmp_path / "dask", *_on(two), environ=settings(url))
        assert world.until(lambda: len(world.answers) >= 12, 240)
        victim = two.workers.pop()
        victim.send_signal(signal.SIGKILL)
        assert run.wait(400) == 0
        made, answers, twice = files(tmp_path / "dask"), len(world.answers), world.twice
        for path in (tmp_path / "dask").glob("_*/**/*.*"):
            path.unlink()
        assert forker.run(tmp_path / "dask", "backfill", *RANGE, environ=settings(url)) == 0
    two.workers.append(two.start())

    assert made == files(tmp_path / "threads")
    assert len(made) == 10 + 1
    assert len(set(world.answers)) == len(alone.answers) == 30
    assert twice <= 4  # what the dead one's four threads had asked for
    assert len(world.answers) == answers  # what workers paid for is in the cache of the one that asked
    assert all(b"Our own words." in body for body in prompts)


def test_vectors_are_asked_for_by_the_coordinator_and_are_those_of_threads(
    two: Cluster, tmp_path: Path, forker: Forker
) -> None:
    vectors = {
        "DIGEST_LLM__EMBEDDINGS__MODEL": "tiny",
        "DIGEST_LLM__EMBEDDINGS__DIMENSIONS": "16",
        "DIGEST_LLM__EMBEDDINGS__KEY": "VECTORS_KEY",
        "VECTORS_KEY": "only-the-coordinator-has-it",
    }
    made = {}
    for name, words in (("threads", ("backfill", *RANGE)), ("dask", _on(two))):
        world = invented(DAYS, 3)
        asked: list[bytes] = []
        world.on = lambda request, asked=asked: (
            (  # type: ignore[misc]
                asked.append(request.body) if request.path == "/v1/embeddings" else None
            )
            or serving(request)
        )
        with serve(world) as url:
            assert forker.start(tmp_path / name, *words, environ={**settings(url), **vectors}).wait(400) == 0
        made[name] = files(tmp_path / name)
        assert len(asked) == len(DAYS)

    assert made["dask"] == made["threads"]
    assert all(content.count(b'"embedding"') == 3 for name, content in made["dask"].items() if name.endswith(".json"))


def test_the_places_at_the_model_and_the_pace_of_arxiv_hold_for_all_workers_together(
    two: Cluster, tmp_path: Path, forker: Forker
) -> None:
    world = invented(DAYS, 3)
    world.latency = 0.25
    limits = {"DIGEST_LLM__MAX_CONCURRENCY": "3", "DIGEST_PACE__ARXIV": "0.2"}
    with serve(world) as url:
        assert forker.start(tmp_path / "site", *_on(two), environ={**settings(url), **limits}).wait(400) == 0

    starts = sorted(moment for moment, path in world.starts if path.startswith("/html/"))
    pauses = [after - before for before, after in pairwise(starts)]
    assert len(starts) == 15
    assert min(pauses) > 0.19  # by the clock of the one that is asked: a request may take a moment longer to arrive
    assert world.most <= 3


def test_the_budget_of_a_run_holds_for_all_workers_together(two: Cluster, tmp_path: Path, forker: Forker) -> None:
    world = invented(DAYS, 3)
    limit = {"DIGEST_LLM__MAX_TOKENS_PER_RUN": "15000", "DIGEST_LLM__OUTPUT_TOKENS": "1000"}
    with serve(world) as url:
        run = forker.start(tmp_path / "site", *_on(two), environ={**settings(url), **limit})
        assert run.wait(400) == 4

    spent = re.search(r"([\d,]+) tokens \(", run.log.read_text().splitlines()[-1])
    assert spent is not None and 0 < int(spent[1].replace(",", "")) <= 15_000
    assert 0 < len(world.answers) < 15


def test_no_scheduler_no_workers_and_workers_without_our_package_are_one_line_each(
    tmp_path: Path, forker: Forker
) -> None:
    blank = tmp_path / "blank"
    blank.mkdir()
    (blank / "sitecustomize.py").write_text(
        "import sys\n"
        "class Nothing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'digest':\n"
        "            raise ModuleNotFoundError(\"No module named 'digest'\", name='digest')\n"
        "sys.meta_path.insert(0, Nothing())\n"
    )
    world = invented(DAYS, 1)
    with serve(world) as url, open_cluster(tmp_path, 0) as bare:
        nobody = replace(bare, address="tcp://127.0.0.1:9")
        gone = forker.start(tmp_path / "gone", *_on(nobody), environ=settings(url))
        none = forker.start(tmp_path / "site", *_on(bare), environ=settings(url))
        code = none.wait(120)
        bare.workers.append(bare.start(PYTHONPATH=str(blank)))
        wrong = forker.start(tmp_path / "site", *_on(bare), environ=settings(url))
        again = wrong.wait(120)

        assert gone.wait(120) == 1

    lines = wrong.log.read_text().splitlines()
    assert gone.log.read_text().splitlines()[-1] == (
        "digest: no scheduler answers at tcp://127.0.0.1:9 — start one with `dask scheduler`"
    )
    assert (code, again, world.answers) == (1, 1, [])
    assert any(
        re.fullmatch(r"digest: the scheduler at tcp://[\d.:]+ has no workers — start some with .*", line)
        for line in lines
    )
    assert re.fullmatch(
        r"digest: worker tcp://[\d.:]+: digest cannot be imported: .* — install the same digest there, .*",
        lines[-1],
    )


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, forker: Forker) -> dict[str, bytes]:
    """What threads make of three papers a day."""
    folder = tmp_path_factory.mktemp("threads") / "site"
    with serve(invented(DAYS, 3)) as url:
        assert forker.run(folder, "backfill", *RANGE, environ=settings(url)) == 0
    return files(folder)


def test_workers_with_other_code_or_a_wrong_key_are_left_out_and_named(
    two: Cluster, tmp_path: Path, forker: Forker, alone: dict[str, bytes]
) -> None:
    shutil.copytree(ROOT / "digest", tmp_path / "other" / "digest")
    shutil.copytree(ROOT / "templates", tmp_path / "other" / "templates")
    with (tmp_path / "other" / "digest" / "errors.py").open("a") as changed:
        changed.write("# changed\n")
    world = invented(DAYS, 3)
    refused = Response(401, b'{"error": {"message": "Incorrect API key"}}')
    world.on = lambda request: refused if request.headers.get("authorization") == "Bearer wrong" else None
    others = [two.start(PYTHONPATH=str(tmp_path / "other")), two.start(OPENAI_API_KEY="wrong")]
    with serve(world) as url:
        run = forker.start(tmp_path / "site", *_on(two), environ=settings(url))
        assert run.wait(400) == 0
    for one in others:
        one.kill()

    said = run.log.read_text()
    assert files(tmp_path / "site") == alone
    assert re.search(r"worker tcp://[\d.:]+: has digest \w{12}, not \w{12} — .*; left out", said)
    assert re.search(r"worker tcp://[\d.:]+: model server .* answered 401: Incorrect API key — .*; left out", said)
    assert said.count("left out") == 2


def test_a_run_that_is_killed_leaves_the_workers_to_the_next_one_which_pays_for_nothing_twice_but_its_calls(
    two: Cluster, tmp_path: Path, forker: Forker, alone: dict[str, bytes]
) -> None:
    world = invented(DAYS, 3)
    world.latency = 2.0
    with serve(world) as url:
        first = forker.start(tmp_path / "site", *_on(two), environ=settings(url))
        assert world.until(lambda: len(world.answers) >= 4, 240)
        assert first.kill()
        world.latency = 0.1
        assert forker.start(tmp_path / "site", *_on(two), environ=settings(url)).wait(400) == 0

    assert files(tmp_path / "site") == alone
    assert world.twice <= 8  # the calls that were under way


def test_a_worker_that_its_nanny_restarts_goes_on_and_nothing_waits_for_the_old_one(
    tmp_path: Path, forker: Forker, alone: dict[str, bytes]
) -> None:
    world = invented(DAYS, 3)
    world.latency = 0.5
    with serve(world) as url, open_cluster(tmp_path, 1) as both:  # on a slow machine a restart takes half a minute
        nanny = both.start(nanny=True)
        run = forker.start(tmp_path / "site", *_on(both), environ=settings(url))
        assert world.until(lambda: len(world.answers) >= 4, 240)
        for child in psutil.Process(nanny.pid).children():
            if "resource_tracker" not in " ".join(child.cmdline()):
                child.kill()
        assert run.wait(400) == 0
        nanny.terminate()

    assert files(tmp_path / "site") == alone
    assert "died; others take over its papers" in run.log.read_text()
    assert world.twice <= 4


def test_the_papers_of_a_worker_that_stands_still_are_done_elsewhere_and_it_stays_on_the_cluster(
    tmp_path: Path, forker: Forker, alone: dict[str, bytes]
) -> None:
    world = invented(DAYS, 3)
    world.latency = 0.5
    with serve(world) as url, open_cluster(tmp_path, 2) as both:
        run = forker.start(tmp_path / "site", *_on(both), environ=settings(url), patched=_HASTY)
        assert world.until(lambda: len(world.answers) >= 2, 240)
        both.workers[0].send_signal(signal.SIGSTOP)
        code = run.wait(400)
        both.workers[0].send_signal(signal.SIGCONT)

        assert "Remove worker" not in both.log.read_text()

    assert (code, files(tmp_path / "site") == alone) == (0, True)
    assert world.twice <= 4


def test_a_run_without_workers_ends_after_half_a_minute_also_where_one_stands_still(
    tmp_path: Path, forker: Forker
) -> None:
    world = invented(DAYS, 3)
    world.latency = 0.5
    with serve(world) as url, open_cluster(tmp_path, 2) as both:
        run = forker.start(tmp_path / "site", *_on(both), environ=settings(url), patched=_HASTY)
        assert world.until(lambda: len(world.answers) >= 2, 240)
        both.workers[0].kill()
        both.workers[1].send_signal(signal.SIGSTOP)
        code = run.wait(400)

    assert (code, run.log.read_text().splitlines()[-1]) == (1, "digest: no workers left — start some, then rerun")


def test_weeks_of_arxiv_are_the_same_from_threads_after_kills_at_any_request_and_from_two_workers(
    two: Cluster, tmp_path: Path, forker: Forker
) -> None:
    today = datetime.now(UTC).replace(microsecond=0)
    sunday = today.date() - timedelta(days=today.weekday() + 22)
    arxiv = play_arxiv(sunday, 24, a_day=6, restless=False)
    arxiv.now, arxiv.page = today, 20
    services, asked, running = announced_with_texts(arxiv), list[str](), list[Run]()
    words = (
        "--from",
        str(sunday + timedelta(days=1)),
        "--to",
        str(sunday + timedelta(days=12)),
        "--yes",
        "--limit",
        "2",
    )

    def answer(request: Request) -> Response:
        asked.append(request.path)
        if len(asked) % 6 == 0 and running:
            os.kill(running.pop().pid, signal.SIGKILL)
        return services(request)

    with serve(answer) as url:
        source = '[{"use": "arxiv", "categories": ["cs.CL", "cs.LG"]}]'
        own = {"DIGEST_SERVICES__ARXIV_OAI": url, "DIGEST_PACE__ARXIV_OAI": "0", "DIGEST_SOURCES": source}
        environ = {**settings(url), **own, "DIGEST_SUMMARIZE__BACKEND": "extractive"}
        assert forker.run(tmp_path / "threads", "backfill", *words, environ=environ) == 0
        once, codes = len(asked), []
        while 0 not in codes:
            running.append(forker.start(tmp_path / "killed", "backfill", *words, environ=environ))
            codes.append(running[0].wait())
            running.clear()
        on = ("--engine", "dask", "--scheduler", two.address)
        assert forker.start(tmp_path / "dask", "backfill", *words, *on, environ=environ).wait(400) == 0

    whole = files(tmp_path / "threads")
    assert len([name for name in whole if name.startswith("_posts/")]) >= 8
    assert once > 20
    assert codes == [-signal.SIGKILL] * (len(codes) - 1) + [0]
    assert len(codes) > 2
    assert files(tmp_path / "killed") == whole
    assert files(tmp_path / "dask") == whole


def test_each_paper_is_fetched_and_parsed_once_for_all_languages_on_workers_too(
    two: Cluster, tmp_path: Path, forker: Forker
) -> None:
    world = invented(DAYS, 2)
    environ = {"DIGEST_LANGUAGES": '["ko", "en"]', "DIGEST_SUMMARIZE__BACKEND": "extractive"}
    with serve(world) as url:
        assert forker.run(tmp_path / "threads", "backfill", *RANGE, environ=settings(url, **environ)) == 0
        world.asked.clear()
        on = ("--engine", "dask", "--scheduler", two.address)
        run = forker.start(tmp_path / "dask", "backfill", *RANGE, *on, environ=settings(url, **environ))
        assert run.wait(400) == 0

    pages = [path for path in world.asked if path.startswith(("/html/", "/pdf/"))]
    assert sorted(pages) == sorted(set(pages))
    assert len(pages) == 10
    assert files(tmp_path / "dask") == files(tmp_path / "threads")
    assert len([name for name in files(tmp_path / "dask") if name.startswith("_posts/en/")]) == 5


class _Deadly(ThreadPoolExecutor):
    """Workers that die of the second paper."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        if fn.args[0].id != "2511.00002":
            return super().submit(fn, *args, **kwargs)
        lost: Future[Any] = Future()
        lost.set_exception(WorkerLost("every worker that processed this paper crashed"))
        return lost


def test_a_paper_that_workers_die_of_is_a_skip_and_the_others_are_published(tmp_path: Path) -> None:
    bench = Bench(tmp_path, listing=Listing(papers=(paper(1), paper(2), paper(3))))

    outcome = day.build(bench.order(), replace(bench.stages(), pool=lambda: _Deadly(2)), bench.archive)

    assert [entry.paper.id for entry in outcome.edition.entries] == ["2511.00001", "2511.00003"]
    assert outcome.edition.skips == (
        Skip(paper=paper(2), stage="run", reason="every worker that processed this paper crashed"),
    )  # fmt: skip
