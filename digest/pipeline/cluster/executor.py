"""The workers of a cluster as an executor: no work is tied to one of them, and none of them is waited for."""

import asyncio
import io
import itertools
import logging
import pickle
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from concurrent.futures import wait as wait_for
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from distributed import Client
from distributed.scheduler import KilledWorker

from digest.adapters.http.deadline import SLICE
from digest.config import Config
from digest.errors import ClusterError, OutOfTime
from digest.model import Event
from digest.pipeline.assembly import RunContext
from digest.pipeline.cluster import fitness
from digest.pipeline.cluster.backlog import DEATHS, Backlog, Work
from digest.pipeline.cluster.link import BEAT
from digest.pipeline.cluster.presence import Presence, attempt
from digest.pipeline.cluster.state import RunState
from digest.pipeline.cluster.worker import WorkOrder, own_templates
from digest.pipeline.day import DayDependencies

_CONNECT = 5  # seconds for the scheduler to answer, and for the first worker to be there
_DEAD = 5.0  # seconds after which a worker that listens no more has left this run alone
_STAGES = ("read", "summarizer", "check", "alphaxiv", "report")


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
        self._scheduler, self._report, self._deadline = scheduler, run.stages.report, run.tools.deadline
        self._templates, self._config = own_templates(run.tools.templates), config
        self._stages = {id(getattr(run.stages.paper, name)): name for name in _STAGES}
        self._run = f"digest-{uuid.uuid4().hex[:12]}"
        self._numbers, self._backlog = itertools.count(1), Backlog()
        self._state = RunState(
            cache=run.tools.cache, budget=run.budget, report=self._report,
            width=config.llm.max_concurrency, tell_all=self._tell_all,
            begin=self._backlog.begin, finish=self._backlog.finish,
        )  # fmt: skip
        self._peers: dict[str, str] = {}
        self._error: BaseException | None = None
        self._beaten = time.monotonic()
        self._loop, self._over, self._closed = asyncio.new_event_loop(), asyncio.Event(), False
        self._ready: Future[None] = Future()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._thread = threading.Thread(target=self._live, name="cluster", daemon=True)

    def open(self) -> None:
        """Connect. Raises ClusterError where there is no scheduler or no worker."""
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what matters of it is said in one line
        self._thread.start()
        self._ready.result()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have something done on a worker. As on threads, it can be cancelled until it has begun."""
        work = Work(next(self._numbers), self._packed(partial(fn, *args, **kwargs)))
        self._backlog.add(work)
        work.outer.add_done_callback(lambda _: self._call(self._dropped, work))
        self._call(lambda: self._spawn(self._follow(work)))
        if self._error:
            work.settle(self._error)
        return work.outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what has not begun; wait for what has. The cluster itself goes on."""
        left = [work.outer for work in self._backlog]
        if cancel_futures:
            for future in left:
                future.cancel()
        if wait:
            wait_for(left)

    def close(self) -> None:
        """Leave the cluster; its workers end what they hold for this run."""
        self._closed = True
        self._call(self._over.set)
        self._thread.join()
        self._state.close()

    def _packed(self, work: Callable[[], Any]) -> bytes:
        """Write work down; where it names a stage of this process, the worker puts its own."""
        packed = io.BytesIO()
        pickler = pickle.Pickler(packed)
        pickler.persistent_id = lambda one: self._stages.get(id(one))  # type: ignore[method-assign]
        pickler.dump(work)
        return packed.getvalue()

    def _call(self, what: Callable[..., None], *words: Any) -> None:
        """Have something done in the loop, as long as there is one."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what, *words)

    def _live(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            try:
                runner.run(self._main())
            except BaseException as error:  # noqa: BLE001 - nobody else would tell those who wait
                self._fail(error)
        if not self._ready.done():
            self._ready.set_exception(self._error or _lost_scheduler())

    async def _main(self) -> None:
        try:
            client = await Client(
                self._scheduler, asynchronous=True, timeout=_CONNECT, set_as_default=False, name="digest"
            )
        except (OSError, TimeoutError, ValueError) as cause:
            hint = "start one with `dask scheduler`"
            raise ClusterError(f"no scheduler answers at {self._scheduler}", hint=hint) from cause
        async with client:
            await self._coordinate(client)

    async def _coordinate(self, client: Client) -> None:
        self._client, self._workers = client, Presence(client, self._note, self._silent)
        self._order = pickle.dumps(WorkOrder(self._run, client.id, self._config, self._templates))
        client.subscribe_topic(client.id, self._heard)
        client.subscribe_topic("all", self._scheduler_said)
        if not await self._workers.arrived(_CONNECT):
            hint = f"start some with `dask worker {self._scheduler}`"
            raise ClusterError(f"the scheduler at {self._scheduler} has no workers", hint=hint)
        self._ready.set_result(None)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._watch())
            both.create_task(self._workers.watch(self._over))
        if client.status == "running":
            client.unsubscribe_topic(client.id)
            client.unsubscribe_topic("all")

    async def _watch(self) -> None:
        """Answer what could not be answered at once, and end what has no use any more."""
        cut, stream = False, self._client.scheduler_comm
        while not self._closed:
            self._answer()
            if self._client.status != "running" or self._client.scheduler_comm is not stream:
                self._fail(_lost_scheduler())
            elif self._workers.alone:
                self._fail(ClusterError("no workers left", hint="start some, then rerun"))
            if time.monotonic() - self._beaten > BEAT:
                self._beaten = time.monotonic()
                self._tell_all("beat")
            if self._deadline.closed and not cut:
                cut = True
                self._tell_all("cut", None, self._deadline.left())
            if cut and self._deadline.left() <= 0:
                self._fail(OutOfTime("the run is out of time"))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), 0.05 if self._state.waiting else SLICE)

    def _spawn(self, what: Any) -> None:
        task = asyncio.ensure_future(what)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, OSError):  # a message that finds nobody is none of our faults
            self._fail(error)

    def _note(self, line: str) -> None:
        self._report(Event(kind="problem", text=line))

    def _heard(self, event: tuple[float, Any]) -> None:
        """Take what a worker says. Of one that was given up, its replies still count."""
        if not isinstance(event[1], bytes):  # the scheduler notes what it does for a client under the same name
            return
        who, address, said = pickle.loads(event[1])  # noqa: S301 - who reaches the scheduler runs code anyway
        known = self._peers.setdefault(who, address)
        try:
            for number, name, words in said:
                if known or name == "keep_reply":
                    self._state.hear(who, number, name, words)
            self._answer()
        except Exception as error:  # noqa: BLE001 - else the worker would wait for ever
            self._fail(error)

    def _answer(self) -> None:
        letters: dict[str, list[Any]] = {}
        for who, number, answer in self._state.answers():
            letters.setdefault(who, []).append((number, answer))
        for who, letter in letters.items():
            self._send(who, letter)

    def _tell_all(self, *words: Any) -> None:
        for who in [one for one, address in self._peers.items() if address]:
            self._send(who, [(0, *(*words, None, None)[:3])])

    def _send(self, who: str, letter: list[Any]) -> None:
        """Pass something on to a worker; `Client.log_event` would wait for a receipt of each."""
        scheduler: Any = self._client.scheduler
        self._spawn(scheduler.log_event(topic=who, msg=pickle.dumps(letter), reply=False))

    def _scheduler_said(self, event: tuple[float, Any]) -> None:
        said = event[1] if isinstance(event[1], dict) else {}
        if said.get("action") == "remove-worker":
            self._gone(said["worker"], expected=bool(said.get("expected")))
        elif said.get("action") == "remove-client" and self._peers.get(said["client"]):
            # Where it died, the scheduler says that, too, just before or after.
            self._loop.call_later(_DEAD, partial(self._give_up, said["client"], expected=True))

    def _gone(self, address: str, *, expected: bool) -> None:
        """Let others take over what a dead worker had begun, a paper that three died of excepted."""
        self._workers.gone(address)
        for who in [one for one, there in self._peers.items() if there == address]:
            if self._give_up(who, expected=expected):
                self._note(f"worker {address} died; others take over its papers")

    def _silent(self, address: str) -> None:
        """Have others do what a worker that does not answer was given; it may still answer somebody else."""
        self._note(f"worker {address} does not answer; others take over its papers")
        for who in [one for one, there in self._peers.items() if there == address]:
            self._give_up(who, expected=False)
        self._spawn(self._take_back(address))

    async def _take_back(self, address: str) -> None:
        with suppress(KeyError):  # it is gone meanwhile
            given = (await self._client.processing(workers=[address]))[address]
            for work in self._backlog:
                if work.inner is not None and work.inner.key in given:
                    work.taken_back = True
                    await work.inner.cancel()

    def _give_up(self, who: str, *, expected: bool) -> bool:
        """Part a worker from what it has begun and holds; return whether it died of something."""
        self._peers[who] = ""
        self._state.lost(who)
        self._answer()
        return self._backlog.died(who, expected=expected)

    async def _follow(self, work: Work) -> None:
        """Have work done, again where a worker was lost with it or cannot do it."""
        while not work.outer.done():
            if error := self._error or self._workers.nobody():
                work.settle(error)
                return
            work.inner = self._client.submit(
                attempt, dict(fitness.fingerprint()), self._run, self._order, work.number, work.packed,
                key=(self._run, next(self._numbers)), pure=False, **self._workers.preferred(),
            )  # fmt: skip
            try:
                await work.inner.exception()  # waits for its end
                if work.finished:
                    work.settle()
                    return
                how, address, result = await work.inner
            except KilledWorker:  # the scheduler counts what waited beside a deadly paper, too
                continue
            except CancelledError:
                if work.taken_back:
                    work.taken_back = False
                    continue
                if not work.outer.done():
                    self._fail(_lost_scheduler())
                return
            except Exception as error:  # noqa: BLE001 - whatever the work raised goes to the one who asked for it
                work.failures += 1
                if work.worker or work.failures >= DEATHS:
                    work.settle(error)
                else:
                    await self._workers.examine()
                continue
            work.worker = ""
            if how == "unfit":
                self._workers.leave_out(address, result)

    def _dropped(self, work: Work) -> None:
        """Let go of work that is over, or that nobody wants any more."""
        if self._backlog.drop(work) and work.inner is not None and not work.inner.done():
            self._spawn(work.inner.cancel())
        work.inner = None

    def _fail(self, error: BaseException) -> None:
        """End everything: nothing can be done any more."""
        self._error = self._error or error
        for work in self._backlog:
            work.settle(error)


def _lost_scheduler() -> ClusterError:
    return ClusterError("scheduler connection lost", hint="restart it, then rerun")
