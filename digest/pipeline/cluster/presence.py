"""Who of a cluster is there, and who is left out: workers that do not answer, and those that cannot do the work."""

import asyncio
import importlib
import platform
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from distributed import Client, get_worker

from digest.errors import ClusterError, DigestError, RunStopped
from digest.pipeline.cluster import fitness

_CONNECT = 5  # seconds for the scheduler to answer, and for the first worker to be there
_LOOK = 1.0  # seconds between two looks at who is there
_ANSWER = 5  # seconds for an answer
_SILENT = 15  # looks in a row without a heartbeat after which a worker is left out; it beats twice a second
_ALONE = 30  # looks in a row without a heartbeat of anybody after which nobody is there
_SAME = "install the same digest there, in the same Python"


@asynccontextmanager
async def connected(scheduler: str) -> AsyncIterator[Client]:
    """Connect to a scheduler. Raises ClusterError where none answers."""
    try:
        client = await Client(scheduler, asynchronous=True, timeout=_CONNECT, set_as_default=False, name="digest")
    except (OSError, TimeoutError, ValueError) as cause:
        hint = "start one with `dask scheduler`"
        raise ClusterError(f"no scheduler answers at {scheduler}", hint=hint) from cause
    async with client:
        yield client


class Presence:
    """The workers as the scheduler sees them. Used in one loop; asks no worker without a limit."""

    def __init__(self, client: Client, note: Callable[[str], None], silent: Callable[[str, bool], None]) -> None:
        """`silent` is told every second of each worker that does not answer, and whether that is new."""
        self._client, self._note, self._silent = client, note, silent
        self._scheduler: Any = client.scheduler
        self._beats: dict[str, float] = {}
        self._still: dict[str, int] = {}
        """Looks in a row without a heartbeat: time would also pass while this process stands still."""
        self._nobody = 0
        self._left_out: dict[str, DigestError] = {}

    async def arrive(self) -> None:
        """Wait for the first worker. Raises ClusterError where there is none."""
        await self._look()
        while not self._beats:
            if self._nobody > _CONNECT:
                address = self._scheduler.address
                hint = f"start some with `dask worker {address}`"
                raise ClusterError(f"the scheduler at {address} has no workers", hint=hint)
            await asyncio.sleep(_LOOK)
            await self._look()

    async def watch(self, over: asyncio.Event) -> None:
        """Look every second who is there."""
        while not over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), _LOOK)
            try:
                await asyncio.wait_for(self._look(), _ANSWER)
            except (OSError, TimeoutError):
                self._nobody += _ANSWER

    @property
    def alone(self) -> bool:
        """Whether nobody has been there for half a minute, or the scheduler does not answer."""
        return self._nobody >= _ALONE

    def preferred(self) -> dict[str, Any]:
        """Say where work should be done: by anybody, or rather not by those who are left out."""
        able = self._able()
        return {"workers": sorted(able), "allow_other_workers": True} if len(able) < len(self._beats) else {}

    def nobody(self) -> DigestError | None:
        """Return why nobody can do anything, where that is so."""
        return None if self._able() or not self._left_out else next(iter(self._left_out.values()))

    def leave_out(self, address: str, why: DigestError | str) -> None:
        """Give a worker no further work as long as there are others, and say so once."""
        if address in self._left_out or address not in self._beats:
            return
        said = why if isinstance(why, DigestError) else ClusterError(why, hint=_SAME)
        worded = ClusterError(f"worker {address}: {said.what}", hint=said.hint)
        self._left_out[address] = said if isinstance(said, RunStopped) else worded
        if self._able():
            self._note(f"{worded}; left out")

    def gone(self, address: str) -> None:
        """Forget a worker; what starts at its address is another one."""
        for known in (self._beats, self._still, self._left_out):
            known.pop(address, None)

    async def examine(self) -> None:
        """Leave out workers whose Python cannot read what it is given."""

        async def ask(address: str) -> None:
            with suppress(OSError, TimeoutError):
                asked = self._client.run(platform.python_version, workers=[address], on_error="ignore")
                version = str((await asyncio.wait_for(asked, _ANSWER)).get(address, ""))
                if version and not version.startswith(f"{fitness.python()}."):
                    self.leave_out(address, f"has Python {version}, not {fitness.python()}")

        await asyncio.gather(*map(ask, list(self._beats)))

    def _able(self) -> set[str]:
        return {one for one, looks in self._still.items() if looks < _SILENT} - self._left_out.keys()

    async def _look(self) -> None:
        """Find out who is there, and whose heart beats. One that beats again is there again."""
        found = (await self._scheduler.identity(n_workers=-1))["workers"]
        beats = {address: worker["last_seen"] for address, worker in found.items()}
        alive = {address for address, beat in beats.items() if beat != self._beats.get(address)}
        self._still = {address: 0 if address in alive else self._still.get(address, 0) + 1 for address in beats}
        self._beats, self._nobody = beats, 0 if alive else self._nobody + 1
        for address, looks in tuple(self._still.items()):
            if looks >= _SILENT:
                self._silent(address, looks == _SILENT)


def _portable() -> Callable[..., tuple[str, str, Any]]:
    def attempt(theirs: Mapping[str, str], run: str, order: bytes, number: int, work: bytes) -> tuple[str, str, Any]:
        try:
            perform = importlib.import_module("digest.pipeline.cluster.worker").perform
        except (ImportError, AttributeError, SyntaxError) as error:
            return "unfit", get_worker().address, f"digest cannot be imported: {error}"
        outcome: tuple[str, str, Any] = perform(theirs, run, order, number, work)
        return outcome

    return attempt


attempt = _portable()
"""What workers are given to do. A function in a function travels by value: it begins also where ours are missing."""
