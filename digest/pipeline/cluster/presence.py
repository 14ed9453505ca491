"""Who of a cluster is there, and who is left out: workers that do not answer, and those that cannot do the work."""

import asyncio
import importlib
import platform
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from distributed import Client, get_worker

from digest.errors import ClusterError, DigestError, RunStopped
from digest.pipeline.cluster import fitness

_LOOK = 1.0  # seconds between two looks at who is there
_ANSWER = 5.0  # seconds for an answer
_SILENT = (
    15  # looks in a row without a sign of life after which a worker counts as dead; its heart beats twice a second
)
_SAME = "install the same digest there, in the same Python"


class Presence:
    """The workers as the scheduler sees them. Used in one loop; asks no worker without a limit."""

    def __init__(self, client: Client, note: Callable[[str], None]) -> None:
        self._client, self._note = client, note
        self._scheduler: Any = client.scheduler
        self._beats: dict[str, float] = {}
        self._silent: dict[str, int] = {}
        self._left_out: dict[str, DigestError] = {}
        self._seen = time.monotonic()

    async def arrived(self, seconds: float) -> bool:
        """Wait for the first worker; return whether there is one."""
        end = time.monotonic() + seconds
        await self._look()
        while not self._beats and time.monotonic() < end:
            await asyncio.sleep(0.1)
            await self._look()
        return bool(self._beats)

    async def watch(self, over: asyncio.Event) -> None:
        """Look every second who is there."""
        while not over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), _LOOK)
            with suppress(OSError, TimeoutError):
                await asyncio.wait_for(self._look(), _ANSWER)

    def alone(self) -> float:
        """Return the seconds since anybody was seen."""
        return time.monotonic() - self._seen

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
        for known in (self._beats, self._silent, self._left_out):
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
        return self._beats.keys() - self._left_out.keys()

    async def _look(self) -> None:
        """Find out who is there; have workers whose heart does not beat any more taken off, as if they had died."""
        found = (await self._scheduler.identity(n_workers=-1))["workers"]
        beats = {address: worker["last_seen"] for address, worker in found.items()}
        still = {address for address, beat in beats.items() if beat == self._beats.get(address)}
        self._silent = {address: self._silent.get(address, 0) + 1 for address in still}
        self._beats = beats
        if beats:
            self._seen = time.monotonic()
        for address in [one for one, looks in self._silent.items() if looks >= _SILENT]:
            self._note(f"worker {address} does not answer; it is taken off the cluster")
            await self._scheduler.unregister(address=address, stimulus_id=f"digest-silent-{time.monotonic()}")


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
