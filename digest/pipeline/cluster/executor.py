"""The workers of a cluster as an executor: no work is tied to one of them, and none of them is waited for."""

import asyncio
import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures import wait as wait_for
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from digest.config import Config
from digest.pipeline.assembly import RunContext
from digest.pipeline.cluster.backlog import Work
from digest.pipeline.cluster.coordinator import Coordinator
from digest.pipeline.cluster.packing import pack
from digest.pipeline.day import DayDependencies


@contextmanager
def engine(scheduler: str, run: RunContext, config: Config) -> Iterator[DayDependencies]:
    """Open a cluster; yields stages whose papers are worked on there. Raises ClusterError within seconds.

    Lists, editions and posts stay with the one that asks. Ending it leaves the cluster as it was.
    """
    pool = Pool(scheduler, run, config)
    try:
        pool.open()
        yield replace(run.stages, pool=lambda: pool, local=False)
    finally:
        pool.close()


class Pool(Executor):
    """The workers as an executor. What concerns the cluster happens in one loop, in one thread, until `close`."""

    def __init__(self, scheduler: str, run: RunContext, config: Config) -> None:
        self._stages, self._numbers = run.stages.paper, itertools.count(1)
        self._coordinator = Coordinator(scheduler, run, config)
        self._loop, self._ready = asyncio.new_event_loop(), Future[None]()
        self._thread = threading.Thread(target=self._live, name="cluster", daemon=True)

    def open(self) -> None:
        """Connect. Raises ClusterError where there is no scheduler or no worker."""
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what matters of it is said in one line
        self._thread.start()
        self._ready.result()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have something done on a worker. As on threads, it can be cancelled until it has begun."""
        work = Work(next(self._numbers), pack(partial(fn, *args, **kwargs), self._stages))
        self._coordinator.backlog.add(work)
        work.outer.add_done_callback(lambda _: self._call(self._coordinator.drop, work))
        self._call(self._coordinator.take, work)
        if self._coordinator.error:
            work.settle(self._coordinator.error)
        return work.outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what has not begun; wait for what has. The cluster itself goes on."""
        left = [work.outer for work in self._coordinator.backlog]
        if cancel_futures:
            for future in left:
                future.cancel()
        if wait:
            wait_for(left)

    def close(self) -> None:
        """Leave the cluster; its workers end what they hold for this run."""
        self._call(self._coordinator.close)
        self._thread.join()
        self._coordinator.state.close()

    def _call(self, what: Callable[..., None], *words: Any) -> None:
        """Have something done in the loop, as long as there is one."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what, *words)

    def _live(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            try:
                runner.run(self._coordinator.run(lambda: self._ready.set_result(None)))
            except BaseException as error:  # noqa: BLE001 - nobody else would tell those who wait
                self._coordinator.fail(error)
                if not self._ready.done():
                    self._ready.set_exception(error)
