"""The same work on the workers of a Dask cluster: checked before the first task, done elsewhere when a worker dies."""

import pkgutil
import platform
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import metadata
from typing import Any

from distributed import Client
from distributed.scheduler import KilledWorker

from digest import __version__
from digest.adapters.templates import Templates, below, text
from digest.config import Config
from digest.errors import ClusterError, WorkerLost
from digest.model import Event
from digest.pipeline.assembly import RunContext
from digest.pipeline.cluster import worker
from digest.pipeline.cluster.rpc import StateServer
from digest.pipeline.day import DayDependencies

_CONNECT = 5  # seconds for the scheduler to answer, and for the first worker to be there
_ALONE = 30.0  # seconds without any worker after which a run gives up
_WATCH = 1.0
_SAME = ("selectolax", "pypdfium2", "msgspec", "rapidfuzz", "jinja2")
"""Libraries that shape what is read and made: the same versions everywhere, or the bytes may differ."""


@contextmanager
def engine(scheduler: str, run: RunContext, config: Config) -> Iterator[DayDependencies]:
    """Open a cluster; yields stages whose papers are worked on there. Raises ClusterError within seconds.

    Lists, editions and posts stay with the one that asks. Ending it leaves the cluster as it was.
    """
    client, report = _connect(scheduler), run.stages.report
    try:
        pool = Pool(client, report)
        name = uuid.uuid4().hex[:12]
        server = StateServer(
            client,
            f"digest-state-{name}",
            cache=run.tools.cache,
            budget=run.budget,
            report=report,
            now=run.now,
        )
        pool.on_loss = server.release
        work_order = worker.WorkOrder(
            run=name,
            state_server=f"digest-state-{name}",
            config=config,
            templates=_own_templates(run.tools.templates),
            today=run.stages.paper.today,
        )
        try:
            yield replace(run.stages, paper=worker.remote(run.stages.paper, work_order), pool=lambda: pool, local=False)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            server.close()
    finally:
        client.close(timeout=5)


def _connect(scheduler: str) -> Client:
    try:
        client = Client(scheduler, timeout=_CONNECT, set_as_default=False, name="digest")
    except (OSError, TimeoutError, ValueError) as cause:
        raise ClusterError(f"no scheduler answers at {scheduler}", hint="start one with `dask scheduler`") from cause
    try:
        client.wait_for_workers(1, timeout=_CONNECT)
    except TimeoutError as cause:
        client.close()
        raise ClusterError(
            f"the scheduler at {scheduler} has no workers", hint=f"start some with `dask worker {scheduler}`"
        ) from cause
    return client


def incompatible(client: Client, addresses: list[str]) -> dict[str, str]:
    """Say of each worker that cannot take part why. Asks with functions of Python's own: ours may not be there."""
    ours = {"digest": __version__, **{name: metadata.version(name) for name in _SAME}}
    python = ".".join(platform.python_version_tuple()[:2])
    theirs: dict[str, dict[str, Any]] = {
        "digest": client.run(pkgutil.resolve_name, "digest:__version__", workers=addresses, on_error="return")
    }
    for name in _SAME:
        theirs[name] = client.run(metadata.version, name, workers=addresses, on_error="return")
    pythons = client.run(platform.python_version, workers=addresses, on_error="return")
    found: dict[str, str] = {}
    for address in addresses:
        if not str(pythons.get(address)).startswith(f"{python}."):
            found[address] = f"runs Python {pythons.get(address)}, the coordinator {python}"
        for name, version in ours.items():
            there = theirs[name].get(address)
            if there != version and address not in found:
                found[address] = (
                    f"has {name} {there}, the coordinator {version}"
                    if isinstance(there, str)
                    else f"{name} {version} is missing"
                )
    return found


class Pool(Executor):
    """The workers of a cluster as an executor. Only workers that were checked get work."""

    def __init__(self, client: Client, report: Callable[[Event], None]) -> None:
        self._client, self._report = client, report
        self._executor = client.get_executor(pure=False)
        self.on_loss: Callable[[str], None] = lambda _: None
        self._open: set[Future[Any]] = set()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._refused: set[str] = set()
        self._checked: set[str] = set()
        if refused := self._admit(set(client.scheduler_info()["workers"])):
            address, why = next(iter(sorted(refused.items())))
            raise ClusterError(f"worker {address}: {why}", hint="install the same digest there, in the same Python")
        threading.Thread(target=self._watch, name="cluster", daemon=True).start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have something done on a worker. A worker that dies on the way costs nothing: another one does it again."""
        with self._lock:
            inner = self._executor.submit(fn, *args, workers=sorted(self._checked), **kwargs)
            outer: Future[Any] = Future()
            self._open.add(outer)
        outer.add_done_callback(partial(self._forget, inner))
        inner.add_done_callback(partial(self._pass_on, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop watching; cancel what is left. The cluster itself goes on."""
        with self._lock:
            left = list(self._open)
        if cancel_futures:
            for future in left:
                future.cancel()
        elif wait:
            for future in left:
                future.exception()
        self._over.set()

    def _forget(self, inner: Future[Any], outer: Future[Any]) -> None:
        with self._lock:
            self._open.discard(outer)
        if outer.cancelled():
            inner.cancel()
            with self._lock:
                if not outer._state.endswith("NOTIFIED"):  # wakes those who wait for it
                    outer.set_running_or_notify_cancel()

    def _pass_on(self, outer: Future[Any], inner: Future[Any]) -> None:
        if outer.done():
            return
        try:
            result = inner.result(timeout=0)
        except KilledWorker:
            outer.set_exception(WorkerLost("every worker that processed this paper crashed"))
        except CancelledError:
            outer.set_exception(ClusterError("scheduler connection lost", hint="restart it, then rerun"))
        except BaseException as error:  # noqa: BLE001 - whatever the work raised goes to the one who asked for it
            outer.set_exception(error)
        else:
            outer.set_result(result)

    def _admit(self, addresses: set[str]) -> dict[str, str]:
        """Check workers that were not seen before; return what is wrong with some."""
        new = sorted(addresses - self._checked - self._refused)
        refused = incompatible(self._client, new) if new else {}
        with self._lock:
            self._refused |= refused.keys()
            self._checked |= set(new) - refused.keys()
        return refused

    def _watch(self) -> None:
        """Let new workers in, give back what dead ones had taken, and end the waiting when none is left."""
        alone = 0.0
        while not self._over.wait(_WATCH):
            try:
                there = set(self._client.scheduler_info()["workers"])
                for address, why in self._admit(there).items():
                    self._report(Event(kind="problem", text=f"worker {address}: {why}; ignoring it"))
            except (OSError, RuntimeError):
                return
            gone = self._checked - there
            for address in gone:
                self.on_loss(address)
            with self._lock:
                self._checked -= gone
            alone = 0.0 if self._checked else alone + _WATCH
            if alone >= _ALONE:
                self._give_up()
                return

    def _give_up(self) -> None:
        with self._lock:
            left = list(self._open)
        for future in left:
            if not future.done():
                future.set_exception(ClusterError("no workers left", hint="start some, then rerun"))


def _own_templates(templates: Templates) -> dict[str, str]:
    """Return the site's own templates and tables of words, which no worker has."""
    own = templates.folders[:-1]
    return {
        str(path.relative_to(folder)): text(path)
        for folder in own
        for pattern in ("prompt/*.j2", "locale/*.yaml")
        for path in below(folder, pattern)
    }
