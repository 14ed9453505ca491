"""Work as bytes. Where it names a stage of the process that asked for it, the worker puts its own."""

import io
import pickle
from collections.abc import Callable
from typing import Any

_STAGES = ("read", "summarizer", "check", "alphaxiv", "report")


def pack(work: Callable[[], Any], stages: Any) -> bytes:
    """Write work down."""
    names = {id(getattr(stages, name)): name for name in _STAGES}
    packed = io.BytesIO()
    pickler = pickle.Pickler(packed)
    pickler.persistent_id = lambda one: names.get(id(one))  # type: ignore[method-assign]
    pickler.dump(work)
    return packed.getvalue()


def unpack(packed: bytes, stages: Any) -> Any:
    """Read work that is to be done with these stages."""
    unpickler = pickle.Unpickler(io.BytesIO(packed))  # noqa: S301 - Dask runs what it is sent
    unpickler.persistent_load = lambda name: getattr(stages, name)  # type: ignore[method-assign]
    return unpickler.load()
