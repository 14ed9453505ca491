"""What runs on the workers of a cluster: reading, summarising and checking, with tools that each process makes once.

The settings come with the work, the key from the worker's own environment. Editions and posts are never written here,
and what is shared (replies, budget, pace, places at the model) is asked of the state server of the run.
"""

import atexit
import os
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import msgspec
from distributed import Semaphore, get_worker

from digest.adapters.http import Pacer
from digest.adapters.store import Cache
from digest.config import API_KEY, Config, PathsConfig
from digest.errors import BudgetReached, ClusterError, ConfigError
from digest.model import (
    Document,
    Draft,
    Event,
    Finding,
    Paper,
    PaperId,
    SourcedClaim,
    Usage,
    Verdict,
    Verification,
)
from digest.pipeline import assembly
from digest.pipeline.cluster.rpc import StateClient
from digest.pipeline.papers.dependencies import PaperDependencies
from digest.stages.summarize.budget import Budget


@dataclass(frozen=True)
class WorkOrder:
    """What a worker needs to know of a run, besides the paper."""

    run: str
    state_server: str
    """The name of the queue on which the state server is asked."""
    config: Config
    templates: Mapping[str, str]
    """The site's own templates and tables of words: path → text."""
    today: date


@dataclass(frozen=True)
class TimeLimit:
    """Tells how far away a moment is, by the clock of the machine that is asked."""

    end: float

    def __call__(self) -> float:
        """Return the seconds that are left."""
        return self.end - time.time()


def until(seconds: float) -> Callable[[], float]:
    """Begin a time limit that holds on other machines too, as far as their clocks agree."""
    return TimeLimit(time.time() + seconds)


def remote(stages: PaperDependencies, work_order: WorkOrder) -> PaperDependencies:
    """Return the same stages in a form that can be sent: each asks the worker's own tools."""
    return replace(
        stages,
        read=partial(_read, work_order),
        summarizer=Remote(work_order),
        check=partial(_check, work_order),
        alphaxiv=partial(_alphaxiv, work_order),
        report=partial(_report, work_order),
    )


def _read(work_order: WorkOrder, paper: Paper) -> Document:
    return tools(work_order).read(paper)


def _check(work_order: WorkOrder, draft: Draft, paper: Paper) -> Verdict:
    return tools(work_order).check(draft, paper)


def _alphaxiv(work_order: WorkOrder, paper_id: PaperId) -> str:
    return tools(work_order).alphaxiv(paper_id)


def _report(work_order: WorkOrder, event: Event) -> None:
    tools(work_order).report(event)


@dataclass(frozen=True)
class Remote:
    """The summarizer of the worker that happens to have the paper."""

    work_order: WorkOrder

    def summarize(self, paper: Paper, document: Document) -> Draft:
        """Write a draft with the summarizer of this worker."""
        return tools(self.work_order).summarizer.summarize(paper, document)

    def revise(self, paper: Paper, draft: Draft, findings: Sequence[Finding]) -> Draft | None:
        """Write a better draft with the summarizer of this worker."""
        return tools(self.work_order).summarizer.revise(paper, draft, findings)

    def verify(self, claims: Sequence[SourcedClaim], usage: Usage) -> Verification:
        """Read claims a second time with the summarizer of this worker."""
        return tools(self.work_order).summarizer.verify(claims, usage)


_made: dict[str, PaperDependencies] = {}
_making = threading.Lock()


def tools(work_order: WorkOrder) -> PaperDependencies:
    """Return this process' tools for a run; made when they are first asked for."""
    with _making:
        if work_order.run not in _made:
            _made[work_order.run] = _make(work_order)
        return _made[work_order.run]


def _make(work_order: WorkOrder) -> PaperDependencies:
    worker = get_worker()
    folder = Path(tempfile.mkdtemp(prefix="digest-worker-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, text in work_order.templates.items():
        (folder / "templates" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "templates" / name).write_text(text, "utf-8")
    lists = work_order.config.paths.lists  # papers in files are read where they are: in a folder that all share
    paths = PathsConfig(templates=folder / "templates", cache=folder, posts=folder, data=folder, lists=lists)
    config = work_order.config.model_copy(update={"paths": paths})
    client = StateClient(work_order.state_server, worker.address)
    llm = config.llm
    places = Semaphore(max_leases=llm.max_concurrency, name=f"digest-calls-{work_order.run}")
    try:
        opened = ExitStack()
        atexit.register(opened.close)
        return assembly.assemble(
            config,
            opened,
            key=os.environ.get(API_KEY),
            environ=os.environ,
            now=lambda: datetime.now(UTC),
            report=lambda event: client.send("report", msgspec.to_builtins(event, enc_hook=str)),
            cache=SharedCache(folder, client),
            budget=SharedBudget(llm.model, config, client, places),
            pacer=lambda service, pace: SharedPacer(client, work_order.run, service, pace),
        ).stages.paper
    except ConfigError as error:
        raise ClusterError(f"worker {worker.address}: {error}") from error


class SharedCache(Cache):
    """Pages in a folder of the worker; replies and facts at the state server, so that what one worker paid all have."""

    def __init__(self, folder: Path, client: StateClient) -> None:
        super().__init__(folder)
        self._client = client

    def reply(self, key: str) -> tuple[str, Usage] | None:
        """Return a reply that anybody of the run has paid for."""
        known = self._client.ask("reply", key)
        return (known[0], msgspec.convert(known[1], Usage)) if known else None

    def keep_reply(self, key: str, raw: str, usage: Usage, now: datetime) -> None:
        """Send a reply to the state server, as soon as it is there."""
        self._client.send("keep_reply", key, raw, msgspec.to_builtins(usage))

    def forget_reply(self, key: str) -> None:
        """Have a reply dropped."""
        self._client.send("forget_reply", key)

    def fact(self, key: str) -> str | None:
        """Return what anybody learnt about a service."""
        known: str | None = self._client.ask("fact", key)
        return known

    def keep_fact(self, key: str, value: str) -> None:
        """Let everybody know what was learnt."""
        self._client.send("keep_fact", key, value)


class SharedBudget(Budget):
    """The run's budget and its places at the model, which all workers share."""

    def __init__(self, model: str, config: Config, client: StateClient, places: Semaphore) -> None:
        super().__init__(model, config.llm.prices)
        self._client, self._places = client, places

    @contextmanager
    def reserve(self, most: Usage) -> Iterator[list[Usage]]:
        """Take a place at the model, of which the cluster has `llm.max_concurrency`, and set money aside."""
        token = uuid.uuid4().hex
        with self._places:
            actual: list[Usage] = []
            if reached := self._client.ask("reserve", token, msgspec.to_builtins(most)):
                raise BudgetReached(reached)
            try:
                yield actual
            finally:
                self._client.send("settle", token, [msgspec.to_builtins(one) for one in actual])


class SharedPacer(Pacer):
    """The turns of all workers at one service: who has started keeps the others waiting for the pace."""

    def __init__(self, client: StateClient, run: str, service: str, pace: float) -> None:
        super().__init__(pace)
        self._client, self._service, self._seconds = client, service, pace
        self._turn = Semaphore(max_leases=1, name=f"digest-{service}-{run}")

    def acquire(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Wait for the next turn and take it; the turn ends when `pace` seconds have passed, whoever waits."""
        self._turn.acquire()
        try:
            sleep(self._client.ask("delay", self._service))
        except BaseException:
            self._turn.release()
            raise
        if not self._seconds:
            self._turn.release()
            return
        end = threading.Timer(self._seconds, self._turn.release)
        end.daemon = True
        end.start()

    def pause(self, seconds: float) -> None:
        """Start nothing for a while, on any worker."""
        self._client.send("pause", self._service, seconds)
