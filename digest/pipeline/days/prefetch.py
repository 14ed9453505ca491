"""The lists of many days: several asked for at once, handed on in the order of the days, few of them kept."""

import math
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from datetime import date

from digest.adapters.http import limited
from digest.model import Listing
from digest.pipeline.paper_tools import Workers

_AHEAD = 2
"""So many times as many lists as are asked for at once may be under way or waiting, while one is late."""


def listed(days: Iterable[date], list_day: Callable[[date], Listing], at_once: int) -> Generator[Future[Listing]]:
    """Ask for the lists of some days, `at_once` of them at a time, and yield each in turn, whenever it came.

    What listing a day raises is raised by its future. Whoever stops asking gives up what is under way.
    """
    over = threading.Event()

    def ask(day: date) -> Listing:
        with limited(lambda: 0.0 if over.is_set() else math.inf):
            return list_day(day)

    with Workers(at_once, thread_name_prefix="list") as pool:
        under_way: deque[Future[Listing]] = deque()
        try:
            for day in days:
                under_way.append(pool.submit(ask, day))
                if len(under_way) == _AHEAD * at_once:
                    yield under_way.popleft()
            while under_way:
                yield under_way.popleft()
        finally:
            over.set()
            pool.shutdown(wait=False, cancel_futures=True)
