"""The coordinator of a run: hears its workers through the scheduler, answers, and has lost work done by others."""

import asyncio
import pickle
import time
import uuid
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from typing import Any

from distributed.scheduler import KilledWorker

from digest.adapters.http.deadline import SLICE
from digest.config import Config
from digest.errors import ClusterError, OutOfTime
from digest.model import Event
from digest.pipeline.assembly import RunContext
from digest.pipeline.cluster import fitness
from digest.pipeline.cluster.backlog import DEATHS, Backlog, Work
from digest.pipeline.cluster.link import BEAT
from digest.pipeline.cluster.presence import Presence, attempt, connected
from digest.pipeline.cluster.state import RunState
from digest.pipeline.cluster.worker import WorkOrder, own_templates

_DEAD = 5.0  # seconds after which a worker that listens no more has left this run alone
_LOST = ClusterError("scheduler connection lost", hint="restart it, then rerun")


class Coordinator:
    """Has work done on a cluster. Used in one loop; only `error`, `backlog` and `state` are looked at from outside."""

    def __init__(self, scheduler: str, run: RunContext, config: Config) -> None:
        self._scheduler, self._deadline = scheduler, run.tools.deadline
        self._note: Callable[[str], None] = lambda line: run.stages.report(Event(kind="problem", text=line))
        self._own = (config, own_templates(run.tools.templates), run.tools.documents is not None)
        self._run = f"digest-{uuid.uuid4().hex[:12]}"
        self.error: BaseException | None = None
        """Why nothing can be done any more."""
        self.backlog = Backlog()
        self.state = RunState(
            cache=run.tools.cache, budget=run.budget, report=run.stages.report, width=config.llm.max_concurrency,
            begin=self.backlog.begin, finish=self.backlog.finish, documents=run.tools.documents,
        )  # fmt: skip
        self._over = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, ready: Callable[[], None]) -> None:
        """Connect, and go on until `close`. Raises ClusterError where there is no scheduler or no worker."""
        async with connected(self._scheduler) as client:
            self._client, self._workers = client, Presence(client, self._note, self._silent)
            self._order = pickle.dumps(WorkOrder(self._run, client.id, *self._own))
            client.subscribe_topic(client.id, self._heard)
            client.subscribe_topic("all", self._scheduler_said)
            await self._workers.arrive()
            ready()
            self._spawn(self._workers.watch(self._over))
            await self._watch()
            if client.status == "running":
                client.unsubscribe_topic(client.id)
                client.unsubscribe_topic("all")

    def close(self) -> None:
        """Leave the cluster; its workers end what they hold for this run."""
        self._over.set()

    def take(self, work: Work) -> None:
        """Have some work of the backlog done."""
        self._spawn(self._follow(work))

    def drop(self, work: Work) -> None:
        """Let go of work that is over, or that nobody wants any more."""
        if self.backlog.drop(work) and work.inner is not None and not work.inner.done():
            self._spawn(work.inner.cancel())
        work.inner = None

    def fail(self, error: BaseException) -> None:
        """End everything: nothing can be done any more."""
        self.error = self.error or error
        for work in self.backlog:
            work.settle(error)

    async def _watch(self) -> None:
        """Answer what could not be answered at once, and end what has no use any more."""
        cut, beaten, stream = False, time.monotonic(), self._client.scheduler_comm
        while not self._over.is_set():
            if self._client.status != "running" or self._client.scheduler_comm is not stream:
                self.fail(_LOST)
            elif self._workers.alone:
                self.fail(ClusterError("no workers left", hint="start some, then rerun"))
            if time.monotonic() - beaten > BEAT:
                beaten = time.monotonic()
                self.state.tell_all("beat")
            if self._deadline.closed and not cut:
                cut = True
                self.state.tell_all("cut", None, self._deadline.left())
            if cut and self._deadline.left() <= 0:
                self.fail(OutOfTime("the run is out of time"))
            self._post()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), 0.05 if self.state.waiting else SLICE)

    def _spawn(self, what: Any) -> None:
        task = asyncio.ensure_future(what)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, OSError):  # a message that finds nobody is none of our faults
            self.fail(error)

    def _heard(self, event: tuple[float, Any]) -> None:
        """Take what a worker says."""
        if not isinstance(event[1], bytes):  # the scheduler notes what it does for a client under the same name
            return
        try:
            self.state.hear_all(*pickle.loads(event[1]))  # noqa: S301 - who reaches the scheduler runs code anyway
            self._post()
        except Exception as error:  # noqa: BLE001 - else the worker would wait for ever
            self.fail(error)

    def _post(self) -> None:
        """Send what is to be sent; `Client.log_event` would wait for a receipt of each."""
        scheduler: Any = self._client.scheduler
        for who, letter in self.state.letters().items():
            self._spawn(scheduler.log_event(topic=who, msg=pickle.dumps(letter), reply=False))

    def _scheduler_said(self, event: tuple[float, Any]) -> None:
        said = event[1] if isinstance(event[1], dict) else {}
        if said.get("action") == "remove-worker":
            self._gone(said["worker"], expected=bool(said.get("expected")))
        elif said.get("action") == "remove-client":
            # Where its worker died, the scheduler says that, too, just before or after.
            asyncio.get_running_loop().call_later(_DEAD, partial(self._give_up, said["client"], expected=True))

    def _gone(self, address: str, *, expected: bool) -> None:
        """Let others take over what a dead worker had begun, a paper that three died of excepted."""
        self._workers.gone(address)
        for who in self.state.at(address):
            if self._give_up(who, expected=expected):
                self._note(f"worker {address} died; others take over its papers")

    def _silent(self, address: str, new: bool) -> None:
        """Have others do what a worker was given that does not answer, now and when the scheduler gives it more."""
        if new:
            self._note(f"worker {address} does not answer; others take over its papers")
        for who in self.state.at(address):
            self._give_up(who, expected=False)
        self._spawn(self._take_back(address))

    async def _take_back(self, address: str) -> None:
        with suppress(KeyError):  # it is gone meanwhile
            given = (await self._client.processing(workers=[address]))[address]
            for work in self.backlog:
                if work.inner is not None and work.inner.key in given:
                    work.taken_back = True
                    await work.inner.cancel()

    def _give_up(self, who: str, *, expected: bool) -> bool:
        """Part a worker from what it has begun and holds; return whether it died of something."""
        self.state.lost(who)
        self._post()
        return self.backlog.died(who, expected=expected)

    async def _follow(self, work: Work) -> None:
        """Have work done, again where a worker was lost with it or cannot do it."""
        while not work.outer.done():
            if error := self.error or self._workers.nobody():
                work.settle(error)
                return
            work.inner = self._client.submit(
                attempt, dict(fitness.fingerprint()), self._run, self._order, work.number, work.packed,
                key=(self._run, uuid.uuid4().hex), pure=False, **self._workers.preferred(),
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
                if not work.taken_back and not work.outer.done():
                    self.fail(_LOST)
                work.taken_back = False
                continue
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
