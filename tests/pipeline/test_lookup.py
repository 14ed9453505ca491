"""What arXiv's API knows is taken where it is there in time, and waited for by nobody."""

import threading
import time
from typing import Any

import msgspec
import pytest

from digest.adapters.http import Deadline
from digest.errors import WrongClock
from digest.model import Listing, Paper
from digest.pipeline.papers.lookup import Lookup
from tests.fakes import paper


def knowing(papers: tuple[Paper, ...], **_: Any) -> Listing:
    return Listing(papers=tuple(msgspec.structs.replace(one, version=2, categories=("cs.CL",)) for one in papers))


def test_what_is_there_in_time_is_taken() -> None:
    with Lookup([paper(1)], knowing) as lookup:
        lookup.wait()

        assert lookup.known(paper(1)) == paper(1, version=2, categories=("cs.CL",))
        assert lookup.known(paper(2)) == paper(2)


def test_a_service_that_has_failed_once_is_not_waited_for() -> None:
    over = threading.Event()

    def stumbling(papers: tuple[Paper, ...], *, on_retry: Any) -> Listing:
        on_retry()
        over.wait(20)
        return knowing(papers)

    with Lookup([paper(1)], stumbling) as lookup:
        begun = time.monotonic()
        lookup.wait()
        waited = time.monotonic() - begun
        over.set()

    assert waited < 10


def test_what_is_still_asked_ends_with_the_block() -> None:
    deadline = Deadline()

    def patient(papers: tuple[Paper, ...], *, on_retry: Any) -> Listing:
        on_retry()
        deadline.sleep(600)
        return knowing(papers)

    before = threading.active_count()
    with Lookup([paper(1)], patient) as lookup:
        assert lookup.known(paper(1)) == paper(1)

    assert threading.active_count() == before


def test_a_bug_or_a_wrong_clock_reaches_the_run() -> None:
    def broken(papers: tuple[Paper, ...], **_: Any) -> Listing:
        raise WrongClock("1970")

    with pytest.raises(WrongClock), Lookup([paper(1)], broken) as lookup:
        lookup.wait()
