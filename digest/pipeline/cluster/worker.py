"""What runs on the workers of a cluster: reading, summarising and checking, with tools that each makes once for a run.

The settings come with the work, the key from the worker's own environment. Editions and posts are never written here.
"""

import asyncio
import os
import pickle
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from distributed import Worker, WorkerPlugin, get_worker

from digest.adapters.http import Deadline
from digest.adapters.templates import Templates, below, text
from digest.config import API_KEY, Config, PathsConfig
from digest.errors import ArchiveError, ClusterError, ConfigError, RunStopped
from digest.pipeline import assembly
from digest.pipeline.cluster import fitness
from digest.pipeline.cluster.link import Link
from digest.pipeline.cluster.packing import unpack
from digest.pipeline.cluster.shared import SharedBudget, SharedCache, SharedDocuments, SharedPacer

_OPEN = 60.0  # seconds for the tools to be there
_LEAVE = 5.0  # seconds for the work under way to end


@dataclass(frozen=True)
class WorkOrder:
    """What a worker needs to know of a run, besides the paper."""

    run: str
    coordinator: str
    """The topic on which the coordinator is asked."""
    config: Config
    templates: Mapping[str, str]
    """The site's own templates and tables of words: path → text."""
    documents: bool = False
    """Whether the coordinator keeps what is read, for further series."""


def own_templates(templates: Templates) -> dict[str, str]:
    """Return the site's own templates and tables of words, which no worker has."""
    own = templates.folders[:-1]
    return {
        str(path.relative_to(folder)): text(path)
        for folder in own
        for pattern in ("prompt/*.j2", "locale/*.yaml")
        for path in below(folder, pattern)
    }


def until(seconds: float) -> Callable[[], float]:
    """Begin a time limit that holds on other machines too, as far as their clocks agree."""
    return partial(_left, time.time() + seconds)


def _left(end: float) -> float:
    return end - time.time()


class Tools(WorkerPlugin):
    """What one worker works with for one run; ended by the worker's end, or when the coordinator is gone."""

    def __init__(self, worker: Worker, order: WorkOrder) -> None:
        """Open everything. Raises ConfigError where this worker lacks something, such as a key."""
        self._run, self._worker = order.run, worker
        self._deadline = Deadline()
        self._pacers: dict[str, SharedPacer] = {}
        self._busy, self._idle = 0, threading.Condition()
        self._opened = ExitStack()
        self.link = Link(worker, order.coordinator, self._told)
        folder = Path(tempfile.mkdtemp(prefix="digest-", dir=worker.local_directory))
        self._opened.callback(shutil.rmtree, folder, ignore_errors=True)
        for name, content in order.templates.items():
            (folder / "templates" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "templates" / name).write_text(content, "utf-8")
        lists = order.config.paths.lists  # papers in files are read where they are: in a folder that all share
        own = {name: folder / name for name in ("templates", "cache", "posts", "data")}
        paths = PathsConfig(**own, lists=lists)
        config = order.config.model_copy(update={"paths": paths})
        try:
            (run,) = assembly.assemble(
                (config,),
                self._opened,
                key=os.environ.get(API_KEY),
                environ=os.environ,
                now=lambda: datetime.now(UTC),
                report=lambda event: self.link.send("report", event),
                deadline=self._deadline,
                cache=SharedCache(folder, self.link),
                budget=SharedBudget(config.llm, self.link),
                pacer=self._pacer,
                documents=SharedDocuments(self.link) if order.documents else None,
            )
        except BaseException:
            self._opened.close()
            raise
        self.stages = run.stages.paper

    async def setup(self, worker: Worker) -> None:
        """Begin to listen to the coordinator."""
        await self.link.open()

    async def teardown(self, worker: Worker) -> None:
        """Drop the calls under way, then close everything."""
        self._deadline.cut()
        await self.link.close()
        await asyncio.to_thread(self._close)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Keep the tools open for the work that is done in the block."""
        with self._idle:
            self._busy += 1
        try:
            yield
        finally:
            self.link.flush()
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def _close(self) -> None:
        with self._idle:
            self._idle.wait_for(lambda: not self._busy, _LEAVE)
        self._opened.close()

    def _pacer(self, service: str, pace: float) -> SharedPacer:
        self._pacers[service] = SharedPacer(self.link, service, pace)
        return self._pacers[service]

    def _told(self, what: str, whom: Any, seconds: Any) -> None:
        if what == "pause" and whom in self._pacers:
            super(SharedPacer, self._pacers[whom]).pause(seconds)
        elif what == "cut":
            self._deadline.cut(seconds)
        elif what == "over" and self._worker.plugins.get(self._run) is self:
            del self._worker.plugins[self._run]  # by hand, since this may be said twice
            asyncio.ensure_future(self.teardown(self._worker))  # noqa: RUF006 - the worker's loop


_opening = threading.Lock()


def perform(theirs: Mapping[str, str], run: str, order: bytes, number: int, work: bytes) -> tuple[str, str, Any]:
    """Do some work, as soon as the coordinator lets it begin; return how it ended, on which worker, and the result.

    It ends as `said`, where the coordinator was told the result; as `unfit` where this worker cannot do such work, with
    the reason; or as `lost`, without an answer from the coordinator.
    """
    worker = get_worker()
    if different := fitness.difference(theirs):
        reason = ClusterError(different, hint="install the same digest there")
        return "unfit", worker.address, reason
    try:
        tools = _tools(worker, run, order)
        with tools.working():
            tools.link.ask("begin", number)
            tools.link.send("finish", number, unpack(work, tools.stages)())
            return "said", worker.address, None
    except (ArchiveError, ConfigError, RunStopped) as error:
        return "unfit", worker.address, error
    except ClusterError as error:
        return "lost", worker.address, error


def _tools(worker: Worker, run: str, order: bytes) -> Tools:
    """Return the tools of this worker for a run; made when they are first asked for."""
    with _opening:
        if run not in worker.plugins:
            tools = Tools(worker, pickle.loads(order))  # noqa: S301 - Dask runs what it is sent
            adding = worker.plugin_add(plugin=tools, name=run, catch_errors=False)
            tools.link.call(adding, _OPEN)
        return cast(Tools, worker.plugins[run])
